"""Handing over to those who destroy, their proof, and the end: counts stay, numbers go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.audit.acts import day_problem, refused
from privacyboard.clockwork.models import Hold
from privacyboard.documents import rules as files
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers import letters
from registers.actions.destroying.stepping import refuse_conflicts, release, settle
from registers.choices import DocumentKind
from registers.choices.destruction import DestructionState, ItemVerdict, LineVerdict, TaskKind
from registers.models import DestructionList, DestructionTask, Processor, System
from registers.models.destruction_holds import item_holds
from registers.models.destruction_places import pair_of, places_of
from registers.models.destruction_steps import erase_items, locked_in, locked_list, step
from registers.models.destruction_texts import (
    refuse_file_name,
    refuse_numbers,
    strike_numbers,
)
from registers.rules.destruction.sources import Place
from registers.rules.destruction.states import Step

SOONEST = timedelta(days=14)
LATEST = timedelta(days=60)


@transaction.atomic
def hand_over(
    *, found: DestructionList, chosen: Collection[str], by: User, at: datetime
) -> DestructionList:
    """Make a task for each chosen place (see `Place.key`); processors are written to.

    Who is held by now leaves the list. Raises ActRefused while some data have no place.
    """
    held = locked_list(found)
    step(held, Step.HAND_OVER)
    refuse_conflicts(held=held, by=by, at=at)
    settle(held=held, by=by, at=at)
    release(held=held, by=by, at=at)
    if not held.items.exists():
        raise refused("Er staat niets meer op deze lijst dat weg mag. Trek de lijst in.")
    places = [each for each in places_of(held) if each.key in chosen]
    _refuse_unplaced(held, places)
    held.handed_by, held.handed_at = by, at
    held.record(by=by, why="uitgezet")
    systems = {each.code: each for each in System.objects.all()}
    processors = {each.code: each for each in Processor.objects.all()}
    for place in places:
        task = DestructionTask(
            list=held,
            kind=place.kind,
            system=systems.get(place.code) if place.kind == TaskKind.SYSTEM else None,
            processor=processors.get(place.code) if place.kind == TaskKind.PROCESSOR else None,
            name=place.name,
            pairs=["/".join(pair) for pair in place.pairs],
            due_on=_due_on(held, place, timezone.localdate(at)),
        )
        _ask(task, by=by, at=at)
    return held


def _ask(task: DestructionTask, *, by: User, at: datetime) -> None:
    task.record(by=by, why="uitgezet")
    if letters.destruction_asked(task, at=at) is not None:
        task.asked_at = at
        task.record(by=by, why="brief aan de verwerker")


def _refuse_unplaced(held: DestructionList, places: Sequence[Place]) -> None:
    covered = {pair for place in places for pair in place.pairs}
    missing = [
        f"{line.rule_name}: {line.data}"
        for line in held.lines.filter(verdict=LineVerdict.DESTROY, number__gt=0).select_related(
            "rule", "category"
        )
        if pair_of(line) not in covered
    ]
    if missing:
        raise refused(f"Kies ook waar dit staat: {'; '.join(missing)}.", "chosen")


def _due_on(held: DestructionList, place: Place, today: date) -> date:
    """The first maximum that ends, but two weeks at least and two months at most."""
    rules = {rule for rule, _data in place.pairs}
    items = held.items.filter(rule__code__in=rules)
    first: date | None = items.aggregate(day=Min("not_after"))["day"]
    wanted = min(first or today + LATEST, today + LATEST)
    return max(wanted, today + SOONEST)


@transaction.atomic
def add_task(
    *, found: DestructionList, kind: str, name: str, due_on: date, by: User, at: datetime
) -> DestructionTask:
    """One more place where everything on the list is kept. Raises ActRefused for a known one."""
    held = locked_in(found, {DestructionState.HANDED})
    if not name.strip():
        raise refused("Schrijf op waar het staat.", "name")
    if due_on < timezone.localdate(at):
        raise refused("Deze dag is al geweest. Kies een dag die nog komt.", "due_on")
    if held.tasks.filter(kind=kind, name=name.strip()).exists():
        raise refused("Deze plaats staat er al.", "name")
    refuse_numbers(held, name=name)
    lines = held.lines.filter(verdict=LineVerdict.DESTROY).select_related("rule", "category")
    task = DestructionTask(
        list=held,
        kind=kind,
        name=name.strip(),
        due_on=due_on,
        pairs=["/".join(pair) for pair in sorted(map(pair_of, lines))],
    )
    task.record(by=by, why="plaats toegevoegd")
    return task


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What somebody says who destroyed: when, who, what was done, and a file if there is one."""

    done_on: date
    done_by: str
    result: str
    document: StoredDocument | None = None


