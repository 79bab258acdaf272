"""Which morning somebody's letter belongs to. Pure: the moment is given.

Letters go on school days, at half past seven in Amsterdam: Monday to Friday, and not on a public
holiday. The holidays of the schools themselves are not known here, and differ by region and school;
terms of the law run on in them, so a letter goes then too. Who is away can choose one a week.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from privacyboard.clockwork.choices import Pace
from privacyboard.deadlines import AMSTERDAM, is_working_day, local_day

HALF_PAST_SEVEN = time(7, 30)


def is_school_day(day: date) -> bool:
    """Whether there is a morning letter on this day."""
    return is_working_day(day)


def last_morning(pace: str, at: datetime) -> datetime:
    """The last moment by then at which a letter at this pace went, or should have gone.

    What was written down before it belongs to that letter, whenever the letter is made. At once:
    now. Once a week: the first school day of the week, Monday when there is school.
    """
    if pace == Pace.AT_ONCE:
        return at
    mornings = (_morning(day) for day in _back_from(local_day(at)) if _is_letter_day(pace, day))
    return next(each for each in mornings if each <= at)


def next_morning(pace: str, at: datetime) -> datetime:
    """The first moment after this one at which a letter at this pace goes; at once: now."""
    if pace == Pace.AT_ONCE:
        return at
    today = local_day(at)
    days = (today + timedelta(days=each) for each in range(15))
    mornings = (_morning(day) for day in days if _is_letter_day(pace, day))
    return next(each for each in mornings if each > at)


def _morning(day: date) -> datetime:
    return datetime.combine(day, HALF_PAST_SEVEN, tzinfo=AMSTERDAM)


def _back_from(day: date) -> Iterator[date]:
    return (day - timedelta(days=each) for each in range(15))


def _is_letter_day(pace: str, day: date) -> bool:
    if not is_school_day(day):
        return False
    if pace != Pace.WEEKLY:
        return True
    monday = day - timedelta(days=day.weekday())
    return not any(is_school_day(monday + timedelta(days=each)) for each in range(day.weekday()))
