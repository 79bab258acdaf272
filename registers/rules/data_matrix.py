"""Data × parties, as the sector's dataregister lays them out: from what is established. Pure.

Our register is kept per activity; the sector's workbook knows no activities. A cross here means:
there is an activity in which this party gets this kind of data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from registers.choices import GDPR_LETTER, AccessLevel, LegalBasis, ProcessGroup, RecipientKind
from registers.content import ActivityContent, Named

ROLE, CONTROLLER, PROCESSOR = "role", "controller", "processor"
SEES, CHANGES = "x", "xw"
PUPILS, STAFF, OTHERS = "Leerlingen", "Medewerkers", "Overige betrokkenen"

_TABS: dict[str, str] = {
    "pupils": PUPILS,
    "guardians": PUPILS,
    "former_pupils": PUPILS,
    "not_admitted": PUPILS,
    "staff": STAFF,
    "applicants": STAFF,
}

# The workbook writes W for a legal duty; for the others it gives no letters: those of AVG 6(1).
BASIS_LETTER: dict[str, str] = {
    str(basis): "W" if basis == LegalBasis.LEGAL_DUTY else letter
    for basis, letter in GDPR_LETTER.items()
}


@dataclass(frozen=True)
class Column:
    """One party: a role inside the school, another controller (with its letters), a processor."""

    kind: str
    code: str
    name: str
    letters: tuple[str, ...] = ()


@dataclass(frozen=True)
class MatrixRow:
    """One kind of data: for which purposes, about whom, and which party gets it (by column)."""

    category: Named
    purposes: tuple[str, ...]
    groups: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class DataMatrix:
    """One tab. `marks` of a row stand under `columns`: empty, x (gets or sees) or xw (changes)."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]

    def crosses(self) -> dict[tuple[str, str], str]:
        """Every cross by the names of data and party: what stays the same in another layout."""
        return {
            (row.category.name, column.name): mark
            for row in self.rows
            for column, mark in zip(self.columns, row.marks, strict=True)
            if mark
        }


class _Tab:
    """A tab while it is filled."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: dict[tuple[str, str], str] = {}
        self.letters: dict[tuple[str, str], set[str]] = {}
        self.rows: dict[str, Named] = {}
        self.purposes: dict[str, set[str]] = {}
        self.groups: dict[str, dict[str, None]] = {}
        self.marks: dict[tuple[str, tuple[str, str]], str] = {}

    def row(self, category: Named, content: ActivityContent) -> None:
        self.rows[category.code] = category
        letters = {line.letter for line in content.purposes}
        self.purposes.setdefault(category.code, set()).update(letters)

    def mark(self, category: Named, column: tuple[str, str], mark: str) -> None:
        held = self.marks.get((category.code, column), "")
        self.marks[category.code, column] = max(held, mark, key=len)


def data_matrices(contents: Iterable[ActivityContent]) -> tuple[DataMatrix, ...]:
    """The tabs with something in them: pupils (and their parents), staff, other people."""
    tabs: dict[str, _Tab] = {name: _Tab(name) for name in (PUPILS, STAFF, OTHERS)}
    for content in contents:
        for name, categories in _categories(content).items():
            _fill(tabs[name], content, categories)
    return tuple(_finished(name, tab) for name, tab in tabs.items() if tab.rows)


def _categories(content: ActivityContent) -> dict[str, dict[str, Named]]:
    """Per tab the data of an activity; what stands in no data line goes with the rest of it."""
    found: dict[str, dict[str, Named]] = {}
    for line in content.data:
        tab = _TABS.get(line.group.code, OTHERS)
        found.setdefault(tab, {})[line.category.code] = line.category
    named = {code for categories in found.values() for code in categories}
    fallback = STAFF if content.process_group == ProcessGroup.STAFF else PUPILS
    home = found.setdefault(next(iter(found), fallback), {})
    for category in _named_elsewhere(content):
        if category.code not in named:
            home[category.code] = category
    return found


def _named_elsewhere(content: ActivityContent) -> Iterator[Named]:
    yield from (line.category for line in content.access if line.category is not None)
    yield from (category for line in content.recipients for category in line.data)


def _fill(tab: _Tab, content: ActivityContent, categories: dict[str, Named]) -> None:
    for category in categories.values():
        tab.row(category, content)
    for data in content.data:
        if _TABS.get(data.group.code, OTHERS) == tab.name:
            tab.groups.setdefault(data.category.code, {})[data.group.name] = None
    for access in content.access:
        key = (ROLE, access.role.code)
        given = [access.category] if access.category else list(categories.values())
        mark = CHANGES if access.level == AccessLevel.CHANGE else SEES
        _mark_all(tab, given, categories, key, access.role.name, mark)
    for line in content.recipients:
        kind = PROCESSOR if line.kind == RecipientKind.PROCESSOR else CONTROLLER
        key = (kind, line.party.code)
        _mark_all(tab, line.data, categories, key, line.party.name, SEES)
        if line.basis and kind == CONTROLLER and key in tab.columns:
            tab.letters.setdefault(key, set()).add(BASIS_LETTER[line.basis])


def _mark_all(
    tab: _Tab,
    given: Sequence[Named],
    categories: dict[str, Named],
    column: tuple[str, str],
    name: str,
    mark: str,
) -> None:
    """A party of which nobody wrote what it gets has a column without crosses."""
    here = [category for category in given if category.code in categories]
    if here or not given:
        tab.columns[column] = name
    for category in here:
        tab.mark(category, column, mark)


_KINDS = (ROLE, CONTROLLER, PROCESSOR)


def _finished(name: str, tab: _Tab) -> DataMatrix:
    keys = sorted(tab.columns, key=lambda key: (_KINDS.index(key[0]), tab.columns[key].casefold()))
    rows = sorted(tab.rows.values(), key=lambda category: category.name.casefold())
    return DataMatrix(
        name=name,
        columns=tuple(
            # W sorts before the small letters, as in the workbook.
            Column(
                kind,
                code,
                tab.columns[kind, code],
                tuple(sorted(tab.letters.get((kind, code), ()))),
            )
            for kind, code in keys
        ),
        rows=tuple(
            MatrixRow(
                category=each,
                purposes=tuple(sorted(tab.purposes[each.code])),
                groups=tuple(tab.groups.get(each.code, ())),
                marks=tuple(tab.marks.get((each.code, key), "") for key in keys),
            )
            for each in rows
        ),
    )
