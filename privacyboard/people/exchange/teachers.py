"""Teachers of an EDEXML: compared one by one, for a school has dozens of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from privacyboard.organisation.models import Group, Teacher, User
from privacyboard.people.exchange.planning import Frame
from privacyboard.people.exchange.sink import Sink

_SAID = ("first_name", "infix", "last_name", "email")


class _Known:
    """The teachers that a school has, and the keys of their groups of this year."""

    def __init__(self, frame: Frame, sink: Sink) -> None:
        self.told = set(sink.groups)
        self.teachers = {each.key: each for each in Teacher.objects.filter(school=frame.school)}
        self.groups: dict[int, set[str]] = {}
        rows = Teacher.groups.through.objects.filter(
            teacher__school=frame.school, group__school_year=frame.year
        )
        for teacher, key in rows.values_list("teacher", "group__key"):
            self.groups.setdefault(teacher, set()).add(key)

    def fate(self, said: dict[str, Any]) -> str:
        record = self.teachers.get(said["key"])
        if record is None:
            return "new"
        same = self.groups.get(record.pk, set()) == self.told & set(said["groups"])
        return "same" if same and not differs(record, said) else "changed"


def differs(record: Teacher, said: dict[str, Any]) -> bool:
    """Whether the file says something else; an empty cell says nothing."""
    return any(said[name] and getattr(record, name) != said[name] for name in _SAID)


def plan_teachers(frame: Frame, sink: Sink) -> dict[str, int]:
    """How many teachers are new, changed and the same."""
    counts = {"new": 0, "changed": 0, "same": 0}
    if sink.teachers:
        known = _Known(frame, sink)
        for each in sink.teachers:
            counts[known.fate(each)] += 1
    return counts


def write_teachers(frame: Frame, sink: Sink, *, by: User | None, why: str) -> None:
    """Save who is new or changed; the groups stand already."""
    if not sink.teachers:
        return
    known = _Known(frame, sink)
    groups = dict(
        Group.objects.filter(school=frame.school, school_year=frame.year).values_list("key", "pk")
    )
    for said in sink.teachers:
        if known.fate(said) == "same":
            continue
        record = known.teachers.get(said["key"])
        teacher = record or Teacher(school_id=frame.school, key=said["key"])
        if record is None or differs(record, said):
            for name in _SAID:
                if said[name]:
                    setattr(teacher, name, said[name])
            teacher.record(by=by, why=why)
            known.teachers[said["key"]] = teacher
        # Groups of other years stay: they tell who had that class then.
        had = known.groups.get(teacher.pk, set())
        now = known.told & set(said["groups"])
        teacher.groups.remove(*(groups[key] for key in had - now if key in groups))
        teacher.groups.add(*(groups[key] for key in now - had if key in groups))
        known.groups[teacher.pk] = now
    _note_seen(frame, {said["key"] for said in sink.teachers})


def _note_seen(frame: Frame, keys: set[str]) -> None:
    """Of everybody in the file, also who stayed the same: that they work here on this day.

    Without history: it tells nothing that the list of files does not.
    """
    here = Teacher.objects.filter(school=frame.school)
    here.filter(key__in=keys).update(seen_on=frame.today)
    if frame.is_full:
        here.update(is_listed=Q(key__in=keys))
