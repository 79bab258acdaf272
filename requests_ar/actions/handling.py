"""Who handles a request, about whom it is, and which activities it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from privacyboard.audit.acts import refused
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from registers.models import ProcessingActivity
from requests_ar.choices import PersonRole, RequestState
from requests_ar.models import RequestPerson, SubjectRequest, locked_open, step
from requests_ar.rules.states import Step
from requests_ar.rules.terms import receipt_problem


def _may_handle(request: SubjectRequest, user: User) -> bool:
    if request.school_id is None:
        return Right.HANDLE_REQUESTS in user.standing.everywhere
    return user.standing.holds_at(Right.HANDLE_REQUESTS, request.school_id)


@transaction.atomic
def take_up(
    *, request: SubjectRequest, handler: User, by: User | None, at: datetime
) -> SubjectRequest:
    """Somebody handles the request from now on; a new one is in progress. Raises ActRefused."""
    held = locked_open(request)
    reads = SubjectRequest.objects.visible_to(handler).filter(pk=held.pk).exists()
    if not (reads and _may_handle(held, handler)):
        raise refused(
            "Deze persoon mag dit verzoek niet behandelen. Kies iemand anders.", "handler"
        )
    held.handler = handler
    if held.state == RequestState.RECEIVED:
        step(held, Step.START)
    held.record(by=by, why=f"behandelaar: {handler.name}")
    return held


@transaction.atomic
def correct_person(
    *,
    person: RequestPerson,
    name: str,
    email: str,
    phone: str,
    address: str,
    born_on: date | None,
    relation: str,
    authority: str,
    protection: str,
    key: str = "",
    by: User | None,
    at: datetime,
) -> RequestPerson:
    """Write down what is known now of somebody in the request. Raises ActRefused."""
    request = locked_open(person.request)
    held: RequestPerson = RequestPerson.objects.select_for_update().get(pk=person.pk)
    if born_on is not None and receipt_problem(
        request.received_on, today=request.received_on, born_on=born_on
    ):
        raise refused("Deze geboortedatum ligt na de ontvangst van het verzoek.", "born_on")
    for row in _rows_of(held):
        row.name, row.email, row.phone, row.address = name, email, phone, address
        if row.role == held.role or PersonRole.SUBJECT not in {row.role, held.role}:
            row.born_on, row.relation, row.key = born_on, relation, key.strip()
            row.authority, row.protection = authority, protection
        row.record(by=by, why="gegevens van een persoon aangevuld")
    held.refresh_from_db()
    return held


def _rows_of(person: RequestPerson) -> list[RequestPerson]:
    """Every row of this person: who asks can be who it is about, or who represents.

    How one is reached is the same in all; age stands with whom it is about, authority with who
    asks.
    """
    rows = RequestPerson.objects.select_for_update().filter(request=person.request_id)
    return [row for row in rows if (row.name, row.email) == (person.name, person.email)]


@transaction.atomic
def choose_activities(
    *,
    request: SubjectRequest,
    activities: Iterable[ProcessingActivity],
    by: User | None,
    at: datetime,
) -> SubjectRequest:
    """Say which activities of the register the request is about. Raises ActRefused."""
    held = locked_open(request)
    chosen = list(activities)
    if not chosen:
        raise refused("Kies ten minste één verwerking.", "activities")
    held._history_user = by
    held._change_reason = "verwerkingen gekozen"
    held.activities.set(chosen)
    return held
