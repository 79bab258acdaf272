"""Appointments that end and accounts that nobody needs: told to who decides, never by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.backoffice.reminders import remind_of_accounts
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import DigestLine
from privacyboard.deadlines import AMSTERDAM
from privacyboard.frontdesk import desk
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import Cast, make_person

AsUser = Callable[[User], Client]
DAY = timedelta(days=1)
END = date(2026, 7, 31)


def at(day: date, hour: int = 1) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=AMSTERDAM)


def told() -> list[tuple[str, str]]:
    lines = DigestLine.objects.select_related("user").order_by("pk")
    return [(line.user.email.partition("@")[0], line.sentence) for line in lines]


def run(day: date) -> list[tuple[str, str]]:
    seen = len(told())
    sweeps.run(name="account_reminders", at=at(day))
    return told()[seen:]


def ends(user: User, day: date = END) -> None:
    Appointment.objects.filter(user=user).update(ends_on=day)


@pytest.mark.django_db
class TestEnding:
    def test_two_weeks_before_to_the_director_of_the_school(self, cast: Cast) -> None:
        ends(cast.teacher)
        days = {left: run(END - left * DAY) for left in range(16, -3, -1)}
        words = "Een aanstelling als medewerker (De Linde) loopt tot en met 31 juli 2026."
        assert {left: found for left, found in days.items() if found} == {
            14: [("dirk", words)],
            # On the first day without any role the account itself is the matter.
            -1: [
                (
                    "tom",
                    "Een account heeft sinds 31 juli 2026 geen rol meer. Sluit het, of geef het "
                    "een rol.",
                )
            ],
        }
        paths = DigestLine.objects.order_by("pk").values_list("path", flat=True)
        assert list(paths) == [
            "/aanstellingen/",
            f"/beheer/organisation/user/{cast.teacher.pk}/change/",
        ]

    @pytest.mark.parametrize(
        ("who", "to"),
        [
            ("director", ["ilse"]),
            ("care", ["dirk"]),
            ("fg", ["ilse"]),
            ("board_member", ["ilse"]),
            ("administrator", ["ilse"]),
            ("ibp", ["tom"]),
            ("eik_teacher", ["edo"]),
        ],
    )
    def test_never_to_the_person_whom_it_is_about(
        self, cast: Cast, who: str, to: list[str]
    ) -> None:
        ends(getattr(cast, who))
        assert [name for name, _words in run(END - 14 * DAY)] == to

    def test_an_appointment_that_goes_on_is_no_news(self, cast: Cast) -> None:
        ends(cast.teacher)
        old = Appointment.objects.get(user=cast.teacher)
        old.pk, old.starts_on, old.ends_on = None, END + DAY, None
        old.record(by=None, why="verlengd")
        assert run(END - 14 * DAY) == []

    def test_a_gap_is_news(self, cast: Cast) -> None:
        ends(cast.teacher)
        old = Appointment.objects.get(user=cast.teacher)
        old.pk, old.starts_on, old.ends_on = None, END + 30 * DAY, None
        old.record(by=None, why="later terug")
        assert [name for name, _words in run(END - 14 * DAY)] == ["dirk"]
        # Somebody who comes back needs no closed account.
        assert run(END + DAY) == []

    def test_twelve_that_end_on_one_day_are_one_sentence(self, cast: Cast) -> None:
        for number in range(12):
            make_person(f"Piet{number} Smit", Role.EMPLOYEE, cast.linde, ends_on=END)
        run(END - 14 * DAY)
        sweeps.run(name="digest", at=at(END - 14 * DAY, hour=8))
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.to == cast.director.email
        words = "Een aanstelling als medewerker (De Linde) loopt tot en met 31 juli 2026."
        assert " ".join(letter.text.split()).count(f"{words} (12 keer)") == 1
        assert letter.subject == "1 ding vraagt uw aandacht"
        assert "Smit" not in f"{letter.text}{letter.html}"


@pytest.mark.django_db
class TestIdle:
    def test_the_day_after_and_a_month_after_to_the_administrator(self, cast: Cast) -> None:
        ends(cast.teacher)
        found = {late: len(run(END + late * DAY)) for late in range(1, 40)}
        assert {late for late, number in found.items() if number} == {1, 30}

    def test_a_closed_account_is_settled(self, cast: Cast) -> None:
        ends(cast.teacher)
        User.objects.filter(pk=cast.teacher.pk).update(is_active=False)
        assert run(END + DAY) == []

    def test_one_without_any_appointment_is_new(self, cast: Cast) -> None:
        make_person("Nora Nieuw")
        assert run(END) == []


@pytest.mark.django_db
def test_nothing_due_is_one_query(
    cast: Cast, django_assert_num_queries: Callable[[int], Any]
) -> None:
    ends(cast.teacher, date(2027, 7, 31))
    with django_assert_num_queries(1):
        assert remind_of_accounts(by=None, at=at(END)) == 0


@pytest.mark.django_db
class TestWorklist:
    def said(self, user: User, day: date) -> list[str]:
        fresh = User.objects.get(pk=user.pk)
        items = desk.worklist(fresh, at(day))
        others = ("taken", "vakanties")
        return [each.sentence for each in items if not any(w in each.sentence for w in others)]

    def test_the_director_sees_it_too(self, cast: Cast) -> None:
        ends(cast.teacher)
        said = "Er loopt een aanstelling af (De Linde). Beslis wat er daarna komt."
        assert self.said(cast.director, END - 14 * DAY) == [said]
        assert self.said(cast.director, END - 15 * DAY) == []
        assert self.said(cast.eik_director, END) == []
        assert self.said(cast.ibp, END) == []
        Appointment.objects.filter(user=cast.director).delete()
        assert self.said(cast.ibp, END) == [said]

    def test_of_the_board_the_ibp_manager_does(self, cast: Cast) -> None:
        ends(cast.fg)
        assert self.said(cast.ibp, END) == [
            "Er loopt een aanstelling af (Stichting De Proef). Beslis wat er daarna komt."
        ]

    def test_idle_accounts_stand_with_the_administrator(self, cast: Cast) -> None:
        ends(cast.teacher)
        assert "Een account heeft geen rol meer. Sluit het, of geef het een rol." in self.said(
            cast.administrator, END + DAY
        )


@pytest.mark.django_db
class TestPage:
    def soon(self, *people: User) -> None:
        for user in people:
            ends(user, timezone.localdate() + 20 * DAY)

    def test_a_director_sees_the_own_school(self, cast: Cast, as_user: AsUser) -> None:
        self.soon(cast.teacher, cast.eik_teacher, cast.fg)
        page = as_user(cast.director).get("/aanstellingen/").content.decode()
        assert "Tess Leraar" in page
        assert "Eva Vreemd" not in page
        assert "Fenna Graaf" not in page
        assert "/beheer/organisation/user/" not in page

    def test_who_keeps_accounts_sees_all_with_a_link(self, cast: Cast, as_user: AsUser) -> None:
        self.soon(cast.teacher, cast.eik_teacher, cast.fg)
        page = as_user(cast.administrator).get("/aanstellingen/").content.decode()
        for name in ("Tess Leraar", "Eva Vreemd", "Fenna Graaf"):
            assert name in page
        assert f"/beheer/organisation/user/{cast.teacher.pk}/change/" in page

    def test_others_find_no_such_page(self, cast: Cast, as_user: AsUser) -> None:
        found = {
            user.first_name: as_user(user).get("/aanstellingen/").status_code
            for user in cast.everybody()
        }
        assert {name for name, code in found.items() if code == 200} == {
            *("Fenna", "Ilse", "Bram", "Dirk", "Aad", "Tom", "Edo")
        }
        assert set(found.values()) == {200, 404}

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_for_three(
        self,
        cast: Cast,
        as_user: AsUser,
        rows: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        self.soon(cast.eik_teacher)
        for number in range(rows):
            self.soon(make_person(f"Piet{number} Smit", Role.EMPLOYEE, cast.linde))
        client = as_user(cast.director)
        with django_assert_num_queries(6):
            page = client.get("/aanstellingen/").content.decode()
        assert page.count('<th scope="row">') == rows
