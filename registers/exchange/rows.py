"""What every reader of a file gives, and every writer takes: plain rows that know where they stood.

A reader turns one kind of file into tables of rows; the planner holds them against the register
and tells the fate of each; nothing is saved before somebody says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


# Tuples: there are as many of them as there are rows.
class Origin(NamedTuple):
    """Where a row stood: the sheet (or file) and the row as a person counts it, from 1."""

    sheet: str
    row: int


class Row(NamedTuple):
    """One row: values by field name, in the words of the file already read to Python values."""

    origin: Origin
    values: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """Why a row (or a cell of it) cannot be taken in, in Dutch; empty column: the whole row."""

    origin: Origin
    column: str
    sentence: str


@dataclass
class Tables:
    """Everything that a file says, by table name, and what could not even be read."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Files that came along, by their SHA-256; read when they are needed.
    attachments: dict[str, Callable[[], bytes]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        """Put a row in its table."""
        self.rows.setdefault(table, []).append(row)

    def count(self) -> int:
        """How many rows there are, in all tables."""
        return sum(map(len, self.rows.values()))
