"""What passes between the school and the requester before the answer: questions, time, a fee."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import day_problem, refused
from privacyboard.organisation.models import User
from requests_ar import letters
from requests_ar.actions.writing import send_letter
from requests_ar.choices import (
    Authority,
    FeeGround,
    IdentityMethod,
    PauseKind,
    PersonRole,
)
from requests_ar.models import (
    Fee,
    IdentityCheck,
    Pause,
    RequestLetter,
    RequestPerson,
    SubjectRequest,
    locked_open,
    step,
)
from requests_ar.rules.states import Step
from requests_ar.rules.terms import extension_problem, term_of

_CHECKED = frozenset({PauseKind.IDENTITY, PauseKind.AUTHORITY})


@transaction.atomic
def ask_requester(
    *, request: SubjectRequest, kind: str, reason: str, by: User | None, at: datetime
) -> Pause:
    """Ask who it is, whether there is authority, or what is meant; with a letter (AVG 12(6)).

    The last day stays: whether the clock stands still meanwhile is arguable. Raises ActRefused.
    """
    held = locked_open(request)
    if kind not in PauseKind.values:
        raise refused("Kies waarover u iets vraagt.", "kind")
    if not reason.strip():
        raise refused("Schrijf op wat u vraagt en waarom. Dit gaat naar de vrager.", "reason")
    if held.pauses.filter(kind=kind, answered_on=None).exists():
        raise refused("Deze vraag is al gesteld en nog niet beantwoord.", "kind")
    pause = Pause(request=held, kind=kind, reason=reason.strip(), asked_on=timezone.localdate(at))
    pause.record(by=by, why="vraag gesteld aan de vrager")
    written = letters.question(held, pause, at=at)
    send_letter(request=held, written=written, by=by, at=at)
    return pause


@transaction.atomic
def close_question(*, pause: Pause, answered_on: date, by: User | None, at: datetime) -> Pause:
    """The requester answered on this day. Raises ActRefused."""
    locked_open(pause.request)
    held: Pause = Pause.objects.select_for_update().get(pk=pause.pk)
    if held.answered_on is not None:
        raise refused(f"Deze vraag is al beantwoord op {held.answered_on:%d-%m-%Y}.")
    problem = day_problem(answered_on, at=at, not_before=held.asked_on)
    if problem:
        raise refused(problem, "answered_on")
    held.answered_on = answered_on
    held.record(by=by, why="antwoord van de vrager ontvangen")
    return held


@transaction.atomic
def record_check(
    *,
    request: SubjectRequest,
    about: str,
    method: str,
    is_established: bool,
    checked_on: date,
    by: User | None,
    at: datetime,
    note: str = "",
) -> IdentityCheck:
    """How it was found out who asks, or that a parent has authority; never with a copy.

    What was established or not about authority is written with the person, and an open question
    about it ends. Raises ActRefused.
    """
    held = locked_open(request)
    if about not in _CHECKED:
        raise refused("Kies wat u hebt nagegaan.", "about")
    if method not in IdentityMethod.values:
        raise refused("Kies hoe u het hebt nagegaan.", "method")
    problem = day_problem(checked_on, at=at, not_before=held.received_on)
    if problem:
        raise refused(problem, "checked_on")
    check = IdentityCheck(
        request=held,
        about=about,
        method=method,
        is_established=is_established,
        checked_on=checked_on,
        checked_by=by,
        note=note.strip(),
    )
    check.record(by=by, why="identiteit of gezag nagegaan")
    if about == PauseKind.AUTHORITY:
        _write_authority(held, Authority.YES if is_established else Authority.NO, by=by)
    if is_established:
        _end_question(held, about, checked_on, by=by)
    return check


def _write_authority(request: SubjectRequest, authority: Authority, *, by: User | None) -> None:
    asking = (PersonRole.REQUESTER, PersonRole.REPRESENTATIVE)
    for person in RequestPerson.objects.filter(request=request, role__in=asking):
        person.authority = authority
        person.record(by=by, why="gezag nagegaan")


def _end_question(request: SubjectRequest, kind: str, day: date, *, by: User | None) -> None:
    for pause in Pause.objects.filter(request=request, kind=kind, answered_on=None):
        pause.answered_on = max(day, pause.asked_on)
        pause.record(by=by, why="vastgesteld, dus beantwoord")


@transaction.atomic
def extend_term(
    *, request: SubjectRequest, reason: str, text: str, by: User | None, at: datetime
) -> RequestLetter:
    """Take up to two further months, once, and tell why within the first month (AVG 12(3)).

    Returns the letter: whether it arrived stands on it. Raises ActRefused.
    """
    held = locked_open(request)
    today = timezone.localdate(at)
    problem = extension_problem(
        state=held.state,
        received_on=held.received_on,
        is_extended=held.extended_on is not None,
        reason=reason,
        text=text,
        today=today,
    )
    if problem:
        raise refused(problem)
    first_last_day = held.last_day
    term = term_of(held.received_on, extended=True)
    held.last_day, held.target = term.last_day, term.target
    held.extended_on, held.extension_reason, held.extension_text = today, reason, text.strip()
    held.record(by=by, why=f"termijn verlengd: {held.get_extension_reason_display()}")
    written = letters.extension(held, first_last_day=first_last_day, at=at)
    return send_letter(request=held, written=written, by=by, at=at)


@transaction.atomic
def withdraw_request(
    *,
    request: SubjectRequest,
    reason: str,
    by: User | None,
    at: datetime,
    withdrawn_on: date | None = None,
) -> SubjectRequest:
    """The requester takes the request back; the letter repeats why. Raises ActRefused."""
    held: SubjectRequest = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    step(held, Step.WITHDRAW, reason=reason)
    day = withdrawn_on or timezone.localdate(at)
    problem = day_problem(day, at=at, not_before=held.received_on)
    if problem:
        raise refused(problem, "withdrawn_on")
    held.withdrawn_on, held.withdrawal_reason = day, reason.strip()
    held.record(by=by, why=f"ingetrokken: {reason.strip()}")
    send_letter(request=held, written=letters.withdrawn(held, at=at), by=by, at=at)
    return held


@transaction.atomic
def announce_fee(
    *,
    request: SubjectRequest,
    ground: str,
    amount: Decimal,
    reasons: str,
    by: User | None,
    at: datetime,
) -> Fee:
    """Tell beforehand what is charged and why, so that the person can withdraw (AVG 12(5), 15(3)).

    The clock runs on. Raises ActRefused.
    """
    held = locked_open(request)
    if ground not in FeeGround.values:
        raise refused(
            "Kies waarom u een vergoeding vraagt. Anders is een verzoek gratis.", "ground"
        )
    if not amount.is_finite() or amount <= 0:
        raise refused("Vul een bedrag boven nul in.", "amount")
    if not reasons.strip():
        raise refused("Leg uit waarom. De vrager leest dit in de brief.", "reasons")
    fee = Fee(
        request=held,
        ground=ground,
        amount=amount,
        reasons=reasons.strip(),
        announced_on=timezone.localdate(at),
    )
    fee.record(by=by, why="vergoeding aangekondigd")
    send_letter(request=held, written=letters.fee(held, fee, at=at), by=by, at=at)
    return fee


@transaction.atomic
def explain_other_right(*, request: SubjectRequest, by: User | None, at: datetime) -> RequestLetter:
    """Write to a parent without authority what can be asked all the same (BW 1:377c).

    Raises ActRefused while it is not established that there is no authority.
    """
    held = locked_open(request)
    requester = held.people.get(role=PersonRole.REQUESTER)
    if requester.authority != Authority.NO:
        raise refused(
            "Deze brief is voor een ouder zonder gezag. Leg eerst vast dat er geen gezag is."
        )
    written = letters.other_right(held, at=at)
    return send_letter(request=held, written=written, by=by, at=at)
