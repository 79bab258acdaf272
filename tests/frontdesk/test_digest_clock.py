"""A clock that ran ahead, and was put back: what waits goes on the next morning, once."""

from __future__ import annotations

import pytest
from django.db.models import Max

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW, Cast
from tests.factories import requests as make
from tests.frontdesk.test_digest import line, moment, send

# Forty days after Tuesday 3 March is Sunday 12 April: the letters of Friday 10 and Monday 13.
AHEAD = ("2026-04-10T08:00", "2026-04-13T08:00")


@pytest.mark.django_db
class TestLines:
    def test_a_line_of_a_clock_that_ran_ahead_goes_the_next_morning(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-04-11T10:00")
        assert send("2026-03-03T10:00") == []
        assert send("2026-03-04T06:29") == []
        assert send("2026-03-04T06:30") == ["dirk"]
        assert send("2026-03-04T06:31") == []

    def test_and_not_in_the_weekend(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-04-11T10:00")
        assert send("2026-03-07T03:00") == []
        assert send("2026-03-08T12:00") == []
        assert send("2026-03-09T06:30") == ["dirk"]

    def test_a_line_of_the_true_clock_beside_it_goes_in_the_same_letter(self, cast: Cast) -> None:
        first, second = (make.subject_request(cast.linde, at=NOW) for _each in range(2))
        line(cast.director, first, "2026-04-11T10:00")
        line(cast.director, second, "2026-03-03T09:00")
        assert send("2026-03-03T10:00") == []
        assert send("2026-03-04T06:30") == ["dirk"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.subject == "2 dingen vragen uw aandacht"


@pytest.mark.django_db
class TestMornings:
    def run_ahead(self, cast: Cast) -> None:
        """Two letters of mornings that are forty days ahead; then the clock is put back."""
        for at in AHEAD:
            request = make.subject_request(cast.linde, at=moment("2026-04-01T09:00"))
            line(cast.director, request, f"{at[:10]}T00:10")
            assert send(at) == ["dirk"]
        assert send("2026-03-03T10:00") == []

    def test_a_morning_that_was_claimed_ahead_is_not_skipped(self, cast: Cast) -> None:
        self.run_ahead(cast)
        for at in AHEAD:
            request = make.subject_request(cast.linde, at=moment("2026-04-02T09:00"))
            line(cast.director, request, f"{at[:10]}T00:10", stage="7")
            assert send(f"{at[:10]}T05:29") == []
            assert send(f"{at[:10]}T05:30") == ["dirk"]
            assert send(f"{at[:10]}T05:31") == []
        said = " ".join(
            OutboundLetter.objects.filter(letter="frontdesk/digest").values_list("text", flat=True)
        )
        for number in (1, 2, 3, 4):
            assert said.count(f"/verzoeken/V-2026-000{number}/") == 1

    def test_every_morning_in_between_has_its_letter(self, cast: Cast) -> None:
        self.run_ahead(cast)
        for day in ("04", "05", "06", "09"):
            request = make.subject_request(cast.linde, at=NOW)
            line(cast.director, request, f"2026-03-{day}T00:10")
            assert send(f"2026-03-{day}T06:30") == ["dirk"]

    def test_a_week_that_was_claimed_ahead_is_not_skipped(self, cast: Cast) -> None:
        choose_pace(pace=Pace.WEEKLY, by=cast.director, at=NOW)
        request = make.subject_request(cast.linde, at=moment("2026-04-01T09:00"))
        line(cast.director, request, "2026-04-11T00:10")
        assert send("2026-04-13T08:00") == ["dirk"]
        assert send("2026-03-03T10:00") == []
        line(cast.director, request, "2026-04-09T00:10", stage="7")
        assert send("2026-04-13T05:30") == ["dirk"]

    def test_nothing_stays_dated_ahead(self, cast: Cast) -> None:
        self.run_ahead(cast)
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-04-12T00:10")
        assert send("2026-03-03T10:01") == []
        last = DigestLine.objects.aggregate(made=Max("made_at"), sent=Max("sent_at"))
        assert last["sent"] == moment("2026-03-03T10:00")
        assert not DigestLine.objects.filter(sent_at=None, made_at__gt=moment("2026-03-04T00:00"))
        assert not Reminder.objects.filter(kind="digest").exists()

    def test_letters_that_were_sent_on_true_mornings_count_as_before(self, cast: Cast) -> None:
        first, second = (make.subject_request(cast.linde, at=NOW) for _each in range(2))
        line(cast.director, first, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        line(cast.director, second, "2026-04-12T10:00")
        assert send("2026-03-03T10:00") == []
        assert Reminder.objects.filter(kind="digest").count() == 1
        assert send("2026-03-04T06:30") == ["dirk"]
