"""After the answer: doing what was granted, telling recipients, restricting, lifting, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from privacyboard.audit.acts import ActRefused, day_problem, last_act, refused
from privacyboard.organisation.models import User
from registers.content import ActivityContent
from registers.models import ExternalParty, Processor
from requests_ar.choices import RequestState, RestrictionGround
from requests_ar.letters.answers import grants
from requests_ar.models import (
    RecipientTask,
    RequestPart,
    Restriction,
    SubjectRequest,
    left_to_do,
    locked,
    step,
)
from requests_ar.rules.decisions import CARRIED_OUT
from requests_ar.rules.recipients import TOLD_OF, recipients_of
from requests_ar.rules.states import Step


def plan_recipients(
    *,
    request: SubjectRequest,
    contents: Sequence[ActivityContent],
    by: User | None,
    at: datetime,
) -> list[RecipientTask]:
    """A task per recipient of the register, where data were changed, erased or restricted (AVG 19).

    Part of sending the answer: its transaction is the one of that act.
    """
    if not grants(request, TOLD_OF):
        return []
    wanted = recipients_of(contents)
    in_our_service = [each.code for each in wanted if each.is_processor]
    on_their_own = [each.code for each in wanted if not each.is_processor]
    present: set[tuple[int | None, int | None]] = set(
        request.recipients.values_list("processor_id", "party_id")
    )
    made = [
        RecipientTask(request=request, processor=each)
        for each in Processor.objects.filter(code__in=in_our_service).order_by("code")
        if (each.pk, None) not in present
    ]
    made += [
        RecipientTask(request=request, party=each)
        for each in ExternalParty.objects.filter(code__in=on_their_own).order_by("code")
        if (None, each.pk) not in present
    ]
    for task in made:
        task.record(by=by, why="ontvanger volgens het register")
    return made


@transaction.atomic
def carry_out(
    *, part: RequestPart, done_on: date, what: str, by: User | None, at: datetime
) -> RequestPart:
    """Record that what was granted is done: corrected, erased, not used. Raises ActRefused."""
    request = _answered(part.request)
    held: RequestPart = RequestPart.objects.select_for_update().get(pk=part.pk)
    if held.granted not in CARRIED_OUT:
        raise refused("Bij dit onderdeel is er niets uit te voeren.")
    problems = {}
    if not what.strip():
        problems["what"] = "Schrijf op wat er gedaan is, en waar."
    if problem := day_problem(done_on, at=at, not_before=request.received_on):
        problems["done_on"] = problem
    if problems:
        raise ActRefused(problems)
    held.carried_out_on, held.carried_out = done_on, what
    held.record(by=by, why="besluit uitgevoerd")
    return held


def _answered(request: SubjectRequest) -> SubjectRequest:
    """The request, held, between its answer and its end. Raises ActRefused."""
    held = locked(request)
    if held.state != RequestState.ANSWERED:
        raise refused(f"Het verzoek is “{RequestState(held.state).label}”. {last_act(held)}")
    return held


@transaction.atomic
def settle_recipient(
    *,
    task: RecipientTask,
    told_on: date | None,
    why_not: str,
    by: User | None,
    at: datetime,
) -> RecipientTask:
    """Record that a recipient was told, or why that cannot be done (AVG 19). Raises ActRefused."""
    _answered(task.request)
    held: RecipientTask = RecipientTask.objects.select_for_update().get(pk=task.pk)
    if (told_on is None) == (not why_not.strip()):
        raise refused(
            "Vul de dag in, of schrijf op waarom het niet kan. Eén van de twee.", "told_on"
        )
    if told_on is not None and (problem := day_problem(told_on, at=at)):
        raise refused(problem, "told_on")
    held.told_on, held.why_not = told_on, why_not
    held.record(by=by, why="ontvanger ingelicht" if told_on else "ontvanger niet ingelicht")
    return held


@transaction.atomic
def restrict(
    *,
    request: SubjectRequest,
    ground: str,
    what: str,
    starts_on: date,
    by: User | None,
    at: datetime,
) -> Restriction:
    """Mark data as restricted: kept, and not used (AVG 18(1)). Raises ActRefused."""
    held = locked(request)
    problems = {}
    if held.state in {RequestState.WITHDRAWN, RequestState.CLOSED}:
        problems[""] = f"Het verzoek is “{RequestState(held.state).label}”."
    if ground not in RestrictionGround.values:
        problems["ground"] = "Kies waarom het gebruik beperkt wordt (AVG 18 lid 1)."
    if not what.strip():
        problems["what"] = "Schrijf op om welke gegevens het gaat."
    if problem := day_problem(starts_on, at=at, not_before=held.received_on):
        problems["starts_on"] = problem
    if problems:
        raise ActRefused(problems)
    made = Restriction(request=held, ground=ground, what=what, starts_on=starts_on)
    made.record(by=by, why="gebruik beperkt")
    return made


@transaction.atomic
def lift(
    *,
    restriction: Restriction,
    told_on: date,
    ends_on: date,
    by: User | None,
    at: datetime,
) -> Restriction:
    """End a restriction, of which the person heard beforehand (AVG 18(3)). Raises ActRefused."""
    held: Restriction = Restriction.objects.select_for_update().get(pk=restriction.pk)
    problems = {}
    if held.ends_on is not None:
        raise refused(f"Deze beperking eindigde al op {held.ends_on:%d-%m-%Y}.")
    if problem := day_problem(told_on, at=at, not_before=held.starts_on):
        problems["told_on"] = problem
    if ends_on < held.starts_on:
        problems["ends_on"] = "Deze dag ligt voor het begin van de beperking."
    elif told_on > ends_on:
        problems["told_on"] = (
            "De persoon moet het horen voordat de beperking eindigt (AVG 18 lid 3)."
        )
    if problems:
        raise ActRefused(problems)
    held.end_told_on, held.ends_on = told_on, ends_on
    held.record(by=by, why="beperking opgeheven")
    return held


@transaction.atomic
def close_request(*, request: SubjectRequest, by: User | None, at: datetime) -> SubjectRequest:
    """Close an answered request. Raises ActRefused while something is left to do.

    What was granted is done; every recipient is told, or there is a reason why not; a granted
    restriction has its mark.
    """
    held = locked(request)
    step(held, Step.CLOSE)
    if undone := left_to_do(held):
        raise refused(undone[0])
    held.closed_at = at
    held.record(by=by, why="afgesloten")
    return held
