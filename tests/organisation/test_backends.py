"""Who signs in, and who is signed out."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from tests.conftest import PASSWORD, Cast, make_person

INVALID = "Dit e-mailadres en wachtwoord horen niet bij elkaar, of uw rol is afgelopen."


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    """Fill in the real sign-in page; return where it leads, or the page that refuses."""
    response = client.post(reverse("sign_in"), {"username": email, "password": password})
    return response.headers.get("Location") or response.content.decode()


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


class TestSigningIn:
    @pytest.mark.requirement("INN-014", "OPO-044")
    def test_with_an_own_account_and_password(self, client: Client, cast: Cast) -> None:
        assert sign_in(client, "dirk@deproef.example") == "/"
        assert is_signed_in(client)

    def test_whatever_the_capitals(self, client: Client, cast: Cast) -> None:
        assert sign_in(client, "Dirk@DeProef.example") == "/"

    def test_not_with_a_wrong_password(self, client: Client, cast: Cast) -> None:
        assert INVALID in sign_in(client, "dirk@deproef.example", "verkeerd")
        assert not is_signed_in(client)

    @pytest.mark.requirement("VOG-049", "OPO-025")
    def test_not_without_an_appointment(self, client: Client, cast: Cast) -> None:
        make_person("Jan Smit")
        assert INVALID in sign_in(client, "jan@deproef.example")
        assert not is_signed_in(client)

    @pytest.mark.requirement("VOG-049")
    def test_not_after_the_last_day(self, client: Client, cast: Cast) -> None:
        make_person("Jan Smit", Role.FG, ends_on=date(2021, 7, 31))
        assert INVALID in sign_in(client, "jan@deproef.example")
        assert not is_signed_in(client)

    def test_not_before_the_first_day(self, client: Client, cast: Cast) -> None:
        make_person("Jan Smit", Role.FG, starts_on=date(2199, 1, 1))
        assert INVALID in sign_in(client, "jan@deproef.example")

    def test_not_with_a_closed_account(self, client: Client, cast: Cast) -> None:
        cast.director.is_active = False
        cast.director.record(by=None, why="gesloten")
        assert INVALID in sign_in(client, "dirk@deproef.example")
        assert not is_signed_in(client)


class TestSignedIn:
    @pytest.mark.requirement("VOG-049", "OPO-041")
    def test_who_has_no_role_any_more_is_signed_out_at_the_next_request(
        self, client: Client, cast: Cast
    ) -> None:
        sign_in(client, "dirk@deproef.example")
        assert client.get(reverse("home")).status_code == 200
        cast.director.appointments.update(ends_on=date(2026, 2, 28))

        response = client.get(reverse("home"), follow=True)

        assert response.redirect_chain == [("/inloggen/?afgelopen=1", 302)]
        assert "Uw rol is afgelopen. Daarom bent u uitgelogd." in response.content.decode()
        assert not is_signed_in(client)

    def test_a_closed_account_is_signed_out_too(self, client: Client, cast: Cast) -> None:
        sign_in(client, "dirk@deproef.example")
        User.objects.filter(pk=cast.director.pk).update(is_active=False)
        response = client.get(reverse("home"))
        assert "Goede" not in response.content.decode()
        assert not is_signed_in(client)

    def test_a_stranger_passes_as_a_stranger(self, client: Client, cast: Cast) -> None:
        assert client.get(reverse("home")).status_code == 200
