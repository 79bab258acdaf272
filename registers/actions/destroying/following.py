"""A pupil who is known here got another number: what is to be destroyed of this pupil follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from simple_history.utils import bulk_update_with_history

from privacyboard.organisation.models import User
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models import DestructionItem, DestructionList
from registers.models.destruction_numbers import numbers_now, renumbered
from registers.models.destruction_steps import erase_items

BATCH = 500
_WHY = "ander nummer"
_FREE = (DestructionState.PROPOSED, DestructionState.CHECKED, DestructionState.APPROVED)
_CAN_FOLLOW = Q(list__isnull=True) | Q(list__state__in=_FREE)
# One place on the lists: the school, the rule, the number and the day.
_Place = tuple[int | None, int, str, date]


def follow_numbers(*, by: User | None, at: datetime) -> int:
    """Give what waits, and what stands on a list that is not out, the number of its pupil now.

    What is with those who destroy keeps the number that they were given: the page of the list
    tells which is new. Returns how many rows followed.
    """
    moved = 0
    last: int | None = 0
    while last is not None:
        last, number = _follow_batch(after=last, by=by)
        moved += number
    return moved


@transaction.atomic
def _follow_batch(*, after: int, by: User | None) -> tuple[int | None, int]:
    """One batch of pupils; the key to go on from (None: the end), and how many rows followed."""
    rows = renumbered().filter(_CAN_FOLLOW, pupil__gt=after)
    pupils = _pupils(rows.order_by("pupil").distinct()[:BATCH])
    return (pupils[-1], _follow(pupils, by=by)) if pupils else (None, 0)


@transaction.atomic
def follow_on(*, held: DestructionList, by: User | None, at: datetime) -> int:
    """The same of the pupils on one list, which its step holds."""
    pupils = _pupils(renumbered().filter(list=held).order_by())
    return _follow(pupils, by=by) if pupils else 0


def _pupils(rows: QuerySet[DestructionItem]) -> list[int]:
    return [pupil for pupil in rows.values_list("pupil", flat=True) if pupil is not None]


def _follow(pupils: Collection[int], *, by: User | None) -> int:
    new = numbers_now(pupils)
    # What was typed with the new number, before anybody here had it, can be of the pupil too.
    typed = Q(pupil__isnull=True, added_by__isnull=False, person_key__in=new.values())
    named = DestructionItem.objects.filter(Q(pupil__in=pupils) | typed)
    # A list on which somebody else takes a step now is not waited for: the next sweep finds it.
    lists = DestructionList.objects.filter(
        state__in=_FREE, pk__in=named.order_by().values("list")
    ).select_for_update(of=("self",), skip_locked=True)
    held = list(lists.order_by("pk"))
    free = named.filter(Q(list__isnull=True) | Q(list__in=held))
    locked = list(free.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    others = named.exclude(pk__in=[item.pk for item in locked])
    busy = {_place(item, new) for item in others}
    together: dict[_Place, list[DestructionItem]] = {}
    for item in locked:
        if (place := _place(item, new)) not in busy:
            together.setdefault(place, []).append(item)
    return _move(together, held, by=by)


def _place(item: DestructionItem, new: dict[tuple[int, int], str]) -> _Place:
    """Where a row stands once it has followed."""
    number = new.get((item.pupil or 0, item.school_id or 0), item.person_key)
    return item.school_id, item.rule_id, number, item.event_on


def _move(
    together: dict[_Place, list[DestructionItem]],
    lists: Iterable[DestructionList],
    *,
    by: User | None,
) -> int:
    """Write the new numbers. Of what would stand there twice one row stays: what somebody decided
    to keep longer, else what has the number already."""
    moved, doubled, changed = [], [], set()
    for (_school, _rule, number, _day), rows in together.items():
        whose = {item.pupil for item in rows if item.person_key != number}
        if not whose:
            continue
        stays, *more = sorted(
            rows, key=lambda item: (item.verdict != ItemVerdict.LATER, item.pupil in whose, item.pk)
        )
        stays.person_key, stays.pupil = number, whose.pop()
        moved.append(stays)
        doubled += [item.pk for item in more]
        changed |= {item.list_id for item in rows}
    erase_items(doubled, reason="stond er al met het nieuwe nummer")
    bulk_update_with_history(
        moved,
        DestructionItem,
        ["person_key", "pupil"],
        batch_size=BATCH,
        default_user=by,
        default_change_reason=_WHY,
    )
    for each in lists:
        if each.pk in changed:
            each.record(by=by, why=_WHY)
    return len(moved)
