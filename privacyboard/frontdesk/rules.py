"""Which morning somebody's letter belongs to, and which holidays can be. Pure: moments are given.

Letters go at half past seven in Amsterdam, on school days: Monday to Friday, not on a public
holiday, and not when every school of the reader is closed. A term of the law runs on in holidays
(Regulation 1182/71, 3(3)): on working days of a holiday goes what cannot wait until it is over. Who
is away can choose one letter a week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from privacyboard.clockwork.choices import Pace
from privacyboard.deadlines import AMSTERDAM, is_working_day, local_day

HALF_PAST_SEVEN = time(7, 30)
# Who comes back and reads of a day has a working week for it; what is due sooner cannot wait.
TIME_TO_ACT = timedelta(weeks=1)
# Days on which every school of somebody is closed.
Closed = frozenset[date]
NEVER: Closed = frozenset()


@dataclass(frozen=True)
class Letter:
    """One letter: the moment at which it goes, and in a holiday the first school day after it."""

    morning: datetime
    back_on: date | None = None

    @property
    def before(self) -> date | None:
        """It tells only of what is due before this day; None: of everything."""
        return self.back_on + TIME_TO_ACT if self.back_on else None


def is_school_day(day: date, closed: Closed = NEVER) -> bool:
    """Whether there is school on this day for who has these closed days."""
    return is_working_day(day) and day not in closed


def last_letter(pace: str, at: datetime, closed: Closed = NEVER) -> Letter:
    """The last letter at this pace that went by then, or should have gone.

    What was written down before its morning belongs to it, whenever it is made. At once: now.
    """
    if pace == Pace.AT_ONCE:
        return Letter(at)
    today = local_day(at)
    days = (today - timedelta(days=each) for each in range(15))
    letters = (_letter_on(pace, day, closed) for day in days)
    return next(each for each in letters if each and each.morning <= at)


def letters_after(pace: str, at: datetime, closed: Closed = NEVER) -> Iterator[Letter]:
    """The letters at this pace after this moment, without end; at once: now."""
    day = local_day(at)
    while True:
        letter = Letter(at) if pace == Pace.AT_ONCE else _letter_on(pace, day, closed)
        if letter and (letter.morning > at or pace == Pace.AT_ONCE):
            yield letter
        day += timedelta(days=1)


def next_letter(pace: str, at: datetime, closed: Closed = NEVER) -> Letter:
    """The first letter after this moment that tells of everything."""
    return next(each for each in letters_after(pace, at, closed) if each.back_on is None)


def _letter_on(pace: str, day: date, closed: Closed) -> Letter | None:
    """The letter of a day. Once a week it is that of the first school day of the week, and, when
    the week begins in a holiday, one of its first working day for what cannot wait.
    """
    if not is_working_day(day):
        return None
    monday = day - timedelta(days=day.weekday())
    earlier = [monday + timedelta(days=each) for each in range(day.weekday())]
    weekly = pace == Pace.WEEKLY
    morning = datetime.combine(day, HALF_PAST_SEVEN, tzinfo=AMSTERDAM)
    if day not in closed:
        had = weekly and any(is_school_day(each, closed) for each in earlier)
        return None if had else Letter(morning)
    had = weekly and any(is_working_day(each) for each in earlier)
    return None if had else Letter(morning, back_on=_first_school_day(day, closed))


def _first_school_day(after: date, closed: Closed) -> date:
    day = after + timedelta(days=1)
    while not is_school_day(day, closed):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Days:
    """A holiday as somebody typed it: what it is called, its first and its last day."""

    name: str
    first_day: date
    last_day: date


# The summer takes six weeks, some schools' seven; what is longer is a slip of the pen in the year.
LONGEST_HOLIDAY = timedelta(weeks=10)
# So far back and ahead; schools know their holidays three years ahead at most.
YEARS_BACK, YEARS_AHEAD = 1, 3
MOST_LINES = 100
LONGEST_NAME = 60
LONGEST_LINE = 200


def days_problems(days: Days, *, today: date) -> dict[str, str]:
    """Why this can be no holiday, by field; empty when it can."""
    found = {}
    if not days.name.strip():
        found["name"] = "Vul in hoe de vakantie heet."
    elif len(days.name) > LONGEST_NAME:
        found["name"] = f"Kies een naam van ten hoogste {LONGEST_NAME} tekens."
    earliest, latest = (today + relativedelta(years=each) for each in (-YEARS_BACK, YEARS_AHEAD))
    for field in ("first_day", "last_day"):
        if not earliest <= getattr(days, field) <= latest:
            found[field] = (
                "Kijk of het jaar klopt: kies een dag van "
                f"{earliest:%d-%m-%Y} tot en met {latest:%d-%m-%Y}."
            )
    if found:
        return found
    if days.last_day < days.first_day:
        return {"last_day": "De laatste dag ligt voor de eerste dag. Draai ze om."}
    if days.last_day - days.first_day >= LONGEST_HOLIDAY:
        return {"last_day": "Dit is langer dan tien weken. Kijk of de maand en het jaar kloppen."}
    return {}


def year_to_know(day: date) -> int:
    """The school year of which the holidays are known by now, by its first calendar year.

    From 1 June on that is the coming one: schools have told parents by then.
    """
    return day.year if day.month >= 6 else day.year - 1


_DAY = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
_LINE = re.compile(
    rf"(.*?)[\s;:,]*{_DAY}(?:[\s;,]*(?:t/m|tot en met|tot|–|-)?[\s;,]*{_DAY})?[\s;,.]*"
)


def read_days(text: str) -> tuple[list[tuple[int, Days]], list[str]]:
    """The holidays of a text, each with the number of its line; and what is wrong, line by line.

    A line is a name, the first day, and the last day unless it is the same.
    """
    found: list[tuple[int, Days]] = []
    problems = []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return [], [f"Dit zijn {len(lines)} regels. Plak er ten hoogste {MOST_LINES} tegelijk."]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        read = _LINE.fullmatch(line.strip()) if len(line) <= LONGEST_LINE else None
        if read is None:
            problems.append(
                f"Regel {number}: schrijf eerst de naam, dan de eerste en de laatste dag, zoals "
                "Herfstvakantie 17-10-2026 25-10-2026."
            )
            continue
        name, *numbers = read.groups()
        try:
            first = _typed(numbers[:3])
            last = _typed(numbers[3:]) if numbers[3] else first
        except ValueError:
            problems.append(f"Regel {number}: hierin staat een dag die niet bestaat.")
            continue
        found.append((number, Days(name.strip(), first, last)))
    return found, problems


def _typed(numbers: list[str]) -> date:
    day, month, year = (int(each) for each in numbers)
    return date(year, month, day)
