"""A link serves its own purpose, for its time, while what it is bound to stays as it was."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from privacyboard.links import (
    Link,
    LinkAltered,
    LinkError,
    LinkExpired,
    LinkSpent,
    digest,
)

WEEK = timedelta(days=7)
PREVIEW = Link(purpose="test-preview", max_age=WEEK)
OTHER = Link(purpose="test-other", max_age=WEEK)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class TestReading:
    def test_gives_the_subject_back(self) -> None:
        token = PREVIEW.make("41", at=AT, state="concept")
        assert PREVIEW.read(token, at=AT, state="concept") == "41"

    @given(st.text(min_size=1), st.text(min_size=1), st.timedeltas(timedelta(0), WEEK))
    def test_gives_any_subject_back_within_its_age(
        self, subject: str, state: str, age: timedelta
    ) -> None:
        token = PREVIEW.make(subject, at=AT, state=state)
        assert PREVIEW.read(token, at=AT + age, state=state) == subject

    def test_serves_until_and_including_its_age_and_not_longer(self) -> None:
        token = PREVIEW.make("41", at=AT, state="concept")
        assert PREVIEW.read(token, at=AT + WEEK, state="concept") == "41"
        with pytest.raises(LinkExpired) as caught:
            PREVIEW.read(token, at=AT + WEEK + timedelta(microseconds=1), state="concept")
        assert caught.value.subject == "41"

    def test_serves_when_the_reading_clock_is_behind(self) -> None:
        token = PREVIEW.make("41", at=AT, state="concept")
        assert PREVIEW.read(token, at=AT - timedelta(hours=1), state="concept") == "41"

    def test_is_spent_once_the_state_has_changed(self) -> None:
        token = PREVIEW.make("41", at=AT, state="concept")
        with pytest.raises(LinkSpent) as caught:
            PREVIEW.read(token, at=AT, state="vastgesteld")
        assert caught.value.subject == "41"

    def test_serves_again_when_the_state_is_as_it_was(self) -> None:
        token = PREVIEW.make("41", at=AT, state="1")
        with pytest.raises(LinkSpent):
            PREVIEW.read(token, at=AT, state="2")
        assert PREVIEW.read(token, at=AT, state="1") == "41"

    def test_asks_the_present_state_of_the_subject(self) -> None:
        states = {"41": "concept", "42": "vastgesteld"}
        first = PREVIEW.make("41", at=AT, state="concept")
        second = PREVIEW.make("42", at=AT, state="concept")
        assert PREVIEW.read(first, at=AT, state=states.get) == "41"
        with pytest.raises(LinkSpent):
            PREVIEW.read(second, at=AT, state=states.get)

    def test_is_spent_when_the_subject_is_gone(self) -> None:
        for state in ("concept", "None"):
            token = PREVIEW.make("41", at=AT, state=state)
            with pytest.raises(LinkSpent, match="gone"):
                PREVIEW.read(token, at=AT, state={"42": state}.get)

    def test_asks_no_state_for_a_forged_or_an_old_token(self) -> None:
        asked: list[str] = []

        def state(subject: str) -> str:
            asked.append(subject)
            return "concept"

        token = PREVIEW.make("41", at=AT, state="concept")
        with pytest.raises(LinkExpired):
            PREVIEW.read(token, at=AT + 2 * WEEK, state=state)
        with pytest.raises(LinkAltered):
            PREVIEW.read(f"{token}x", at=AT, state=state)
        assert asked == []

    def test_the_state_cannot_be_read_from_the_token(self) -> None:
        content = _content(PREVIEW.make("subject", at=AT, state="concept"))
        assert b"subject" in content
        assert b"concept" not in content


class TestAlteration:
    @pytest.mark.parametrize("position", [0, 5, 40, -44, -43, -20, -1])
    def test_one_other_character_is_noticed(self, position: int) -> None:
        token = list(PREVIEW.make("41", at=AT, state="concept"))
        token[position] = "A" if token[position] != "A" else "B"
        with pytest.raises(LinkAltered) as caught:
            PREVIEW.read("".join(token), at=AT, state="concept")
        assert caught.value.subject is None

    def test_a_token_of_another_purpose_does_not_serve(self) -> None:
        token = OTHER.make("41", at=AT, state="concept")
        with pytest.raises(LinkAltered):
            PREVIEW.read(token, at=AT, state="concept")

    def test_the_halves_of_two_tokens_do_not_fit(self) -> None:
        first = PREVIEW.make("41", at=AT, state="concept").partition(".")
        second = PREVIEW.make("42", at=AT, state="concept").partition(".")
        with pytest.raises(LinkAltered):
            PREVIEW.read(f"{first[0]}.{second[2]}", at=AT, state="concept")

    def test_the_proof_of_a_state_is_no_signature_of_a_token(self) -> None:
        """Whoever can choose the state must not be able to have a token of his own signed."""
        wanted = PREVIEW.make("42", at=AT, state="concept").partition(".")[0]
        proof = json.loads(_content(PREVIEW.make("41", at=AT, state=wanted)))[2]
        with pytest.raises(LinkAltered):
            PREVIEW.read(f"{wanted}.{proof}", at=AT, state="concept")

    def test_an_old_and_altered_token_is_altered(self) -> None:
        token = PREVIEW.make("41", at=AT, state="concept")
        with pytest.raises(LinkAltered):
            PREVIEW.read(token[:-1], at=AT + 2 * WEEK, state="concept")

    @given(st.text() | st.text(alphabet="abc.=-_", max_size=80))
    @example("\ud800.x")
    @example(".")
    def test_what_is_no_token_is_altered(self, token: str) -> None:
        with pytest.raises(LinkAltered):
            PREVIEW.read(token, at=AT, state="concept")


class TestKeys:
    def test_a_retired_key_still_opens_its_tokens(self) -> None:
        with override_settings(SECRET_KEY="the-old-key"):
            token = PREVIEW.make("41", at=AT, state="concept")
        with override_settings(SECRET_KEY="the-new-key", SECRET_KEY_FALLBACKS=["the-old-key"]):
            assert PREVIEW.read(token, at=AT, state="concept") == "41"
            with pytest.raises(LinkSpent):
                PREVIEW.read(token, at=AT, state="vastgesteld")

    def test_a_forgotten_key_opens_nothing(self) -> None:
        with override_settings(SECRET_KEY="the-old-key"):
            token = PREVIEW.make("41", at=AT, state="concept")
        new = override_settings(SECRET_KEY="the-new-key", SECRET_KEY_FALLBACKS=[])
        with new, pytest.raises(LinkAltered):
            PREVIEW.read(token, at=AT, state="concept")


class TestMaking:
    def test_a_token_fits_in_an_address_unescaped(self) -> None:
        token = PREVIEW.make("verzoek ü/41?", at=AT, state="concept: 1/2")
        assert re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", token)

    @pytest.mark.parametrize(("subject", "state"), [("", "concept"), ("41", "")])
    def test_without_subject_or_state_there_is_no_link(self, subject: str, state: str) -> None:
        with pytest.raises(ValueError, match="subject"):
            PREVIEW.make(subject, at=AT, state=state)

    def test_a_naive_moment_is_refused(self) -> None:
        naive = AT.replace(tzinfo=None)
        with pytest.raises(ValueError, match="time zone"):
            PREVIEW.make("41", at=naive, state="concept")
        token = PREVIEW.make("41", at=AT, state="concept")
        with pytest.raises(ValueError, match="time zone"):
            PREVIEW.read(token, at=naive, state="concept")


class TestDeclaring:
    def test_no_two_kinds_share_a_purpose(self) -> None:
        with pytest.raises(ValueError, match="already"):
            Link(purpose="test-preview", max_age=timedelta(days=1))

    @pytest.mark.parametrize("purpose", ["", "Preview", "a.state", "a b", "a-", "-a", "a\n"])
    def test_a_purpose_has_one_spelling(self, purpose: str) -> None:
        with pytest.raises(ValueError, match="purpose"):
            Link(purpose=purpose, max_age=WEEK)

    @pytest.mark.parametrize("max_age", [timedelta(0), timedelta(seconds=-1)])
    def test_a_link_lives_for_some_time(self, max_age: timedelta) -> None:
        with pytest.raises(ValueError, match="some time"):
            Link(purpose="test-short", max_age=max_age)

    def test_a_declaration_cannot_be_changed(self) -> None:
        frozen: Any = PREVIEW
        with pytest.raises(AttributeError):
            frozen.max_age = timedelta(days=999)


class TestDigest:
    def test_is_sha256_in_hexadecimal(self) -> None:
        assert digest("abc") == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

    def test_tells_two_tokens_apart(self) -> None:
        first = PREVIEW.make("41", at=AT, state="concept")
        second = PREVIEW.make("41", at=AT + timedelta(microseconds=1), state="concept")
        assert digest(first) != digest(second)


@pytest.mark.parametrize("error", [LinkAltered, LinkExpired, LinkSpent])
def test_every_refusal_is_a_link_error(error: type[LinkError]) -> None:
    assert issubclass(error, LinkError)


def _content(token: str) -> bytes:
    encoded = token.partition(".")[0]
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
