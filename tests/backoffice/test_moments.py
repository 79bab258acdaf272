"""A day and a time that somebody types: also in the two nights on which the clock moves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from privacyboard.backoffice.fields import Moment

FIELD = Moment(label="Wanneer?")


def utc(day: int, hour: int, minute: int, *, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-10-25T01:59", utc(24, 23, 59)),
        # Twice on the clock: the first, in summer time.
        ("2026-10-25T02:00", utc(25, 0, 0)),
        ("2026-10-25T02:30", utc(25, 0, 30)),
        ("25-10-2026 02:30", utc(25, 0, 30)),
        ("2026-10-25T02:59:59", datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)),
        ("2026-10-25T03:00", utc(25, 2, 0)),
        ("2026-10-24T02:30", utc(24, 0, 30)),
        # The night in March: an hour later it is an hour further.
        ("2026-03-29T01:59", utc(29, 0, 59, month=3)),
        ("2026-03-29T03:00", utc(29, 1, 0, month=3)),
        # Who says which of the two it was, is taken at his word.
        ("2026-10-25T02:30+01:00", utc(25, 1, 30)),
    ],
)
def test_a_moment_is_read_in_one_way(typed: str, moment: datetime) -> None:
    assert FIELD.clean(typed) == moment


@pytest.mark.parametrize("typed", ["2026-03-29T02:00", "2026-03-29T02:30", "29-03-2026 02:59"])
def test_the_hour_that_was_skipped_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        FIELD.clean(typed)
    assert refusal.value.messages == [
        "Deze tijd was er niet: die nacht ging de klok van 2 naar 3 uur. "
        "Kies een tijd voor 2 uur, of vanaf 3 uur."
    ]
    with translation.override("en"):
        assert refusal.value.messages == [
            "This time did not exist: that night the clock went from 2 to 3 o’clock. "
            "Choose a time before 2 o’clock, or from 3 o’clock on."
        ]


def test_what_is_shown_again_and_sent_again_is_the_same_moment() -> None:
    moment = FIELD.clean("2026-10-25T02:30")
    shown = FIELD.prepare_value(moment)
    assert f"{shown:%Y-%m-%dT%H:%M}" == "2026-10-25T02:30"
    assert FIELD.clean(f"{shown:%Y-%m-%dT%H:%M}") == moment
    assert timezone.localtime(moment).fold == 0
