"""Every step from every state: what is not in the table is refused."""

from __future__ import annotations

import pytest

from privacyboard.organisation.choices import Right
from requests_ar.choices import RequestState
from requests_ar.rules.states import TRANSITIONS, Step, step_problem

ALLOWED = {
    ("start", "received"): "in_progress",
    ("decide", "in_progress"): "decided",
    ("reopen", "decided"): "in_progress",
    ("answer", "decided"): "answered",
    ("close", "answered"): "closed",
    ("withdraw", "received"): "withdrawn",
    ("withdraw", "in_progress"): "withdrawn",
    ("withdraw", "decided"): "withdrawn",
}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("state", list(RequestState))
def test_each_transition_is_allowed_or_forbidden_by_the_table(
    step: Step, state: RequestState
) -> None:
    problem = step_problem(step, state=state, reason="omdat")
    assert (problem == "") is ((step.value, state.value) in ALLOWED)
    if not problem:
        assert TRANSITIONS[step].target.value == ALLOWED[step.value, state.value]


def test_a_refusal_says_where_it_can_and_where_it_is() -> None:
    assert step_problem(Step.DECIDE, state="withdrawn") == (
        "Dit kan alleen bij “in behandeling”. Het verzoek is nu “ingetrokken”."
    )


@pytest.mark.parametrize("step", [Step.REOPEN, Step.WITHDRAW])
def test_some_steps_ask_a_reason(step: Step) -> None:
    assert step_problem(step, state="decided", reason=" ") == "Schrijf op waarom u dit doet."


def test_deciding_is_a_right_of_its_own() -> None:
    deciding = {step.value for step, row in TRANSITIONS.items() if row.right != "handle_requests"}
    assert deciding == {"decide", "reopen"}
    assert TRANSITIONS[Step.DECIDE].right == Right.DECIDE_REQUESTS
