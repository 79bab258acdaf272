"""The 72 hours, the careful clock, the stages and the order of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from datalekken.choices import Occurrence
from datalekken.rules.clocks import (
    Times,
    careful_clock,
    is_late,
    known_at,
    legal_clock,
    met_agreed_hours,
    met_internal_target,
    stages_due,
    time_problems,
)
from privacyboard.deadlines import AMSTERDAM

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def times(**values: datetime | str) -> Times:
    return Times(**{"reported_at": AT, **values})  # type: ignore[arg-type]


def test_nothing_certain_has_no_legal_term() -> None:
    assert legal_clock(times(first_signal_at=AT)) is None
    assert stages_due(None, at=AT) == ()


def test_seventy_two_hours_run_from_certainty_over_weekend_and_clock_change() -> None:
    friday = datetime(2026, 3, 27, 16, 30, tzinfo=AMSTERDAM)
    clock = legal_clock(times(certain_at=friday))
    assert clock is not None
    # Summer time begins on Sunday 29 March: 72 hours later it is half past five on the wall.
    assert clock.ends_at == datetime(2026, 3, 30, 17, 30, tzinfo=AMSTERDAM)
    assert (clock.hours, clock.threshold) == (72, "risk")
    assert clock.article == "AVG, art. 33 lid 1"


def test_the_notice_of_a_processor_starts_the_term_and_the_earlier_leads() -> None:
    told = times(processor_noticed_at=AT - HOUR, certain_at=AT)
    assert known_at(told) == AT - HOUR
    later = times(processor_noticed_at=AT, certain_at=AT - 2 * HOUR)
    assert known_at(later) == AT - 2 * HOUR


def test_the_careful_clock_runs_from_the_first_signal_or_the_report() -> None:
    assert careful_clock(times(first_signal_at=AT - HOUR)).started_at == AT - HOUR
    assert careful_clock(times()).started_at == AT


def test_the_last_moment_is_in_time() -> None:
    clock = legal_clock(times(certain_at=AT))
    assert clock is not None
    assert not is_late(clock, at=clock.ends_at)
    assert is_late(clock, at=clock.ends_at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (0, ("0h",)),
        (23, ("0h",)),
        (24, ("0h", "24h")),
        (60, ("0h", "24h", "48h", "60h")),
        (70, ("0h", "24h", "48h", "60h", "70h")),
        (72, ("0h", "24h", "48h", "60h", "70h")),
        (73, ("0h", "24h", "48h", "60h", "70h", "late")),
    ],
)
def test_the_stages_of_the_reminders(hours: int, due: tuple[str, ...]) -> None:
    clock = legal_clock(times(certain_at=AT))
    assert stages_due(clock, at=AT + timedelta(hours=hours)) == due


@pytest.mark.requirement("OPO-050")
def test_the_internal_target_is_a_day_and_a_late_report_is_measured() -> None:
    assert met_internal_target(times(first_signal_at=AT - 24 * HOUR)) is True
    assert met_internal_target(times(first_signal_at=AT - 25 * HOUR)) is False
    assert met_internal_target(times()) is None


@pytest.mark.requirement("VOG-055")
def test_a_processors_notice_is_held_against_the_agreed_hours() -> None:
    told = times(processor_discovered_at=AT - 30 * HOUR, processor_noticed_at=AT)
    assert met_agreed_hours(told, agreed_hours=24) is False
    assert met_agreed_hours(told, agreed_hours=30) is True
    assert met_agreed_hours(told, agreed_hours=None) is None
    assert met_agreed_hours(times(), agreed_hours=24) is None


def test_what_cannot_be_is_told_at_its_field() -> None:
    assert time_problems(times(certain_at=AT + HOUR), at=AT) == {
        "certain_at": "Dit moment is nog niet geweest. Controleer datum en tijd."
    }
    assert time_problems(times(first_signal_at=AT, certain_at=AT - HOUR), at=AT) == {
        "certain_at": (
            "U kunt het niet zeker weten voor het eerste signaal. Controleer datum en tijd."
        )
    }
    assert time_problems(
        times(processor_discovered_at=AT, processor_noticed_at=AT - HOUR), at=AT
    ) == {
        "processor_noticed_at": (
            "De verwerker kan het niet melden voor hij het ontdekte. Controleer datum en tijd."
        )
    }
    assert time_problems(
        times(occurrence=Occurrence.PERIOD, occurred_from=AT, occurred_until=AT - HOUR), at=AT
    ) == {"occurred_until": "Het einde ligt voor het begin. Controleer datum en tijd."}
    assert time_problems(times(occurrence=Occurrence.MOMENT), at=AT) == {
        "occurred_from": "Vul het moment in waarop het gebeurde."
    }
    assert time_problems(times(first_signal_at=AT - HOUR, certain_at=AT), at=AT) == {}
