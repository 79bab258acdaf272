"""At eighteen authority ends, and the records say so (BW 1:233, 1:245)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.models import Guardianship, Pupil, School, User
from privacyboard.people.actions.eighteen import end_authority
from privacyboard.people.desk import ties_of
from tests.conftest import Cast
from tests.factories import people

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
BEFORE, BIRTHDAY = date(2026, 3, 9), date(2026, 3, 10)


def sweep(day: date) -> int:
    return end_authority(by=None, at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def turning(school: School, first_name: str = "Ties", **values: Any) -> Pupil:
    values = {"born_on": date(2008, 3, 10), **values}
    pupil = people.pupil(school, first_name, **values)
    people.guardian(pupil, first_name=f"Moeder van {first_name}")
    return pupil


def ends() -> dict[str, date | None]:
    return {tie.pupil.first_name: tie.ends_on for tie in Guardianship.objects.all()}


def test_authority_ends_on_the_day_before_the_birthday_once_with_its_reason(cast: Cast) -> None:
    ties = turning(cast.linde)

    assert [sweep(day) for day in (BEFORE, BIRTHDAY, BIRTHDAY)] == [0, 1, 0]
    assert sweep(BIRTHDAY + timedelta(days=40)) == 0
    tie = Guardianship.objects.get()
    assert (tie.ends_on, tie.has_authority) == (BEFORE, True)
    last = tie.history.first()
    assert last.history_change_reason == "18 jaar geworden: het gezag is geëindigd (BW 1:245)"
    assert ties_of(ties, on=BEFORE) == [tie]
    assert ties_of(ties, on=BIRTHDAY) == []


def test_a_late_run_heals_and_keeps_the_right_day(cast: Cast) -> None:
    turning(cast.linde)
    turning(cast.linde, "Oud", born_on=date(2004, 2, 29))

    assert sweep(date(2027, 1, 1)) == 2
    assert ends() == {"Ties": BEFORE, "Oud": date(2022, 2, 28)}


def test_not_of_minors_of_who_has_a_curator_or_of_whom_nobody_knows_the_age(cast: Cast) -> None:
    turning(cast.linde, "Jong", born_on=date(2008, 3, 11))
    turning(cast.linde, "Beschermd", has_curator=True)
    turning(cast.linde, "Onbekend", born_on=None)
    without = turning(cast.linde, "Zonder")
    Guardianship.objects.filter(pupil=without).update(has_authority=False)

    assert sweep(BIRTHDAY) == 0


def test_authority_that_was_noted_after_the_birthday_ends_on_its_first_day(cast: Cast) -> None:
    turning(cast.linde)
    Guardianship.objects.update(starts_on=date(2026, 5, 1))

    assert [sweep(BIRTHDAY), sweep(date(2026, 5, 2)), sweep(date(2026, 5, 3))] == [0, 1, 0]
    assert ends() == {"Ties": date(2026, 5, 1)}


@pytest.mark.django_db(transaction=True)
def test_who_is_being_changed_is_not_waited_for(append_only_lifted: None, cast: Cast) -> None:
    for number in range(8):
        turning(cast.linde, f"Kind {number}")

    def work(_number: int) -> int:
        try:
            return sweep(BIRTHDAY)
        finally:
            connection.close()

    with transaction.atomic():
        Guardianship.objects.select_for_update().get(pupil__first_name="Kind 3")
        with ThreadPoolExecutor(5) as workers:
            assert sum(workers.map(work, range(5))) == 7
    assert sweep(BIRTHDAY) == 1
    assert Guardianship.history.filter(history_type="~").count() == 8


def test_it_costs_one_query_when_nobody_is_of_age(cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert sweep(BEFORE) == 0
        return len(seen)

    before = cost()
    for number in range(3):
        turning(cast.linde, f"Kind {number}")
    assert (before, cost()) == (1, 1)


def test_the_page_of_the_pupil_says_until_when(cast: Cast, as_user: AsUser) -> None:
    ties = turning(cast.linde, born_on=date(2008, 2, 10))
    sweep(date(2026, 2, 10))

    page = as_user(cast.director).get(f"/leerlingen/{ties.pk}/").content.decode()
    assert "9 februari 2026" in page
