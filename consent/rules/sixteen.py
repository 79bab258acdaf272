"""Whose sixteenth, or eighteenth, birthday has come, by birth date."""

from __future__ import annotations

from datetime import date, timedelta

from consent.rules.standing import DECIDES_FROM

# So long after a birthday a run that came too late still does what was due.
HEALS = timedelta(days=366)


def born_by(day: date, age: int = DECIDES_FROM) -> date:
    """The last birth date of who is sixteen, or of this age, on this day.

    The same reading as `birthday_of`: who was born on 29 February is sixteen on 1 March where the
    year has no such day (2100).
    """
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # today is 29 February, and that year had none
        return date(day.year - age, 2, 28)


def born_between(day: date, age: int = DECIDES_FROM) -> tuple[date, date]:
    """The birth dates of who turned sixteen, or of this age, in the year up to this day."""
    return born_by(day - HEALS, age), born_by(day, age)
