"""A request comes in: by the public form, or written down by whoever heard it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from privacyboard.organisation.models import Board, School, User
from privacyboard.vocabulary import Language
from registers.models import DataSubjectGroup
from requests_ar import letters
from requests_ar.actions.numbers import REQUEST, next_number
from requests_ar.actions.steps import locked_open, refused
from requests_ar.actions.writing import send_letter
from requests_ar.choices import (
    Authority,
    Channel,
    DeliveryWay,
    PersonRole,
    Protection,
    Relation,
    RequestKind,
)
from requests_ar.models import RequestPart, RequestPerson, SubjectRequest
from requests_ar.rules.terms import receipt_problem, term_of

_REPRESENTS = frozenset(
    {Relation.PARENT, Relation.GUARDIAN, Relation.CURATOR, Relation.MENTOR, Relation.AUTHORISED}
)


@dataclass(frozen=True)
class Someone:
    """A person of a request as typed; `key` is a pupil or staff number, never a BSN."""

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    born_on: date | None = None
    key: str = ""


@dataclass(frozen=True)
class Received:
    """What came in. `school` None: the whole board. `form_digest` makes a double send one."""

    school: School | None
    group: DataSubjectGroup
    kinds: Sequence[str]
    text: str
    channel: str
    received_on: date
    requester: Someone
    subject: Someone
    relation: str = Relation.SELF
    authority: str = Authority.UNKNOWN
    protection: str = Protection.NONE
    language: str = Language.DUTCH
    wants: str = DeliveryWay.LINK
    send_to: str = ""
    form_digest: str | None = None


@transaction.atomic
def receive_request(*, received: Received, by: User | None, at: datetime) -> SubjectRequest:
    """Register a request: its clock runs from receipt, whoever registers it and when (AVG 12(3)).

    The same form sent twice gives the request that stands. A receipt is written; who used the
    form is asked to confirm the address. Raises ActRefused: no kind, an impossible day.
    """
    # The lock comes before the look: of two sends at once, the second finds the first.
    Board.objects.select_for_update().first()
    if received.form_digest:
        standing = SubjectRequest.objects.filter(form_digest=received.form_digest).first()
        if standing is not None:
            found: SubjectRequest = standing
            return found
    kinds = [kind for kind in RequestKind if kind in received.kinds]
    if not kinds:
        raise refused("Kies ten minste één soort verzoek.", "kinds")
    _refuse_day(received.received_on, received.subject.born_on, at=at)
    request = _new(received, by=by, at=at)
    for kind in kinds:
        send_to = received.send_to if kind == RequestKind.PORTABILITY else ""
        RequestPart(request=request, kind=kind, send_to=send_to).record(by=by, why="ontvangen")
    for person in _people(request, received):
        person.record(by=by, why="ontvangen")
    send_letter(request=request, written=letters.receipt(request, at=at), by=by, at=at)
    return request


def _refuse_day(received_on: date, born_on: date | None, *, at: datetime) -> None:
    problem = receipt_problem(received_on, today=timezone.localdate(at), born_on=born_on)
    if problem:
        raise refused(problem, "received_on")


def _new(received: Received, *, by: User | None, at: datetime) -> SubjectRequest:
    term = term_of(received.received_on, extended=False)
    request = SubjectRequest(
        number=next_number(SubjectRequest, REQUEST, at=at),
        school=received.school,
        group=received.group,
        channel=received.channel,
        received_on=received.received_on,
        registered_at=at,
        registered_by=by,
        last_day=term.last_day,
        target=term.target,
        subject_text=received.text,
        language=received.language,
        wants=received.wants,
        # An e-mail shows by itself that its address works.
        confirmed_at=at if received.channel == Channel.EMAIL else None,
        form_digest=received.form_digest,
    )
    request.record(by=by, why=f"ontvangen: {Channel(received.channel).label}")
    return request


def _people(request: SubjectRequest, received: Received) -> list[RequestPerson]:
    """Who asks, about whom, and who represents that person; one can stand in more than one row."""
    about_self = received.relation == Relation.SELF
    subject = received.subject
    if about_self:
        subject = replace(received.requester, born_on=subject.born_on, key=subject.key)
    rows = [
        _person(request, PersonRole.SUBJECT, subject, protection=received.protection),
        _asking(request, PersonRole.REQUESTER, received),
    ]
    if received.relation in _REPRESENTS:
        rows.append(_asking(request, PersonRole.REPRESENTATIVE, received))
    return rows


def _asking(request: SubjectRequest, role: PersonRole, received: Received) -> RequestPerson:
    return _person(
        request,
        role,
        received.requester,
        relation=received.relation,
        authority=received.authority,
    )


def _person(
    request: SubjectRequest, role: PersonRole, who: Someone, **values: str
) -> RequestPerson:
    return RequestPerson(
        request=request,
        role=role,
        name=who.name,
        email=who.email,
        phone=who.phone,
        address=who.address,
        born_on=who.born_on,
        key=who.key,
        **values,
    )


@transaction.atomic
def confirm_address(*, request: SubjectRequest, by: User | None, at: datetime) -> SubjectRequest:
    """The address on a form is the requester's: from now on the link shows the request.

    `by` is nobody where the requester pressed the button. Done before, it stays as it was.
    """
    held: SubjectRequest = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if held.confirmed_at is None:
        held.confirmed_at = at
        held.record(by=by, why="e-mailadres bevestigd met de link")
    return held


@transaction.atomic
def correct_receipt(
    *, request: SubjectRequest, received_on: date, reason: str, by: User | None, at: datetime
) -> SubjectRequest:
    """The school had the request on another day: the term is counted anew, and told.

    An extension that was told after the end of the corrected first month falls (AVG 12(3)).
    Raises ActRefused.
    """
    held = locked_open(request)
    if not reason.strip():
        raise refused("Schrijf op waarom de dag van ontvangst anders is.", "reason")
    if received_on == held.received_on:
        raise refused("Dit is de dag die er al staat.", "received_on")
    subject = held.people.get(role=PersonRole.SUBJECT)
    _refuse_day(received_on, subject.born_on, at=at)
    first = term_of(received_on, extended=False)
    if held.extended_on is not None and held.extended_on > first.last_day:
        held.extended_on, held.extension_reason, held.extension_text = None, "", ""
    term = term_of(received_on, extended=held.extended_on is not None)
    held.received_on, held.last_day, held.target = received_on, term.last_day, term.target
    held.record(by=by, why=f"dag van ontvangst verbeterd: {reason.strip()}")
    send_letter(request=held, written=letters.receipt(held, at=at), by=by, at=at)
    return held
