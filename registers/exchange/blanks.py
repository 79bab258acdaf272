"""New records of a table, made without asking each field again for its default."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.db import models

from privacyboard.organisation.rules import sort_key
from registers.exchange.tables import Column, Kind, Table

# A record that is not saved yet can be pointed at: by a key that no saved one has.
_below_zero = count(1)


def may_be_empty(column: Column) -> bool:
    """Whether a cell of this column can stay empty in a new row."""
    found: Any = column.field
    if found is None:
        return True
    return bool(found.null or (found.blank and column.kind is not Kind.BOOL))


class Blank:
    """What a new record of one table starts from."""

    def __init__(self, table: Table) -> None:
        self.model = table.model
        fields = table.model._meta.concrete_fields
        self.start = [
            models.DEFERRED if isinstance(each, models.GeneratedField) else each.get_default()
            for each in fields
        ]
        self.at = {each.name: number for number, each in enumerate(fields)}
        self.links = [
            column.name
            for column in table.columns
            if column.kind is Kind.REFERENCE and column.name in self.at
        ]
        self.key_at = self.at[table.model._meta.pk.name]
        self.parent = table.parent.field if table.parent else ""
        own = {column.name: column for column in table.columns if column.name in self.at}
        away = {Kind.REFERENCE, Kind.MANY, Kind.FILE}
        self.plain = {name: self.at[name] for name, each in own.items() if each.kind not in away}
        self.needed = [
            name
            for name, column in own.items()
            if column.kind is not Kind.FILE
            and not may_be_empty(column)
            and not (column.field is not None and column.field.has_default())
        ]
        self.sorts = self.at.get("sort_name")

    def value(self, name: str) -> Any:
        """The default of a column."""
        return self.start[self.at[name]] if name in self.at else ""

    def missing(self, values: dict[str, Any]) -> list[str]:
        """The columns that a new row must have, and this one does not name."""
        return [name for name in self.needed if name not in values]

    def make(
        self, values: dict[str, Any], by_code: dict[str, dict[str, Any]], parent: Any
    ) -> tuple[Any, dict[str, Any]]:
        """A record with these values, not saved, and the entries that its references point at."""
        filled = list(self.start)
        at, plain = self.at, self.plain
        filled[self.key_at] = -next(_below_zero)
        for name, value in values.items():
            if name in plain:
                filled[plain[name]] = value
        linked = {self.parent: parent} if self.parent else {}
        for name in self.links:
            code = values.get(name)
            if code:
                linked[name] = by_code[name][code]
        for name, entry in linked.items():
            filled[at[name]] = entry.pk
        if self.sorts is not None:
            filled[self.sorts] = sort_key(values.get("name", ""))
        record = self.model(*filled)
        record._state.fields_cache.update(linked)
        return record, linked
