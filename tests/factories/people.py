"""Pupils, groups, guardians."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from privacyboard.organisation.models import (
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
    School,
    Teacher,
)

_numbers = count(1)
# Fifteen years old or younger on the tests' today (2 March 2026).
CHILD = date(2016, 5, 12)


def group(school: School, name: str = "7a", *, year: int = 2025, **values: Any) -> Group:
    """A class of the school year 2025–2026."""
    made = Group(school=school, name=name, school_year=year, key=values.pop("key", name), **values)
    made.save()
    return made


def pupil(
    school: School, first_name: str = "Noor", *, of: Group | None = None, **values: Any
) -> Pupil:
    """A pupil of nine, in a group from the first day of the school year."""
    values = {"last_name": "Visser", "born_on": CHILD, "key": f"L{next(_numbers)}", **values}
    made = Pupil(school=school, first_name=first_name, **values)
    made.record(by=None, why="ingeschreven")
    if of is not None:
        place(made, of)
    return made


def place(who: Pupil, of: Group, *, starts_on: date | None = None) -> Placement:
    """Put a pupil in a group."""
    placed: Placement = Placement.objects.create(
        pupil=who, group=of, starts_on=starts_on or date(of.school_year, 8, 1)
    )
    return placed


def guardian(*children: Pupil, first_name: str = "Sanne", **values: Any) -> Guardian:
    """A parent with authority over these children, with an address."""
    tie = {name: values.pop(name) for name in ("kind", "has_authority") if name in values}
    values = {"last_name": "Visser", "email": f"{first_name.lower()}@gezin.example", **values}
    made = Guardian(first_name=first_name, **values)
    made.record(by=None, why="ingevoerd")
    for child in children:
        Guardianship(pupil=child, guardian=made, **tie).record(by=None, why="ingevoerd")
    return made


def teacher(school: School, email: str, *groups: Group) -> Teacher:
    """Somebody before these groups, known by an address."""
    made = Teacher(school=school, email=email, key=f"T{next(_numbers)}", last_name="Meester")
    made.record(by=None, why="ingevoerd")
    made.groups.set(groups)
    return made
