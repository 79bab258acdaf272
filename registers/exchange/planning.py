"""What each row of a file would do to the register, before anything is saved.

The fate of a row is to come in, to change what is there, to change nothing, or to be refused with
a sentence. A fixed number of queries, however many rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from registers.exchange.attaching import Attachment
from registers.exchange.rows import Problem, Row
from registers.exchange.tables import Table


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(slots=True)
class Planned:
    """One row and what it would do.

    `chosen` holds the lists of references that it would set, `to_new` the references to records
    that come in with it, `former` what each changed field said. Until it is saved a new record has
    a key of its own below zero.
    """

    row: Row
    fate: Fate
    record: Any
    former: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, list[Any]] = field(default_factory=dict)
    to_new: tuple[str, ...] = ()
    attachment: Attachment | None = None
    remark: str = ""
    like_bsn: bool = False

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that change."""
        return tuple(self.former)


@dataclass
class Plan:
    """Every row with its fate, in the order in which it would be written, and every problem."""

    tables: dict[str, list[Planned]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def may_be_applied(self) -> bool:
        """Only as a whole: one refused row, and nothing comes in."""
        return not self.problems

    def all(self) -> Iterator[Planned]:
        """Every row, table by table."""
        for rows in self.tables.values():
            yield from rows

    def refuse(self, planned: Planned, column: str, sentence: str) -> None:
        """Refuse a row; it keeps its first sentence and every next one is told too."""
        planned.fate = Fate.REFUSED
        self.problems.append(Problem(planned.row.origin, column, sentence))

    def counts(self) -> dict[str, int]:
        """How many rows have which fate."""
        found = Counter(each.fate.value for each in self.all())
        return {fate.value: found[fate.value] for fate in Fate} | {
            "problems": len(self.problems),
            "like_bsn": sum(each.like_bsn for each in self.all()),
        }

    def digest(self) -> str:
        """One text for what would happen: another one when the register or the file changed.

        Also when somebody changed what the file would write over, to something else again.
        """
        told = hashlib.sha256()
        for name, rows in self.tables.items():
            for each in rows:
                line = f"{name}|{each.row.origin.row}|{each.fate}|{each.former}\n"
                told.update(line.encode(errors="backslashreplace"))
        told.update(repr([(each.origin, each.column) for each in self.problems]).encode())
        return told.hexdigest()


def row_title(table: Table, planned: Planned) -> str:
    """What a row is about, in the words of its key."""
    values = planned.row.values
    parts = [str(values.get(name, "")).strip() for name in table.full_key if name != "number"]
    return ", ".join(part for part in parts if part)[:120]


def unknown_column(name: str) -> str:
    """Why a name of a column is not taken."""
    if name in {"id", "pk"}:
        return _("Een “id” van een ander systeem kunnen wij niet gebruiken. Haal het weg.")
    return _("Deze kolom kennen wij niet. Haal haar weg, of geef haar de goede naam.")
