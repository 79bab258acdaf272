"""The table of states: every step from every status, allowed or forbidden."""

from __future__ import annotations

import pytest

from privacyboard.organisation.choices import Right
from registers.choices import ActivityStatus
from registers.rules.states import EDITABLE, TRANSITIONS, Step, step_problem

# Step, status, where it leads; "" where it is forbidden. The whole product, written out.
TABLE = [
    ("propose", "concept", "in_review"),
    ("propose", "in_review", ""),
    ("propose", "established", ""),
    ("propose", "expired", ""),
    ("send_back", "concept", ""),
    ("send_back", "in_review", "concept"),
    ("send_back", "established", ""),
    ("send_back", "expired", ""),
    ("establish", "concept", ""),
    ("establish", "in_review", "established"),
    ("establish", "established", ""),
    ("establish", "expired", ""),
    ("revise", "concept", ""),
    ("revise", "in_review", ""),
    ("revise", "established", "concept"),
    ("revise", "expired", ""),
    ("expire", "concept", ""),
    ("expire", "in_review", ""),
    ("expire", "established", "expired"),
    ("expire", "expired", ""),
    ("reopen", "concept", ""),
    ("reopen", "in_review", ""),
    ("reopen", "established", ""),
    ("reopen", "expired", "concept"),
]
ALLOWED = [row for row in TABLE if row[2]]
FORBIDDEN = [row[:2] for row in TABLE if not row[2]]

WORDS = {
    "concept": "concept",
    "in_review": "ter beoordeling",
    "established": "vastgesteld",
    "expired": "vervallen",
}


def test_the_table_is_the_whole_product() -> None:
    assert {row[:2] for row in TABLE} == {
        (str(step), str(status)) for step in Step for status in ActivityStatus
    }
    assert len(TABLE) == 24


@pytest.mark.parametrize(("step", "status", "target"), ALLOWED)
def test_a_step_leads_where_the_table_says(step: str, status: str, target: str) -> None:
    assert step_problem(Step(step), status=status, reason="Daarom.") == ""
    assert TRANSITIONS[Step(step)].target == target


@pytest.mark.parametrize(("step", "status"), FORBIDDEN)
def test_every_other_step_is_refused_with_the_present_status(step: str, status: str) -> None:
    source = TRANSITIONS[Step(step)].source
    assert step_problem(Step(step), status=status, reason="Daarom.") == (
        f"Dit kan alleen bij de status “{WORDS[source]}”. De status is nu “{WORDS[status]}”."
    )


@pytest.mark.parametrize(
    ("step", "right", "asks_reason"),
    [
        ("propose", Right.CHANGE_REGISTER, False),
        ("send_back", Right.ESTABLISH_REGISTER, True),
        ("establish", Right.ESTABLISH_REGISTER, False),
        ("revise", Right.CHANGE_REGISTER, True),
        ("expire", Right.ESTABLISH_REGISTER, True),
        ("reopen", Right.CHANGE_REGISTER, True),
    ],
)
def test_who_may_take_a_step_and_whether_it_asks_a_reason(
    step: str, right: Right, asks_reason: bool
) -> None:
    row = TRANSITIONS[Step(step)]
    assert (row.right, row.asks_reason) == (right, asks_reason)
    problem = step_problem(Step(step), status=row.source, reason=" \n")
    assert problem == ("Schrijf op waarom u dit doet." if asks_reason else "")


def test_only_a_concept_can_be_written() -> None:
    assert set(EDITABLE) == {"concept"}