@transaction.atomic
def prove(
    *,
    task: DestructionTask,
    proof: Proof,
    by: User | None,
    at: datetime,
    link_number: int | None = None,
) -> DestructionTask:
    """It is destroyed in this place: when, by whom, and what proves it. Raises ActRefused.

    `link_number`: of the link by which somebody says so, who has no account; it must still serve.
    """
    held_list = locked_in(task.list, {DestructionState.HANDED})
    held: DestructionTask = DestructionTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if link_number is not None and held.link_number != link_number:
        raise refused(_("Deze link geldt niet meer. Vraag de school om een nieuwe."))
    if held.done_on is not None:
        told = {"day": f"{held.done_on:%d-%m-%Y}", "name": held.done_by}
        raise refused(_("Dit is al vernietigd op %(day)s, door %(name)s.") % told)
    not_before = timezone.localdate(held_list.handed_at) if held_list.handed_at else None
    if problem := day_problem(proof.done_on, at=at, not_before=not_before):
        raise refused(problem, "done_on")
    if not proof.done_by.strip():
        raise refused(_("Schrijf op wie het heeft vernietigd."), "done_by")
    if not proof.result.strip():
        raise refused(_("Schrijf op wat er is gedaan."), "result")
    refuse_numbers(held_list, done_by=proof.done_by, result=proof.result)
    refuse_file_name(held_list, proof.document)
    held.done_on, held.done_by = proof.done_on, proof.done_by.strip()
    held.result, held.proof = proof.result.strip(), proof.document
    held.record(by=by, why="vernietigd")
    return held


def close(*, found: DestructionList, by: User, at: datetime) -> DestructionList:
    """Everything is destroyed and proven: the certificate is made, and the numbers go.

    Raises ActRefused while a task has no proof.
    """
    with transaction.atomic():
        handed = locked_in(found, {DestructionState.HANDED})
        _refuse_open(handed)
        _leave_out_held(handed, by=by, at=at)
        # Before the certificate, which repeats what was typed.
        strike_numbers(handed, reason=f"lijst {handed.number} wordt afgesloten")
    draft: DestructionList = DestructionList.objects.select_related(
        "school", "checked_by", "approved_by"
    ).get(pk=found.pk)
    draft.closed_by, draft.closed_at = by, at
    _html, pdf = letters.certificate_pdf(draft)  # takes seconds: made before anything is locked
    with transaction.atomic():
        held = locked_list(found)
        step(held, Step.CLOSE)
        _refuse_open(held)
        Hold.objects.stand_still()
        if item_holds(held.school, list(held.items.all())):
            raise refused("Er kwam zojuist een reden om te bewaren bij. Probeer het nog eens.")
        held.closed_by, held.closed_at = by, at
        held.certificate = storage.store(
            content=pdf,
            title=f"Verklaring van vernietiging {held.number}",
            file_name=f"verklaring-van-vernietiging-{held.number}.pdf",
            media_type=files.PDF,
            kind=DocumentKind.CERTIFICATE,
            by=by,
            at=at,
            school=held.school,
        )
        held.record(by=by, why="afgesloten")
        # Of a period nobody is known: it stays, so that the year is not proposed again.
        people = held.items.exclude(person_key="").values_list("pk", flat=True)
        erase_items(list(people), reason=f"vernietigd volgens {held.number}")
    return held


def _leave_out_held(held: DestructionList, *, by: User, at: datetime) -> None:
    """What was held since the list went out is not certified as gone: it waits for its hold."""
    holds = item_holds(held.school, list(held.items.all()))
    if not holds:
        return
    for item in held.items.filter(pk__in=holds):
        item.verdict = ItemVerdict.HELD
        item.record(by=by, why="vastgehouden na het uitzetten")
    release(held=held, by=by, at=at)
    held.record(by=by, why="wat moet blijven is eraf")


def _refuse_open(held: DestructionList) -> None:
    open_tasks = [task.name for task in held.tasks.filter(done_on__isnull=True)]
    if open_tasks:
        raise refused(f"Hier is nog geen bewijs van: {', '.join(open_tasks)}.")
