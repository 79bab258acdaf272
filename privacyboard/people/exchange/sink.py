"""Where a reader puts what it read: temporary tables of this connection, filled by COPY.

Nothing of a file stays in Python: 5,000 rows at most wait for the next COPY.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypedDict

from django.db import connection
from django.utils.translation import gettext as _

from privacyboard.organisation.rules import group_key, passes_eleven_check

ROWS_AT_ONCE = 5_000
# In the place of no value: texts out of cells never hold two spaces in a row.
NOTHING = "  "

# What a file says, as it was read; every plan is made of these by SQL (planning.py).
_TABLES = {
    "said_pupil": "row integer, pupil integer, key text, first_name text, infix text, "
    "last_name text, sort_name text, born_on date, email text, eck_id text, arrived_on date, "
    "left_on date, language text, places text[]",
    "said_tie": "row integer, pupil integer, pupil_key text, identity integer, "
    "guardian_key text, first_name text, infix text, last_name text, sort_name text, "
    "email text, other_emails text[], kind text, has_authority boolean, "
    "new_authority boolean, language text",
    "said_group": "key text, name text, sort_name text, level text, is_combined boolean",
    # Keys of rows that are not taken: who is in the file is not missing from it.
    "said_key": "key text",
}
_COLUMNS = {
    name: tuple(each.split()[0] for each in columns.split(", "))
    for name, columns in _TABLES.items()
}
# What planning makes beside them; they go with the same word.
MADE = (
    "row_plan",
    "group_plan",
    "tie_plan",
    "person_match",
    "person_plan",
    "place_new",
    "place_end",
    "missing_pupil",
    "gone_tie",
    "tie_fate",
    "row_fate",
)

MOST_SENTENCES = 200


class Told(TypedDict):
    """Something about one row: its number, the column ("" for the row), and the sentence."""

    row: int
    column: str
    sentence: str


class Sink:
    """Takes rows one by one; remembers sentences, and what was left out."""

    def __init__(self, *, today: date, tell: Callable[[int], None]) -> None:
        self.today = today
        self.tell = tell
        self.waiting: dict[str, list[str]] = {name: [] for name in _TABLES}
        self.total = 0
        self.refused = 0
        self.problems: list[Told] = []
        self.remarks: list[Told] = []
        self.remark_count = 0
        self.dropped: Counter[str] = Counter()
        self.two_digit_years = 0
        # Numbers in the place of texts, by which the database sorts and compares faster.
        self.pupils: dict[str, int] = {}
        self.identities: dict[str, int] = {}
        self.rows: dict[int, tuple[int, int]] = {}
        self.groups: dict[str, tuple[str, str, bool]] = {}
        self.teachers: list[dict[str, Any]] = []
        # Of keys of pupils, and of guardians: how many, how many of nine digits, how many like BSN.
        self.keys: dict[str, list[int]] = {"pupil": [0, 0, 0], "guardian": [0, 0, 0]}
        # Whether a row names every group of its pupil, those across classes too.
        self.names_all_groups = False

    def add(self, table: str, *values: str) -> None:
        """One row of a table; values are clean texts, or NOTHING."""
        self._line(table, "\t".join(values))

    def _line(self, table: str, line: str) -> None:
        self.waiting[table].append(line.replace("\\", "\\\\") if "\\" in line else line)

    def pupil(self, row: int, key: str, said: str) -> bool:
        """A pupil as a row tells it (a line for COPY); of the same pupil twice the first counts.

        False where this row says something else than the first: it is refused.
        """
        number = self.pupils.setdefault(key, len(self.pupils) + 1)
        body = hash(said)
        first_row, first_body = self.rows.setdefault(number, (row, body))
        if first_row == row:
            self._line("said_pupil", f"{row}\t{number}\t{key}\t{said}")
        elif first_body != body:
            told = _("Leerling %(key)s staat al op regel %(first)s, met andere gegevens.")
            self.refuse(row, "", told % {"key": key[:40], "first": first_row})
            return False
        return True

    def tie(self, row: int, key: str, identity: str, said: str) -> None:
        """A guardian of the pupil with this key; who has the same identity is one person."""
        number = self.pupils.setdefault(key, len(self.pupils) + 1)
        person = self.identities.setdefault(identity, len(self.identities) + 1)
        self._line("said_tie", f"{row}\t{number}\t{key}\t{person}\t{said}")

    def next_row(self) -> None:
        """Another row is at hand."""
        self.total += 1
        if self.total % ROWS_AT_ONCE == 0:
            self.flush()
            self.tell(self.total)

    def refuse(self, row: int, column: str, sentence: str, *, key: str = "") -> None:
        """A row that is not taken, and why."""
        self.refused += 1
        if len(self.problems) < MOST_SENTENCES:
            self.problems.append({"row": row, "column": column, "sentence": sentence})
        if key:
            self.add("said_key", key)

    def remark(self, row: int, column: str, sentence: str) -> None:
        """Something that was read otherwise than it stands there."""
        self.remark_count += 1
        if len(self.remarks) < MOST_SENTENCES:
            self.remarks.append({"row": row, "column": column, "sentence": sentence})

    def see_key(self, key: str, of: str = "pupil") -> None:
        """Count keys that are numbers of citizens: a whole column of them is refused."""
        seen = self.keys[of]
        seen[0] += 1
        if len(key) == 9 and key.isdigit():
            seen[1] += 1
            seen[2] += passes_eleven_check(key)

    @property
    def keys_are_bsn(self) -> bool:
        """Of other numbers of nine digits one in eleven passes the check; of these most do."""
        return any(2 * nine > seen and 2 * like > nine for seen, nine, like in self.keys.values())

    def group(self, key: str, name: str, level: str, *, combined: bool = False) -> None:
        """A class; of a class with pupils of several years the year stays open."""
        had = self.groups.get(key)
        if had and level and had[1] and had[1] != level:
            level = "C"
        self.groups[key] = (name, level or (had[1] if had else ""), combined)

    def flush(self) -> None:
        """Send what waits to the database."""
        with connection.cursor() as cursor:
            for name, lines in self.waiting.items():
                if lines:
                    lines.append("")
                    cursor.copy_expert(
                        f"COPY {name} ({', '.join(_COLUMNS[name])}) FROM STDIN NULL '{NOTHING}'",
                        io.StringIO("\n".join(lines)),
                    )
                    self.waiting[name] = []

    def close(self) -> None:
        """The last rows, and the groups."""
        for key, (name, level, combined) in self.groups.items():
            self.add("said_group", key, name, group_key(name), level, "t" if combined else "f")
        self.flush()


def day_text(day: date | None) -> str:
    """A day for COPY."""
    return day.isoformat() if day else NOTHING


def array_text(values: Sequence[str]) -> str:
    """A list of texts for COPY."""
    if not values:
        return "{}"
    quoted = (each.replace("\\", "\\\\").replace('"', '\\"') for each in values)
    return "{" + ",".join(f'"{each}"' for each in quoted) + "}"


@contextmanager
def staged() -> Iterator[None]:
    """The tables stand, for this connection, until the work is done."""
    with connection.cursor() as cursor:
        cursor.execute(_drop())
        for name, columns in _TABLES.items():
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
    yield
    with connection.cursor() as cursor:
        cursor.execute(_drop())


def _drop() -> str:
    return f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{each}' for each in (*_TABLES, *MADE))}"
