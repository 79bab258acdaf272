"""What an answer is, beside what was said before, and how long a yes holds."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from consent.choices import NO, YES, AnswerKind, Renewal
from consent.rules.standing import Vote

# A yes that would end within this many days of being given is for the next period.
_SHORTEST_DAYS = 90


def kind_of(says_yes: bool, before: Vote | None) -> AnswerKind:
    """What it is that somebody says now, beside the last thing that they said."""
    said_yes = before is not None and before.kind in (*YES, AnswerKind.EXPIRED)
    if says_yes:
        return AnswerKind.CONFIRMED if said_yes else AnswerKind.GIVEN
    still_yes = before is not None and before.kind in YES
    return AnswerKind.WITHDRAWN if still_yes else AnswerKind.REFUSED


def left_as_it_is(before: Vote | None, *, rests_on: int) -> bool | None:
    """What "laat alles zoals het is" says: the same again; None where there is nothing to leave.

    A text that asks again is not left as it is: who said yes to the old one has to read the new.
    """
    if before is None:
        return None
    if before.kind in NO:
        return False
    return True if before.text_number >= rests_on else None


def period_end(month: int, day: int, *, on: date) -> date:
    """The end of the consent period for an answer of a day: at least 90 days later."""
    earliest = on + timedelta(days=_SHORTEST_DAYS)
    for year in (on.year, on.year + 1):
        end = date(year, month, min(day, monthrange(year, month)[1]))
        if end >= earliest:
            return end
    year = on.year + 2
    return date(year, month, min(day, monthrange(year, month)[1]))


def last_day_of(renewal: str, *, ends_on: date) -> date | None:
    """The last day of a yes: only one that expires has any."""
    return ends_on if renewal == Renewal.EXPIRES else None


def says_the_same(kind: str, before: Vote | None, *, text_number: int, on: date) -> bool:
    """Whether this repeats what the same person said today: a form posted twice is one answer."""
    if before is None or before.at.date() != on or before.text_number != text_number:
        return False
    return (kind in YES) == (before.kind in YES) and (kind in NO) == (before.kind in NO)
