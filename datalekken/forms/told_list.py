"""A list of people to tell, as a file or pasted: read into rows with what is wrong in each."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from datalekken.choices import ToldRole
from datalekken.rules.told import Candidate
from privacyboard.organisation.rules import numbers_like_bsn
from privacyboard.sheets.dates import read_date
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Line, Sheet, read_sheets

MOST_ROWS = 10_000
MOST_BYTES = 5 * 1024 * 1024
# Blank lines keep the numbers of the rows; further down than this nobody's list begins.
_LAST_ROW = 20_000
_HEAD_WITHIN = 20
_PASTED = "lijst"
# The longest text of a column, as the table holds it.
_LENGTHS = {"naam": 200, "over wie": 200, "e-mail": 254, "adres": 500}

COLUMNS = ("naam", "rol", "over wie", "geboortedatum", "e-mail", "adres")
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "naam": ("naam", "volledige naam", "naam ontvanger", "ontvanger"),
    "rol": ("rol", "wie", "soort", "relatie"),
    "over wie": ("over wie", "over", "kind", "leerling", "naam leerling", "naam kind"),
    "geboortedatum": ("geboortedatum", "geboren", "geboren op", "geb. datum", "geb.datum"),
    "e-mail": ("e-mail", "email", "mail", "e-mailadres", "emailadres", "mailadres"),
    "adres": ("adres", "postadres", "woonadres"),
}
_NAMES = {each: name for name, found in _SYNONYMS.items() for each in found}
_ROLE_WORDS: dict[ToldRole, tuple[str, ...]] = {
    ToldRole.PUPIL: ("leerling", "kind", "student", "oud-leerling"),
    ToldRole.PARENT: (
        *("ouder", "ouders", "verzorger", "verzorgers", "ouder of verzorger", "ouder/verzorger"),
        *("moeder", "vader", "voogd"),
    ),
    ToldRole.STAFF: ("medewerker", "personeel", "leraar", "leerkracht", "docent", "collega"),
    ToldRole.OTHER: ("anders", "iemand anders", "overig", "ander"),
}
_ROLES = {each: role for role, found in _ROLE_WORDS.items() for each in found}
_UNREADABLE = "\ufffd"
# Reads as a formula again, so that the row keeps its fault.
_WAS_FORMULA = "=formule"


@dataclass(frozen=True)
class ListRow:
    """One row: its number as a person counts it, who it names, and why it cannot be read."""

    row: int
    who: Candidate
    problem: str = ""


@dataclass(frozen=True)
class PeopleList:
    """A list that was read. `text` says it again, tidily, with every row at its own number.

    `unused` are the headings that count for nothing; `odd` the numbers of rows in another encoding
    than the rest, of which the letters may not be what was meant.
    """

    rows: tuple[ListRow, ...]
    text: str
    unused: tuple[str, ...] = ()
    odd: tuple[int, ...] = ()


def read_list(content: bytes, *, file_name: str = _PASTED) -> PeopleList:
    """Read a CSV, an XLSX or pasted lines; raises FileUnreadable with a sentence."""
    if len(content) > MOST_BYTES:
        raise FileUnreadable("Deze lijst is te groot. Ten hoogste 5 MB kan worden ingelezen.")
    for sheet in read_sheets(content, file_name=file_name):
        head, lines = _head_of(sheet)
        if head is not None:
            return _read(head, lines)
    raise FileUnreadable(
        "Boven de lijst staan geen namen van kolommen. Zet in de eerste regel: "
        f"{', '.join(COLUMNS)}."
    )


def _head_of(sheet: Sheet) -> tuple[Line | None, list[Line]]:
    """The line with the names of the columns, and the lines under it; raises FileUnreadable."""
    head: Line | None = None
    lines: list[Line] = []
    for place, line in enumerate(sheet.lines()):
        if head is None:
            if "naam" in _columns(line):
                head = line
            elif place >= _HEAD_WITHIN:
                break
            continue
        if len(lines) == MOST_ROWS:
            raise FileUnreadable(
                "Deze lijst heeft meer dan 10.000 regels. Splits haar, met een bericht voor elk."
            )
        if line.row > _LAST_ROW:
            raise FileUnreadable(
                "In deze lijst staan te veel lege regels. Haal die weg en probeer het opnieuw."
            )
        lines.append(line)
    return head, lines


def _columns(line: Line) -> dict[str, int]:
    """Where each column stands; of two with the same meaning the first."""
    found: dict[str, int] = {}
    for at in range(len(line.values)):
        name = _NAMES.get(_heading(line, at))
        if name:
            found.setdefault(name, at)
    return found


def _heading(line: Line, at: int) -> str:
    return line.text(at).casefold().strip(" :*")


def _read(head: Line, lines: Sequence[Line]) -> PeopleList:
    columns = _columns(head)
    used = set(columns.values())
    unused = tuple(
        text for at in range(len(head.values)) if at not in used and (text := head.text(at)[:60])
    )
    rows = tuple(_row(line, columns) for line in lines)
    odd = tuple(line.row for line in lines if any(not fault.column for fault in line.faults))
    return PeopleList(rows, _tidy(head, lines, columns), unused, odd)


def _row(line: Line, columns: dict[str, int]) -> ListRow:
    cells = {name: _cell(line, columns.get(name)) for name in COLUMNS}
    born_on, problems = None, []
    try:
        at = columns.get("geboortedatum")
        born_on = read_date(line.value(at)) if at is not None else None
    except ValueError:
        problems.append("De geboortedatum is niet te lezen. Schrijf hem als 31-12-2012.")
    role = _ROLES.get(cells["rol"].casefold(), "")
    if cells["rol"] and not role:
        problems.append(f"De rol “{cells['rol'][:40]}” is niet bekend.")
    problems += [
        f"De tekst bij “{name}” is te lang."
        for name, most in _LENGTHS.items()
        if len(cells[name]) > most
    ]
    if any(numbers_like_bsn(text) for text in cells.values()):
        problems.append("Hierin staat een nummer dat een BSN kan zijn. Haal het weg.")
    if any(_UNREADABLE in text for text in cells.values()):
        problems.append("In deze regel staat een teken dat niet te lezen is.")
    shown = {at + 1 for at in columns.values()}
    problems += [fault.sentence for fault in line.faults if fault.column in shown]
    who = Candidate(
        role=role,
        name=cells["naam"][:200],
        about=cells["over wie"][:200],
        born_on=born_on,
        email=cells["e-mail"][:254].lower(),
        address=cells["adres"][:500],
    )
    return ListRow(line.row, _without_itself(who), " ".join(dict.fromkeys(problems)))


def _without_itself(who: Candidate) -> Candidate:
    """A pupil who is named in both columns is one person."""
    itself = who.about.casefold() == who.name.casefold()
    return replace(who, about="") if who.role == ToldRole.PUPIL and itself else who


def _cell(line: Line, at: int | None) -> str:
    """A cell as text without signs that steer a printer; an address keeps its lines."""
    if at is None:
        return ""
    value = line.value(at)
    text = str(value) if isinstance(value, str) else line.text(at)
    parts = (_clean(part) for part in text.replace("\r", "\n").split("\n"))
    return "\n".join(part for part in parts if part)


def _clean(text: str) -> str:
    plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)
    return " ".join(plain.split())


def _tidy(head: Line, lines: Iterable[Line], columns: dict[str, int]) -> str:
    """The list as text with tabs: only the columns that count, each row where it stood."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    names = [name for name in COLUMNS if name in columns]
    at = 1
    for line in (head, *lines):
        while at < line.row:
            out.write("\n")
            at += 1
        is_head = line is head
        writer.writerow(names if is_head else [_again(line, columns[name]) for name in names])
        at += 1
    return out.getvalue()


def _again(line: Line, at: int) -> str:
    """A cell for the text; one with a fault keeps it, and is not read as empty the next time."""
    if any(fault.column == at + 1 for fault in line.faults):
        return _WAS_FORMULA
    value: Any = line.value(at)
    return _cell(line, at) if isinstance(value, str) else line.text(at)
