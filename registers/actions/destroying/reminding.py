"""Telling who has the next step of a destruction list, and who has not proven that it is gone.

A school, a year, counts and days: never a pupil's number. A maximum demands that the data go by
then (AVG 5(1)(e)): of what is late the role above hears too, and the FG.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacyboard.clockwork.reminders import Days, Reach, Said, Watch, claim, keys_due
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from registers.choices.destruction import DestructionState
from registers.letters.destruction_reminders import destruction_reminded
from registers.models import DestructionList, DestructionTask
from registers.models import destruction_days as days
from registers.models.destruction_changes import shortened_on_each
from registers.rules import reminding as stages

_TITLE = "Bewaren en vernietigen"


def _day(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _numbers(row: Any) -> str:
    """Of how many: people, years or periods, or both."""
    people = ngettext("%d persoon", "%d personen", row.people) % row.people
    periods = ngettext("%d jaar of periode", "%d jaren of perioden", row.periods) % row.periods
    said = [words for words, number in ((people, row.people), (periods, row.periods)) if number]
    return ", ".join(said) or people


def _named(found: DestructionList, row: Any) -> dict[str, Any]:
    return {"number": found.number, "place": found.place, "numbers": _numbers(row)}


def _path(found: DestructionList) -> str:
    return reverse("destruction_list", args=[found.number])


def _told(
    found: DestructionList, reach: Reach, *, raised: bool, but: Collection[int] = (), role: Role
) -> tuple[int, ...]:
    """Who has the role, or who stands above it; in the end the FG: nobody would be silence."""
    if raised:
        return reach.with_above(role, found.school_id, but=but)
    people = reach.of(role, found.school_id, but=but)
    return people or tuple(reach.at(Role.FG))


def _keeper(found: DestructionList) -> Role:
    """Who checks it, hands it over and closes it."""
    return Role.DIRECTOR if found.school_id else Role.IBP_MANAGER


# --- the steps ------------------------------------------------------------------------------------


def _say_step(row: Any, reach: Reach, words: str, *, role: Role, but: Collection[int] = ()) -> Said:
    late = (reach.day - row.due_on).days >= stages.RAISE_STEP
    if row.demanded_on is None:
        until = _("De lijst is er sinds %(day)s.")
        told = {"day": _day(timezone.localdate(row.proposed_at))}
    else:
        until = _("De gegevens moeten uiterlijk op %(day)s weg zijn.")
        if row.demanded_on < reach.day:
            until = _("De gegevens hadden uiterlijk op %(day)s weg moeten zijn.")
        told = {"day": _day(row.demanded_on)}
    said = f"{words % _named(row, row)} {until % told}"
    return said, _path(row), _told(row, reach, raised=late, but=but, role=role)


def _say_check(found: Any, reach: Reach) -> Said:
    words = _("Vernietigingslijst %(number)s van %(place)s (%(numbers)s) wacht op controle.")
    return _say_step(found, reach, words, role=_keeper(found))


def _say_approve(found: Any, reach: Reach) -> Said:
    """Neither who checked it nor who made a term of it shorter can approve it."""
    words = _("Vernietigingslijst %(number)s van %(place)s (%(numbers)s) wacht op goedkeuring.")
    but = {found.checked_by_id, *found.shortened_by}
    return _say_step(found, reach, words, role=Role.IBP_MANAGER, but=but)


def _gather_shortened(lists: Sequence[Any], today: date) -> None:
    terms = shortened_on_each(lists, today)
    for each in lists:
        each.shortened_by = {who for term in terms[each.pk].values() for who in term.changed_by}


def _say_hand(found: Any, reach: Reach) -> Said:
    words = _(
        "Vernietigingslijst %(number)s van %(place)s (%(numbers)s) is goedgekeurd en nog niet "
        "uitgezet."
    )
    return _say_step(found, reach, words, role=_keeper(found))


def _say_close(found: Any, reach: Reach) -> Said:
    words = _(
        "Vernietigingslijst %(number)s van %(place)s (%(numbers)s) is sinds %(day)s helemaal "
        "vernietigd. Sluit de lijst af: tot dan blijven de nummers hier staan."
    )
    raised = (reach.day - found.due_on).days >= stages.RAISE_CLOSE
    told = {**_named(found, found), "day": _day(found.due_on)}
    people = _told(found, reach, raised=raised, role=_keeper(found))
    return words % told, _path(found), people


# --- the tasks ------------------------------------------------------------------------------------


def _say_task(task: Any, reach: Reach) -> Said:
    return _say_unproven(task, reach, stages.RAISE_TASK)


def _say_silent(task: Any, reach: Reach) -> Said:
    return _say_unproven(task, reach, stages.RAISE_SILENT)


def _say_unproven(task: Any, reach: Reach, raise_after: int) -> Said:
    """To who handed it over; after some weeks to the role above too."""
    words = _(
        "Vernietigingslijst %(number)s van %(place)s (%(numbers)s): nog geen bewijs van %(name)s. "
        "Het moet uiterlijk op %(day)s vernietigd zijn."
    )
    if task.due_on < reach.day:
        words = _(
            "Vernietigingslijst %(number)s van %(place)s (%(numbers)s): nog geen bewijs van "
            "%(name)s. Het had uiterlijk op %(day)s vernietigd moeten zijn."
        )
    found = task.list
    told = {**_named(found, task), "name": task.name, "day": _day(task.due_on)}
    role = _keeper(found)
    people = reach.of(role, found.school_id, person=found.handed_by_id)
    if not people or (reach.day - task.due_on).days >= raise_after:
        above = reach.with_above(role, found.school_id)
        people = tuple(dict.fromkeys([*people, *above]))
    return words % told, _path(found), people


def _step_watch(kind: str, state: DestructionState, **values: Any) -> Watch:
    rows = days.waiting(state)
    return Watch(
        kind=kind, title=_TITLE, rows=rows, due="due_on", stages=stages.LIST_STEP, **values
    )


WATCHES = (
    _step_watch("list_check", DestructionState.PROPOSED, say=_say_check),
    _step_watch(
        "list_approve", DestructionState.CHECKED, say=_say_approve, gather=_gather_shortened
    ),
    _step_watch("list_hand", DestructionState.APPROVED, say=_say_hand),
    Watch(
        kind="list_close",
        title=_TITLE,
        rows=days.proven,
        due="due_on",
        stages=stages.LIST_CLOSE,
        say=_say_close,
    ),
    Watch(
        kind="list_task",
        title=_TITLE,
        rows=days.unproven,
        due="due_on",
        stages=stages.LIST_TASK,
        say=_say_task,
    ),
    Watch(
        kind="list_task_silent",
        title=_TITLE,
        rows=days.asked_by_letter,
        due="due_on",
        stages=stages.LIST_TASK_SILENT,
        say=_say_silent,
    ),
)

LETTERS = Days(
    kind="list_task_letter",
    rows=days.asked_by_letter,
    due="due_on",
    stages=stages.LIST_TASK_LETTER,
)


def remind_processors(*, by: User | None, at: datetime) -> int:
    """Write to each processor that has not proven by now, once per stage; returns how many letters.

    Raises NoAddress when all others were written to.
    """
    today = timezone.localdate(at)
    sent, without = 0, None
    for key in keys_due([LETTERS], today)[LETTERS.kind]:
        try:
            sent += _remind(key, today, at)
        except NoAddress as problem:
            without = problem
    if without:
        raise without
    return sent


@transaction.atomic
def _remind(key: int, today: date, at: datetime) -> int:
    # A proof, or a link that was withdrawn, stops the letter: also one that came in between.
    row = days.asked_by_letter(today).filter(pk=key)
    task: DestructionTask | None = row.select_for_update(of=("self",), skip_locked=True).first()
    if task is None or task.asked_at is None:
        return 0
    reached = LETTERS.stages.reached(task.due_on, today)
    made = [each for each in reached if claim(subject=task, kind=LETTERS.kind, stage=each, at=at)]
    left = int(reached[-1].rpartition(":")[2])
    # Who was sent a new link since that day was reminded by it.
    asked_since = (task.due_on - timezone.localdate(task.asked_at)).days <= left
    if reached[-1] not in made or asked_since:
        return 0
    destruction_reminded(task, stage=reached[-1], today=today, at=at)
    return 1
