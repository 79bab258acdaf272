"""The pages of holidays: who reads what, who may change what, and what is typed stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.deadlines import AMSTERDAM
from privacyboard.frontdesk import desk
from privacyboard.organisation.models import School, SchoolHoliday, User
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.frontdesk.test_digest_holidays import closed
from tests.frontdesk.test_messages import wait

AsUser = Callable[[User], Client]
PAGE, NEW, YEAR = "/vakanties/", "/vakanties/nieuw/", "/vakanties/heel-jaar/"
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def soon(days: int = 30) -> date:
    """A day of which the year is right, whenever the test runs."""
    return timezone.localdate() + days * DAY


def typed(first: date, last: date, **more: Any) -> dict[str, Any]:
    values = {"name": "Herfstvakantie", "first_day": str(first), "last_day": str(last)}
    return {**values, "school": "", **more}


class TestList:
    def test_everybody_reads_those_of_the_own_school_and_of_all(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        for school, name in ((None, "Van iedereen"), (cast.linde, "Linde"), (cast.eik, "Eik")):
            closed(school, soon(), soon(), f"Vrij {name}")
        for user, told in (
            (cast.ibp, {"Van iedereen", "Linde", "Eik"}),
            (cast.teacher, {"Van iedereen", "Linde"}),
            (cast.eik_director, {"Van iedereen", "Eik"}),
        ):
            page = as_user(user).get(PAGE).content.decode()
            shown = {each for each in ("Van iedereen", "Linde", "Eik") if f"Vrij {each}" in page}
            assert shown == told

    def test_a_stranger_signs_in_first(self, client: Client) -> None:
        for page in (PAGE, NEW, YEAR):
            assert client.get(page).status_code == 302

    def test_stands_under_its_school_year_and_older_years_are_left_out(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        year = school_year_of(timezone.localdate())
        closed(None, date(year, 7, 1), date(year, 7, 31), "Voorbij")
        closed(None, date(year, 8, 1), date(year, 8, 20), "Zomer nu")
        closed(None, date(year + 1, 7, 20), date(year + 1, 8, 20), "Zomer straks")
        closed(None, date(year + 1, 10, 17), date(year + 1, 10, 25), "Herfst straks")
        page = as_user(cast.teacher).get(PAGE).content.decode()
        assert "Voorbij" not in page
        this, following = page.split(f"Schooljaar {year + 1}-{year + 2}</h2>")
        assert f"Schooljaar {year}-{year + 1}</h2>" in this
        assert "Zomer nu" in this
        assert "Zomer straks" in this
        assert "Herfst straks" in following

    def test_each_may_change_the_own_only(self, cast: Cast, as_user: AsUser) -> None:
        rows = [closed(school, soon(), soon()) for school in (None, cast.linde, cast.eik)]
        for user, own in (
            (cast.ibp, rows),
            (cast.director, rows[1:2]),
            (cast.teacher, []),
            (cast.fg, []),
        ):
            page = as_user(user).get(PAGE).content.decode()
            linked = [each for each in rows if f'"/vakanties/{each.pk}/"' in page]
            assert linked == own
            assert (NEW in page) is bool(own)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_for_three(
        self,
        cast: Cast,
        as_user: AsUser,
        rows: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        for number in range(rows):
            closed(cast.linde, soon(30 + number), soon(30 + number), "Studiedag")
            closed(cast.eik, soon(30 + number), soon(30 + number), "Van De Eik")
        client = as_user(cast.director)
        with django_assert_num_queries(6):
            page = client.get(PAGE).content.decode()
        assert page.count(">Studiedag</th>") == rows
        assert "Van De Eik" not in page

    def test_nothing_known_is_said(self, cast: Cast, as_user: AsUser) -> None:
        page = as_user(cast.teacher).get(PAGE).content.decode()
        assert "Er zijn nog geen vakanties bekend" in page


class TestAdding:
    def test_one_for_all_schools(self, cast: Cast, as_user: AsUser) -> None:
        response = as_user(cast.ibp).post(NEW, typed(soon(), soon(38)), follow=True)
        assert "Toegevoegd: Herfstvakantie (" in response.content.decode()
        made = SchoolHoliday.objects.get()
        assert (made.school, made.first_day, made.last_day) == (None, soon(), soon(38))

    def test_a_director_chooses_the_own_school(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.director)
        page = client.get(NEW).content.decode()
        assert "De Linde</option>" in page
        assert "De Eik" not in page
        assert "Alle scholen</option>" not in page
        for school in ("", cast.eik.pk, "abc"):
            response = client.post(NEW, typed(soon(), soon(), school=school))
            assert set(response.context["form"].errors) == {"school"}
        assert not SchoolHoliday.objects.exists()
        client.post(NEW, typed(soon(), soon(), school=cast.linde.pk))
        assert SchoolHoliday.objects.get().school == cast.linde

    @pytest.mark.parametrize(
        ("given", "field", "words"),
        [
            ({"name": ""}, "name", "Vul in hoe de vakantie heet."),
            ({"last_day": ""}, "last_day", "Vul de dag in."),
            ({"last_day": "31-02-2027"}, "last_day", "Dit is geen dag die bestaat."),
            ({"first_day": "2062-10-17"}, "first_day", "Kijk of het jaar klopt: kies een dag van"),
            ({"name": "x" * 61}, "name", "60"),
            ({"name": "a\x00b"}, "name", ""),
        ],
    )
    def test_bad_input_is_refused_in_words_and_stays(
        self, cast: Cast, as_user: AsUser, given: dict[str, str], field: str, words: str
    ) -> None:
        values = typed(soon(), soon(38)) | given
        response = as_user(cast.ibp).post(NEW, values)
        assert response.status_code == 200
        assert words in " ".join(response.context["form"].errors[field])
        assert 'value="' + str(soon(38)) in response.content.decode() or "last_day" in given
        assert not SchoolHoliday.objects.exists()

    def test_overlap_names_the_other(self, cast: Cast, as_user: AsUser) -> None:
        closed(None, soon(), soon(38), "Kerstvakantie")
        response = as_user(cast.ibp).post(NEW, typed(soon(38), soon(40)))
        assert "In deze dagen staat er al: Kerstvakantie (" in response.content.decode()
        assert SchoolHoliday.objects.count() == 1

    def test_others_find_nothing(self, cast: Cast, as_user: AsUser) -> None:
        for user in (cast.fg, cast.teacher, cast.board_member, cast.administrator, cast.auditor):
            client = as_user(user)
            for page in (NEW, YEAR):
                assert client.get(page).status_code == 404
                assert client.post(page, typed(soon(), soon())).status_code == 404
        assert not SchoolHoliday.objects.exists()


class TestWholeYear:
    def text(self, *days: int) -> str:
        return "\n".join(
            f"Vrij {each} {soon(each):%d-%m-%Y} {soon(each):%d-%m-%Y}" for each in days
        )

    def test_all_at_once(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.ibp)
        response = client.post(YEAR, {"school": "", "text": self.text(10, 20, 30)}, follow=True)
        assert "3 vakanties toegevoegd." in response.content.decode()
        assert SchoolHoliday.objects.filter(school=None).count() == 3

    @pytest.mark.parametrize(
        ("extra", "words"),
        [
            ("\nzonder dag", "Regel 3: schrijf eerst de naam"),
            ("\n\nMei 31-04-2027", "Regel 4: hierin staat een dag die niet bestaat."),
            ("\nVer 1-1-2062", "Regel 3: Kijk of het jaar klopt"),
            ("\n1-1-2062 en nog wat", "Regel 3: schrijf eerst de naam"),
        ],
    )
    def test_one_wrong_line_keeps_all_out_and_nothing_typed_is_lost(
        self, cast: Cast, as_user: AsUser, extra: str, words: str
    ) -> None:
        text = self.text(10, 20) + extra
        response = as_user(cast.ibp).post(YEAR, {"school": cast.linde.pk, "text": text})
        page = response.content.decode()
        assert words in page
        assert text in page.replace("&#x27;", "'")
        assert response.context["form"]["school"].value() == str(cast.linde.pk)
        assert not SchoolHoliday.objects.exists()

    @pytest.mark.parametrize("text", ["", "\n \n"])
    def test_nothing_is_refused(self, cast: Cast, as_user: AsUser, text: str) -> None:
        response = as_user(cast.ibp).post(YEAR, {"school": "", "text": text})
        assert "Plak hier ten minste één vakantie." in response.content.decode()


class TestChanging:
    def test_another_day(self, cast: Cast, as_user: AsUser) -> None:
        made = closed(cast.linde, soon(), soon(), "Studiedag")
        client = as_user(cast.director)
        address = f"/vakanties/{made.pk}/"
        page = client.get(address)
        assert page.context["form"]["name"].value() == "Studiedag"
        values = typed(soon(31), soon(31), name="Studiedag", seen=page.context["seen"])
        assert (
            "Gewijzigd: Studiedag (" in client.post(address, values, follow=True).content.decode()
        )
        made.refresh_from_db()
        assert made.first_day == soon(31)
        # A second page that was opened before: told once, with what was typed.
        again = client.post(address, values | {"name": "Andere naam"})
        assert "Iemand anders was u voor." in again.content.decode()
        assert again.context["form"]["name"].value() == "Andere naam"
        client.post(address, values | {"name": "Andere naam", "seen": again.context["seen"]})
        made.refresh_from_db()
        assert made.name == "Andere naam"

    def test_removing_asks_first(self, cast: Cast, as_user: AsUser) -> None:
        made = closed(cast.linde, soon(), soon(), "Studiedag")
        client = as_user(cast.director)
        address = f"/vakanties/{made.pk}/verwijderen/"
        assert "Studiedag verwijderen" in client.get(address).content.decode()
        assert SchoolHoliday.objects.exists()
        response = client.post(address, follow=True)
        assert "Verwijderd: Studiedag (" in response.content.decode()
        assert not SchoolHoliday.objects.exists()
        assert client.post(address).status_code == 404

    def test_of_another_school_or_of_all_a_director_finds_nothing(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        for made in (closed(cast.eik, soon(), soon()), closed(None, soon(), soon())):
            client = as_user(cast.director)
            for address in (f"/vakanties/{made.pk}/", f"/vakanties/{made.pk}/verwijderen/"):
                assert client.get(address).status_code == 404
                assert client.post(address, typed(soon(), soon())).status_code == 404
        assert SchoolHoliday.objects.count() == 2


class TestMessages:
    """Mijn berichten tells when the next letter comes."""

    @pytest.fixture(autouse=True)
    def wednesday(self, monkeypatch: pytest.MonkeyPatch) -> None:
        at = datetime(2026, 12, 23, 12, 0, tzinfo=AMSTERDAM)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    def page(self, cast: Cast, as_user: AsUser) -> str:
        return " ".join(as_user(cast.director).get("/mijn-berichten/").content.decode().split())

    def test_after_the_holiday(self, cast: Cast, as_user: AsUser) -> None:
        closed(None, date(2026, 12, 19), date(2027, 1, 3), "Kerstvakantie")
        page = self.page(cast, as_user)
        assert "Uw volgende bericht komt op maandag 4 januari 2027, na: Kerstvakantie." in page
        # Due on Wednesday 6 January: within a week of school.
        wait(cast.director, 1)
        page = self.page(cast, as_user)
        assert (
            "Wat niet kan wachten, krijgt u per e-mail op donderdag 24 december 2026, 07:30 uur."
            in page
        )

    def test_what_can_wait_waits(self, cast: Cast, as_user: AsUser) -> None:
        closed(cast.linde, date(2026, 12, 24), date(2026, 12, 24), "Studiedag")
        closed(cast.eik, date(2026, 12, 28), date(2026, 12, 28), "Van De Eik")
        wait(cast.director, 1)
        page = self.page(cast, as_user)
        assert "Uw volgende bericht komt op maandag 28 december 2026, na: Studiedag." in page
        assert "U krijgt dit per e-mail op maandag 28 december 2026, 07:30 uur" in page
        assert "Wat niet kan wachten, krijgt u" not in page

    def test_without_holidays_as_it_was(self, cast: Cast, as_user: AsUser) -> None:
        wait(cast.director, 1)
        page = self.page(cast, as_user)
        assert "U krijgt dit per e-mail op donderdag 24 december 2026, 07:30 uur" in page
        assert "Uw volgende bericht komt op" not in page


class TestWorklist:
    def said(self, user: User, at: datetime) -> list[tuple[str, str]]:
        items = desk.worklist(User.objects.get(pk=user.pk), at)
        return [(each.sentence, each.url) for each in items if "vakanties" in each.sentence]

    def line(self, year: int) -> list[tuple[str, str]]:
        return [
            (
                f"Niet van elke school zijn de vakanties van schooljaar {year}-{year + 1} bekend.",
                YEAR,
            )
        ]

    def test_from_june_on_until_they_are_known(self, cast: Cast) -> None:
        may, june = (datetime(2027, *day, 12, tzinfo=AMSTERDAM) for day in ((5, 31), (6, 1)))
        closed(None, date(2026, 10, 17), date(2026, 10, 25))
        assert self.said(cast.ibp, may) == []
        assert self.said(cast.ibp, june) == self.line(2027)
        assert self.said(cast.ibp, june + 100 * DAY) == self.line(2027)
        closed(cast.linde, date(2027, 8, 1), date(2027, 8, 20))
        assert self.said(cast.ibp, june) == self.line(2027)  # De Eik has none
        closed(cast.eik, date(2028, 8, 1), date(2028, 8, 20))
        assert self.said(cast.ibp, june) == self.line(2027)  # of a year later
        closed(None, date(2028, 7, 31), date(2028, 7, 31))
        assert self.said(cast.ibp, june) == []

    def test_for_who_keeps_those_of_the_board(self, cast: Cast) -> None:
        at = datetime(2027, 6, 1, 12, tzinfo=AMSTERDAM)
        told = {user.first_name for user in cast.everybody() if self.said(user, at)}
        assert told == {"Ilse"}

    def test_without_schools_nobody_is_asked(self, cast: Cast) -> None:
        at = datetime(2027, 6, 1, 12, tzinfo=AMSTERDAM)
        for user in (cast.director, cast.care, cast.teacher, cast.eik_director, cast.eik_teacher):
            user.appointments.all().delete()
        School.objects.all().delete()
        assert self.said(cast.ibp, at) == []
