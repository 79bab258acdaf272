"""What the register says now, as the tables of a file: a fixed number of queries, however large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from privacyboard.documents.models import StoredDocument
from registers.exchange.tables import TABLE, TABLES, Column, Kind, Table, code_field

# Rows by table, each a dict by column: dates as texts, references as codes, lists sorted.
Snapshot = dict[str, list[dict[str, Any]]]


def read_snapshot() -> Snapshot:
    """Every row of every table, in the order in which a file has them."""
    return {table.name: list(_rows(table)) for table in TABLES}


def attached_documents() -> Iterator[StoredDocument]:
    """The stored files that the tables refer to, each content once."""
    seen: set[str] = set()
    for table in TABLES:
        if table.document_kind:
            used = table.model._default_manager.filter(document__isnull=False).values("document")
            for document in StoredDocument.objects.filter(pk__in=used).order_by("pk"):
                if document.sha256 not in seen:
                    seen.add(document.sha256)
                    yield document


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    plain = [each for each in table.columns if each.kind is not Kind.MANY and each.name != "number"]
    lists = {each.name: _chosen(each) for each in table.columns if each.kind is Kind.MANY}
    sources = ["pk", *(path for each in plain for path in _paths(table, each))]
    rows = table.model._default_manager.order_by(*_order(table)).values_list(*sources)
    numbers = _above_numbers(table)
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for values in rows:
        found = _row(plain, values[1:])
        if "agreement_number" in found:
            found["agreement_number"] = numbers[found["agreement_number"]]
        if table.numbered:
            known_by = tuple(found[name] for name in table.full_key if name != "number")
            seen[known_by] += 1
            found["number"] = seen[known_by]
        found |= {name: chosen.get(values[0], []) for name, chosen in lists.items()}
        yield {each.name: found[each.name] for each in table.columns}


def _row(columns: list[Column], values: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    at = 0
    for column in columns:
        value = values[at]
        at += 1
        if column.kind is Kind.FILE:
            value = f"{value}/{values[at]}" if value else ""
            at += 1
        elif isinstance(value, date):
            value = value.isoformat()
        elif value is None and column.kind is not Kind.NUMBER:
            value = ""
        found[column.name] = value
    return found


def _paths(table: Table, column: Column) -> tuple[str, ...]:
    parent = table.parent
    if parent and column.name in dict(parent.columns):
        if parent.table == "activities":
            return (f"{parent.field}__code",)
        if column.name == "agreement_number":
            return (f"{parent.field}__pk",)
        own = f"{parent.field}__{column.name}"
    else:
        own = column.name
    if column.kind is Kind.REFERENCE:
        return (f"{own}__{code_field(column.target)}",)
    if column.kind is Kind.FILE:
        return (f"{own}__sha256", f"{own}__file_name")
    return (own,)


def _order(table: Table) -> list[str]:
    """Parents by their code and their lines as they were written; every other table by its key."""
    if table.parent:
        above = TABLE[table.parent.table]
        return [f"{table.parent.field}__{name}" for name in _own_order(above)] + ["pk"]
    return _own_order(table)


def _own_order(table: Table) -> list[str]:
    names = []
    for name in table.key:
        column = table.by_name[name]
        is_link = column.kind is Kind.REFERENCE
        names.append(f"{name}__{code_field(column.target)}" if is_link else name)
    return [*names, "pk"]


def _chosen(column: Column) -> dict[int, list[str]]:
    """The codes behind a list of references, sorted, by the record that has them."""
    field: Any = column.field
    through: Any = field.remote_field.through
    code = f"{field.m2m_reverse_field_name()}__{code_field(column.target)}"
    found: dict[int, list[str]] = defaultdict(list)
    pairs = through._default_manager.values_list(f"{field.m2m_field_name()}_id", code)
    for owner, name in pairs:
        found[owner].append(name)
    return {owner: sorted(names) for owner, names in found.items()}


def _above_numbers(table: Table) -> dict[int, int]:
    """The number of each agreement among those with the same processor and reference."""
    if table.parent is None or not TABLE[table.parent.table].numbered:
        return {}
    above = TABLE[table.parent.table]
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    numbers = {}
    for pk, *known_by in above.model._default_manager.order_by("pk").values_list("pk", *above.key):
        seen[tuple(known_by)] += 1
        numbers[pk] = seen[tuple(known_by)]
    return numbers
