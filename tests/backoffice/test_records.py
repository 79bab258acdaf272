"""How a page in the back office behaves: by rights, with history, with acts as buttons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from tests.conftest import Cast, make_person
from tests.mail.conftest import queue

AsUser = Callable[[User], Client]


def school_form(school: School, **changes: str) -> dict[str, str]:
    """What the page of a school sends."""
    names = ["name", "brin", "branch", "sector", "denomination", "street", "postcode", "city"]
    given = {name: str(getattr(school, name)) for name in [*names, "email", "phone", "website"]}
    return {"board": "1", "why": "", **given, **changes}


class TestDoor:
    @pytest.mark.requirement("OPO-041", "OPO-025")
    @pytest.mark.parametrize("address", ["/beheer/", "/beheer/organisation/school/"])
    def test_a_stranger_is_led_to_the_sign_in_page_and_back(
        self, client: Client, cast: Cast, address: str
    ) -> None:
        response = client.get(address, follow=True)
        last, _code = response.redirect_chain[-1]
        assert last.replace("%2F", "/") == f"/inloggen/?next={address}"
        assert response.status_code == 200

    def test_who_has_no_task_here_is_led_home(self, cast: Cast, as_user: AsUser) -> None:
        response = as_user(cast.teacher).get("/beheer/", follow=True)
        assert response.redirect_chain[-1] == ("/", 302)

    def test_the_index_shows_each_role_its_own_pages(self, cast: Cast, as_user: AsUser) -> None:
        page = as_user(cast.administrator).get("/beheer/").content.decode()
        assert "/beheer/organisation/user/" in page
        assert "/beheer/registers/" not in page
        page = as_user(cast.director).get("/beheer/").content.decode()
        assert "/beheer/registers/processingactivity/" in page
        assert "/beheer/organisation/user/" not in page

    @pytest.mark.requirement("KPO-023", "OPO-041")
    @pytest.mark.parametrize("page", ["processingactivity", "processor", "agreement", "purpose"])
    def test_the_administrator_has_no_page_of_the_register(
        self, cast: Cast, as_user: AsUser, page: str
    ) -> None:
        client = as_user(cast.administrator)
        assert client.get(f"/beheer/registers/{page}/").status_code == 403
        assert client.get(f"/beheer/registers/{page}/add/").status_code == 403
        assert client.get(f"/beheer/registers/{page}/1/change/").status_code == 404


class TestRights:
    @pytest.mark.requirement("OPO-025")
    def test_a_director_reads_a_school_and_changes_nothing(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.director)
        address = f"/beheer/organisation/school/{cast.linde.pk}/change/"
        page = client.get(address)
        assert page.status_code == 200
        assert 'name="name"' not in page.content.decode()
        assert client.post(address, school_form(cast.linde, name="Mijn School")).status_code == 403
        assert client.get("/beheer/organisation/school/add/").status_code == 403
        assert School.objects.filter(name="Mijn School").count() == 0

    def test_the_ibp_manager_changes_it_with_a_reason_that_stays(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        response = as_user(cast.ibp).post(
            f"/beheer/organisation/school/{cast.linde.pk}/change/",
            school_form(cast.linde, phone="038 425 67 89", why="nieuw nummer"),
        )
        assert response.status_code == 302
        row = cast.linde.history.first()
        assert (row.phone, row.history_user, row.history_change_reason) == (
            "038 425 67 89",
            cast.ibp,
            "nieuw nummer",
        )

    def test_a_slug_does_not_change(self, cast: Cast, as_user: AsUser) -> None:
        as_user(cast.ibp).post(
            f"/beheer/organisation/school/{cast.linde.pk}/change/",
            school_form(cast.linde, slug="anders"),
        )
        assert School.objects.get(pk=cast.linde.pk).slug == "de-linde"

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("brin", "1AB2", "Een BRIN is twee cijfers en twee hoofdletters, zoals 12AB."),
            ("postcode", "1234", "Een postcode is vier cijfers en twee hoofdletters"),
            ("brin", "34CD", "bestaat al"),
        ],
    )
    def test_bad_input_is_told_at_the_field_and_changes_nothing(
        self, cast: Cast, as_user: AsUser, field: str, value: str, message: str
    ) -> None:
        response = as_user(cast.ibp).post(
            f"/beheer/organisation/school/{cast.linde.pk}/change/",
            school_form(cast.linde, **{field: value}),
        )
        assert response.status_code == 200
        assert message in response.content.decode()
        assert cast.linde.history.count() == 1

    def test_there_is_one_board_and_no_second_is_added(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user(cast.ibp).get("/beheer/organisation/board/add/").status_code == 403

    def test_nothing_is_deleted_without_a_right(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.ibp)
        address = f"/beheer/organisation/school/{cast.linde.pk}/delete/"
        assert client.post(address, {"post": "yes"}).status_code == 403
        assert School.objects.count() == 2

    @pytest.mark.requirement("KPO-023", "OPO-041")
    @pytest.mark.parametrize("page", ["change/", "history/", "handeling/uitnodigen/"])
    def test_an_account_does_not_exist_for_who_may_not_see_accounts(
        self, cast: Cast, as_user: AsUser, page: str
    ) -> None:
        client = as_user(cast.director)
        for number in (cast.teacher.pk, 999_999):
            assert client.get(f"/beheer/organisation/user/{number}/{page}").status_code == 404

    def test_the_log_of_access_is_for_who_may_see_it(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user(cast.director).get("/beheer/audit/accessentry/").status_code == 403

    def test_what_the_machine_wrote_cannot_be_changed(self, cast: Cast, as_user: AsUser) -> None:
        letter = queue()
        client = as_user(cast.administrator)
        address = f"/beheer/mail/outboundletter/{letter.pk}"
        assert client.post(f"{address}/change/", {"state": "sent"}).status_code == 403
        assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
        assert client.get("/beheer/mail/outboundletter/add/").status_code == 403


class TestHistory:
    @pytest.mark.requirement("OPO-001")
    def test_stands_on_a_page_of_its_own_in_words(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.ibp)
        client.post(
            f"/beheer/organisation/school/{cast.linde.pk}/change/",
            school_form(cast.linde, city="Zwolle", why="verhuisd"),
        )
        page = client.get(f"/beheer/organisation/school/{cast.linde.pk}/history/").content.decode()
        for words in ("School gewijzigd", "Ilse Beheer", "verhuisd", "Proefstad", "Zwolle"):
            assert words in page

    def test_a_record_without_history_says_so(self, cast: Cast, as_user: AsUser) -> None:
        letter = queue()
        response = as_user(cast.administrator).get(
            f"/beheer/mail/outboundletter/{letter.pk}/history/"
        )
        assert response.status_code == 200
        assert "Nog geen geschiedenis" in response.content.decode()

    def test_the_log_of_django_stays_empty(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.ibp)
        client.post(
            f"/beheer/organisation/school/{cast.linde.pk}/change/",
            school_form(cast.linde, city="Zwolle"),
        )
        assert cast.linde.history.count() == 2
        assert not LogEntry.objects.exists()


class TestActs:
    def address(self, user: User, act: str = "uitnodigen") -> str:
        return f"/beheer/organisation/user/{user.pk}/handeling/{act}/"

    def test_get_shows_and_post_acts(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.administrator)
        shown = client.get(self.address(cast.teacher))
        assert shown.status_code == 200
        assert "Uitnodiging sturen" in shown.content.decode()
        assert cast.teacher.last_login is None
        response = client.post(self.address(cast.teacher), follow=True)
        assert response.redirect_chain == [
            (f"/beheer/organisation/user/{cast.teacher.pk}/change/", 302)
        ]
        assert "De uitnodiging is klaargezet om te verzenden." in response.content.decode()

    def test_the_button_stands_on_the_page_of_the_record(self, cast: Cast, as_user: AsUser) -> None:
        page = as_user(cast.administrator).get(
            f"/beheer/organisation/user/{cast.teacher.pk}/change/"
        )
        assert self.address(cast.teacher) in page.content.decode()

    def test_a_closed_act_leads_back_with_its_reason(self, cast: Cast, as_user: AsUser) -> None:
        cast.teacher.is_active = False
        cast.teacher.record(by=None, why="gesloten")
        client = as_user(cast.administrator)
        for method in (client.get, client.post):
            response = method(self.address(cast.teacher), follow=True)
            assert response.redirect_chain[0][0].endswith(f"/{cast.teacher.pk}/change/")
            assert "Dit account is gesloten." in response.content.decode()
        page = client.get(f"/beheer/organisation/user/{cast.teacher.pk}/change/")
        assert self.address(cast.teacher) not in page.content.decode()

    def test_an_unknown_act_or_record_is_not_found(self, cast: Cast, as_user: AsUser) -> None:
        client = as_user(cast.administrator)
        assert client.get(self.address(cast.teacher, "ontslaan")).status_code == 404
        unsaved = make_person("Jan Smit", Role.EMPLOYEE, cast.linde)
        unsaved.pk += 999
        assert client.get(self.address(unsaved)).status_code == 404

    def test_the_wrong_right_is_not_told_that_there_is_one(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        client = as_user(cast.ibp)
        assert client.get(self.address(cast.teacher)).status_code == 404
        assert client.post(self.address(cast.teacher)).status_code == 404
