"""What happened to a list, newest first: its steps, its tasks, and what was decided about data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacyboard.audit.timeline import EMPTY, Event, FieldChange, timeline
from registers.models import DestructionLine, DestructionList, DestructionTask

# What is told of a line; that it came on the list, and with how many, says the list itself.
_OF_A_LINE = ("verdict", "against", "reason", "former_term", "shortened_because")
# What is told of a task; when it was asked and by which link, says why it changed.
_OF_A_TASK = ("due_on", "done_on", "done_by", "result", "proof")
# The minute, who, about what, why, and what changed.
_Together = tuple[datetime, str, str, str, tuple[FieldChange, ...]]


def events_of(found: DestructionList) -> list[Event]:
    """Every step, task and decision. What was decided about one number is with the number."""
    events = [*timeline(found), *_tasks(found), *_decisions(found)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _tasks(found: DestructionList) -> Iterator[Event]:
    """One event for all places to which the same happened at once."""
    rows = DestructionTask.history.filter(list_id=found.pk).select_related("history_user", "proof")
    told = []
    for before, row in _pairs(rows):
        changes = _changes(before, row, _OF_A_TASK) if before else ()
        told.append(("", row.name, row, changes))
    return _together(told)


def _decisions(found: DestructionList) -> Iterator[Event]:
    """One event for all kinds of data under a rule about which the same was decided at once."""
    rows = DestructionLine.history.filter(list_id=found.pk).select_related("history_user")
    told = []
    for before, row in _pairs(rows):
        if before and (changes := _changes(before, row, _OF_A_LINE)):
            told.append((f"{row.rule_name}: ", row.data, row, changes))
    return _together(told)


def _pairs(rows: Any) -> Iterator[tuple[Any, Any]]:
    """Each row with the one of the same record before it."""
    before = None
    for row in rows.order_by("id", "history_id"):
        yield before if before and before.id == row.id else None, row
        before = row


def _together(told: Iterable[tuple[str, str, Any, tuple[FieldChange, ...]]]) -> Iterator[Event]:
    found: dict[_Together, list[tuple[str, Any]]] = {}
    for about, name, row, changes in told:
        minute = row.history_date.replace(second=0, microsecond=0)
        who = str(row.history_user or _("systeem"))
        key = (minute, who, about, row.history_change_reason or "", changes)
        found.setdefault(key, []).append((name, row))
    for (_minute, who, about, why, changes), same in found.items():
        names = ", ".join(f"{name[:1].upper()}{name[1:]}" for name, _row in same)
        yield Event(same[0][1].history_date, who, f"{about}{names}", why, changes)


def _changes(before: Any, after: Any, told: Iterable[str]) -> tuple[FieldChange, ...]:
    model = after.instance_type
    pairs = [(name, _said(before, name), _said(after, name)) for name in told]
    return tuple(
        FieldChange(str(model._meta.get_field(name).verbose_name), old, new)
        for name, old, new in pairs
        if old != new
    )


def _said(row: Any, name: str) -> str:
    value = row.instance.verdict_said if name == "verdict" else getattr(row, name)
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(value or "") or EMPTY
