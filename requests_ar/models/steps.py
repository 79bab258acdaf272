"""What every act on a request shares: the lock, and the step to the next state."""

from __future__ import annotations

from privacyboard.audit.acts import refused, take_step
from requests_ar.choices import RequestState
from requests_ar.models.cases import SubjectRequest
from requests_ar.rules.states import OPEN, TRANSITIONS, Step, step_problem


def locked(request: SubjectRequest) -> SubjectRequest:
    """The request as it stands now, held until the act is done."""
    held: SubjectRequest = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    return held


def locked_open(request: SubjectRequest) -> SubjectRequest:
    """The same, and the requester has no answer yet. Raises ActRefused."""
    held = locked(request)
    if held.state not in OPEN:
        raise refused(
            f"Het verzoek is “{RequestState(held.state).label}”: hier verandert niets meer aan."
        )
    return held


def step(held: SubjectRequest, which: Step, *, reason: str = "") -> None:
    """Move a locked request on, without saving it. Raises ActRefused with who was first."""
    problem = step_problem(which, state=held.state, reason=reason)
    take_step(held, TRANSITIONS[which], problem=problem)
