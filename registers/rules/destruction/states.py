"""The states of a destruction list: who may take it from where to where. A lawyer can read it.

| step      | from                                | to                  | right        | reason |
|-----------|-------------------------------------|---------------------|--------------|--------|
| check     | voorgesteld                         | gecontroleerd       | controleren  | no     |
| send back | gecontroleerd, goedgekeurd          | voorgesteld         | vernietigen  | yes    |
| approve   | gecontroleerd                       | goedgekeurd         | vernietigen  | no     |
| hand over | goedgekeurd                         | bij wie vernietigt  | controleren  | no     |
| close     | bij wie vernietigt                  | afgesloten          | controleren  | no     |
| withdraw  | voorgesteld, gecontroleerd, goedgekeurd | ingetrokken     | controleren  | yes    |

Four eyes: who checked a list never approves it, whatever rights that person holds; nor does who
made a term shorter on which something of the list rests (`rules.destruction.shortening`). What was
handed over is not called back: somebody may have destroyed it already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum

from privacyboard.audit.rules import Transition
from privacyboard.organisation.choices import Right
from registers.choices.destruction import DestructionState as S

OPEN = frozenset({S.PROPOSED, S.CHECKED, S.APPROVED, S.HANDED})
UNHANDED = frozenset({S.PROPOSED, S.CHECKED, S.APPROVED})
_CHECK = Right.CHECK_DESTRUCTION
_APPROVE = Right.DESTROY_RECORDS


class Step(StrEnum):
    CHECK = "check"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    HAND_OVER = "hand_over"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[Step, Transition[Step, S]] = {
    row.step: row
    for row in (
        Transition(Step.CHECK, frozenset({S.PROPOSED}), S.CHECKED, _CHECK),
        Transition(Step.SEND_BACK, frozenset({S.CHECKED, S.APPROVED}), S.PROPOSED, _APPROVE, True),
        Transition(Step.APPROVE, frozenset({S.CHECKED}), S.APPROVED, _APPROVE),
        Transition(Step.HAND_OVER, frozenset({S.APPROVED}), S.HANDED, _CHECK),
        Transition(Step.CLOSE, frozenset({S.HANDED}), S.CLOSED, _CHECK),
        Transition(Step.WITHDRAW, UNHANDED, S.WITHDRAWN, _CHECK, True),
    )
}

# Every act on the page of a list: the word in its address, the right, the states.
_PROPOSED = frozenset({S.PROPOSED})
_HANDED = frozenset({S.HANDED})
ACTS: dict[str, tuple[Right, frozenset[S]]] = {
    "toevoegen": (_CHECK, _PROPOSED),
    "langer-bewaren": (_CHECK, _PROPOSED),
    "toch-vernietigen": (_CHECK, _PROPOSED),
    "beslissen": (_CHECK, _PROPOSED),
    "controleren": (_CHECK, TRANSITIONS[Step.CHECK].sources),
    "terugsturen": (_APPROVE, TRANSITIONS[Step.SEND_BACK].sources),
    "goedkeuren": (_APPROVE, TRANSITIONS[Step.APPROVE].sources),
    "uitzetten": (_CHECK, TRANSITIONS[Step.HAND_OVER].sources),
    "taak": (_CHECK, _HANDED),
    "bewijs": (_CHECK, _HANDED),
    "nieuwe-link": (_CHECK, _HANDED),
    "link-intrekken": (_CHECK, _HANDED),
    "afsluiten": (_CHECK, TRANSITIONS[Step.CLOSE].sources),
    "intrekken": (_CHECK, TRANSITIONS[Step.WITHDRAW].sources),
}


def step_problem(step: Step, *, state: str, reason: str = "") -> str:
    """Say why a step cannot be taken from this state; empty when it can."""
    return TRANSITIONS[step].problem(called="De lijst", state=state, reason=reason)


def is_allowed(act: str, *, state: str, holds: Callable[[str], bool]) -> bool:
    """Whether the act stands on the page now; the act itself looks again."""
    right, states = ACTS[act]
    return state in states and holds(right)


def approval_problem(*, checked_by: int | None, by: int, shortened_by: Collection[int] = ()) -> str:
    """Four eyes: say why this person cannot approve; empty when another one checked.

    `shortened_by`: who made a term shorter on which something of the list rests.
    """
    if checked_by == by:
        return "U heeft deze lijst zelf gecontroleerd. Een ander keurt hem goed."
    if by in shortened_by:
        return (
            "U maakte een bewaartermijn van deze lijst zelf korter. Een ander keurt de lijst goed."
        )
    return ""
