"""When an agreement holds: the last day counts."""

from __future__ import annotations

from datetime import date

import pytest

from registers.rules.agreements import agreement_state, best_state

TODAY = date(2026, 3, 2)
YESTERDAY = date(2026, 3, 1)
TOMORROW = date(2026, 3, 3)
LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("signed_on", "starts_on", "ends_on", "state"),
    [
        (LONG_AGO, LONG_AGO, None, "valid"),
        (TODAY, TODAY, None, "valid"),
        (LONG_AGO, LONG_AGO, date(2026, 6, 1), "valid"),  # 91 days
        (LONG_AGO, LONG_AGO, date(2026, 5, 31), "expiring"),  # 90 days
        (LONG_AGO, LONG_AGO, TODAY, "expiring"),  # the last day itself
        (LONG_AGO, LONG_AGO, YESTERDAY, "expired"),
        (None, LONG_AGO, YESTERDAY, "expired"),
        (None, LONG_AGO, None, "unsigned"),
        (None, TOMORROW, None, "unsigned"),
        (TOMORROW, LONG_AGO, None, "unsigned"),  # nobody has signed yet
        (LONG_AGO, TOMORROW, None, "future"),
        (TODAY, TOMORROW, date(2026, 3, 20), "future"),
    ],
)
def test_the_state_of_an_agreement_on_a_day(
    signed_on: date | None, starts_on: date, ends_on: date | None, state: str
) -> None:
    found = agreement_state(signed_on=signed_on, starts_on=starts_on, ends_on=ends_on, on=TODAY)
    assert found == state


@pytest.mark.parametrize(
    ("states", "best"),
    [
        ([], "missing"),
        (["expired"], "expired"),
        (["expired", "unsigned"], "unsigned"),
        (["unsigned", "future"], "future"),
        (["future", "expiring"], "expiring"),
        (["expiring", "valid", "expired"], "valid"),
    ],
)
def test_a_processor_is_as_good_as_its_best_agreement(states: list[str], best: str) -> None:
    assert best_state(states) == best
