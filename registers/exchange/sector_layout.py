"""Where things stand in a matrix of the sector's dataregister: found by what the headings say.

Boards change the workbook: a column more, a line of explanation above, the letters of the legal
basis above or below the names. What cannot be understood is told with its row and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from privacyboard.organisation.rules import sort_key
from privacyboard.sheets.reading import Line, Sheet, column_name, plain_text
from registers.exchange.cells import from_cell
from registers.exchange.rows import Origin, Problem
from registers.rules.data_matrix import BASIS_LETTER, CONTROLLER, PROCESSOR, ROLE

_HEADING_WITHIN = 40
_BELOW_TITLES = 6

_TITLES: dict[str, str] = {
    **dict.fromkeys(
        ["rollen", "interne rollen", "rollen binnen de school", "rollen in de school", "functies"],
        ROLE,
    ),
    **dict.fromkeys(
        [
            *("andere verwerkingsverantwoordelijken", "andere verantwoordelijken"),
            *("verwerkingsverantwoordelijken", "overige verwerkingsverantwoordelijken"),
            *("externe partijen", "ontvangers"),
        ],
        CONTROLLER,
    ),
    **dict.fromkeys(["verwerkers", "leveranciers"], PROCESSOR),
}
_PURPOSES, _ITEM, _GROUP, _NOTHING = "purposes", "item", "group", ""
_FRONT: dict[str, str] = {
    **dict.fromkeys(["doel", "doelen", "doeleinde", "doeleinden"], _PURPOSES),
    **dict.fromkeys(
        [
            *("gegeven", "gegevens", "persoonsgegeven", "persoonsgegevens", "data", "data-item"),
            *("soort gegevens", "soort persoonsgegevens"),
        ],
        _ITEM,
    ),
    **dict.fromkeys(
        ["betrokkene", "betrokkenen", "groep", "groep betrokkenen", "over wie"], _GROUP
    ),
}
# Headings that boards add and that say nothing to us.
_HARMLESS = frozenset(
    {"nr", "nummer", "rubriek", "toelichting", "opmerking", "opmerkingen", "bewaartermijn"}
)
LETTER_BASIS: dict[str, str] = {letter.lower(): basis for basis, letter in BASIS_LETTER.items()}
_LETTERS = re.compile(r"\A[A-Za-z](\s*[,/;+&]?\s*[A-Za-z])*\Z")


@dataclass(frozen=True)
class PartyColumn:
    """A column of a party; `at` counts from 0. Letters are those of the legal basis."""

    at: int
    kind: str
    name: str
    letters: tuple[str, ...] = ()


@dataclass
class Layout:
    """Where a sheet has what. Columns count from 0; rows as a person counts them."""

    sheet: str
    names_row: int
    first_row: int
    parties: list[PartyColumn] = field(default_factory=list)
    item: int = 0
    purposes: int | None = None
    purpose_columns: dict[int, str] = field(default_factory=dict)
    group: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def problem(self, row: int, at: int | None, sentence: str) -> None:
        """Note what is wrong, and where a person finds it."""
        column = "" if at is None else column_name(at + 1)
        self.problems.append(Problem(Origin(self.sheet, row), column, sentence))


def cell_text(line: Line, at: int) -> str:
    """What a cell says: on one line, and without the mark against formulas."""
    value = line.value(at)
    return plain_text(from_cell(value) if isinstance(value, str) else value)


def letters_in(text: str) -> tuple[str, ...]:
    """The letters of a cell such as "W, e" or "We", in small letters; each once."""
    return tuple(dict.fromkeys(each.lower() for each in re.findall(r"[A-Za-z]", text)))


def find_layout(sheet: Sheet) -> Layout | None:
    """The layout of a sheet; nothing when no line has two of the three titles."""
    head = list(islice(sheet.lines(), _HEADING_WITHIN + _BELOW_TITLES))
    for at, line in enumerate(head[:_HEADING_WITHIN]):
        titles = {
            column: _TITLES[key]
            for column in range(len(line.values))
            if (key := _heading(cell_text(line, column))) in _TITLES
        }
        if len(set(titles.values())) > 1:
            return _read_layout(sheet, head, at, titles)
    return None


def _heading(text: str) -> str:
    return sort_key(text).strip(" :*.")


def _read_layout(sheet: Sheet, head: Sequence[Line], at: int, titles: dict[int, str]) -> Layout:
    first = min(titles)
    names, letters, start = _header_lines(head, at, first)
    layout = Layout(sheet.name, names_row=head[names].row, first_row=start)
    _read_front(layout, head[max(0, at - 3) : names + 1], first, sheet)
    _read_parties(layout, head[names], titles, letters)
    return layout


def _header_lines(head: Sequence[Line], titles_at: int, first: int) -> tuple[int, Line | None, int]:
    """Which line has the names, which the letters, and the row where the data begin."""
    names, letters = titles_at, None
    for at in range(titles_at + 1, min(len(head), titles_at + 1 + _BELOW_TITLES)):
        line = head[at]
        words = [each for each in _cells(line, first) if each]
        if letters is None and words and _is_letters(line, words, first):
            letters = line
        elif names == titles_at and words:
            names = at
        elif names != titles_at:
            return names, letters, line.row
    last = max(head[names].row, letters.row if letters else 0)
    return names, letters, last + 1


def _cells(line: Line, first: int) -> Iterator[str]:
    yield from (cell_text(line, at) for at in range(first, len(line.values)))


def _is_letters(line: Line, words: list[str], first: int) -> bool:
    """A line that says "grondslag" in front, or nothing in front and only letters of a basis."""
    front = [cell_text(line, at) for at in range(first)]
    if any("grondslag" in each.casefold() for each in front):
        return True
    plain = all(
        _LETTERS.match(each) and set(letters_in(each)) <= set(LETTER_BASIS) for each in words
    )
    return plain and not any(front)


def _read_front(layout: Layout, header: Sequence[Line], first: int, sheet: Sheet) -> None:
    """The columns before the parties: the data, and in front of them the purposes."""
    found: dict[str, int] = {}
    for line in header:
        for at in range(first):
            text = cell_text(line, at)
            key = _heading(text)
            what = _FRONT.get(key)
            if what and what not in found:
                found[what] = at
            elif what and found[what] != at:
                other = column_name(found[what] + 1)
                told = _("Kolom “%(name)s” staat er twee keer: ook in kolom %(other)s.")
                layout.problem(line.row, at, told % {"name": text, "other": other})
            elif line is header[-1] and re.fullmatch(r"[a-z]{1,2}", key):
                layout.purpose_columns[at] = key
            elif line is header[-1] and text and not what and key not in _HARMLESS:
                told = _(
                    "Kolom “%(name)s” is onbekend. Haal deze kolom weg, of geef hem een naam "
                    "als “Gegevens” of “Doelen”."
                )
                layout.problem(line.row, at, told % {"name": text})
    layout.purposes, layout.group = found.get(_PURPOSES), found.get(_GROUP)
    layout.item = found[_ITEM] if _ITEM in found else _guess_item(sheet, layout, first)


def _guess_item(sheet: Sheet, layout: Layout, first: int) -> int:
    """Without a heading: the column before the parties with the longest texts."""
    taken = {layout.purposes, layout.group, *layout.purpose_columns}
    lengths = dict.fromkeys((at for at in range(first) if at not in taken), 0)
    for line in islice(sheet.lines(), 200):
        if line.row >= layout.first_row:
            for at in lengths:
                lengths[at] += len(cell_text(line, at))
    if not lengths:
        told = _("Vóór de rollen ontbreekt een kolom met de gegevens. Noem hem “Gegevens”.")
        layout.problem(layout.names_row, None, told)
    item = max(lengths, key=lambda at: lengths[at], default=0)
    if layout.purposes is None and not layout.purpose_columns:
        before = [at for at in lengths if at < item and lengths[at]]
        layout.purposes = before[-1] if before else None
    return item


def _read_parties(
    layout: Layout, names: Line, titles: dict[int, str], letters: Line | None
) -> None:
    seen: dict[tuple[str, str], int] = {}
    for at in range(min(titles), len(names.values)):
        kind = titles[max(each for each in titles if each <= at)]
        name, own = _split_letters(cell_text(names, at), kind)
        if not name or _heading(name) in _HARMLESS or _heading(name) in _TITLES:
            continue
        key = (kind, sort_key(name))
        if key in seen:
            told = _("Kolom “%(name)s” staat er twee keer: ook in kolom %(other)s.")
            other = column_name(seen[key] + 1)
            layout.problem(names.row, at, told % {"name": name, "other": other})
            continue
        seen[key] = at
        row = letters.row if letters and not own else names.row
        given = own or (letters_in(cell_text(letters, at)) if letters else ())
        layout.parties.append(
            PartyColumn(at, kind, name, _known_letters(layout, row, at, given, kind))
        )


def _split_letters(name: str, kind: str) -> tuple[str, tuple[str, ...]]:
    """ "DUO (W)" is DUO with its letter: a single one, for a controller only."""
    found = re.fullmatch(r"(.*\S)\s*\(([A-Za-z])\)", name) if kind == CONTROLLER else None
    return (found[1], letters_in(found[2])) if found else (name, ())


def _known_letters(
    layout: Layout, row: int, at: int, letters: tuple[str, ...], kind: str
) -> tuple[str, ...]:
    if kind != CONTROLLER:
        return ()
    for letter in letters:
        if letter not in LETTER_BASIS:
            layout.problem(row, at, unknown_letter(letter))
    return tuple(letter for letter in letters if letter in LETTER_BASIS)


def unknown_letter(letter: str) -> str:
    """What to write in the place of a letter that stands for no legal basis."""
    told = _(
        "Letter “%(letter)s” is geen grondslag. "
        "Gebruik W (wettelijke verplichting), a, b, d, e of f."
    )
    return told % {"letter": letter}
