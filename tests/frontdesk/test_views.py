"""The front door: for strangers, for who signs in, and for who forgot the password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from privacyboard.documents.rules import PDF
from privacyboard.documents.storage import store
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import School, User
from registers.models import PublishedStatement
from tests.conftest import NOW, PASSWORD, Cast, make_person

NEW_PASSWORD = "paarse fietsen drinken thee"


def publish(school: School | None) -> PublishedStatement:
    """A statement as it stands in the database; what it says is tested with the register."""
    pdf = store(
        content=b"%PDF-",
        title="Privacyverklaring",
        file_name="v.pdf",
        media_type=PDF,
        kind="registers.statement",
        by=None,
        at=NOW,
        school=school,
    )
    return PublishedStatement.objects.create(
        school=school, number=1, content={}, sha256="0" * 64, pdf=pdf, published_at=NOW
    )


class TestWelcome:
    def test_names_the_board_and_leads_to_statement_and_sign_in(
        self, cast: Cast, client: Client
    ) -> None:
        page = client.get("/").content.decode()
        assert "Privacy bij Stichting De Proef" in page
        assert 'href="/inloggen/"' in page
        assert "Waar u heen kunt" not in page

    def test_stands_before_there_is_a_board(self, db: None, client: Client) -> None:
        response = client.get("/")
        assert response.status_code == 200
        assert "Privacy op school" in response.content.decode()

    def test_lists_the_schools_that_have_a_statement(self, cast: Cast, client: Client) -> None:
        publish(cast.linde)
        publish(None)
        assert [each["name"] for each in client.get("/").context["schools"]] == ["De Linde"]

    def test_a_statement_that_ended_counts_no_longer(self, cast: Cast, client: Client) -> None:
        old = publish(cast.linde)
        old.ended_at = NOW
        old.save()
        page = client.get("/")
        assert page.context["schools"] == []
        assert "De verklaring van uw school" not in page.content.decode()


class TestSignIn:
    def sign_in(self, client: Client, **given: str) -> str:
        response = client.post(
            "/inloggen/", {"username": "tess@deproef.example", "password": PASSWORD, **given}
        )
        return response.headers.get("Location") or response.content.decode()

    def test_shows_a_form_that_a_password_keeper_knows(self, db: None, client: Client) -> None:
        page = client.get("/inloggen/").content.decode()
        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"password": "verkeerd"}, "Dit e-mailadres en wachtwoord horen niet bij elkaar"),
            ({"username": "x@y.example"}, "Dit e-mailadres en wachtwoord horen niet bij elkaar"),
            ({"username": "geen adres"}, "Voer een geldig e-mailadres in."),
            ({"password": ""}, "Dit veld is verplicht."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_address(
        self, cast: Cast, client: Client, given: dict[str, str], message: str
    ) -> None:
        page = self.sign_in(client, **given)
        assert message in page
        assert f'value="{given.get("username", "tess@deproef.example")}"' in page
        assert SESSION_KEY not in client.session

    def test_leads_where_one_wanted_to_go_and_nowhere_else(
        self, cast: Cast, client: Client
    ) -> None:
        assert self.sign_in(client, next="/beheer/") == "/beheer/"
        client.logout()
        assert self.sign_in(client, next="https://elders.example/") == "/"
        assert client.get("/inloggen/")["Location"] == "/"

    def test_one_signs_out_with_a_button(self, cast: Cast, client: Client) -> None:
        self.sign_in(client)
        assert client.get("/uitloggen/").status_code == 405
        assert client.post("/uitloggen/")["Location"] == "/"
        assert SESSION_KEY not in client.session


def link_in(letter: OutboundLetter) -> str:
    (path,) = re.findall(rf"{re.escape(settings.BASE_URL)}(/\S+)", letter.text)
    return str(path)


class TestForgotten:
    def test_says_the_same_for_everybody(self, cast: Cast, client: Client) -> None:
        make_person("Jan Smit")
        pages = set()
        for address in ("tess@deproef.example", "jan@deproef.example", "wie@elders.example"):
            response = client.post("/wachtwoord/", {"email": address}, follow=True)
            assert response.redirect_chain == [("/wachtwoord/verzonden/", 302)]
            pages.add(response.content)
        assert len(pages) == 1
        assert [letter.to for letter in OutboundLetter.objects.all()] == ["tess@deproef.example"]

    def test_finds_the_account_whatever_the_capitals(self, cast: Cast, client: Client) -> None:
        client.post("/wachtwoord/", {"email": "Tess@DeProef.example"})
        assert OutboundLetter.objects.get().letter == "organisation/password"

    def test_a_closed_account_gets_no_letter(self, cast: Cast, client: Client) -> None:
        cast.teacher.is_active = False
        cast.teacher.record(by=None, why="gesloten")
        client.post("/wachtwoord/", {"email": "tess@deproef.example"})
        assert not OutboundLetter.objects.exists()

    def test_an_address_that_is_none_is_told(self, db: None, client: Client) -> None:
        page = client.post("/wachtwoord/", {"email": "geen adres"}).content.decode()
        assert "Voer een geldig e-mailadres in." in page
        assert 'value="geen adres"' in page


class TestNewPassword:
    def choose(self, client: Client, path: str, password: str = NEW_PASSWORD) -> str:
        """Open the link, fill in the page; return what is shown in the end."""
        shown = client.get(path, follow=True)
        if not shown.context["validlink"]:
            return shown.content.decode()
        form = shown.redirect_chain[-1][0]
        given = {"new_password1": password, "new_password2": password}
        return client.post(form, given, follow=True).content.decode()

    def test_the_link_of_the_letter_serves_once(self, cast: Cast, client: Client) -> None:
        client.post("/wachtwoord/", {"email": "tess@deproef.example"})
        path = link_in(OutboundLetter.objects.get())
        assert "Uw wachtwoord is gekozen" in self.choose(client, path)
        assert User.objects.get(pk=cast.teacher.pk).check_password(NEW_PASSWORD)
        assert "Deze link werkt niet meer" in self.choose(client, path, "iets heel anders nu")
        assert User.objects.get(pk=cast.teacher.pk).check_password(NEW_PASSWORD)

    def test_looking_at_the_link_does_not_spend_it(self, cast: Cast, client: Client) -> None:
        client.post("/wachtwoord/", {"email": "tess@deproef.example"})
        path = link_in(OutboundLetter.objects.get())
        Client().get(path, follow=True)
        assert "Uw wachtwoord is gekozen" in self.choose(client, path)

    @pytest.mark.parametrize(
        ("age", "works"),
        [(timedelta(days=3, seconds=-30), True), (timedelta(days=3, seconds=30), False)],
    )
    def test_serves_for_three_days(
        self, cast: Cast, client: Client, age: timedelta, works: bool
    ) -> None:
        maker = default_token_generator
        made_at = maker._num_seconds(maker._now() - age)
        token = maker._make_token_with_timestamp(cast.teacher, made_at, maker.secret)
        number = urlsafe_base64_encode(force_bytes(cast.teacher.pk))
        page = self.choose(client, f"/wachtwoord/{number}/{token}/")
        assert ("Uw wachtwoord is gekozen" in page) is works
        assert ("Deze link werkt niet meer" in page) is not works

    @pytest.mark.parametrize(
        ("password", "message"),
        [
            ("kort", "Dit wachtwoord is te kort. Gebruik ten minste 12 tekens."),
            ("password1234", "Dit wachtwoord is te algemeen."),
            ("tess@deproef.example", "Het wachtwoord lijkt te veel op"),
        ],
    )
    def test_a_weak_password_is_refused_with_the_reason(
        self, cast: Cast, client: Client, password: str, message: str
    ) -> None:
        client.post("/wachtwoord/", {"email": "tess@deproef.example"})
        page = self.choose(client, link_in(OutboundLetter.objects.get()), password)
        assert message in page
        assert User.objects.get(pk=cast.teacher.pk).check_password(PASSWORD)

    @pytest.mark.parametrize("path", ["/wachtwoord/x/y/", "/wachtwoord/MQ/set-password/"])
    def test_a_made_up_link_is_told_kindly(self, db: None, client: Client, path: str) -> None:
        assert "Deze link werkt niet meer" in client.get(path).content.decode()

    def test_who_was_invited_chooses_the_first_password_and_signs_in(
        self, cast: Cast, client: Client
    ) -> None:
        cast.teacher.set_unusable_password()
        cast.teacher.save()
        client.post("/wachtwoord/", {"email": "tess@deproef.example"})
        self.choose(client, link_in(OutboundLetter.objects.get()))
        client.post("/inloggen/", {"username": "tess@deproef.example", "password": NEW_PASSWORD})
        assert client.session[SESSION_KEY] == str(cast.teacher.pk)
        assert timezone.localdate() == User.objects.get(pk=cast.teacher.pk).standing.on
