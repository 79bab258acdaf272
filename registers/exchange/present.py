"""What the register holds already, as far as a file speaks of it: read by sets, never per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from privacyboard.documents.models import StoredDocument
from registers.exchange.tables import TABLE, Column, Kind, Table, code_field

Key = tuple[Any, ...]


class References:
    """The entries that rows refer to, by code; also those that the file itself brings."""

    def __init__(self) -> None:
        self._by_code: dict[type[models.Model], dict[str, Any]] = {}
        self._code_of: dict[type[models.Model], dict[int, str]] = {}
        self._by_key: dict[type[models.Model], dict[int, Any]] = {}

    def of(self, model: type[models.Model]) -> dict[str, Any]:
        """Every entry of a list by its code: one query, the first time."""
        if model not in self._by_code:
            name = code_field(model)
            entries = model._default_manager.order_by("pk")
            self._by_code[model] = {getattr(each, name): each for each in entries}
            self._code_of[model] = {each.pk: code for code, each in self._by_code[model].items()}
            self._by_key[model] = {each.pk: each for each in self._by_code[model].values()}
        return self._by_code[model]

    def codes(self, model: type[models.Model]) -> dict[int, str]:
        """The code that each entry has in the register now, by its primary key."""
        self.of(model)
        return self._code_of[model]

    def entries(self, model: type[models.Model]) -> dict[int, Any]:
        """The entries of a list that are in the register, by primary key."""
        self.of(model)
        return self._by_key[model]

    def add(self, record: models.Model) -> None:
        """Let later rows refer to an entry that this file brings."""
        found = self.of(type(record))
        found[getattr(record, code_field(type(record)))] = record


@dataclass
class Present:
    """The records of one table by what a row is known by, and what each has chosen."""

    records: dict[Key, Any] = field(default_factory=dict)
    # Per list of references: the primary keys chosen, by the record's own.
    chosen: dict[str, dict[int, set[int]]] = field(default_factory=dict)


def read_present(
    table: Table,
    *,
    references: References,
    parents: Iterable[Any],
    lists: Iterable[Column],
) -> Present:
    """The records of a table; of lines only those under the given parents."""
    records: Any = table.model._default_manager.order_by("pk")
    if table.parent:
        known = [parent.pk for parent in parents if not parent._state.adding]
        records = records.filter(**{f"{table.parent.field}__in": known}) if known else ()
    elif table.document_kind:
        records = records.select_related("document")
    found = Present(records=_by_key(table, records, references, parents))
    pks = [record.pk for record in found.records.values()]
    for column in lists:
        found.chosen[column.name] = _chosen(column, pks)
    return found


def _by_key(
    table: Table, records: Iterable[Any], references: References, parents: Iterable[Any]
) -> dict[Key, Any]:
    above = {parent.pk: parent.import_key for parent in parents}
    parts = [_part(table.by_name[name], references) for name in table.key]
    seen: dict[Key, int] = defaultdict(int)
    found: dict[Key, Any] = {}
    for record in records:
        key = tuple(part(record) for part in parts)
        if table.parent:
            key = (*above[getattr(record, f"{table.parent.field}_id")], *key)
        if table.numbered:
            seen[key] += 1
            key = (*key, seen[key])
        record.import_key = key
        found[key] = record
    return found


def _part(column: Column, references: References) -> Any:
    if column.kind is not Kind.REFERENCE:
        name = column.name
        return lambda record: getattr(record, name)
    codes, attname = references.codes(column.target), f"{column.name}_id"
    return lambda record: codes.get(getattr(record, attname), "")


def _chosen(column: Column, pks: list[int]) -> dict[int, set[int]]:
    many: Any = column.field
    found: dict[int, set[int]] = defaultdict(set)
    if pks:
        own, other = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
        pairs = many.remote_field.through._default_manager.filter(**{f"{own}__in": pks})
        for owner, chosen in pairs.values_list(own, other):
            found[owner].add(chosen)
    return found


def read_parents(table: Table, *, references: References) -> dict[Key, Any]:
    """Every record that lines can stand under, by its key."""
    return read_present(table, references=references, parents=(), lists=()).records


def read_documents(kind: str, hashes: Iterable[str]) -> dict[tuple[str, str], StoredDocument]:
    """The stored files of one kind with these hashes, by hash and file name."""
    wanted = set(hashes)
    if not wanted:
        return {}
    found = StoredDocument.objects.filter(kind=kind, sha256__in=wanted).order_by("-pk")
    return {(each.sha256, each.file_name): each for each in found}


def parent_table(table: Table) -> Table | None:
    """The table of the records under which this table's lines stand."""
    return TABLE[table.parent.table] if table.parent else None
