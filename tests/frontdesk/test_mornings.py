"""Which morning a letter belongs to: school days at half past seven, whatever the season."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from privacyboard.clockwork.choices import Pace
from privacyboard.deadlines import AMSTERDAM
from privacyboard.frontdesk.rules import Letter, is_school_day, last_letter, next_letter


def moment(text: str) -> datetime:
    """In Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


DAILY = [
    # Monday 2 March 2026.
    ("2026-03-02T07:29", "2026-02-27T07:30"),
    ("2026-03-02T07:30", "2026-03-02T07:30"),
    ("2026-03-02T23:59", "2026-03-02T07:30"),
    ("2026-03-03T00:00", "2026-03-02T07:30"),
    # Friday's letter, all weekend long.
    ("2026-03-07T12:00", "2026-03-06T07:30"),
    ("2026-03-08T23:59", "2026-03-06T07:30"),
    # King's Day is a Monday in 2026.
    ("2026-04-27T12:00", "2026-04-24T07:30"),
    ("2026-04-28T07:30", "2026-04-28T07:30"),
    # Easter: Good Friday is a school day by the law of terms, Easter Monday is none.
    ("2026-04-03T08:00", "2026-04-03T07:30"),
    ("2026-04-06T08:00", "2026-04-03T07:30"),
    # Christmas 2026 falls on Friday and Saturday.
    ("2026-12-27T09:00", "2026-12-24T07:30"),
]
WEEKLY = [
    ("2026-03-02T07:29", "2026-02-23T07:30"),
    ("2026-03-02T07:30", "2026-03-02T07:30"),
    ("2026-03-06T09:00", "2026-03-02T07:30"),
    # In a week that begins with a free Monday: on Tuesday.
    ("2026-04-27T09:00", "2026-04-20T07:30"),
    ("2026-04-28T07:30", "2026-04-28T07:30"),
    ("2026-04-29T07:30", "2026-04-28T07:30"),
]


class TestLastMorning:
    @pytest.mark.parametrize(("at", "morning"), DAILY)
    def test_daily(self, at: str, morning: str) -> None:
        assert last_letter(Pace.DAILY, moment(at)) == Letter(moment(morning))

    @pytest.mark.parametrize(("at", "morning"), WEEKLY)
    def test_weekly(self, at: str, morning: str) -> None:
        assert last_letter(Pace.WEEKLY, moment(at)) == Letter(moment(morning))

    def test_at_once_is_now(self) -> None:
        at = moment("2026-03-07T03:04")
        assert last_letter(Pace.AT_ONCE, at) == Letter(at)

    @pytest.mark.parametrize(
        ("at", "before", "after"),
        [
            # Summer time begins on Sunday 29 March 2026: on Monday it is half past seven earlier.
            ("2026-03-30", "05:29", "05:30"),
            ("2026-03-27", "06:29", "06:30"),
            # It ends on Sunday 25 October 2026.
            ("2026-10-26", "06:29", "06:30"),
            ("2026-10-23", "05:29", "05:30"),
        ],
    )
    def test_half_past_seven_is_of_amsterdam_in_summer_and_winter(
        self, at: str, before: str, after: str
    ) -> None:
        day = date.fromisoformat(at)
        early, due = (
            last_letter(
                Pace.DAILY, datetime.fromisoformat(f"{at}T{each}").replace(tzinfo=UTC)
            ).morning
            for each in (before, after)
        )
        assert early.date() < day
        assert due.date() == day


class TestNextMorning:
    @pytest.mark.parametrize(
        ("pace", "at", "morning"),
        [
            (Pace.DAILY, "2026-03-02T07:29", "2026-03-02T07:30"),
            (Pace.DAILY, "2026-03-02T07:30", "2026-03-03T07:30"),
            (Pace.DAILY, "2026-03-06T09:00", "2026-03-09T07:30"),
            (Pace.DAILY, "2026-04-24T09:00", "2026-04-28T07:30"),
            (Pace.WEEKLY, "2026-03-02T07:30", "2026-03-09T07:30"),
            (Pace.WEEKLY, "2026-04-22T07:30", "2026-04-28T07:30"),
        ],
    )
    def test_is_the_first_one_after_now(self, pace: str, at: str, morning: str) -> None:
        assert next_letter(pace, moment(at)) == Letter(moment(morning))

    def test_the_one_follows_the_other(self) -> None:
        at = moment("2026-01-01T00:00")
        while at.year == 2026:
            following = next_letter(Pace.DAILY, at).morning
            assert last_letter(Pace.DAILY, following).morning == following
            assert is_school_day(following.date())
            at = following


@pytest.mark.parametrize(
    ("day", "there_is"),
    [
        ("2026-03-02", True),
        ("2026-03-07", False),
        ("2026-03-08", False),
        ("2026-04-27", False),
        ("2026-05-05", False),
        ("2026-07-20", True),  # no holidays were entered
    ],
)
def test_school_days(day: str, there_is: bool) -> None:
    assert is_school_day(date.fromisoformat(day)) is there_is
