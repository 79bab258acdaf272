"""The holidays of the demo board: of its school year, by the acts of people."""

from __future__ import annotations

from datetime import datetime

import pytest

from privacyboard.deadlines import AMSTERDAM
from privacyboard.demo.holidays import load_holidays
from privacyboard.organisation.models import SchoolHoliday
from tests.conftest import Cast


@pytest.mark.django_db
def test_every_school_knows_its_year(cast: Cast) -> None:
    load_holidays(by=cast.ibp, at=datetime(2026, 11, 22, 12, tzinfo=AMSTERDAM))
    rows = SchoolHoliday.objects.order_by("first_day").select_related("school")
    assert [(each.school and each.school.slug, str(each)) for each in rows] == [
        (None, "Herfstvakantie (17 oktober 2026 tot en met 25 oktober 2026)"),
        ("de-linde", "Studiedag (4 december 2026)"),
        (None, "Kerstvakantie (19 december 2026 tot en met 3 januari 2027)"),
        (None, "Voorjaarsvakantie (20 februari 2027 tot en met 28 februari 2027)"),
        ("de-linde", "Studiedag (16 maart 2027)"),
        (None, "Meivakantie (24 april 2027 tot en met 9 mei 2027)"),
        (None, "Zomervakantie (10 juli 2027 tot en met 22 augustus 2027)"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("year", range(2026, 2033))
def test_in_any_year_on_its_first_and_last_day(cast: Cast, year: int) -> None:
    for month, day in ((8, 1), (7, 31)):
        SchoolHoliday.objects.all().delete()
        load_holidays(by=cast.ibp, at=datetime(year, month, day, 12, tzinfo=AMSTERDAM))
        rows = list(SchoolHoliday.objects.all())
        assert len(rows) == 7
        # Holidays begin on a Saturday, free days are no weekend.
        assert {each.first_day.isoweekday() == 6 for each in rows if each.school is None} == {True}
        assert all(each.first_day.isoweekday() < 6 for each in rows if each.school)
