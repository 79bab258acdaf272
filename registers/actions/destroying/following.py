"""A pupil who is known here got another number: what the machine planned of this pupil follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_update_with_history

from privacyboard.organisation.models import User
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models import DestructionItem, DestructionList, DestructionPlan
from registers.models.destruction_numbers import planned_of, renumbered
from registers.models.destruction_steps import erase_items

BATCH = 500
_WHY = "ander nummer"
_FREE = (DestructionState.PROPOSED, DestructionState.CHECKED, DestructionState.APPROVED)


def follow_numbers(*, by: User | None, at: datetime) -> int:
    """Give what waits, and what stands on a list that is not out, the number of its pupil now.

    What is with those who destroy keeps the number that they were given: the page of the list
    tells which is new, and the plan follows when that list is closed. Returns how many rows
    followed.
    """
    moved = 0
    schools = renumbered().order_by("school").values_list("school", flat=True).distinct()
    for school_id in list(schools):
        last: int | None = 0
        while last is not None:
            last, number = _follow_batch(school_id, after=last, by=by)
            moved += number
    return moved


@transaction.atomic
def _follow_batch(school_id: int, *, after: int, by: User | None) -> tuple[int | None, int]:
    """One batch of pupils; the key to go on from (None: the end), and how many rows followed."""
    stale = list(renumbered().filter(school=school_id).order_by("pupil"))
    batch = [plan for plan in stale if plan.pupil > after][:BATCH]
    return (batch[-1].pupil, _follow(_chains(batch, stale), by=by)) if batch else (None, 0)


@transaction.atomic
def follow_on(*, held: DestructionList, by: User | None, at: datetime) -> int:
    """The same of the pupils on one list, which its step holds."""
    keys = held.items.exclude(person_key="").values("person_key")
    own = set(keys.values_list("person_key", flat=True))
    stale = list(renumbered().filter(school=held.school_id))
    plans = [plan for plan in stale if plan.person_key in own]
    return _follow(_chains(plans, stale), by=by) if plans else 0


def _chains(plans: Iterable[Any], stale: Iterable[Any]) -> list[Any]:
    """These plans, and those that must make room for them: who had the number leaves it first."""
    in_place = {(plan.person_key, plan.event_on): plan for plan in stale}
    found: dict[int, Any] = {}
    for each in plans:
        plan = each
        while plan is not None and plan.pupil not in found:
            found[plan.pupil] = plan
            plan = in_place.get((plan.new_key, plan.event_on))
    return list(found.values())


def _follow(plans: Sequence[Any], *, by: User | None) -> int:
    """All rows of a pupil follow at once, or none: the plan tells which number they have."""
    named = DestructionItem.objects.filter(planned_of(plans))
    # A list on which somebody else takes a step now is not waited for: the next sweep finds it.
    lists = DestructionList.objects.filter(
        state__in=_FREE, pk__in=named.values("list")
    ).select_for_update(of=("self",), skip_locked=True)
    held = list(lists.order_by("pk"))
    free = named.filter(Q(list__isnull=True) | Q(list__in=held))
    locked = list(free.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    others = named.exclude(pk__in=[item.pk for item in locked])
    stay = _staying(plans, set(others.values_list("person_key", "event_on")))
    items = [item for item in locked if (item.person_key, item.event_on) not in stay]
    changed = {item.list_id for item in items}
    moved = _move(plans, items, by=by)
    for each in held:
        if each.pk in changed:
            each.record(by=by, why=_WHY)
    done = [plan for plan in plans if (plan.person_key, plan.event_on) not in stay]
    for plan in done:
        plan.person_key = plan.new_key
    DestructionPlan.objects.bulk_update(done, ["person_key"], batch_size=BATCH)
    return moved


def _staying(plans: Sequence[Any], stay: set[tuple[str, date]]) -> set[tuple[str, date]]:
    """Who cannot follow, by number and day: also who would come where somebody else stays.

    What stands there is not the same row twice then, but that of another pupil. What is out goes
    when its list is closed, whoever it is of.
    """
    new = [plan.new_key for plan in plans]
    school = plans[0].school_id
    there = DestructionPlan.objects.filter(school=school, person_key__in=new)
    out = DestructionItem.objects.filter(
        school=school, person_key__in=new, list__state=DestructionState.HANDED
    )
    taken = {
        *there.exclude(pupil__in=[p.pupil for p in plans]).values_list("person_key", "event_on"),
        *out.values_list("person_key", "event_on"),
        *stay,
    }
    moving = [plan for plan in plans if (plan.person_key, plan.event_on) not in stay]
    while stuck := {
        (plan.person_key, plan.event_on)
        for plan in moving
        if (plan.new_key, plan.event_on) in taken
    }:
        stay, taken = stay | stuck, taken | stuck
        moving = [plan for plan in moving if (plan.person_key, plan.event_on) not in stuck]
    return stay


def _move(plans: Iterable[Any], items: Sequence[DestructionItem], *, by: User | None) -> int:
    """Write the new numbers, in two steps: two pupils can have changed numbers with each other."""
    new = {(plan.person_key, plan.event_on): plan.new_key for plan in plans}
    wanted = {item.pk: new[item.person_key, item.event_on] for item in items}
    doubled = _doubled(items, wanted)
    erase_items(doubled, reason="stond er al met het nieuwe nummer")
    items = [item for item in items if item.pk not in doubled]
    for item in items:
        item.person_key = f"~{item.pk}"
    DestructionItem.objects.bulk_update(items, ["person_key"], batch_size=BATCH)
    for item in items:
        item.person_key = wanted[item.pk]
    bulk_update_with_history(
        items,
        DestructionItem,
        ["person_key"],
        batch_size=BATCH,
        default_user=by,
        default_change_reason=_WHY,
    )
    return len(items)


def _doubled(items: Sequence[DestructionItem], wanted: dict[int, str]) -> Collection[int]:
    """Of what stands there twice when the number is new, the row that goes: what somebody decided
    to keep longer is the one that stays."""
    moving = {item.pk for item in items}
    there = {
        (row.school_id, row.rule_id, row.person_key, row.event_on): row
        for row in DestructionItem.objects.filter(person_key__in=wanted.values())
        if row.pk not in moving
    }
    found = set()
    for item in items:
        other = there.get((item.school_id, item.rule_id, wanted[item.pk], item.event_on))
        if other is not None:
            found.add(other.pk if item.verdict == ItemVerdict.LATER else item.pk)
    return found
