"""The sector's dataregister as a matrix: data in rows, parties in columns, crosses between.

A workbook is not kept per activity, so each matrix becomes one concept activity. What the workbook
does not tell (why, for how long, on which ground) stays open: the gaps of the activity say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from privacyboard.organisation.rules import numbers_like_bsn, sort_key
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Line, Sheet, column_name, read_sheets
from registers.exchange.rows import Origin, Tables
from registers.exchange.sector_activity import SUBJECTS, Crosses, Subject, write_crosses
from registers.exchange.sector_layout import (
    LETTER_BASIS,
    Layout,
    PartyColumn,
    cell_text,
    find_layout,
    letters_in,
    unknown_letter,
)
from registers.exchange.sector_names import LONGEST_NAME, Lists
from registers.rules.data_matrix import CHANGES, CONTROLLER, PROCESSOR, ROLE, SEES

_MOST_PROBLEMS = 1_000
_CROSSES = frozenset({"x", "v", "✓", "✔", "☒", "☑", "•", "●", "1", "ja", "ja.", "true", "waar"})
_CHANGES = frozenset({"xw", "w", "wijzigen", "rw", "lezen en schrijven", "inzien en wijzigen"})
_NO_CROSS = frozenset({"", "-", "–", "0", "nee", "n.v.t.", "nvt", "☐", "false", "onwaar"})


def read_matrix(content: bytes, *, file_name: str) -> Tables:
    """Every matrix of a workbook as tables of the register; raises FileUnreadable."""
    tables = Tables()
    lists = Lists.read(source=_("werkboek %(file)s") % {"file": file_name})
    taken: set[str] = set()
    found = False
    for sheet in read_sheets(content, file_name=file_name):
        layout = find_layout(sheet)
        if layout is not None:
            found = True
            _Reader(sheet, layout, lists, tables, file_name).read(taken)
    if not found:
        raise FileUnreadable(
            _(
                "Er is geen matrix gevonden. Nodig is een regel met de titels “Rollen”, “Andere "
                "verwerkingsverantwoordelijken” en “Verwerkers”, en daaronder de namen."
            )
        )
    return tables


@dataclass
class _Reader:
    """One matrix while it is read."""

    sheet: Sheet
    layout: Layout
    lists: Lists
    tables: Tables
    file_name: str
    found: Crosses = field(default_factory=Crosses)
    codes: dict[int, str] = field(default_factory=dict)
    without_basis: set[int] = field(default_factory=set)
    group: str = ""

    def read(self, taken: set[str]) -> None:
        subject = self._subject()
        if subject is not None:
            self.group = subject.group
            self._read_names()
            for line in self.sheet.lines():
                if line.row >= self.layout.first_row:
                    self._line(line)
                if len(self.layout.problems) >= _MOST_PROBLEMS:
                    break
        self.tables.problems += self.layout.problems
        if subject is not None and not self.layout.problems:
            write_crosses(
                self.found,
                subject=subject,
                lists=self.lists,
                tables=self.tables,
                origin=Origin(self.sheet.name, self.layout.names_row),
                file_name=self.file_name,
                taken=taken,
            )

    def _subject(self) -> Subject | None:
        name = sort_key(self.sheet.name)
        for subject in SUBJECTS:
            if any(word in name for word in subject.words):
                return subject
        told = _(
            "Het is niet duidelijk over wie deze matrix gaat. Noem het blad (of het CSV-bestand) "
            "“Leerlingen”, “Medewerkers” of “Overige betrokkenen”."
        )
        self.layout.problem(self.layout.names_row, None, told)
        return None

    def _read_names(self) -> None:
        """The entries behind the columns; a party without a single cross is one too."""
        layout = self.layout
        lookups = {
            ROLE: self.lists.roles,
            CONTROLLER: self.lists.parties,
            PROCESSOR: self.lists.processors,
        }
        by_code: dict[tuple[str, str], PartyColumn] = {}
        origin = Origin(self.sheet.name, layout.names_row)
        for column in layout.parties:
            if not self._name_fits(column.name, layout.names_row, column.at):
                continue
            code = lookups[column.kind].find_or_make(column.name, tables=self.tables, origin=origin)
            same = by_code.setdefault((column.kind, code), column)
            if same is not column:
                told = _("“%(name)s” is in onze lijst hetzelfde als “%(same)s” in kolom %(other)s.")
                other = {"name": column.name, "same": same.name, "other": column_name(same.at + 1)}
                layout.problem(layout.names_row, column.at, told % other)
            self.codes[column.at] = code
            if column.kind != ROLE:
                for basis in self._bases(column.letters) or [""]:
                    if column.kind == PROCESSOR or basis:
                        self.found.recipients[column.kind, code, basis] = {}

    def _name_fits(self, name: str, row: int, at: int) -> bool:
        if len(name) > LONGEST_NAME:
            told = _("Deze naam is langer dan %(most)s tekens.") % {"most": LONGEST_NAME}
            self.layout.problem(row, at, told)
        elif numbers_like_bsn(name):
            told = _("Hier staat een nummer dat een BSN kan zijn. Haal het weg.")
            self.layout.problem(row, at, told)
        else:
            return True
        return False

    @staticmethod
    def _bases(letters: tuple[str, ...]) -> list[str]:
        return [LETTER_BASIS[letter] for letter in letters]

    def _line(self, line: Line) -> None:
        layout = self.layout
        for fault in line.faults:
            layout.problem(line.row, fault.column - 1 if fault.column else None, fault.sentence)
        if line.faults:
            return
        item = cell_text(line, layout.item)
        marks = {column: cell_text(line, column.at) for column in layout.parties}
        filled = {
            column: text for column, text in marks.items() if text.casefold() not in _NO_CROSS
        }
        letters = self._purposes(line)
        if not item:
            if filled:
                at = min(column.at for column in filled)
                told = _("Hier staat een kruisje, maar vooraan ontbreekt het gegeven.")
                layout.problem(line.row, at, told)
            return
        if not filled and not letters:
            # A heading between the data; it can say about whom the next ones are.
            self.group = item if self.lists.groups.find(item) else self.group
            return
        self._unnamed(line)
        if self._name_fits(item, line.row, layout.item):
            self._item(line, item, letters, filled)

    def _unnamed(self, line: Line) -> None:
        named = {column.at for column in self.layout.parties}
        first = min(named, default=len(line.values))
        for at in range(first, len(line.values)):
            if at not in named and cell_text(line, at).casefold() in _CROSSES:
                told = _("Boven dit kruisje staat geen naam. Zet de naam in regel %(row)s.")
                self.layout.problem(line.row, at, told % {"row": self.layout.names_row})

    def _purposes(self, line: Line) -> set[str]:
        layout = self.layout
        found = {
            letter
            for at, letter in layout.purpose_columns.items()
            if cell_text(line, at).casefold() in _CROSSES
        }
        at = layout.purposes
        if at is not None:
            text = cell_text(line, at)
            words = text.lower().replace("/", ",").replace(";", ",").replace("+", ",").split(",")
            for word in (each.strip() for each in words):
                found |= {word} if word in self.lists.letters else set(letters_in(word))
                if word and not letters_in(word):
                    found.add(word)
        for letter in sorted(found - self.lists.letters):
            where = at if at is not None else next(iter(layout.purpose_columns))
            told = _("Doel “%(letter)s” staat niet in uw lijst van doelen. Voeg het eerst toe.")
            layout.problem(line.row, where, told % {"letter": letter[:20]})
        return found & self.lists.letters

    def _item(
        self, line: Line, item: str, letters: set[str], filled: dict[PartyColumn, str]
    ) -> None:
        origin = Origin(self.sheet.name, line.row)
        category = self.lists.categories.find_or_make(item, tables=self.tables, origin=origin)
        for letter in sorted(letters):
            self.found.purposes.setdefault(letter, line.row)
        for group in self._groups(line):
            code = self.lists.groups.find_or_make(group, tables=self.tables, origin=origin)
            row, held = self.found.data.setdefault((code, category), (line.row, set()))
            self.found.data[code, category] = (row, held | letters)
        for column, text in filled.items():
            if column.at in self.codes:
                self._mark(line, column, category, text)

    def _groups(self, line: Line) -> list[str]:
        at = self.layout.group
        text = cell_text(line, at) if at is not None else ""
        names = text.split(";" if ";" in text else ",")
        return [each.strip() for each in names if each.strip()] or [self.group]

    def _mark(self, line: Line, column: PartyColumn, category: str, text: str) -> None:
        mark, code = text.casefold(), self.codes[column.at]
        if column.kind == ROLE and mark in _CROSSES | _CHANGES:
            level = CHANGES if mark in _CHANGES else SEES
            row, held = self.found.access.get((code, category), (line.row, ""))
            self.found.access[code, category] = (row, max(held, level, key=len))
        elif column.kind == PROCESSOR and mark in _CROSSES:
            self.found.recipients[PROCESSOR, code, ""][category] = None
        elif column.kind == CONTROLLER and mark in _CROSSES:
            self._give(line, column, category, column.letters)
        elif column.kind == CONTROLLER and len(mark) == 1 and mark.isalpha():
            if mark not in LETTER_BASIS:
                self.layout.problem(line.row, column.at, unknown_letter(text))
            else:
                self._give(line, column, category, (mark,))
        else:
            told = _("Hier staat “%(text)s”. Zet een kruisje (x) of laat de cel leeg.")
            self.layout.problem(line.row, column.at, told % {"text": text[:40]})

    def _give(
        self, line: Line, column: PartyColumn, category: str, letters: tuple[str, ...]
    ) -> None:
        if not letters and column.at not in self.without_basis:
            self.without_basis.add(column.at)
            told = _(
                "Bij “%(name)s” staat geen letter voor de grondslag. Zet onder de naam W "
                "(wettelijke verplichting), a, b, d, e of f."
            )
            self.layout.problem(self.layout.names_row, column.at, told % {"name": column.name})
        for basis in self._bases(letters):
            key = (CONTROLLER, self.codes[column.at], basis)
            self.found.recipients.setdefault(key, {})[category] = None
