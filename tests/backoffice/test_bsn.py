"""Nine digits that can be a BSN stop a save once; a tick lets that number through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from privacyboard.backoffice.forms import ReasonForm
from privacyboard.organisation.models import Board, User
from tests.conftest import Cast

AsUser = Callable[[User], Client]
ADDRESS = "/beheer/organisation/board/1/change/"


def board_form(board: Board, text: str) -> dict[str, str | list[str]]:
    """What the page of the board sends, with this text about complaints."""
    left_out = {"id", "complaints_text", "is_public_authority"}
    names = [each.name for each in board._meta.fields if each.name not in left_out]
    return {**{name: str(getattr(board, name)) for name in names}, "complaints_text": text}


def is_asked(page: str, number: str) -> bool:
    return f'<input type="checkbox" name="no_bsn" value="{number}">' in page


class TestOnThePage:
    @pytest.fixture
    def send(self, cast: Cast, as_user: AsUser) -> Callable[..., str]:
        client = as_user(cast.ibp)

        def send(text: str, *ticked: str) -> str:
            given = {**board_form(cast.board, text), "no_bsn": list(ticked)}
            return client.post(ADDRESS, given).content.decode()

        return send

    def test_the_first_save_is_stopped_and_nothing_typed_is_lost(
        self, send: Callable[..., str]
    ) -> None:
        page = send("Bel over 123456782, graag.")
        assert is_asked(page, "123456782")
        assert "Hier staat een nummer dat een BSN kan zijn." in page
        assert "dit is geen BSN" in page
        assert "Bel over 123456782, graag.</textarea>" in page
        assert Board.objects.get().complaints_text == "Praat eerst met de directeur."

    def test_a_tick_for_that_number_saves(self, send: Callable[..., str]) -> None:
        assert send("Bel over 123456782.", "123456782") == ""
        assert Board.objects.get().complaints_text == "Bel over 123456782."

    def test_another_number_stops_again(self, send: Callable[..., str]) -> None:
        page = send("Bel over 123456782 of 249566758.", "123456782")
        assert is_asked(page, "249566758")
        assert not is_asked(page, "123456782")
        assert Board.objects.get().complaints_text == "Praat eerst met de directeur."

    def test_what_was_ticked_before_is_remembered_beside_the_next_question(
        self, send: Callable[..., str]
    ) -> None:
        page = send("Bel over 123456782 of 249566758.", "123456782")
        assert '<input type="hidden" name="no_bsn" value="123456782">' in page

    def test_text_that_stood_there_already_is_not_asked_about_again(
        self, send: Callable[..., str], cast: Cast, as_user: AsUser
    ) -> None:
        send("Bel over 123456782.", "123456782")
        client = as_user(cast.ibp)
        given = {**board_form(cast.board, "Bel over 123456782."), "city": "Zwolle"}
        assert client.post(ADDRESS, given).status_code == 302
        assert Board.objects.get().city == "Zwolle"

    def test_a_phone_number_does_not_stop_anything(self, send: Callable[..., str]) -> None:
        assert send("Bel 06-12345678 of 038 425 67 89.") == ""


class TestOnAForm:
    def form(self, reason: str, *ticked: str) -> ReasonForm:
        given = QueryDict(mutable=True)
        given["reason"] = reason
        given.setlist("no_bsn", list(ticked))
        return ReasonForm(given)

    def test_each_number_is_asked_about(self) -> None:
        form = self.form("123456782 en 249566758")
        assert not form.is_valid()
        assert [error.code for error in form.errors["reason"].as_data()] == [
            "looks_like_bsn",
            "looks_like_bsn",
        ]

    def test_a_tick_that_is_no_number_is_not_repeated(self) -> None:
        form = self.form("123456782", '"><script>alert(1)</script>')
        assert "<script>" not in str(form.errors["reason"])

    def test_a_reason_is_asked(self) -> None:
        assert self.form("").errors == {"reason": ["Schrijf op waarom u dit doet."]}
