"""The states of a processing activity: who may take it from where to where. A lawyer can read it.

| step        | from           | to             | right               | asks a reason |
|-------------|----------------|----------------|---------------------|---------------|
| propose     | concept        | ter beoordeling| register bijwerken  | no            |
| send back   | ter beoordeling| concept        | vaststellen         | yes           |
| establish   | ter beoordeling| vastgesteld    | vaststellen         | no            |
| revise      | vastgesteld    | concept        | register bijwerken  | yes           |
| expire      | vastgesteld    | vervallen      | vaststellen         | yes           |
| reopen      | vervallen      | concept        | register bijwerken  | yes           |

While a next version is written the last established one stays in force.
"""

from dataclasses import dataclass
from enum import StrEnum

from privacyboard.organisation.choices import Right
from registers.choices import ActivityStatus

CONCEPT = ActivityStatus.CONCEPT
IN_REVIEW = ActivityStatus.IN_REVIEW
ESTABLISHED = ActivityStatus.ESTABLISHED
EXPIRED = ActivityStatus.EXPIRED


class Step(StrEnum):
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    ESTABLISH = "establish"
    REVISE = "revise"
    EXPIRE = "expire"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Transition:
    """One row of the table above."""

    step: Step
    source: ActivityStatus
    target: ActivityStatus
    right: Right
    asks_reason: bool


TRANSITIONS: dict[Step, Transition] = {
    row.step: row
    for row in (
        Transition(Step.PROPOSE, CONCEPT, IN_REVIEW, Right.CHANGE_REGISTER, False),
        Transition(Step.SEND_BACK, IN_REVIEW, CONCEPT, Right.ESTABLISH_REGISTER, True),
        Transition(Step.ESTABLISH, IN_REVIEW, ESTABLISHED, Right.ESTABLISH_REGISTER, False),
        Transition(Step.REVISE, ESTABLISHED, CONCEPT, Right.CHANGE_REGISTER, True),
        Transition(Step.EXPIRE, ESTABLISHED, EXPIRED, Right.ESTABLISH_REGISTER, True),
        Transition(Step.REOPEN, EXPIRED, CONCEPT, Right.CHANGE_REGISTER, True),
    )
}

# The content can be written in concept only: what was proposed or decided does not move.
EDITABLE = frozenset({CONCEPT})


def step_problem(step: Step, *, status: str, reason: str) -> str:
    """Say why a step cannot be taken from this status; empty when it can."""
    row = TRANSITIONS[step]
    if status != row.source:
        return (
            f"Dit kan alleen bij de status “{row.source.label}”. "
            f"De status is nu “{ActivityStatus(status).label}”."
        )
    if row.asks_reason and not reason.strip():
        return "Schrijf op waarom u dit doet."
    return ""
