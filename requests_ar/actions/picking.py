"""Saying who somebody in a request is, in the school's own records."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, User
from requests_ar.choices import PersonRole, Relation
from requests_ar.models import RequestPerson, SubjectRequest, locked_open
from requests_ar.rules.terms import receipt_problem

_LONGEST_KEY = 40


@transaction.atomic
def link_pupil(
    *,
    request: SubjectRequest,
    pupil: Pupil,
    guardian: Guardian | None = None,
    by: User | None,
    at: datetime,
) -> SubjectRequest:
    """The request is about this pupil; and who asks is this parent, where that is known.

    Name, e-mail address and relation stay as they were asked. Birthday and number are those of
    the records from now on: who decides hangs on them. Whether there is authority is not decided
    here. Raises ActRefused.
    """
    held = locked_open(request)
    # Who reads the request of a school reads of its own pupils only.
    if held.school_id is not None and pupil.school_id != held.school_id:
        raise refused("Deze leerling is van een andere school dan het verzoek.")
    people = _people(held)
    subject, requester = people[PersonRole.SUBJECT], people[PersonRole.REQUESTER]
    if pupil.born_on is not None and receipt_problem(
        held.received_on, today=held.received_on, born_on=pupil.born_on
    ):
        raise refused("De geboortedatum van deze leerling ligt na de ontvangst van het verzoek.")
    if guardian is not None:
        if requester.relation == Relation.SELF:
            raise refused(
                "De vrager is de leerling zelf. Verbeter dat eerst bij de vrager.", "asker"
            )
        if not Guardianship.objects.filter(pupil=pupil, guardian=guardian).exists():
            raise refused("Dit is geen ouder of verzorger van deze leerling.", "asker")
    _fill(subject, pupil, by=by)
    for role in (PersonRole.REQUESTER, PersonRole.REPRESENTATIVE):
        if role not in people:
            continue
        row = people[role]
        row.pupil = pupil if row.relation == Relation.SELF else None
        row.guardian = guardian
        row.record(by=by, why="gekoppeld aan de administratie")
    return held


def _fill(subject: RequestPerson, pupil: Pupil, *, by: User | None) -> None:
    subject.pupil = pupil
    subject.email = subject.email or pupil.email
    if pupil.born_on is not None:
        subject.born_on = pupil.born_on
    if len(pupil.key) <= _LONGEST_KEY:
        subject.key = pupil.key
    subject.record(by=by, why="gekoppeld aan een leerling in de administratie")


@transaction.atomic
def unlink_pupil(*, request: SubjectRequest, by: User | None, at: datetime) -> SubjectRequest:
    """It was another pupil after all; what was copied stays until it is corrected.

    Raises ActRefused.
    """
    held = locked_open(request)
    linked = [row for row in _people(held).values() if row.pupil_id or row.guardian_id]
    if not linked:
        raise refused("Dit verzoek is niet gekoppeld.")
    for row in linked:
        row.pupil = row.guardian = None
        row.record(by=by, why="koppeling met de administratie weggehaald")
    return held


def _people(held: SubjectRequest) -> dict[str, RequestPerson]:
    rows = RequestPerson.objects.select_for_update().filter(request=held)
    return {row.role: row for row in rows}
