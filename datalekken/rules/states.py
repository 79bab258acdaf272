"""The states of a breach file: who may take it from where to where. A lawyer can read it.

| step     | from                | to            | right       | asks a reason |
|----------|---------------------|---------------|-------------|---------------|
| take up  | gemeld              | in onderzoek  | behandelen  | no            |
| decide   | in onderzoek        | besloten      | beslissen   | no            |
| close    | besloten            | afgesloten    | behandelen  | no            |
| reopen   | besloten, afgesloten| in onderzoek  | beslissen   | yes           |

A file is never thrown away: every report stays in the register (AVG 33(5)). Reopening keeps what
was decided and sent.
"""

from enum import StrEnum

from datalekken.choices import BreachState
from privacyboard.audit.rules import Transition
from privacyboard.organisation.choices import Right

REPORTED = BreachState.REPORTED
IN_PROGRESS = BreachState.IN_PROGRESS
DECIDED = BreachState.DECIDED
CLOSED = BreachState.CLOSED

# Nobody has decided yet whether the AP is told.
UNDECIDED = frozenset({REPORTED, IN_PROGRESS})
OPEN = frozenset({REPORTED, IN_PROGRESS, DECIDED})


class Step(StrEnum):
    TAKE_UP = "take_up"
    DECIDE = "decide"
    CLOSE = "close"
    REOPEN = "reopen"


TRANSITIONS: dict[Step, Transition[Step, BreachState]] = {
    row.step: row
    for row in (
        Transition(Step.TAKE_UP, frozenset({REPORTED}), IN_PROGRESS, Right.HANDLE_BREACHES),
        Transition(Step.DECIDE, frozenset({IN_PROGRESS}), DECIDED, Right.DECIDE_BREACHES),
        Transition(Step.CLOSE, frozenset({DECIDED}), CLOSED, Right.HANDLE_BREACHES),
        Transition(
            Step.REOPEN, frozenset({DECIDED, CLOSED}), IN_PROGRESS, Right.DECIDE_BREACHES, True
        ),
    )
}


def step_problem(step: Step, *, state: str, reason: str = "") -> str:
    """Say why a step cannot be taken from this state; empty when it can."""
    return TRANSITIONS[step].problem(called="Het dossier", state=state, reason=reason)
