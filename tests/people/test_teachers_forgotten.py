"""A teacher goes two years after the last sign of working here, and never while one still does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, Teacher
from tests import retention_runs
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.factories import people
from tests.people.conftest import TakeIn

DAY = timedelta(days=1)
# History is dated by the server: what was written now lies behind on the days of these tests.
FILED = datetime(2050, 9, 4, 9, 0, tzinfo=UTC)
ON_THE_DAY, THE_DAY_AFTER = date(2052, 9, 4), date(2052, 9, 5)
Give = Callable[..., None]


def teacher(key: str) -> str:
    address = f"<emailadres>{key.lower()}@school.example</emailadres>"
    return f'<leerkracht key="{key}"><achternaam>{key}</achternaam>{address}</leerkracht>'


@pytest.fixture
def give(take_in: TakeIn) -> Give:
    """Apply an EDEXML of the running school year that names these teachers, before no group."""

    def done(*keys: str, at: datetime = FILED, is_full: bool = True, **more: School) -> None:
        year = at.year if at.month >= 8 else at.year - 1
        content = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f"<EDEX><school><schooljaar>{year}-{year + 1}</schooljaar></school><groepen/>"
            '<leerlingen><leerling key="1"><achternaam>Visser</achternaam><roepnaam>Noor</roepnaam>'
            f"</leerling></leerlingen><leerkrachten>{''.join(map(teacher, keys))}</leerkrachten>"
            "</EDEX>"
        )
        file = take_in(content, file_name="edex.xml", at=at, is_full=is_full, **more)
        assert file.state == "applied"

    return done


def run(day: date) -> int:
    return retention_runs.run(day, "teachers")


def keys() -> list[str]:
    return list(Teacher.objects.order_by("key").values_list("key", flat=True))


def test_who_stands_in_the_newest_full_file_never_goes(cast: Cast, give: Give) -> None:
    give("IB", "VERTROKKEN")
    assert run(date(2059, 1, 1)) == 0
    # The same file, year after year: nothing in it is new.
    give("IB", at=FILED + 300 * DAY)
    assert run(ON_THE_DAY) == 0
    assert run(THE_DAY_AFTER) == 1
    assert keys() == ["IB"]
    assert run(date(2059, 1, 1)) == 0
    assert set(Teacher.history.values_list("key", flat=True)) == {"IB"}


def test_a_file_of_a_part_of_the_school_says_who_is_there_and_not_who_is_gone(
    cast: Cast, give: Give
) -> None:
    give("A", "B")
    give("B", "C", at=FILED + DAY, is_full=False)
    assert run(date(2059, 1, 1)) == 1  # no full file ever named this one
    assert keys() == ["A", "B"]


def test_a_file_of_a_part_puts_the_term_off(cast: Cast, give: Give) -> None:
    give("A", "B")
    give("A", at=FILED + DAY)
    give("B", at=FILED + 10 * DAY, is_full=False)
    assert run(ON_THE_DAY + 10 * DAY) == 0
    assert run(THE_DAY_AFTER + 10 * DAY) == 1
    assert keys() == ["A"]


def test_a_full_file_without_teachers_or_of_another_school_says_nothing_of_them(
    cast: Cast, give: Give
) -> None:
    give("A")
    give(at=FILED + DAY)
    give("Z", at=FILED + DAY, school=cast.eik)
    assert run(date(2059, 1, 1)) == 0


def test_who_works_here_by_an_appointment_stays_until_two_years_after_it(cast: Cast) -> None:
    user = make_person("Ina Intern", Role.EMPLOYEE, cast.linde, ends_on=date(2055, 1, 31))
    made = people.teacher(cast.linde, user.email)
    assert run(date(2057, 1, 31)) == 0
    assert run(date(2057, 2, 1)) == 1
    assert not Teacher.objects.filter(pk=made.pk).exists()


def test_an_account_alone_counts_from_its_making(cast: Cast) -> None:
    user = make_person("Nico Nieuw")
    user.created_at = FILED
    user.record(by=None, why="proef")
    people.teacher(cast.linde, user.email)
    assert run(ON_THE_DAY) == 0
    assert run(THE_DAY_AFTER) == 1


def test_that_a_file_named_somebody_leaves_no_history(cast: Cast, give: Give) -> None:
    give("A", at=NOW)
    give("A", at=NOW + DAY)
    known = Teacher.objects.get()
    assert (known.seen_on, known.is_listed) == (TODAY + DAY, True)
    assert known.history.count() == 1
