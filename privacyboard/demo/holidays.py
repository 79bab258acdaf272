"""The holidays of the demo board in the school year of a moment: invented, at a likely time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from privacyboard.demo.people import CONTENT
from privacyboard.frontdesk.actions import add_holidays
from privacyboard.frontdesk.rules import Days
from privacyboard.organisation.models import School, User
from privacyboard.organisation.rules import school_year_of
from registers.exchange import read_toml

_FRIDAY = 5


def load_holidays(*, by: User, at: datetime) -> None:
    """Of the whole board, and free days of one school."""
    year = school_year_of(localdate(at))
    rows = read_toml(CONTENT / "holidays.toml")["holiday"]
    for place in dict.fromkeys(row["school"] for row in rows):
        school = School.objects.get(slug=place) if place else None
        lines = [(0, _days(row, year)) for row in rows if row["school"] == place]
        add_holidays(lines=lines, school=school, by=by, at=at)


def _days(row: dict[str, Any], year: int) -> Days:
    """A holiday begins on the Saturday by its day; a free day is no day of a weekend."""
    day = date(year + row["year"], row["month"], row["day"])
    if row["days"] > 1:
        first = day - timedelta(days=(day.isoweekday() + 1) % 7)
    else:
        late = day.isoweekday() - _FRIDAY
        first = day + timedelta(days=3 - late) if late > 0 else day
    return Days(row["name"], first, first + timedelta(days=row["days"] - 1))
