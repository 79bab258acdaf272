"""What every act on a breach shares: the lock, and the step to the next state."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from datalekken.choices import BreachState
from datalekken.models.breaches import Breach
from datalekken.models.telling import Telling
from datalekken.rules.states import OPEN, TRANSITIONS, Step, step_problem
from privacyboard.audit.acts import last_act, refused, take_step


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
    take_step(held, TRANSITIONS[which], problem=problem)


def locked_telling(telling: Telling) -> Telling:
    """The round as it stands now, held. Raises ActRefused when it was thrown away."""
    held: Telling | None = (
        Telling.objects.select_for_update(of=("self",)).filter(pk=telling.pk).first()
    )
    if held is None:
        raise refused("Dit bericht is weggegooid. Schrijf een nieuw bericht als dat nodig is.")
    return held


def unsent(telling: Telling) -> Telling:
    """The round as it stands, held, in a file that is open. Raises ActRefused."""
    locked_in(telling.breach, OPEN)
    held = locked_telling(telling)
    if held.sent_at is not None:
        when = timezone.localtime(held.sent_at)
        raise refused(
            f"Dit bericht is al verstuurd op {when:%d-%m-%Y om %H:%M} door "
            f"{held.sent_by or 'het systeem'}. Schrijf een nieuw bericht als er meer te vertellen "
            "is, of als er nog iemand bij moet."
        )
    return held
