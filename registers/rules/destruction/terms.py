"""When data may and when they must be destroyed: what a retention rule says of one event.

A minimum forbids destruction up to and including its last day; a maximum demands it by its last
day. Every day here is a calendar day in Amsterdam; a term has passed when its last day is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

from privacyboard.deadlines import retention_end
from privacyboard.organisation.rules import school_year_of
from registers.choices import Bound, RetentionTrigger

# A list is laid ready this long before the year in which its first maximum ends.
LEAD = timedelta(days=60)
# No text says how soon after its minimum something is gone; this is our own rule (AVG 5(1)(e):
# no longer than necessary), long enough to carry a list through the summer.
CLEARED_WITHIN_MONTHS = 3

_YEARS = {
    RetentionTrigger.SCHOOL_YEAR_END: "schooljaar",
    RetentionTrigger.CALENDAR_YEAR_END: "kalenderjaar",
    RetentionTrigger.BOOK_YEAR_END: "boekjaar",
}
YEAR_TRIGGERS = frozenset(_YEARS)
# What stands against a line of which the rule has no term any more: a person decides.
NO_TERM = "geen vaste termijn meer"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RuleTerm:
    """What a retention rule says about time. Without a bound it goes by its condition."""

    bound: str
    trigger: str
    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    # These data may never be destroyed (no list of archives says that they may).
    keeps: bool = False

    @property
    def is_open(self) -> bool:
        """No term says when these data go, and no rule that they stay: a person decides."""
        return self.bound == Bound.NONE and not self.keeps

    @property
    def seal(self) -> str:
        """The same in one word: it changes when the board changes the term."""
        length = f"{self.years}y{self.months}m{self.weeks}w{self.days}d"
        return f"{length}-{self.bound}-{self.trigger}{'-keeps' if self.keeps else ''}"


@dataclass(frozen=True)
class Window:
    """The first day on which destruction is allowed, and the last day by which it is demanded."""

    not_before: date | None = None
    not_after: date | None = None

    def allows(self, day: date) -> bool:
        """Whether it may be destroyed on this day."""
        return self.not_before is None or day >= self.not_before

    def is_over(self, day: date) -> bool:
        """Whether it should have been gone before this day."""
        return self.not_after is not None and day > self.not_after


def sentence(words: str) -> str:
    """A term in words as a sentence of its own; one by its condition is that already."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def starts_on(trigger: str, event_day: date) -> date:
    """The day from which a term runs: of a year the last day of it, else the event itself.

    A school year ends on 31 July, a calendar year and a book year on 31 December.
    """
    if trigger == RetentionTrigger.SCHOOL_YEAR_END:
        return date(school_year_of(event_day) + 1, 7, 31)
    if trigger in YEAR_TRIGGERS:
        return date(event_day.year, 12, 31)
    return event_day


def window(term: RuleTerm, event_day: date) -> Window:
    """When destruction is allowed and when it is demanded; both empty for a rule without a term.

    A minimum after which the data go must be followed within CLEARED_WITHIN_MONTHS.
    """
    if term.bound == Bound.NONE:
        return Window()
    last = retention_end(
        starts_on(term.trigger, event_day),
        years=term.years,
        months=term.months,
        weeks=term.weeks,
        days=term.days,
    )
    if term.bound == Bound.MAXIMUM:
        return Window(not_after=last)
    first = last + _ONE_DAY
    if term.bound == Bound.MINIMUM:
        return Window(not_before=first)
    return Window(first, retention_end(first, months=CLEARED_WITHIN_MONTHS))


def listed_from(found: Window) -> date | None:
    """The day from which it stands on a list; nothing where a person decides the day.

    A minimum keeps it off every list until it has passed. A maximum is on the list of its year,
    which is laid ready before that year begins.
    """
    if found.not_before is not None:
        return found.not_before
    if found.not_after is not None:
        return date(found.not_after.year, 1, 1) - LEAD
    return None


def list_year(today: date) -> int:
    """The year of the list that is written on this day."""
    return (today + LEAD).year


def conflict(one: Window, other: Window) -> bool:
    """Whether one must be gone before the other may go: of the same data they cannot both hold."""
    return (
        one.not_after is not None
        and other.not_before is not None
        and one.not_after < other.not_before
    )


def conflicts(terms: Iterable[tuple[str, RuleTerm]], event_day: date) -> list[tuple[str, str]]:
    """Of rules (by code) about the same data and event: each pair (must be gone, must stay).

    What may never be destroyed stays whatever the event is.
    """
    found = [(code, term, window(term, event_day)) for code, term in terms]
    return [
        (goes, stays)
        for (goes, one, first), (stays, other, second) in permutations(found, 2)
        if (other.keeps and not one.keeps)
        or (one.trigger == other.trigger and conflict(first, second))
    ]


def period_name(trigger: str, last_day: date) -> str:
    """A year in words, by its last day: "schooljaar 2018-2019", "boekjaar 2018"."""
    year = last_day.year
    name = _YEARS[RetentionTrigger(trigger)]
    is_school_year = trigger == RetentionTrigger.SCHOOL_YEAR_END
    return f"{name} {year - 1}-{year}" if is_school_year else f"{name} {year}"


def newest_period(term: RuleTerm, today: date) -> date | None:
    """The last day of the newest year that stands on a list by today; nothing without a term."""
    day = starts_on(term.trigger, today)
    if term.trigger not in YEAR_TRIGGERS or listed_from(window(term, day)) is None:
        return None
    while (listed_from(window(term, day)) or today) > today:
        day = starts_on(term.trigger, date(day.year - 1, day.month, 1))
    return day


def periods_since(term: RuleTerm, last: date, today: date) -> list[date]:
    """The last days of the years after `last` that stand on a list by today, oldest first.

    The year of `last` too, when years end later in it by now.
    """
    newest = newest_period(term, today)
    if newest is None:
        return []
    days = [newest.replace(year=year) for year in range(last.year, newest.year + 1)]
    return [day for day in days if day > last]
