"""The states of a request: who may take it from where to where. A lawyer can read it.

| step     | from             | to             | right            | asks a reason |
|----------|------------------|----------------|------------------|---------------|
| start    | ontvangen        | in behandeling | behandelen       | no            |
| decide   | in behandeling   | besloten       | beslissen        | no            |
| reopen   | besloten         | in behandeling | beslissen        | yes           |
| answer   | besloten         | beantwoord     | behandelen       | no            |
| close    | beantwoord       | afgesloten     | behandelen       | no            |
| withdraw | ontvangen, in behandeling, besloten | ingetrokken | behandelen | yes   |

Answered, closed and withdrawn requests run no term: they are never overdue. A new request on the
same subject has a clock of its own.
"""

from enum import StrEnum

from privacyboard.audit.rules import Transition
from privacyboard.organisation.choices import Right
from requests_ar.choices import RequestState

RECEIVED = RequestState.RECEIVED
IN_PROGRESS = RequestState.IN_PROGRESS
DECIDED = RequestState.DECIDED
ANSWERED = RequestState.ANSWERED
CLOSED = RequestState.CLOSED
WITHDRAWN = RequestState.WITHDRAWN

# So many days after its answer a request that nobody closed is told to who handles it; and so many
# to the role above. Rules of the board: only what is closed is forgotten when its term is over.
CLOSE_AFTER = 14
RAISE_AFTER = 28

# The term runs: the requester has no answer yet.
OPEN = frozenset({RECEIVED, IN_PROGRESS, DECIDED})


class Step(StrEnum):
    START = "start"
    DECIDE = "decide"
    REOPEN = "reopen"
    ANSWER = "answer"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[Step, Transition[Step, RequestState]] = {
    row.step: row
    for row in (
        Transition(Step.START, frozenset({RECEIVED}), IN_PROGRESS, Right.HANDLE_REQUESTS),
        Transition(Step.DECIDE, frozenset({IN_PROGRESS}), DECIDED, Right.DECIDE_REQUESTS),
        Transition(Step.REOPEN, frozenset({DECIDED}), IN_PROGRESS, Right.DECIDE_REQUESTS, True),
        Transition(Step.ANSWER, frozenset({DECIDED}), ANSWERED, Right.HANDLE_REQUESTS),
        Transition(Step.CLOSE, frozenset({ANSWERED}), CLOSED, Right.HANDLE_REQUESTS),
        Transition(Step.WITHDRAW, OPEN, WITHDRAWN, Right.HANDLE_REQUESTS, True),
    )
}


def step_problem(step: Step, *, state: str, reason: str = "") -> str:
    """Say why a step cannot be taken from this state; empty when it can."""
    return TRANSITIONS[step].problem(called="Het verzoek", state=state, reason=reason)
