"""A record's history in words: who, when, why, and old and new value per field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.functions import Cast, JSONObject
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
    found: Any = model
    asked = [found.history.filter(**{model._meta.pk.attname: instance.pk})]
    for line in lines:
        of: Any = line
        asked.append(of.history.filter(**{_parent_name(line, model): instance.pk}))
    rows = _together(asked)
    links = _links(rows)
    reader = _Reader(links, _names_of_related(rows, links), parent=model)
    events = [event for chain in _chains(rows) for event in _events(chain, reader)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _parent_name(line: type[models.Model], parent: type[models.Model]) -> str:
    for each in line._meta.get_fields():
        if isinstance(each, models.ForeignKey) and each.related_model is parent:
            return each.attname
    raise LookupError(f"{line} has no foreign key to {parent}")


def _together(asked: Sequence[models.QuerySet[Any]]) -> list[Any]:
    """The records of several tables, in one query: each as JSON, and made into a record again."""
    if not asked:
        return []
    parts = [
        each.order_by().values_list(models.Value(number), _as_json(each.model))
        for number, each in enumerate(asked)
    ]
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    return [_record(asked[number].model, said) for number, said in rows]


def _as_json(model: type[models.Model]) -> JSONObject:
    # A number of JSON is no exact one: a decimal goes as text.
    fields = {
        each.attname: Cast(each.attname, models.TextField())
        if isinstance(each, models.DecimalField)
        else models.F(each.attname)
        for each in model._meta.concrete_fields
    }
    return JSONObject(**fields)


def _record(model: type[models.Model], said: dict[str, Any]) -> Any:
    fields = model._meta.concrete_fields
    values = [each.to_python(said[each.attname]) for each in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [each.attname for each in fields], values)


def _links(rows: Iterable[Any]) -> Links:
    """For each history row and many-to-many field: the keys it pointed to; one query for all."""
    ids: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        ids[type(row)].append(row.history_id)
    asked = [(model, each) for model in ids for each in model._history_m2m_fields]
    parts = [
        model.__dict__[each.name]
        .model.objects.filter(history_id__in=ids[model])
        .order_by()
        .values_list(models.Value(number), "history_id", f"{each.m2m_reverse_field_name()}_id")
        for number, (model, each) in enumerate(asked)
    ]
    links: Links = defaultdict(list)
    found = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0] if parts else ()
    for number, history_id, key in found:
        model, each = asked[number]
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
    """Read the names behind all foreign keys, and of who did it: one query for all tables."""
    wanted: dict[type[Any], set[Any]] = defaultdict(set)
    for row in rows:
        for each in (*_tracked(row), row._meta.get_field("history_user")):
            key = getattr(row, each.attname)
            if isinstance(each, models.ForeignKey) and key is not None:
                wanted[each.related_model].add(key)
        for each in row._history_m2m_fields:
            wanted[each.related_model].update(links[(type(row), row.history_id, each.name)])
    asked = [model._base_manager.filter(pk__in=keys) for model, keys in wanted.items() if keys]
    return {(type(found), found.pk): str(found) for found in _together(asked)}


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

    def who(self, row: Any) -> str:
        user = row._meta.get_field("history_user")
        return self.names.get((user.related_model, row.history_user_id), _("systeem"))

    def _name(self, model: Any, key: Any) -> str:
        return self.names.get((model, key), f"nr. {key}")

    def _in_words(self, each: Any, row: Any) -> str:
        value = getattr(row, each.attname)
        if value is None or value in ("", [], {}):
            return EMPTY
        if isinstance(each, models.ForeignKey):
            return self._name(each.related_model, value)
        if isinstance(each, models.JSONField):
            return _json_in_words(row.instance_type, each.name, value)
        if each.choices:
            return str(dict(each.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("ja") if value else _("nee")
        if isinstance(value, datetime):
            return formats.date_format(timezone.localtime(value), "j F Y H:i")
        if isinstance(value, date):
            return formats.date_format(value, "j F Y")
        return str(value)


def _json_in_words(model: Any, name: str, value: Any) -> str:
    """Codes in words, where the model's `words_of` knows them: {field: {code: label}}."""
    known = getattr(model, "words_of", {}).get(name, {})
    if isinstance(value, dict):
        return "; ".join(f"{known.get(key, key)}: {text}" for key, text in value.items())
    if isinstance(value, list):
        return "; ".join(str(known.get(each, each)) for each in value)
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
            who=reader.who(row),
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
