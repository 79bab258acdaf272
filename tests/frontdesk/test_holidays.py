"""Keeping the holidays: what can be one, who may, all of a paste or none, and two at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.frontdesk.actions import (
    add_holiday,
    add_holidays,
    change_holiday,
    remove_holiday,
)
from privacyboard.frontdesk.rules import Days, days_problems, read_days, year_to_know
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, SchoolHoliday, User
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.together import together_or_refused

AUTUMN = Days("Herfstvakantie", date(2026, 10, 17), date(2026, 10, 25))
OVERLAP = (
    "In deze dagen staat er al: Herfstvakantie (17 oktober 2026 tot en met 25 oktober 2026). "
    "Wijzig die, of kies andere dagen."
)
NO_RIGHT = "U kunt hier geen vakanties bijhouden. Vraag het de IBP-manager."


def add(school: School | None, by: User | None, days: Days = AUTUMN) -> SchoolHoliday:
    return add_holiday(days=days, school=school, by=by, at=NOW)


def refusal(act: Any, **given: Any) -> dict[str, str]:
    with pytest.raises(ActRefused) as refused:
        act(**given, at=NOW)
    return dict(refused.value.errors)


class TestRule:
    @pytest.mark.parametrize(
        ("first", "last", "problems"),
        [
            (date(2026, 10, 17), date(2026, 10, 25), {}),
            (date(2026, 10, 17), date(2026, 10, 17), {}),
            # Ten weeks, and a day more.
            (date(2026, 7, 4), date(2026, 9, 11), {}),
            (
                date(2026, 7, 4),
                date(2026, 9, 12),
                {"last_day": "Dit is langer dan tien weken. Kijk of de maand en het jaar kloppen."},
            ),
            (
                date(2026, 10, 25),
                date(2026, 10, 17),
                {"last_day": "De laatste dag ligt voor de eerste dag. Draai ze om."},
            ),
            # A year back and three years ahead of Monday 2 March 2026.
            (date(2025, 3, 2), date(2025, 3, 2), {}),
            (date(2029, 3, 2), date(2029, 3, 2), {}),
        ],
    )
    def test_how_long(self, first: date, last: date, problems: dict[str, str]) -> None:
        assert days_problems(Days("Vakantie", first, last), today=TODAY) == problems

    @pytest.mark.parametrize(
        ("first", "last", "fields"),
        [
            (date(2025, 3, 1), date(2025, 3, 2), {"first_day"}),
            (date(2029, 3, 2), date(2029, 3, 3), {"last_day"}),
            (date(2062, 10, 17), date(2062, 10, 25), {"first_day", "last_day"}),
            (date(1, 1, 1), date(9999, 12, 31), {"first_day", "last_day"}),
        ],
    )
    def test_a_wrong_year_is_named(self, first: date, last: date, fields: set[str]) -> None:
        problems = days_problems(Days("Vakantie", first, last), today=TODAY)
        assert set(problems) == fields
        assert set(problems.values()) == {
            "Kijk of het jaar klopt: kies een dag van 02-03-2025 tot en met 02-03-2029."
        }

    def test_a_name_is_asked(self) -> None:
        for name, words in (
            (" ", "Vul in hoe de vakantie heet."),
            ("x" * 61, "Kies een naam van ten hoogste 60 tekens."),
        ):
            days = Days(name, AUTUMN.first_day, AUTUMN.last_day)
            assert days_problems(days, today=TODAY) == {"name": words}

    @pytest.mark.parametrize(
        ("day", "year"),
        [
            (date(2026, 5, 31), 2025),
            (date(2026, 6, 1), 2026),
            (date(2026, 8, 1), 2026),
            (date(2027, 5, 31), 2026),
        ],
    )
    def test_from_june_the_coming_year_is_known(self, day: date, year: int) -> None:
        assert year_to_know(day) == year


class TestLines:
    @pytest.mark.parametrize(
        "line",
        [
            "Herfstvakantie 17-10-2026 25-10-2026",
            "Herfstvakantie; 17-10-2026; 25-10-2026",
            "Herfstvakantie\t17-10-2026\t25-10-2026",
            "Herfstvakantie: 17/10/2026 t/m 25/10/2026",
            "  Herfstvakantie 17.10.2026 tot en met 25.10.2026.  ",
            "Herfstvakantie 17-10-2026 - 25-10-2026",
        ],
    )
    def test_as_people_write_them(self, line: str) -> None:
        assert read_days(line) == ([(1, AUTUMN)], [])

    def test_one_day_and_a_name_of_more_words(self) -> None:
        found, problems = read_days("\nStudiedag 1 van De Linde 5-11-2026\n\n")
        day = date(2026, 11, 5)
        assert (found, problems) == ([(2, Days("Studiedag 1 van De Linde", day, day))], [])

    def test_what_cannot_be_read_is_named_by_its_line(self) -> None:
        found, problems = read_days(
            "Herfstvakantie 17-10-2026 25-10-2026\nKerst\n\n"
            "Mei 31-04-2027 2-5-2027\nx 1-1-26 2-1-26"
        )
        assert found == [(1, AUTUMN)]
        how = (
            "schrijf eerst de naam, dan de eerste en de laatste dag, zoals "
            "Herfstvakantie 17-10-2026 25-10-2026."
        )
        assert problems == [
            f"Regel 2: {how}",
            "Regel 4: hierin staat een dag die niet bestaat.",
            f"Regel 5: {how}",
        ]

    def test_too_much_is_refused_at_once(self) -> None:
        assert read_days("a 1-1-2026\n" * 101) == (
            [],
            ["Dit zijn 101 regels. Plak er ten hoogste 100 tegelijk."],
        )
        assert read_days("x" + " ;" * 5000)[1][0].startswith("Regel 1: schrijf eerst de naam")


@pytest.mark.django_db
class TestActs:
    def test_it_is_kept_with_who_did_it(self, cast: Cast) -> None:
        made = add(None, cast.ibp, Days(" Herfstvakantie ", AUTUMN.first_day, AUTUMN.last_day))
        assert str(made) == "Herfstvakantie (17 oktober 2026 tot en met 25 oktober 2026)"
        row = SchoolHoliday.history.get()
        assert (row.history_user, row.history_change_reason) == (cast.ibp, "vakantie ingevoerd")

    def test_a_day_reads_as_a_day(self, cast: Cast) -> None:
        made = add(cast.linde, None, Days("Studiedag", TODAY, TODAY))
        assert str(made) == "Studiedag (2 maart 2026)"

    @pytest.mark.parametrize("shift", [-8, 0, 8])
    def test_days_of_the_same_place_are_refused_with_its_name(self, cast: Cast, shift: int) -> None:
        add(None, cast.ibp)
        by = timedelta(days=shift)
        days = Days("Nog een", AUTUMN.first_day + by, AUTUMN.last_day + by)
        assert refusal(add_holiday, days=days, school=None, by=cast.ibp) == {"first_day": OVERLAP}

    def test_the_day_before_and_the_day_after_are_free(self, cast: Cast) -> None:
        add(None, cast.ibp)
        for day in (date(2026, 10, 16), date(2026, 10, 26)):
            add(None, cast.ibp, Days("Studiedag", day, day))
        assert SchoolHoliday.objects.count() == 3

    def test_another_place_has_days_of_its_own(self, cast: Cast) -> None:
        for school in (None, cast.linde, cast.eik):
            add(school, cast.ibp)
        assert SchoolHoliday.objects.count() == 3

    def test_the_database_refuses_what_goes_around_the_act(self, cast: Cast) -> None:
        add(None, cast.ibp)
        for name in ("one_holiday_of_a_place_at_a_time", "a_holiday_ends_after_it_starts"):
            last = AUTUMN.first_day - timedelta(days="ends" in name)
            row = SchoolHoliday(name="x", first_day=AUTUMN.first_day, last_day=last)
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                row.record(by=None, why="proef")

    def test_a_change_does_not_meet_itself(self, cast: Cast) -> None:
        made = add(None, cast.ibp)
        days = Days("Herfst", AUTUMN.first_day, AUTUMN.last_day + timedelta(days=1))
        change_holiday(holiday=made, days=days, by=cast.ibp, at=NOW)
        kept = SchoolHoliday.objects.get()
        assert (kept.name, kept.last_day) == ("Herfst", date(2026, 10, 26))
        other = add(None, cast.ibp, Days("Later", date(2026, 11, 2), date(2026, 11, 2)))
        errors = refusal(change_holiday, holiday=other, days=AUTUMN, by=cast.ibp)
        assert errors["first_day"].startswith("In deze dagen staat er al: Herfst (17 oktober")

    def test_who_saw_an_older_edition_is_told(self, cast: Cast) -> None:
        made = add(None, cast.ibp)
        seen = edition_of(made)
        change_holiday(holiday=made, days=AUTUMN, by=cast.ibp, at=NOW, seen=seen)
        errors = refusal(change_holiday, holiday=made, days=AUTUMN, by=cast.ibp, seen=seen)
        assert errors[""].startswith("Iemand anders was u voor.")

    def test_what_was_removed_leaves_its_history(self, cast: Cast) -> None:
        made = add(cast.linde, cast.director)
        remove_holiday(holiday=made, by=cast.director, at=NOW)
        assert not SchoolHoliday.objects.exists()
        rows = SchoolHoliday.history.order_by("history_id")
        assert [(each.history_type, each.history_user) for each in rows] == [
            ("+", cast.director),
            ("-", cast.director),
        ]
        made = SchoolHoliday(pk=made.pk or 1, school=cast.linde, name="x")
        for act, more in ((remove_holiday, {}), (change_holiday, {"days": AUTUMN})):
            errors = refusal(act, holiday=made, by=cast.director, **more)
            assert errors == {"": "Deze vakantie is intussen verwijderd."}


@pytest.mark.django_db
class TestPaste:
    def test_a_whole_year_at_once(self, cast: Cast) -> None:
        lines, problems = read_days(
            "Herfstvakantie 17-10-2026 25-10-2026\nKerstvakantie 19-12-2026 3-1-2027"
        )
        assert not problems
        made = add_holidays(lines=lines, school=None, by=cast.ibp, at=NOW)
        assert [each.name for each in made] == ["Herfstvakantie", "Kerstvakantie"]
        assert SchoolHoliday.objects.count() == 2

    def test_all_or_nothing_and_every_problem_by_its_line(self, cast: Cast) -> None:
        late = date(2062, 1, 1)
        lines = [
            (1, AUTUMN),
            (3, Days("Dubbel", date(2026, 10, 20), date(2026, 10, 20))),
            (4, Days("Ver", late, late)),
            (5, Days("Goed", date(2026, 11, 2), date(2026, 11, 2))),
        ]
        errors = refusal(add_holidays, lines=lines, school=None, by=cast.ibp)
        year = "Kijk of het jaar klopt: kies een dag van 02-03-2025 tot en met 02-03-2029."
        assert list(errors.values()) == [
            f"Regel 3: {OVERLAP}",
            f"Regel 4: {year}",
        ]
        assert not SchoolHoliday.objects.exists()
        assert not SchoolHoliday.history.exists()

    def test_nothing_is_nothing(self, cast: Cast) -> None:
        errors = refusal(add_holidays, lines=[], school=None, by=cast.ibp)
        assert errors == {"text": "Hier staat nog geen vakantie."}


@pytest.mark.django_db
class TestWhoMay:
    def test_the_ibp_manager_everywhere_a_director_at_the_own_school(self, cast: Cast) -> None:
        may = {
            (user.first_name, school.slug if school else "")
            for user in cast.everybody()
            for school in (None, cast.linde, cast.eik)
            if not self.is_refused(user, school)
        }
        assert may == {
            *(("Ilse", ""), ("Ilse", "de-linde"), ("Ilse", "de-eik")),
            *(("Dirk", "de-linde"), ("Edo", "de-eik")),
        }

    def is_refused(self, user: User, school: School | None) -> bool:
        try:
            add(school, user).erase(by=None, why="proef")
        except ActRefused:
            return True
        return False

    def test_who_may_not_reads_whom_to_ask(self, cast: Cast) -> None:
        assert refusal(add_holiday, days=AUTUMN, school=None, by=cast.director) == {"": NO_RIGHT}

    def test_nobody_changes_that_of_another_school(self, cast: Cast) -> None:
        for made in (add(cast.linde, None), add(None, None)):
            for act, more in ((change_holiday, {"days": AUTUMN}), (remove_holiday, {})):
                errors = refusal(act, holiday=made, by=cast.eik_director, **more)
                assert errors == {"": NO_RIGHT}
        assert SchoolHoliday.objects.count() == 2

    def test_who_reads_which(self, cast: Cast) -> None:
        for school in (None, cast.linde, cast.eik):
            add(school, None)
        read = {
            user.first_name: {
                each.school.slug if each.school else ""
                for each in SchoolHoliday.objects.visible_to(user).select_related("school")
            }
            for user in (cast.ibp, cast.administrator, cast.director, cast.eik_teacher)
        }
        every = {"", "de-linde", "de-eik"}
        assert read == {
            "Ilse": every,
            "Tom": every,
            "Dirk": {"", "de-linde"},
            "Eva": {"", "de-eik"},
        }
        gone = make_person("Lars Weg", Role.EMPLOYEE, cast.linde, ends_on=date(2021, 1, 1))
        assert not SchoolHoliday.objects.visible_to(gone).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_keep_one(append_only_lifted: None, cast: Cast) -> None:
    def work() -> SchoolHoliday:
        return add(None, User.objects.get(pk=cast.ibp.pk))

    assert sorted(together_or_refused(work, work)) == ["", OVERLAP]
    assert SchoolHoliday.objects.count() == 1
