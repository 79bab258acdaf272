"""What every act on a breach shares: the lock, and the step to the next state."""

from __future__ import annotations

from collections.abc import Collection

from datalekken.choices import BreachState
from datalekken.models.breaches import Breach
from datalekken.rules.states import TRANSITIONS, Step, step_problem
from privacyboard.audit.acts import last_act, refused


def locked(breach: Breach) -> Breach:
    """The file as it stands now, held until the act is done."""
    held: Breach = Breach.objects.select_for_update().get(pk=breach.pk)
    return held


def locked_in(breach: Breach, states: Collection[BreachState]) -> Breach:
    """The same, in one of these states. Raises ActRefused, with who changed it last."""
    held = locked(breach)
    if held.state not in states:
        raise refused(
            f"Het dossier is “{BreachState(held.state).label}”: dit kan nu niet. {last_act(held)}"
        )
    return held


def step(held: Breach, which: Step, *, reason: str = "") -> None:
    """Move a locked file on, without saving it. Raises ActRefused with who was first."""
    problem = step_problem(which, state=held.state, reason=reason)
    if problem:
        asks_reason = held.state in TRANSITIONS[which].sources
        words = problem if asks_reason else f"{problem} {last_act(held)}".strip()
        raise refused(words, "reason" if asks_reason else "")
    held.state = TRANSITIONS[which].target
