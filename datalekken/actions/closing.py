"""Measures, lessons and the end of a file: nothing is closed before it is learned from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from datalekken import letters
from datalekken.choices import TellGround
from datalekken.models import Breach, Measure, closing_facts, locked_in, step
from datalekken.rules.closing import closing_gaps
from datalekken.rules.states import DECIDED, OPEN, Step
from privacyboard.audit.acts import day_problem, refuse_second, refused
from privacyboard.organisation.models import User
from registers.models import ProcessingActivity


@dataclass(frozen=True, kw_only=True)
class Task:
    """A measure: by whom (an account, or a name), and by when.

    `done_on`: the day on which it was done, where that is behind us already.
    """

    kind: str
    text: str
    due_on: date
    owner: User | None = None
    owner_name: str = ""
    done_on: date | None = None
    result: str = ""


@transaction.atomic
def add_measure(*, breach: Breach, task: Task, by: User | None, at: datetime) -> Measure:
    """Write down a measure with who does it and by when; the owner hears of it. Raises ActRefused.

    What is done already has no term to come: only then may the last day be behind us.
    """
    held = locked_in(breach, OPEN)
    if not task.text.strip():
        raise refused("Schrijf op wat er moet gebeuren.", "text")
    if task.owner is None and not task.owner_name.strip():
        raise refused("Kies of schrijf op wie het doet.", "owner")
    if task.owner is not None and held.shuts_out(task.owner):
        raise refused(
            "Deze persoon mag dit vertrouwelijke datalek niet zien. Kies een ander, of geef eerst "
            "toegang.",
            "owner",
        )
    if task.done_on is None and task.due_on < timezone.localdate(at):
        raise refused("Deze dag is al geweest. Kies een dag die nog komt.", "due_on")
    if task.done_on is not None and (problem := _done_problem(held, task.done_on, at=at)):
        raise refused(problem, "done_on")
    # An impatient finger sends a form twice; the file is held, so the second finds the first.
    if held.measures.filter(**vars(task)).exists():
        raise refused("Deze maatregel staat er al.")
    measure = Measure(
        breach=held,
        kind=task.kind,
        text=task.text,
        owner=task.owner,
        owner_name=task.owner_name,
        due_on=task.due_on,
        done_on=task.done_on,
        result=task.result,
    )
    measure.record(by=by, why="maatregel vastgelegd")
    if measure.owner not in (None, by) and measure.done_on is None:
        letters.measure_asked(measure, at=at)
    return measure


def _done_problem(breach: Breach, day: date, *, at: datetime) -> str:
    """Why this cannot be the day: what is done at once can come before the report itself."""
    known = (breach.occurred_from, breach.first_signal_at, breach.reported_at)
    first = min(moment for moment in known if moment is not None)
    return day_problem(day, at=at, not_before=timezone.localdate(first))


@transaction.atomic
def finish_measure(
    *, measure: Measure, done_on: date, result: str, by: User | None, at: datetime
) -> Measure:
    """The measure is done: when, and what was done. Raises ActRefused."""
    held: Measure = Measure.objects.select_for_update().get(pk=measure.pk)
    if held.done_on is not None:
        raise refused(f"Deze maatregel is al klaar sinds {held.done_on:%d-%m-%Y}.")
    problem = _done_problem(held.breach, done_on, at=at)
    if problem:
        raise refused(problem, "done_on")
    held.done_on, held.result = done_on, result
    held.record(by=by, why="maatregel klaar")
    return held


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Where it came from, and what must change."""

    cause: str
    root_cause: str
    lessons: str
    dpia_must_change: bool | None
    register_must_change: bool | None
    change_text: str = ""


@transaction.atomic
def learn(
    *,
    breach: Breach,
    lessons: Lessons,
    activities: Iterable[ProcessingActivity] | None = None,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """Write down the cause and the lessons, and which activities it was about. Raises ActRefused.

    `activities`: of the register; None leaves them as they are.
    """
    held = locked_in(breach, OPEN)
    refuse_second(held, seen=seen)
    must_change = lessons.dpia_must_change or lessons.register_must_change
    if must_change and not lessons.change_text.strip():
        raise refused("Schrijf op wat er moet veranderen.", "change_text")
    for name, value in vars(lessons).items():
        setattr(held, name, value)
    held.record(by=by, why="oorzaak en lessen vastgelegd")
    if activities is not None:
        held.touch(list(activities), by=by, why="verwerkingen van het datalek")
    return held


@transaction.atomic
def close_breach(*, breach: Breach, by: User | None, at: datetime) -> Breach:
    """Close a decided file. Raises ActRefused with everything that is still missing."""
    held = locked_in(breach, {DECIDED})
    gaps = closing_gaps(closing_facts(held))
    if gaps:
        raise refused(" ".join(gaps))
    step(held, Step.CLOSE)
    held.closed_at = at
    held.record(by=by, why="afgesloten")
    return held


@transaction.atomic
def place_notice(
    *,
    breach: Breach,
    where: str,
    placed_on: date,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Breach:
    """The public notice stands somewhere since a day (AVG 34(3)(c)). Raises ActRefused."""
    held = locked_in(breach, {DECIDED})
    refuse_second(held, seen=seen)
    if held.tell_ground != TellGround.DISPROPORTIONATE:
        raise refused("Bij dit datalek hoort geen openbaar bericht.")
    if not where.strip():
        raise refused("Schrijf op waar het bericht staat.", "where")
    problem = day_problem(placed_on, at=at, not_before=timezone.localdate(held.reported_at))
    if problem:
        raise refused(problem, "placed_on")
    held.public_notice_where, held.public_notice_on = where, placed_on
    held.record(by=by, why="openbaar bericht geplaatst")
    return held
