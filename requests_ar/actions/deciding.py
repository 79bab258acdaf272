"""Judging what is asked, part by part; the advice of the FG; the decision of the director."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import ActRefused, last_act, refuse_second, refused
from privacyboard.organisation.models import User
from requests_ar.choices import RequestState
from requests_ar.letters.answers import bases_of
from requests_ar.models import RequestPart, SubjectRequest, locked, locked_open, step
from requests_ar.rules.decisions import (
    OBJECTIONS,
    Decided,
    decision_problems,
    deviation_problem,
    objection_problems,
)
from requests_ar.rules.states import Step


@transaction.atomic
def judge_part(
    *, part: RequestPart, decided: Decided, seen: int | None = None, by: User | None, at: datetime
) -> RequestPart:
    """Give one part its verdict, with ground and reasons where they are due (AVG 12(4)).

    `seen` is the edition of the part that was on the screen. Raises ActRefused per field.
    """
    request = locked(part.request)
    if request.state != RequestState.IN_PROGRESS:
        raise refused(f"Het verzoek is “{RequestState(request.state).label}”. {last_act(request)}")
    held: RequestPart = RequestPart.objects.select_for_update().get(pk=part.pk)
    refuse_second(held, seen=seen)
    problems = decision_problems(decided)
    if decided.kind in OBJECTIONS:
        problems = objection_problems(decided, bases=bases_of(request)) | problems
    if problems:
        raise ActRefused(problems)
    held.verdict = decided.verdict
    held.grounds = {each: words.strip() for each, words in decided.grounds.items()}
    held.reasons = decided.reasons
    held.handled_as = decided.handled_as
    held.erasure_grounds = sorted(decided.erasure_grounds)
    held.restriction_ground = decided.restriction_ground
    held.balancing = decided.balancing
    held.redactions = list(decided.redactions)
    held.record(by=by, why="onderdeel beoordeeld")
    return held


@transaction.atomic
def advise(
    *,
    request: SubjectRequest,
    advice: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> SubjectRequest:
    """The FG writes what the FG thinks of it (AVG 39(1)(a)). Raises ActRefused."""
    held = locked_open(request)
    if held.state == RequestState.DECIDED:
        raise refused(f"Er is al besloten. {last_act(held)}")
    refuse_second(held, seen=seen)
    if not advice.strip():
        raise refused("Schrijf uw advies op.", "advice")
    held.fg_advice, held.fg_advised_on = advice, timezone.localdate(at)
    held.record(by=by, why="advies van de FG")
    return held


@transaction.atomic
def decide(
    *,
    request: SubjectRequest,
    deviates: bool,
    deviation_reason: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> SubjectRequest:
    """The director decides: every part has its verdict, and a deviation from the FG its reason.

    `seen` is the edition (`edition_of`) of all that is decided, verdicts and advice included.
    """
    held = locked(request)
    step(held, Step.DECIDE)
    refuse_second(held, *held.parts.all(), seen=seen)
    open_parts = [str(part) for part in held.parts.filter(verdict="")]
    if open_parts:
        raise refused(f"Beoordeel eerst: {', '.join(open_parts)}.")
    problem = deviation_problem(advice=held.fg_advice, deviates=deviates, reason=deviation_reason)
    if problem:
        raise refused(problem, "deviation_reason")
    held.deviation_reason = deviation_reason if deviates else ""
    held.decided_at, held.decided_by = at, by
    held.record(by=by, why="besloten")
    return held


@transaction.atomic
def reopen(
    *, request: SubjectRequest, reason: str, by: User | None, at: datetime
) -> SubjectRequest:
    """Take back a decision that was not sent yet, with the reason."""
    held = locked(request)
    step(held, Step.REOPEN, reason=reason)
    held.decided_at = held.decided_by = None
    held.deviation_reason = ""
    held.record(by=by, why=reason[:100])
    return held
