"""Tasks and post: what stands still, in words, for the technisch beheerder alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat
from privacyboard.frontdesk import desk
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.mail.conftest import queue

AsUser = Callable[[User], Client]
PAGE = "/taken-en-post/"


@pytest.fixture
def all_well(db: None) -> None:
    """Every sweep ran well just now."""
    now = timezone.now()
    sweeps.make_known(at=now)
    Heartbeat.objects.update(known_since=now, started_at=now, good_at=now, error="")


def fail(name: str) -> OutboundLetter:
    letter = queue(name)
    values = {"state": "failed", "attempts": 3, "last_error": "SMTPRecipientsRefused 550"}
    OutboundLetter.objects.filter(pk=letter.pk).update(**values)
    return letter


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class TestWho:
    def test_nobody_else_finds_the_page_or_its_acts(self, cast: Cast, as_user: AsUser) -> None:
        letter = fail("piet")
        others = [user for user in cast.everybody() if user != cast.administrator]
        for user in others:
            client = as_user(user)
            codes = [
                client.get(PAGE).status_code,
                client.post(f"{PAGE}{letter.pk}/opnieuw/").status_code,
                client.post(f"{PAGE}{letter.pk}/afgehandeld/").status_code,
            ]
            assert codes == [404, 404, 404], user
        assert OutboundLetter.objects.get().state == "failed"

    def test_a_stranger_signs_in_first(self, client: Client, db: None) -> None:
        assert client.get(PAGE).status_code == 302


class TestTasks:
    def test_each_with_its_title_and_how_often(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        page = as_user(cast.administrator).get(PAGE).content.decode()
        for sweep in sweeps.all_sweeps():
            assert sweep.title in page
        assert "elke 5 seconden" in page
        assert "elk uur" in page
        assert "loopt achter" not in page
        assert "taken lopen achter" not in page

    def test_that_all_is_well_is_said_on_top_and_the_tasks_are_folded(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        page = as_user(cast.administrator).get(PAGE).content.decode()
        number = len(sweeps.all_sweeps())
        assert f"Alles loopt Alle {number} taken zijn op tijd." in words(page)
        before, _sign, folded = page.partition('<details class="part">')
        assert "Post verzenden" not in before
        assert "Post verzenden" in folded
        assert "<details open" not in page

    def test_not_all_is_well_while_a_letter_did_not_arrive(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        fail("piet")
        page = words(as_user(cast.administrator).get(PAGE).content.decode())
        assert "1 brief kwam niet aan Alle" in page
        assert "Alles loopt" not in page

    def test_what_went_wrong_but_is_in_time_still_is_shown(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        Heartbeat.objects.filter(name="retention").update(error="RunFailed")
        page = as_user(cast.administrator).get(PAGE).content.decode()
        assert "1 taak ging de laatste keer mis" in page
        assert "Alles loopt" not in page
        before, _sign, _folded = page.partition('<details class="part">')
        assert "ging mis Laatste fout: RunFailed" in words(before)

    def test_what_is_late_stands_first_in_words_with_the_kind_of_its_error(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        long_ago = timezone.now() - timedelta(days=2)
        Heartbeat.objects.filter(name="digest").update(good_at=long_ago, error="OperationalError")
        response = as_user(cast.administrator).get(PAGE)
        assert [each.sweep.name for each, _often in response.context["look"]] == ["digest"]
        told = words(response.content.decode())
        assert "Alles loopt" not in told
        assert "1 taak loopt achter" in told
        assert "loopt achter Laatste fout: OperationalError" in told

    @pytest.mark.parametrize(
        ("every", "said"),
        [
            (timedelta(seconds=5), "elke 5 seconden"),
            (timedelta(minutes=1), "elke minuut"),
            (timedelta(minutes=10), "elke 10 minuten"),
            (timedelta(hours=1), "elk uur"),
            (timedelta(hours=6), "elke 6 uur"),
            (timedelta(days=1), "elke dag"),
        ],
    )
    def test_how_often_in_words(self, every: timedelta, said: str) -> None:
        assert desk.in_words(every) == said


class TestPost:
    def test_kind_moment_error_and_attempts_and_nothing_of_what_it_says(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        fail("piet")
        page = as_user(cast.administrator).get(PAGE).content.decode()
        assert "tests/greeting" in page
        assert "niet bezorgd: SMTPRecipientsRefused 550" in words(page)
        for secret in ("piet@", "Piet", "Een brief"):
            assert secret not in page

    def test_a_letter_is_called_by_its_kind_and_not_by_its_code(
        self, cast: Cast, as_user: AsUser
    ) -> None:
        fail("piet")
        queue("bea", at=timezone.now())
        OutboundLetter.objects.filter(state="failed").update(letter="frontdesk/digest")
        waits = OutboundLetter.objects.filter(state="queued")
        waits.update(letter="organisation/password", attempts=1)
        client = as_user(cast.administrator)
        for path in (PAGE, reverse("admin:mail_outboundletter_changelist")):
            page = client.get(path).content.decode()
            assert ("Ochtendbericht" in page, "Nieuw wachtwoord" in page) == (True, True)
            assert ("frontdesk/digest" in page, "organisation/password" in page) == (False, False)

    def test_trying_again(self, cast: Cast, as_user: AsUser) -> None:
        letter = fail("piet")
        client = as_user(cast.administrator)
        page = client.post(f"{PAGE}{letter.pk}/opnieuw/", follow=True).content.decode()
        letter.refresh_from_db()
        assert (letter.state, letter.handled_by) == ("queued", cast.administrator)
        assert "De brief wacht weer op verzending." in page
        page = client.post(f"{PAGE}{letter.pk}/opnieuw/", follow=True).content.decode()
        assert "Deze brief is al opnieuw geprobeerd of afgehandeld." in page

    def test_settling(self, cast: Cast, as_user: AsUser) -> None:
        letter = fail("piet")
        client = as_user(cast.administrator)
        page = client.post(f"{PAGE}{letter.pk}/afgehandeld/", follow=True).content.decode()
        assert "Er zijn geen brieven die aandacht vragen." in page
        letter.refresh_from_db()
        assert letter.settled_at is not None

    def test_one_that_failed_again_tells_who_tried(self, cast: Cast, as_user: AsUser) -> None:
        letter = fail("piet")
        client = as_user(cast.administrator)
        client.post(f"{PAGE}{letter.pk}/opnieuw/")
        OutboundLetter.objects.update(state="failed")
        assert "door Tom Techniek" in client.get(PAGE).content.decode()

    def test_what_goes_again_by_itself_is_told_with_its_error_and_no_buttons(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        queue("piet", at=timezone.now())
        OutboundLetter.objects.update(attempts=2, last_error="SMTPDataError 451")
        page = as_user(cast.administrator).get(PAGE).content.decode()
        assert "1 brief wacht op een volgende poging. Dat gaat vanzelf." in page
        assert "SMTPDataError 451 2" in words(page)
        assert "Opnieuw proberen" not in words(page).replace("“Opnieuw proberen”", "")
        assert "De post staat stil" not in page
        for secret in ("piet@", "Piet", "Een brief"):
            assert secret not in page

    def test_that_nothing_leaves_is_said_on_top(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        queue("piet", at=timezone.now() - timedelta(minutes=61))
        OutboundLetter.objects.update(attempts=4, last_error="ConnectionRefusedError")
        page = words(as_user(cast.administrator).get(PAGE).content.decode())
        assert "De post staat stil De mailserver is weg of weigert ons." in page
        assert "ConnectionRefusedError 4" in page
        assert "Alles loopt" not in page

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_for_three(
        self,
        cast: Cast,
        as_user: AsUser,
        rows: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        for number in range(rows):
            fail(f"n{number}")
        client = as_user(cast.administrator)
        for number in range(rows):
            queue(f"w{number}")
        OutboundLetter.objects.filter(state="queued").update(attempts=1)
        with django_assert_num_queries(10):
            page = client.get(PAGE).content.decode()
        assert page.count("tests/greeting") == 2 * rows


class TestHome:
    def test_the_administrator_is_told_on_the_home_page(
        self, cast: Cast, as_user: AsUser, all_well: None
    ) -> None:
        client = as_user(cast.administrator)
        assert client.get("/").context["items"] == []
        Heartbeat.objects.filter(name__in=["digest", "outbox"]).update(
            good_at=timezone.now() - timedelta(days=1)
        )
        for name in ("piet", "kees"):
            fail(name)
        items = client.get("/").context["items"]
        assert [(each.sentence, each.url, each.tone) for each in items] == [
            ("2 taken lopen achter.", PAGE, "late"),
            ("2 brieven kwamen niet aan.", PAGE, "attention"),
        ]
