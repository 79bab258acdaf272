"""Every state and every step: what is allowed, and what is refused."""

from __future__ import annotations

import pytest

from datalekken.choices import BreachState as S
from datalekken.rules.states import TRANSITIONS, Step, step_problem

ALLOWED = {
    (Step.TAKE_UP, S.REPORTED),
    (Step.DECIDE, S.IN_PROGRESS),
    (Step.CLOSE, S.DECIDED),
    (Step.REOPEN, S.DECIDED),
    (Step.REOPEN, S.CLOSED),
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", S)
def test_only_the_steps_of_the_table_are_allowed(step: Step, state: S) -> None:
    problem = step_problem(step, state=state, reason="nieuwe feiten")
    assert (problem == "") == ((step, state) in ALLOWED)


def test_the_table_covers_every_step() -> None:
    assert set(TRANSITIONS) == set(Step)


def test_a_refusal_says_where_it_is_and_where_it_should_be() -> None:
    assert step_problem(Step.REOPEN, state=S.REPORTED, reason="x") == (
        "Dit kan alleen bij “besloten” of “afgesloten”. Het dossier is nu “gemeld”."
    )


def test_reopening_asks_a_reason() -> None:
    assert step_problem(Step.REOPEN, state=S.CLOSED) == "Schrijf op waarom u dit doet."
