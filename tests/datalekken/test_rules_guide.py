"""The next step of a file, in the order of the protocol; and how much of a term is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalekken.choices import BreachState, Nature
from datalekken.rules.clocks import Times, legal_clock
from datalekken.rules.closing import ClosingFacts, closing_gaps
from datalekken.rules.guide import Situation, next_step
from datalekken.rules.ticking import Ticking, clock_runs

NOW = datetime(2026, 3, 6, 13, 30, tzinfo=UTC)
OPEN_FACTS = ClosingFacts(
    nature=Nature.BREACH,
    notifies=True,
    has_notification=False,
    last_is_preliminary=False,
    tells=True,
    people_told=False,
    letters_waiting=0,
    has_notice_to_place=False,
    measures=0,
    cause="",
    root_cause="",
    lessons="",
    register_must_change=None,
    dpia_must_change=None,
)


def test_the_steps_come_in_the_order_of_the_protocol() -> None:
    now = Situation(state=BreachState.REPORTED, closing=OPEN_FACTS)
    found = [next_step(now).act]
    changes: tuple[dict[str, Any], ...] = (
        {"state": BreachState.IN_PROGRESS},
        {"is_certain": True},
        {"is_assessed": True},
        {"is_advised": True},
        {"state": BreachState.DECIDED},
    )
    for change in changes:
        now = replace(now, **change)
        found.append(next_step(now).act)
    after: tuple[dict[str, Any], ...] = (
        {"has_notification": True, "last_is_preliminary": True},
        {"people_told": True},
        {"last_is_preliminary": False},
        {"measures": 1},
        {"lessons": "Les.", "cause": "unknown", "root_cause": "Haast."},
        {"register_must_change": False, "dpia_must_change": False},
    )
    for closing in after:
        now = replace(now, closing=replace(now.closing, **closing))
        found.append(next_step(now).act)
    found.append(next_step(replace(now, state=BreachState.CLOSED)).act)
    assert found == [
        "oppakken",
        "tijden",
        "beoordelen",
        "advies",
        "besluiten",
        "melden",
        "bericht",
        "melden",
        "maatregel",
        "lessen",
        "lessen",
        "afsluiten",
        "",
    ]


def test_when_time_presses_nobody_waits_for_the_advice() -> None:
    now = Situation(
        state=BreachState.IN_PROGRESS,
        closing=OPEN_FACTS,
        is_certain=True,
        is_assessed=True,
        is_urgent=True,
    )
    assert next_step(now).act == "besluiten"
    assert "Wacht niet langer op het advies." in next_step(now).why


@pytest.mark.parametrize("nature", [Nature.NEAR_MISS, Nature.NO_BREACH])
def test_what_is_no_breach_asks_a_decision_and_a_lesson(nature: Nature) -> None:
    facts = replace(OPEN_FACTS, nature=nature, notifies=False, tells=False)
    now = Situation(state=BreachState.IN_PROGRESS, closing=facts)
    assert next_step(now).act == "besluiten"
    now = replace(now, state=BreachState.DECIDED)
    assert next_step(now).act == "lessen"
    learned = replace(facts, lessons="Niets.")
    assert next_step(replace(now, closing=learned)).act == "afsluiten"


@given(
    facts=st.builds(
        ClosingFacts,
        nature=st.sampled_from(Nature.values),
        notifies=st.booleans(),
        has_notification=st.booleans(),
        last_is_preliminary=st.booleans(),
        last_is_withdrawal=st.booleans(),
        tells=st.booleans(),
        people_told=st.booleans(),
        letters_waiting=st.integers(0, 2),
        has_notice_to_place=st.booleans(),
        measures=st.integers(0, 2),
        cause=st.sampled_from(["", "unknown"]),
        root_cause=st.sampled_from(["", "Haast."]),
        lessons=st.sampled_from(["", "Les."]),
        register_must_change=st.sampled_from([None, True, False]),
        dpia_must_change=st.sampled_from([None, True, False]),
    ),
    tellings=st.integers(0, 2),
)
def test_closing_is_next_exactly_when_nothing_is_missing(
    facts: ClosingFacts, tellings: int
) -> None:
    now = Situation(state=BreachState.DECIDED, closing=facts, tellings=tellings)
    assert (next_step(now).act == "afsluiten") == (closing_gaps(facts) == ())


def test_what_stands_at_the_ap_against_the_decision_is_withdrawn_first() -> None:
    facts = replace(OPEN_FACTS, nature=Nature.NO_BREACH, notifies=False, has_notification=True)
    step = next_step(Situation(state=BreachState.DECIDED, closing=facts))
    assert (step.act, step.title) == ("melden", "Trek de melding bij de AP in")
    withdrawn = replace(facts, last_is_withdrawal=True)
    assert next_step(Situation(state=BreachState.DECIDED, closing=withdrawn)).act == "lessen"
    again = replace(withdrawn, nature=Nature.BREACH, notifies=True)
    assert next_step(Situation(state=BreachState.DECIDED, closing=again)).title == (
        "Meld het bij de AP"
    )


def test_open_measures_of_a_closed_file_are_told() -> None:
    now = Situation(state=BreachState.CLOSED, closing=OPEN_FACTS, open_measures=1)
    assert next_step(now).why == "Nog 1 maatregel is niet klaar."
    assert next_step(replace(now, open_measures=2)).why == "Nog 2 maatregelen zijn niet klaar."


def ticking(left: timedelta) -> Ticking:
    clock = legal_clock(Times(reported_at=NOW, certain_at=NOW))
    assert clock is not None
    return Ticking(clock, clock.ends_at - left)


def test_a_clock_is_rounded_down_either_way() -> None:
    left = ticking(timedelta(hours=31, minutes=59, seconds=59))
    assert (left.hours, left.minutes, left.is_late, left.is_urgent) == (31, 59, False, False)
    last = ticking(timedelta())
    assert (last.hours, last.minutes, last.is_late, last.is_urgent) == (0, 0, False, True)
    late = ticking(timedelta(hours=-3, minutes=-1))
    assert (late.hours, late.minutes, late.is_late, late.is_urgent) == (3, 1, True, True)


@pytest.mark.parametrize(
    ("state", "notifies", "notified", "runs"),
    [
        ("reported", None, False, True),
        ("in_progress", None, False, True),
        ("in_progress", None, True, False),
        ("in_progress", False, False, True),
        ("decided", True, False, True),
        ("decided", True, True, False),
        ("decided", False, False, False),
        ("closed", True, False, False),
    ],
)
def test_the_clock_runs_until_the_ap_heard_or_need_not_hear(
    state: str, notifies: bool | None, notified: bool, runs: bool
) -> None:
    notified_at = NOW if notified else None
    assert clock_runs(state=state, notifies=notifies, notified_at=notified_at) is runs
