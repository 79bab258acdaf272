"""Nobody's work is written over: what a plan changes is locked, and looked at once more.

Making a plan takes seconds in which somebody can save a form, or propose an activity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Field, GeneratedField

from registers.exchange.planning import Fate, Plan, Planned
from registers.exchange.tables import TABLE, Kind, Table
from registers.models import ProcessingActivity
from registers.rules.states import EDITABLE


class Overtaken(ValueError):
    """What a plan rests on is not what is there now: nothing of it may be written."""


def hold(plan: Plan) -> None:
    """Lock what the plan changes until the transaction ends; raises Overtaken where it moved."""
    _hold_activities(plan)
    for name, rows in plan.tables.items():
        changed = [each for each in rows if each.fate is Fate.CHANGED]
        if changed:
            _hold_rows(TABLE[name], changed)
            _look_at_lists(TABLE[name], changed)


def _hold_activities(plan: Plan) -> None:
    """Lines are written under a concept only: it stays one until they are there."""
    activities = {pk for name, rows in plan.tables.items() for pk in _above(TABLE[name], rows)}
    records = ProcessingActivity.objects.filter(pk__in=activities).order_by("pk")
    states = records.select_for_update(no_key=True).values_list("status", flat=True)
    if activities and (len(states) < len(activities) or not EDITABLE.issuperset(states)):
        raise Overtaken


def _above(table: Table, rows: Iterable[Planned]) -> Iterator[int]:
    """The activities in the register under which these lines would stand."""
    if table.parent is None or table.parent.table != "activities":
        return
    for each in rows:
        if each.fate in {Fate.NEW, Fate.CHANGED}:
            pk = getattr(each.record, f"{table.parent.field}_id")
            # An activity of the same file has a key below zero until it is written.
            if pk is not None and pk > 0:
                yield pk


def _hold_rows(table: Table, rows: Sequence[Planned]) -> None:
    """Every field says what it said, the changed ones what they said before."""
    fields = [each for each in table.model._meta.concrete_fields if _is_kept(each)]
    manager: Any = table.model._default_manager
    records = manager.filter(pk__in=[each.record.pk for each in rows]).order_by("pk")
    names = [each.attname for each in fields]
    now = {row[0]: row for row in records.select_for_update(no_key=True).values_list("pk", *names)}
    for each in rows:
        record = each.record
        before = tuple(
            each.former[field.name] if field.name in each.former else getattr(record, field.attname)
            for field in fields
        )
        if now.get(record.pk) != (record.pk, *before):
            raise Overtaken


def _is_kept(field: Field[Any, Any]) -> bool:
    """Not what the database works out, nor how a name sorts: that follows from the name."""
    return not isinstance(field, GeneratedField) and field.name != "sort_name"


def _look_at_lists(table: Table, rows: Sequence[Planned]) -> None:
    """Lists of references that are set as a whole are still what they were."""
    for column in table.columns:
        chosen = [each for each in rows if column.kind is Kind.MANY and column.name in each.former]
        if not chosen:
            continue
        many: Any = column.field
        own, other = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
        had: dict[int, set[int]] = {each.record.pk: set() for each in chosen}
        found = many.remote_field.through._default_manager.filter(**{f"{own}__in": list(had)})
        for pk, entry in found.values_list(own, other):
            had[pk].add(entry)
        if any(had[each.record.pk] != set(each.former[column.name]) for each in chosen):
            raise Overtaken
