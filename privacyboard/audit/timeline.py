"""A record's history in words: who, when, why, and old and new value per field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

EMPTY = "—"

# (history model, history id, field) -> keys that a many-to-many pointed to
Links = dict[tuple[type[Any], Any, str], list[Any]]
# (model, key) -> name
Names = dict[tuple[type[Any], Any], str]


@dataclass(frozen=True)
class FieldChange:
    """One field: its Dutch name, what stood there, what stands there now."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """One act on a record or on one of its lines."""

    when: datetime
    who: str
    what: str
    why: str
    changes: tuple[FieldChange, ...] = field(default=())


def timeline(instance: models.Model, *, lines: Sequence[type[models.Model]] = ()) -> list[Event]:
    """Return every event of a record and of its lines, newest first.

    `lines` are models with history and a foreign key to the record's model.
    """
    model = type(instance)
    rows = _rows(model, name=model._meta.pk.attname, value=instance.pk)
    for line in lines:
        rows += _rows(line, name=_parent_name(line, model), value=instance.pk)
    links = _links(rows)
    reader = _Reader(links, _names_of_related(rows, links), parent=model)
    events = [event for chain in _chains(rows) for event in _events(chain, reader)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _parent_name(line: type[models.Model], parent: type[models.Model]) -> str:
    for each in line._meta.get_fields():
        if isinstance(each, models.ForeignKey) and each.related_model is parent:
            return each.attname
    raise LookupError(f"{line} has no foreign key to {parent}")


def _rows(model: Any, *, name: str, value: Any) -> list[Any]:
    return list(model.history.filter(**{name: value}).select_related("history_user"))


def _links(rows: Iterable[Any]) -> Links:
    """For each history row and many-to-many field: the keys it pointed to; one query a field."""
    ids: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        ids[type(row)].append(row.history_id)
    links: Links = defaultdict(list)
    for model, history_ids in ids.items():
        for each in model._history_m2m_fields:
            keys = model.__dict__[each.name].model.objects.filter(history_id__in=history_ids)
            pairs = keys.values_list("history_id", f"{each.m2m_reverse_field_name()}_id")
            for history_id, key in pairs:
                links[(model, history_id, each.name)].append(key)
    return links


def _chains(rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Group rows per record, oldest first."""
    chains: dict[tuple[type[Any], Any], list[Any]] = defaultdict(list)
    for row in rows:
        original = row.instance_type
        chains[(original, getattr(row, original._meta.pk.attname))].append(row)
    for chain in chains.values():
        yield sorted(chain, key=lambda row: (row.history_date, row.history_id))


def _names_of_related(rows: Iterable[Any], links: Links) -> Names:
    """Read the names behind all foreign keys, one query a table."""
    wanted: dict[type[Any], set[Any]] = defaultdict(set)
    for row in rows:
        for each in _tracked(row):
            key = getattr(row, each.attname)
            if isinstance(each, models.ForeignKey) and key is not None:
                wanted[each.related_model].add(key)
        for each in row._history_m2m_fields:
            wanted[each.related_model].update(links[(type(row), row.history_id, each.name)])
    return {
        (model, found.pk): str(found)
        for model, keys in wanted.items()
        for found in model._base_manager.filter(pk__in=keys)
    }


def _tracked(row: Any) -> Iterable[Any]:
    return (each for each in row.tracked_fields if each.name not in {"id", "sort_name"})


@dataclass(frozen=True)
class _Reader:
    """Turns a history row into Dutch labels and values."""

    links: Links
    names: Names
    parent: type[models.Model]

    def values(self, row: Any) -> dict[str, str]:
        # That a line belongs to this record is said by the page that it stands on.
        told = (each for each in _tracked(row) if each.related_model is not self.parent)
        found = {str(each.verbose_name): self._in_words(each, row) for each in told}
        for each in row._history_m2m_fields:
            keys = self.links[(type(row), row.history_id, each.name)]
            words = sorted(self._name(each.related_model, key) for key in keys)
            found[str(each.verbose_name)] = ", ".join(words) or EMPTY
        return found

    def _name(self, model: Any, key: Any) -> str:
        return self.names.get((model, key), f"nr. {key}")

    def _in_words(self, each: Any, row: Any) -> str:
        value = getattr(row, each.attname)
        if value is None or value == "":
            return EMPTY
        if isinstance(each, models.ForeignKey):
            return self._name(each.related_model, value)
        if each.choices:
            return str(dict(each.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("ja") if value else _("nee")
        if isinstance(value, datetime):
            return formats.date_format(timezone.localtime(value), "j F Y H:i")
        if isinstance(value, date):
            return formats.date_format(value, "j F Y")
        return str(value)


def _events(chain: list[Any], reader: _Reader) -> Iterable[Event]:
    verbs = {"+": _("toegevoegd"), "~": _("gewijzigd"), "-": _("verwijderd")}
    before: dict[str, str] = {}
    for row in chain:
        values = reader.values(row)
        changes = _differences(before, values if row.history_type != "-" else {})
        before = values
        if not changes and row.history_type == "~" and not row.history_change_reason:
            continue
        yield Event(
            when=row.history_date,
            who=str(row.history_user or _("systeem")),
            what=f"{_capital(row.instance_type._meta.verbose_name)} {verbs[row.history_type]}",
            why=row.history_change_reason or "",
            changes=tuple(changes),
        )


def _capital(words: object) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def _differences(before: dict[str, str], after: dict[str, str]) -> list[FieldChange]:
    labels = list(dict.fromkeys([*before, *after]))
    return [
        FieldChange(label, before.get(label, EMPTY), after.get(label, EMPTY))
        for label in labels
        if before.get(label, EMPTY) != after.get(label, EMPTY)
    ]
