"""The term of a request: from receipt, without the clock stopping, extended once (AVG 12(3))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from privacyboard.deadlines import DeadlineError, Term, is_working_day, request_term
from requests_ar.choices import ExtensionReason
from requests_ar.rules.states import OPEN

# The handler is told this many days before the last day (calendar days), and once it is late.
REMINDER_DAYS = (14, 7, 3, 1)
LATE = "late"
# These go at once, whatever somebody chose: after the next morning letter it can be too late.
CANNOT_WAIT = frozenset({"1", LATE})


@dataclass(frozen=True)
class Pause:
    """A question to the requester: asked on a day, answered on a day or not yet."""

    asked_on: date
    answered_on: date | None = None


def receipt_problem(
    received_on: date, *, today: date, born_on: date | None, registered_on: date | None = None
) -> str:
    """Say why a day of receipt cannot be; empty when it can. Received is received: any channel."""
    if received_on > today:
        return "Deze dag is nog niet geweest. Kies de dag waarop de school het verzoek kreeg."
    if registered_on is not None and received_on > registered_on:
        return (
            f"Het verzoek is op {registered_on:%d-%m-%Y} vastgelegd: toen had de school het al. "
            "Kies die dag of een eerdere."
        )
    if born_on is not None and received_on < born_on:
        return "Deze dag ligt voor de geboortedatum van de persoon over wie het gaat."
    try:
        request_term(received_on)
    except DeadlineError as problem:
        return f"Met deze dag kan geen termijn worden berekend. {problem}"
    return ""


def term_of(received_on: date, *, extended: bool) -> Term:
    """The term as it runs: one calendar month, or three when it was extended, rolled at the end."""
    return request_term(received_on, extended=extended)


def paused_days(pauses: Iterable[Pause], *, today: date) -> int:
    """Calendar days on which an answer of the requester was awaited; a day counts once."""
    days: set[date] = set()
    for pause in pauses:
        last = pause.answered_on or today
        days.update(
            pause.asked_on + timedelta(each) for each in range((last - pause.asked_on).days)
        )
    return len(days)


def last_day_with_pauses(target: date, pauses: Iterable[Pause], *, today: date) -> date:
    """The last day if the clock stood still meanwhile: for information; the earlier day leads.

    Counted from the target, and rolled to a working day after that, as every last day is.
    Whether the clock stands still is arguable (EDPB 01/2022, par. 157-159): nobody counts on it.
    """
    day = target + timedelta(days=paused_days(pauses, today=today))
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_overdue(*, state: str, last_day: date, today: date) -> bool:
    """Whether the requester should have had an answer; what has its answer is never overdue."""
    return state in OPEN and today > last_day


def was_late(*, answered_on: date | None, last_day: date) -> bool:
    """Whether the answer came after the last day: that stays visible."""
    return answered_on is not None and answered_on > last_day


def extension_problem(
    *, state: str, received_on: date, is_extended: bool, reason: str, text: str, today: date
) -> str:
    """Say why the term cannot be extended; empty when it can (AVG 12(3)).

    Once, with one of the two reasons, in words, and told within the first month.
    """
    if state not in OPEN:
        return "Het verzoek is al beantwoord of ingetrokken: er loopt geen termijn meer."
    if is_extended:
        return "De termijn is al verlengd. Dat kan één keer."
    last_day = request_term(received_on).last_day
    if today > last_day:
        return (
            f"Verlengen kon tot en met {last_day:%d-%m-%Y}: de vrager moet het binnen de eerste "
            "maand horen. Beantwoord het verzoek zo snel mogelijk."
        )
    if reason not in ExtensionReason.values:
        return "Kies waarom verlengen nodig is. Drukte is geen reden."
    if not text.strip():
        return "Leg in gewone taal uit waarom het langer duurt. Deze uitleg gaat naar de vrager."
    return ""


def extension_falls(received_on: date, *, extended_on: date | None) -> bool:
    """Whether an extension was told after the first month of this receipt (AVG 12(3))."""
    return extended_on is not None and extended_on > request_term(received_on).last_day


def reminder_stages(*, last_day: date, today: date) -> tuple[str, ...]:
    """Which reminders are due by today: each number of days before, and "late"."""
    left = (last_day - today).days
    due = [str(days) for days in REMINDER_DAYS if left <= days]
    return (*due, LATE) if left < 0 else tuple(due)
