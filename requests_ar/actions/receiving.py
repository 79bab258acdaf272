"""A request comes in: by the public form, or written down by whoever heard it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Board, Guardian, Pupil, Recorded, School, User
from privacyboard.publicforms.models import FormCount
from privacyboard.publicforms.rules import Bound
from privacyboard.vocabulary import Language
from registers.models import DataSubjectGroup
from requests_ar import letters
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
from requests_ar.models import RequestPart, RequestPerson, SubjectRequest, locked_open
from requests_ar.rules.terms import extension_falls, receipt_problem, term_of

# What the count of public forms calls this one.
PURPOSE = "request"

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
    # Who it is in our own records, where somebody picked them.
    pupil: Pupil | None = None
    guardian: Guardian | None = None


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


class TooManyForms(Exception):
    """This sender used the form too often; `bound` says which count was full."""

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        self.bound = bound


@transaction.atomic
def receive_form(
    *, received: Received, network: str, by: User | None, at: datetime
) -> SubjectRequest:
    """Register what the public form brings, unless this network or mailbox sends too many.

    A form that is sent again is the same request, and counts once. Raises TooManyForms (nothing
    is counted or kept then) and ActRefused.
    """
    digest = received.form_digest
    if digest is None or not SubjectRequest.objects.filter(form_digest=digest).exists():
        mailbox = received.requester.email
        bound = FormCount.objects.count_form(PURPOSE, network=network, mailbox=mailbox, at=at)
        if bound:
            raise TooManyForms(bound)
    return receive_request(received=received, by=by, at=at)


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
    _record_together([_part(request, kind, received) for kind in kinds], by=by)
    _record_together(_people(request, received), by=by)
    _send_receipt(request, by=by, at=at)
    return request


def _send_receipt(request: SubjectRequest, *, by: User | None, at: datetime) -> None:
    """The receipt looks at people and parts over and over: they are read once, on a copy.

    Whoever gets the request itself reads them as they are by then.
    """
    reading = copy(request)
    prefetch_related_objects([reading], "people", "parts")
    send_letter(request=reading, written=letters.receipt(reading, at=at), by=by, at=at)


def _refuse_day(
    received_on: date, born_on: date | None, *, at: datetime, registered_on: date | None = None
) -> None:
    problem = receipt_problem(
        received_on,
        today=timezone.localdate(at),
        born_on=born_on,
        registered_on=registered_on,
    )
    if problem:
        raise refused(problem, "received_on")


def _new(received: Received, *, by: User | None, at: datetime) -> SubjectRequest:
    term = term_of(received.received_on, extended=False)
    request = SubjectRequest(
        number=SubjectRequest.objects.next_number("V", year=timezone.localdate(at).year),
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


def _part(request: SubjectRequest, kind: RequestKind, received: Received) -> RequestPart:
    send_to = received.send_to if kind == RequestKind.PORTABILITY else ""
    return RequestPart(request=request, kind=kind, send_to=send_to)


def _record_together(rows: Sequence[Recorded], *, by: User | None) -> None:
    """New rows of one kind with their history: two statements, however many there are."""
    for row in rows:
        row._history_user, row._change_reason = by, "ontvangen"
    bulk_create_with_history(rows, type(rows[0]))


def _people(request: SubjectRequest, received: Received) -> list[RequestPerson]:
    """Who asks, about whom, and who represents that person; one can stand in more than one row."""
    about_self = received.relation == Relation.SELF
    subject = received.subject
    if about_self:
        subject = replace(
            received.requester, born_on=subject.born_on, key=subject.key, pupil=subject.pupil
        )
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
        pupil=who.pupil,
        guardian=who.guardian,
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

    An extension that was told after the end of the corrected first month falls (AVG 12(3)); the
    history says so. Raises ActRefused.
    """
    held = locked_open(request)
    if not reason.strip():
        raise refused("Schrijf op waarom de dag van ontvangst anders is.", "reason")
    if received_on == held.received_on:
        raise refused("Dit is de dag die er al staat.", "received_on")
    subject = held.people.get(role=PersonRole.SUBJECT)
    registered_on = timezone.localdate(held.registered_at)
    _refuse_day(received_on, subject.born_on, at=at, registered_on=registered_on)
    why = f"dag van ontvangst verbeterd: {reason.strip()}"
    if held.extended_on is not None and extension_falls(received_on, extended_on=held.extended_on):
        why += f" De verlenging van {held.extended_on:%d-%m-%Y} vervalt."
        held.extended_on, held.extension_reason, held.extension_text = None, "", ""
    term = term_of(received_on, extended=held.extended_on is not None)
    held.received_on, held.last_day, held.target = received_on, term.last_day, term.target
    held.record(by=by, why=why)
    send_letter(request=held, written=letters.receipt(held, at=at), by=by, at=at)
    return held
