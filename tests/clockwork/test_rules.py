"""Terms of keeping: the last start day whose term is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyboard.clockwork.rules import Cut, Term

TERMS = st.builds(
    Term,
    years=st.integers(0, 12),
    months=st.integers(0, 24),
    weeks=st.integers(0, 60),
    days=st.integers(1, 400),
)
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("term", "today", "last_start"),
    [
        # Who left on 31 July 2024 may be here up to and on 31 July 2026.
        (Term(years=2), date(2026, 7, 31), date(2024, 7, 30)),
        (Term(years=2), date(2026, 8, 1), date(2024, 7, 31)),
        # Two years from 29 February 2024 end on 28 February 2026, as those from the 28th do.
        (Term(years=2), date(2026, 2, 28), date(2024, 2, 27)),
        (Term(years=2), date(2026, 3, 1), date(2024, 2, 29)),
        (Term(weeks=4), date(2026, 3, 30), date(2026, 3, 1)),
        (Term(months=1), date(2026, 3, 1), date(2026, 1, 31)),
        (Term(days=30), date(2026, 4, 12), date(2026, 3, 12)),
    ],
)
def test_the_last_start_whose_term_is_over(term: Term, today: date, last_start: date) -> None:
    assert term.cut(today) == Cut(last_start)


@given(TERMS, DAYS)
def test_nothing_goes_before_its_term_and_nothing_stays_after_it(term: Term, today: date) -> None:
    cut = term.cut(today).day
    assert term.ends_on(cut) < today
    assert term.ends_on(cut + timedelta(days=1)) >= today


@given(TERMS, DAYS)
def test_a_day_later_never_less_is_over(term: Term, today: date) -> None:
    assert term.cut(today).day <= term.cut(today + timedelta(days=1)).day


def test_a_moment_counts_for_its_day_in_amsterdam() -> None:
    # On 28 March 2026 it is winter time until the night: midnight is 23:00 UTC the day before.
    assert Cut(date(2026, 3, 27)).before == datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    assert Cut(date(2026, 3, 29)).before == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term(years=1), "1 jaar"),
        (Term(years=2, months=1), "2 jaar en 1 maand"),
        (Term(weeks=4), "4 weken"),
        (Term(months=6, days=1), "6 maanden en 1 dag"),
    ],
)
def test_a_term_in_words(term: Term, words: str) -> None:
    assert term.in_words == words
