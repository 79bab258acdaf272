"""Terms of requests, of weeks and of retention: literal examples, and properties of every date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from privacyboard import deadlines
from privacyboard.deadlines import (
    RULES,
    BadTermError,
    NotACalendarDayError,
    OutOfRangeError,
    RuleBook,
    is_public_holiday,
    is_working_day,
    request_term,
    retention_end,
    weeks_term,
)

AVG_DAYS = st.dates(date(2018, 5, 25), date(2090, 12, 31))
WIDE_DAYS = st.dates(date(2022, 12, 1), date(2028, 11, 20))
CALENDAR_DAYS = st.dates(date(2014, 1, 1), date(2090, 12, 31))


class TestRequestTerm:
    @pytest.mark.requirement("KPO-040")
    @pytest.mark.parametrize(
        ("received", "target", "last_day"),
        [
            pytest.param("2024-03-05", "2024-04-05", "2024-04-05", id="example of the EDPB"),
            pytest.param("2027-08-31", "2027-09-30", "2027-09-30", id="no 31 September"),
            pytest.param("2023-01-30", "2023-02-28", "2023-02-28", id="no 30 February"),
            pytest.param("2024-01-30", "2024-02-29", "2024-02-29", id="leap year, 30 January"),
            pytest.param("2024-01-31", "2024-02-29", "2024-02-29", id="leap year, 31 January"),
            pytest.param("2026-01-31", "2026-02-28", "2026-03-02", id="clamped onto a Saturday"),
            pytest.param("2026-02-28", "2026-03-28", "2026-03-30", id="not stretched to month end"),
            pytest.param("2026-09-11", "2026-10-11", "2026-10-12", id="Sunday"),
            pytest.param("2026-07-18", "2026-08-18", "2026-08-18", id="received on a Saturday"),
            pytest.param("2026-12-01", "2027-01-01", "2027-01-04", id="New Year on a Friday"),
            pytest.param("2026-03-05", "2026-04-05", "2026-04-07", id="Easter Sunday and Monday"),
            pytest.param("2026-04-14", "2026-05-14", "2026-05-15", id="Ascension Day"),
            pytest.param("2026-04-25", "2026-05-25", "2026-05-26", id="Whit Monday"),
            pytest.param("2024-11-25", "2024-12-25", "2024-12-27", id="both days of Christmas"),
            pytest.param("2025-11-25", "2025-12-25", "2025-12-29", id="Christmas, then a weekend"),
            pytest.param("2026-03-27", "2026-04-27", "2026-04-28", id="King's Day on a Monday"),
            pytest.param("2024-03-27", "2024-04-27", "2024-04-29", id="King's Day on a Saturday"),
            pytest.param(
                "2025-03-26", "2025-04-26", "2025-04-28", id="King's Day moved to the 26th"
            ),
            pytest.param("2026-04-05", "2026-05-05", "2026-05-06", id="5 May, no lustrum year"),
            pytest.param("2025-04-05", "2025-05-05", "2025-05-06", id="5 May, lustrum year"),
            pytest.param("2018-05-25", "2018-06-25", "2018-06-25", id="first day of the AVG"),
        ],
    )
    def test_one_month(self, received: str, target: str, last_day: str) -> None:
        term = request_term(date.fromisoformat(received))
        assert (term.target, term.last_day) == (
            date.fromisoformat(target),
            date.fromisoformat(last_day),
        )

    @pytest.mark.parametrize(
        ("received", "target", "last_day"),
        [
            pytest.param("2025-11-30", "2026-02-28", "2026-03-02", id="30 November"),
            pytest.param("2027-11-30", "2028-02-29", "2028-02-29", id="30 November, leap year"),
            pytest.param("2026-01-31", "2026-04-30", "2026-04-30", id="clamped once, not twice"),
            pytest.param(
                "2026-03-05", "2026-06-05", "2026-06-05", id="the first roll plays no part"
            ),
            pytest.param("2026-09-25", "2026-12-25", "2026-12-28", id="onto Christmas"),
        ],
    )
    def test_extended_is_three_months_from_receipt(
        self, received: str, target: str, last_day: str
    ) -> None:
        term = request_term(date.fromisoformat(received), extended=True)
        assert (term.target, term.last_day) == (
            date.fromisoformat(target),
            date.fromisoformat(last_day),
        )

    @pytest.mark.parametrize(
        ("choice", "last_day"),
        [
            ("from_receipt", date(2026, 4, 30)),
            ("from_first_end", date(2026, 4, 28)),
            ("from_first_last_day", date(2026, 5, 4)),
        ],
    )
    def test_the_leading_reading_is_a_setting(
        self, monkeypatch: pytest.MonkeyPatch, choice: str, last_day: date
    ) -> None:
        text = Path(deadlines.__file__).with_suffix(".toml").read_text("utf-8")
        rules = RuleBook.from_toml(text.replace('value = "from_receipt"', f'value = "{choice}"'))
        monkeypatch.setattr(deadlines, "RULES", rules)
        term = request_term(date(2026, 1, 31), extended=True)
        assert term.last_day == last_day
        warned = any(sentence.startswith("Let op") for sentence in term.explanation)
        assert warned == (choice != "from_first_end")

    @given(AVG_DAYS)
    def test_ends_on_a_working_day_that_is_not_before_the_target(self, received: date) -> None:
        for extended in (False, True):
            term = request_term(received, extended=extended)
            assert term.last_day >= term.target
            assert is_working_day(term.last_day)
            passed = (term.last_day - term.target).days
            assert not any(is_working_day(term.target + timedelta(d)) for d in range(passed))

    @given(AVG_DAYS, st.integers(0, 40))
    def test_a_later_receipt_never_ends_earlier(self, received: date, later: int) -> None:
        for extended in (False, True):
            earlier = request_term(received, extended=extended)
            assert (
                request_term(received + timedelta(later), extended=extended).last_day
                >= earlier.last_day
            )

    @given(AVG_DAYS)
    def test_an_extension_lengthens(self, received: date) -> None:
        extended = request_term(received, extended=True)
        assert extended.last_day > request_term(received).last_day
        assert extended.target == received + relativedelta(months=3)

    @pytest.mark.parametrize("received", [date(2018, 5, 24), date(1, 1, 1)])
    def test_refuses_a_day_before_the_avg_applied(self, received: date) -> None:
        with pytest.raises(OutOfRangeError):
            request_term(received)

    @pytest.mark.parametrize(
        "received", [date(9999, 12, 31), date(4099, 12, 1), date(4099, 11, 29)]
    )
    def test_refuses_a_year_beyond_the_calendar(self, received: date) -> None:
        with pytest.raises(OutOfRangeError, match=r"kalender|4099"):
            request_term(received, extended=True)

    @pytest.mark.parametrize("received", [datetime(2026, 3, 5), datetime(2026, 3, 5, tzinfo=UTC)])
    def test_refuses_a_datetime(self, received: datetime) -> None:
        with pytest.raises(NotACalendarDayError):
            request_term(received)

    @pytest.mark.parametrize("received", ["2026-03-05", None, 20260305])
    def test_refuses_what_is_no_date(self, received: Any) -> None:
        with pytest.raises(NotACalendarDayError):
            request_term(received)


class TestWideLastDay:
    @pytest.mark.parametrize(
        ("received", "last_day", "wide"),
        [
            pytest.param("2026-03-03", "2026-04-03", "2026-04-07", id="Good Friday"),
            pytest.param("2025-12-02", "2026-01-02", "2026-01-05", id="2 January 2026"),
            pytest.param("2026-04-15", "2026-05-15", "2026-05-18", id="15 May 2026"),
            pytest.param("2026-04-14", "2026-05-15", "2026-05-18", id="Ascension, then 15 May"),
            pytest.param("2024-11-25", "2024-12-27", "2024-12-30", id="27 December 2024"),
            pytest.param("2028-03-27", "2028-04-28", "2028-05-01", id="King's Day and 28 April"),
            pytest.param("2026-02-05", "2026-03-05", "2026-03-05", id="nothing to count"),
            pytest.param("2028-11-29", "2028-12-29", "2028-12-29", id="last day with data"),
            pytest.param("2028-11-30", "2029-01-02", None, id="rolls into a year without data"),
            pytest.param("2028-12-20", "2029-01-22", None, id="target in a year without data"),
            pytest.param("2022-11-15", "2022-12-15", None, id="before the first decree known here"),
        ],
    )
    def test_counts_more_days_or_is_unknown(
        self, received: str, last_day: str, wide: str | None
    ) -> None:
        term = request_term(date.fromisoformat(received))
        assert term.last_day == date.fromisoformat(last_day)
        assert term.wide_last_day == (wide and date.fromisoformat(wide))

    @given(WIDE_DAYS)
    def test_is_never_before_the_last_day(self, received: date) -> None:
        term = request_term(received)
        assert term.wide_last_day is not None
        assert term.wide_last_day >= term.last_day
        assert is_working_day(term.wide_last_day)

    def test_good_friday_does_not_decide(self) -> None:
        assert not is_public_holiday(date(2026, 4, 3))
        assert request_term(date(2026, 3, 3)).last_day == date(2026, 4, 3)


class TestExplanation:
    def test_names_the_clamp_the_roll_and_their_articles(self) -> None:
        sentences = request_term(date(2026, 1, 31)).explanation
        assert sentences == (
            "31 januari + 1 maand → 28 februari; zaterdag → maandag 2 maart (AVG, art. 12 lid 3; "
            "Verordening 1182/71, art. 3 lid 2 onder c; Verordening 1182/71, art. 3 lid 4).",
            "Februari 2026 heeft geen 31e: de laatste dag van die maand telt (Verordening 1182/71, "
            "art. 3 lid 2 onder c).",
        )

    def test_names_each_holiday_on_the_way_and_the_year_where_it_turns(self) -> None:
        first, second, third = request_term(date(2028, 11, 30)).explanation
        assert first.startswith(
            "30 november + 1 maand → 30 december; zaterdag → maandag 1 januari 2029 → "
            "dinsdag 2 januari 2029 ("
        )
        assert second == "1 januari 2029 is nieuwjaarsdag (Algemene termijnenwet, art. 3 lid 1)."
        assert "gelijkgestelde dagen van 2029 ontbreken" in third

    def test_names_the_holiday_that_the_term_ends_on(self) -> None:
        sentences = request_term(date(2025, 11, 25)).explanation
        assert (
            "eerste kerstdag → vrijdag 26 december → zaterdag 27 december → maandag 29 december"
        ) in sentences[0]
        assert "26 december is tweede kerstdag (Algemene termijnenwet, art. 3 lid 1)." in sentences

    def test_calls_a_saturday_holiday_a_saturday(self) -> None:
        assert "; zaterdag → maandag 29 april (" in request_term(date(2024, 3, 27)).explanation[0]

    def test_says_what_is_not_confirmed(self) -> None:
        assert (
            "27 april is Koningsdag (Algemene termijnenwet, art. 3 lid 1, nog niet bevestigd)."
        ) in request_term(date(2026, 3, 27)).explanation

    def test_gives_the_wide_date_as_information(self) -> None:
        last = request_term(date(2026, 3, 3)).explanation[-1]
        assert last.startswith("Ter informatie: met Goede Vrijdag")
        assert "dinsdag 7 april (Algemene termijnenwet, art. 3 lid 2 en 3)" in last

    def test_is_silent_about_what_did_not_happen(self) -> None:
        assert request_term(date(2026, 2, 5)).explanation == (
            "5 februari + 1 maand → 5 maart (AVG, art. 12 lid 3; Verordening 1182/71, art. 3 lid 2 "
            "onder c).",
        )

    def test_warns_where_another_reading_of_the_extension_is_earlier(self) -> None:
        *_, warning = request_term(date(2026, 1, 31), extended=True).explanation
        assert warning == (
            "Let op: in een andere lezing (28 februari + 2 maanden) valt de laatste dag eerder, op "
            "dinsdag 28 april (AVG, art. 12 lid 3, nog niet bevestigd)."
        )

    @pytest.mark.parametrize("received", [date(2026, 3, 5), date(2026, 2, 28), date(2025, 11, 30)])
    def test_does_not_warn_where_no_reading_is_earlier(self, received: date) -> None:
        explanation = request_term(received, extended=True).explanation
        assert not any(sentence.startswith("Let op") for sentence in explanation)
        assert any("in één keer" in sentence for sentence in explanation)

    @given(AVG_DAYS)
    def test_warns_of_exactly_the_readings_that_end_earlier(self, received: date) -> None:
        first = request_term(received)
        readings = [first.target, first.last_day]
        ends = [_next_working_day(start + relativedelta(months=2)) for start in readings]
        extended = request_term(received, extended=True)
        warned = any(sentence.startswith("Let op") for sentence in extended.explanation)
        assert warned == (min(ends) < extended.last_day)

    @given(AVG_DAYS, st.booleans())
    def test_every_sentence_names_its_article(self, received: date, extended: bool) -> None:
        for sentence in request_term(received, extended=extended).explanation:
            assert "art. " in sentence
            assert sentence.endswith(").")

    def test_of_weeks(self) -> None:
        assert weeks_term(date(2026, 3, 5), 1).explanation[0].startswith("5 maart + 1 week → 12")
        assert weeks_term(date(2026, 3, 5), 6).explanation == (
            "5 maart + 6 weken → 16 april (Verordening 1182/71, art. 3 lid 2 onder c).",
        )


class TestWeeksTerm:
    @pytest.mark.parametrize(
        ("start", "weeks", "target", "last_day"),
        [
            pytest.param("2026-03-05", 6, "2026-04-16", "2026-04-16", id="same weekday"),
            pytest.param("2026-03-07", 6, "2026-04-18", "2026-04-20", id="Saturday"),
            pytest.param("2026-03-23", 2, "2026-04-06", "2026-04-07", id="Easter Monday"),
            pytest.param("2025-12-18", 1, "2025-12-25", "2025-12-29", id="Christmas"),
            pytest.param("2013-12-20", 2, "2014-01-03", "2014-01-03", id="ends in the calendar"),
        ],
    )
    def test_examples(self, start: str, weeks: int, target: str, last_day: str) -> None:
        term = weeks_term(date.fromisoformat(start), weeks)
        assert (term.target, term.last_day) == (
            date.fromisoformat(target),
            date.fromisoformat(last_day),
        )

    @given(CALENDAR_DAYS, st.integers(1, 60))
    def test_target_is_whole_weeks_away_and_last_day_works(self, start: date, weeks: int) -> None:
        term = weeks_term(start, weeks)
        assert (term.target - start).days == 7 * weeks
        assert term.last_day == _next_working_day(term.target)

    def test_every_seven_days_hold_two_working_days(self) -> None:
        """Art. 3(5) therefore never lengthens a term in whole weeks, in the wide sense either."""
        equated = {day for rule in RULES.rules["period.equated_days"] for day in rule.days}
        wide = equated | {easter(year) - timedelta(2) for year in range(2014, 2115)}
        days = [date(2014, 1, 1) + timedelta(n) for n in range(100 * 365)]
        works = [is_working_day(day) and day not in wide for day in days]
        assert min(sum(works[n : n + 7]) for n in range(len(works) - 7)) >= 2

    @pytest.mark.parametrize("weeks", [0, -1, True, 1.5, "2"])
    def test_refuses_what_is_no_number_of_weeks(self, weeks: Any) -> None:
        with pytest.raises(BadTermError):
            weeks_term(date(2026, 3, 5), weeks)

    @pytest.mark.parametrize(
        ("start", "weeks"),
        [(date(9999, 12, 31), 1), (date(2026, 1, 1), 10**12), (date(2013, 1, 1), 1)],
    )
    def test_refuses_what_leaves_the_calendar(self, start: date, weeks: int) -> None:
        with pytest.raises(OutOfRangeError):
            weeks_term(start, weeks)

    def test_refuses_a_datetime(self) -> None:
        with pytest.raises(NotACalendarDayError):
            weeks_term(datetime(2026, 3, 5), 1)


class TestRetentionEnd:
    @pytest.mark.parametrize(
        ("start", "length", "end"),
        [
            pytest.param("2026-07-31", {"years": 2}, "2028-07-31", id="pupil file"),
            pytest.param("2026-10-31", {"weeks": 4}, "2026-11-28", id="images, to a Saturday"),
            pytest.param("2026-11-27", {"weeks": 4}, "2026-12-25", id="images, to Christmas"),
            pytest.param("2024-02-29", {"years": 1}, "2025-02-28", id="leap day"),
            pytest.param("2026-08-31", {"months": 6}, "2027-02-28", id="no 31 February"),
            pytest.param("2026-01-31", {"months": 1, "days": 1}, "2026-03-01", id="month first"),
            pytest.param("1970-01-01", {"years": 7}, "1977-01-01", id="older than the calendar"),
        ],
    )
    def test_examples(self, start: str, length: dict[str, int], end: str) -> None:
        assert retention_end(date.fromisoformat(start), **length) == date.fromisoformat(end)

    @given(CALENDAR_DAYS, st.integers(0, 20), st.integers(0, 30), st.integers(0, 200))
    def test_never_rolls(self, start: date, years: int, months: int, days: int) -> None:
        end = retention_end(start, years=years, months=months, weeks=1, days=days)
        assert end == start + relativedelta(years=years, months=months, days=days + 7)

    @pytest.mark.parametrize(
        "length", [{}, {"years": 0}, {"years": -1}, {"years": 1, "days": -1}, {"months": True}]
    )
    def test_refuses_what_is_no_length(self, length: dict[str, int]) -> None:
        with pytest.raises(BadTermError):
            retention_end(date(2026, 1, 1), **length)

    @pytest.mark.parametrize("length", [{"years": 8000}, {"days": 10**10}, {"months": 10**20}])
    def test_refuses_what_leaves_the_calendar(self, length: dict[str, int]) -> None:
        with pytest.raises(OutOfRangeError):
            retention_end(date(2026, 1, 1), **length)

    def test_refuses_a_datetime(self) -> None:
        with pytest.raises(NotACalendarDayError):
            retention_end(datetime(2026, 1, 1), years=1)


def _next_working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(1)
    return day
