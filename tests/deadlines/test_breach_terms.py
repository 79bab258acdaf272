"""The 72 hours, and the dated rule that sets them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard import deadlines
from privacyboard.deadlines import (
    AMSTERDAM,
    BadTermError,
    NaiveMomentError,
    NotACalendarDayError,
    OutOfRangeError,
    RuleBook,
    breach_rule,
    breach_term,
)

RULE_FILE = Path(deadlines.__file__).with_suffix(".toml").read_text("utf-8")
MOMENTS = st.datetimes(
    datetime(2018, 5, 25), datetime(2090, 1, 1), timezones=st.just(AMSTERDAM) | st.just(UTC)
)


class TestBreachTerm:
    @pytest.mark.parametrize(
        ("aware_at", "ends"),
        [
            pytest.param("2026-11-20T16:30+01:00", "2026-11-23T16:30+01:00", id="over a weekend"),
            pytest.param("2026-04-03T17:00+02:00", "2026-04-06T17:00+02:00", id="over Easter"),
            pytest.param("2026-03-27T10:00+01:00", "2026-03-30T11:00+02:00", id="clock forward"),
            pytest.param("2026-10-23T10:00+02:00", "2026-10-26T09:00+01:00", id="clock back"),
            pytest.param("2026-10-25T02:30+02:00", "2026-10-28T01:30+01:00", id="first 2:30"),
            pytest.param("2026-10-25T02:30+01:00", "2026-10-28T02:30+01:00", id="second 2:30"),
            pytest.param("2026-06-01T22:00+00:00", "2026-06-05T00:00+02:00", id="given in UTC"),
        ],
    )
    def test_72_hours(self, aware_at: str, ends: str) -> None:
        result = breach_term(datetime.fromisoformat(aware_at))
        assert result.isoformat(timespec="minutes") == ends
        assert result.tzinfo == ZoneInfo("Europe/Amsterdam")

    def test_the_doubled_hour_is_told_apart_in_local_time(self) -> None:
        first = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM)
        second = first.replace(fold=1)
        assert breach_term(second).astimezone(UTC) - breach_term(first).astimezone(
            UTC
        ) == timedelta(hours=1)

    @given(MOMENTS, st.integers(1, 1000))
    def test_exactly_the_hours_elapse(self, aware_at: datetime, hours: int) -> None:
        passed = breach_term(aware_at, hours=hours).astimezone(UTC) - aware_at.astimezone(UTC)
        assert passed == timedelta(hours=hours)

    @given(MOMENTS)
    def test_unless_told_otherwise_it_is_72(self, aware_at: datetime) -> None:
        assert breach_term(aware_at) == breach_term(aware_at, hours=72)

    @pytest.mark.parametrize("moment", [datetime(2026, 3, 5, 12), date(2026, 3, 5), None])
    def test_refuses_a_naive_moment(self, moment: Any) -> None:
        with pytest.raises(NaiveMomentError):
            breach_term(moment)

    @pytest.mark.parametrize("hours", [0, -72, True, 72.0])
    def test_refuses_what_is_no_number_of_hours(self, hours: Any) -> None:
        with pytest.raises(BadTermError):
            breach_term(datetime(2026, 3, 5, tzinfo=UTC), hours=hours)

    @pytest.mark.parametrize(
        ("moment", "hours"),
        [
            (datetime(9999, 12, 31, 20, tzinfo=UTC), 72),
            (datetime(9999, 12, 31, 22, 30, tzinfo=UTC), 1),
            (datetime(2026, 1, 1, tzinfo=UTC), 10**15),
            (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), 1),
        ],
    )
    def test_refuses_what_leaves_the_calendar(self, moment: datetime, hours: int) -> None:
        with pytest.raises(OutOfRangeError):
            breach_term(moment, hours=hours)


class TestBreachRule:
    @pytest.mark.parametrize("day", [date(2018, 5, 25), date(2026, 11, 20), date(2040, 1, 1)])
    def test_the_avg(self, day: date) -> None:
        rule = breach_rule(day)
        assert (rule.hours, rule.threshold) == (72, "risk")
        assert (rule.article, rule.confirmed) == ("AVG, art. 33 lid 1", True)
        assert rule.source.startswith("https://")

    def test_a_new_number_holds_from_its_first_day(self) -> None:
        """The Digital Omnibus as it was proposed (domain facts 1.9), on a made-up date."""
        proposed = """
            [[rule]]
            name = "breach.notification"
            valid_from = 2027-07-01
            value = 96
            unit = "hours"
            threshold = "high_risk"
            article = "AVG, art. 33 lid 1 (nieuw)"
            source = "made up"
            confirmed = false
        """
        rules = RuleBook.from_toml(proposed + RULE_FILE)
        before = breach_rule(date(2027, 6, 30), rules=rules)
        after = breach_rule(date(2027, 7, 1), rules=rules)
        assert (before.hours, before.threshold) == (72, "risk")
        assert (after.hours, after.threshold) == (96, "high_risk")
        assert after.cited == "AVG, art. 33 lid 1 (nieuw), nog niet bevestigd"

    def test_refuses_a_day_before_the_avg_and_a_datetime(self) -> None:
        with pytest.raises(OutOfRangeError):
            breach_rule(date(2018, 5, 24))
        with pytest.raises(NotACalendarDayError):
            breach_rule(datetime(2026, 1, 1, tzinfo=UTC))
