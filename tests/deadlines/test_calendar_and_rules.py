"""The calendar, the day of a moment, and the file of dated rules."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard import deadlines
from privacyboard.deadlines import (
    RULES,
    BadTermError,
    DeadlineError,
    NaiveMomentError,
    NotACalendarDayError,
    OutOfRangeError,
    RuleBook,
    RuleFileError,
    is_public_holiday,
    is_working_day,
    local_day,
)

RULE_FILE = Path(deadlines.__file__).with_suffix(".toml").read_text("utf-8")


class TestPublicHolidays:
    @pytest.mark.parametrize(
        ("year", "days"),
        [
            (2025, "01-01 04-21 04-26 05-05 05-29 06-09 12-25 12-26"),
            (2026, "01-01 04-06 04-27 05-05 05-14 05-25 12-25 12-26"),
            (2027, "01-01 03-29 04-27 05-05 05-06 05-17 12-25 12-26"),
        ],
    )
    def test_are_the_eight_of_the_act(self, year: int, days: str) -> None:
        every = [date(year, 1, 1) + timedelta(n) for n in range(365)]
        assert [f"{day:%m-%d}" for day in every if is_public_holiday(day)] == days.split()

    @given(st.integers(2014, 4099))
    def test_kings_day_is_never_a_sunday(self, year: int) -> None:
        kings_day = date(year, 4, 26 if date(year, 4, 27).weekday() == 6 else 27)
        assert is_public_holiday(kings_day)
        assert kings_day.weekday() != 6

    @given(st.integers(2014, 4099))
    def test_5_may_counts_every_year(self, year: int) -> None:
        assert is_public_holiday(date(year, 5, 5))

    @pytest.mark.parametrize("day", [date(2026, 4, 5), date(2026, 5, 15), date(2026, 1, 2)])
    def test_sundays_and_equated_days_are_none(self, day: date) -> None:
        assert not is_public_holiday(day)

    @pytest.mark.parametrize("day", [date(2013, 4, 30), date(4100, 1, 1)])
    def test_unknown_years_are_refused_not_guessed(self, day: date) -> None:
        with pytest.raises(OutOfRangeError, match="2014 tot en met 4099"):
            is_public_holiday(day)

    def test_refuses_a_datetime(self) -> None:
        with pytest.raises(NotACalendarDayError):
            is_public_holiday(datetime(2026, 1, 1))

    @pytest.mark.parametrize(
        ("day", "works"),
        [("2026-02-06", True), ("2026-02-07", False), ("2026-02-08", False), ("2026-05-05", False)],
    )
    def test_working_days(self, day: str, works: bool) -> None:
        assert is_working_day(date.fromisoformat(day)) is works


class TestLocalDay:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2026-06-30T21:59+00:00", "2026-06-30"),
            ("2026-06-30T22:00+00:00", "2026-07-01"),
            ("2026-12-31T22:59+00:00", "2026-12-31"),
            ("2026-12-31T23:00+00:00", "2027-01-01"),
        ],
    )
    def test_turns_at_midnight_in_amsterdam(self, moment: str, day: str) -> None:
        assert local_day(datetime.fromisoformat(moment)) == date.fromisoformat(day)

    def test_refuses_a_naive_moment_and_one_outside_the_calendar(self) -> None:
        with pytest.raises(NaiveMomentError):
            local_day(datetime(2026, 1, 1))
        with pytest.raises(OutOfRangeError):
            local_day(datetime.max.replace(tzinfo=UTC))


class TestRuleFile:
    def test_every_entry_has_a_first_day_an_article_and_a_source(self) -> None:
        data = tomllib.loads(RULE_FILE)
        for entry in [*data["rule"], *data["holiday"]]:
            assert isinstance(entry["valid_from"], date)
            assert entry["article"]
            assert entry["source"]
            assert isinstance(entry["confirmed"], bool)

    @pytest.mark.parametrize(
        ("name", "unit", "value", "confirmed"),
        [
            ("request.term", "months", 1, True),
            ("request.extension", "months", 2, True),
            ("breach.notification", "hours", 72, True),
            ("remedy.objection", "weeks", 6, False),
            ("remedy.petition", "weeks", 6, False),
            ("prior_consultation.term", "weeks", 8, False),
            ("prior_consultation.extension", "weeks", 6, False),
            ("period.working_weekdays", "weekdays", 5, False),
        ],
    )
    def test_numbers_of_the_law(self, name: str, unit: str, value: int, confirmed: bool) -> None:
        rule = RULES.in_force(name, date(2026, 11, 20))
        assert (rule.number(unit), rule.confirmed) == (value, confirmed)

    def test_holidays_are_eight_strict_and_one_wide(self) -> None:
        counts = [entries[-1].counts for entries in RULES.holidays.values()]
        assert sorted(counts) == ["strict"] * 8 + ["wide"]

    def test_the_date_of_kings_day_is_not_confirmed(self) -> None:
        unconfirmed = {n for n, entries in RULES.holidays.items() if not entries[-1].confirmed}
        assert unconfirmed == {"kings_day"}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param("unit =", "units =", id="misspelt field"),
            pytest.param('article = "AVG, art. 12 lid 3"', 'article = ""', id="no article"),
            pytest.param("confirmed = true", "", id="confirmed left out"),
            pytest.param("confirmed = true", 'confirmed = "ja"', id="confirmed in words"),
            pytest.param("valid_from = 2018-05-25", 'valid_from = "2018"', id="a text for a day"),
            pytest.param('"request.extension"', '"request.term"', id="twice on one day"),
            pytest.param("[[rule]]", "[[rule", id="no TOML"),
        ],
    )
    def test_a_faulty_file_is_refused(self, old: str, new: str) -> None:
        with pytest.raises(RuleFileError):
            RuleBook.from_toml(RULE_FILE.replace(old, new, 1))

    def test_a_number_is_not_read_in_another_unit(self) -> None:
        with pytest.raises(RuleFileError):
            RULES.in_force("request.term", date(2026, 1, 1)).number("weeks")
        with pytest.raises(RuleFileError):
            assert RULES.in_force("request.term", date(2026, 1, 1)).days

    def test_every_refusal_is_a_value_error(self) -> None:
        for error in (BadTermError, NaiveMomentError, NotACalendarDayError, OutOfRangeError):
            assert issubclass(error, DeadlineError)
        assert issubclass(DeadlineError, ValueError)
