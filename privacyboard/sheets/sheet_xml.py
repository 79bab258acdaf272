"""The rows of one sheet of a workbook, straight from its XML.

openpyxl opens the workbook (its parts, shared texts and styles); its own reading of a sheet takes
several times as long as writing the same rows to the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from openpyxl.utils.datetime import from_excel, from_ISO8601

_CHUNK = 1 << 16
_LAST_COLUMN = 16_384  # of Excel itself
_LETTERS = re.compile(r"[A-Z]{1,3}")
FORMULA, ERROR = "formula", "error"


class SheetBroken(ValueError):
    """This is no sheet of a workbook."""


@dataclass(slots=True)
class XmlRow:
    """A row: its number from 1, values by column from 1, and the columns with something else."""

    number: int
    values: dict[int, Any] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)


def xml_rows(sheet: Any) -> Iterator[XmlRow]:
    """The rows of a sheet that openpyxl opened read-only, as they come; none is kept.

    Raises SheetBroken, expat's own error, or what a wrong number raises.
    """
    reader = _Reader(sheet.parent, sheet._shared_strings)
    with sheet._get_source() as source:
        while chunk := source.read(_CHUNK):
            reader.parser.Parse(chunk, False)
            yield from reader.taken()
        reader.parser.Parse(b"", True)
    yield from reader.taken()


class _Reader:
    """What the parser says, gathered into rows."""

    def __init__(self, book: Any, shared: list[str]) -> None:
        self.shared = shared
        self.dates, self.spans, self.epoch = book._date_formats, book._timedelta_formats, book.epoch
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        # A workbook has no document type; with one come entities that grow without end.
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.rows: list[XmlRow] = []
        self.row: XmlRow | None = None
        self.last = self.column = 0
        self.kind, self.style = "n", ""
        self.text: list[str] = []
        self.value: str | None = None
        self.formula = False
        self.phonetic = False

    def taken(self) -> list[XmlRow]:
        found, self.rows = self.rows, []
        return found

    @staticmethod
    def refuse(*_args: Any) -> None:
        raise SheetBroken

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._start_cell(given)
        elif name == "v" or (name == "t" and not self.phonetic):
            self.text = []
            self.parser.CharacterDataHandler = self.text.append
        elif name == "row":
            self.last = int(given["r"]) if "r" in given else self.last + 1
            self.row, self.column = XmlRow(self.last), 0
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True

    def _start_cell(self, given: dict[str, str]) -> None:
        place = given.get("r")
        self.column = _column(place) if place else self.column + 1
        if self.column > _LAST_COLUMN:
            raise SheetBroken
        self.kind, self.style = given.get("t", "n"), given.get("s", "")
        self.value, self.formula = None, False

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._end_cell()
        elif name == "v":
            self.value = "".join(self.text)
            self.parser.CharacterDataHandler = None
        elif name == "t" and not self.phonetic:
            # A text in several letter types comes in several parts.
            self.value = (self.value or "") + "".join(self.text)
            self.parser.CharacterDataHandler = None
        elif name == "row":
            if self.row is not None:
                self.rows.append(self.row)
            self.row = None
        elif name == "rPh":
            self.phonetic = False

    def _end_cell(self) -> None:
        if self.row is None:
            raise SheetBroken
        if self.formula:
            self.row.odd[self.column] = FORMULA
        elif self.kind == "e":
            self.row.odd[self.column] = ERROR
        elif self.value is not None:
            value = self._read(self.value)
            if value is ERROR:
                self.row.odd[self.column] = ERROR
            else:
                self.row.values[self.column] = value

    def _read(self, text: str) -> Any:
        if self.kind == "s":
            return self.shared[int(text)]
        if self.kind in {"inlineStr", "str"}:
            return text
        if not text:
            return None
        if self.kind == "b":
            return bool(int(text))
        if self.kind == "d":
            return from_ISO8601(text)  # type: ignore[no-untyped-call]
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        style = int(self.style) if self.style else 0
        if style not in self.dates:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=style in self.spans)
        except (OverflowError, ValueError):
            return ERROR


def _column(place: str) -> int:
    """C12 is in the third column."""
    letters = _LETTERS.match(place)
    if letters is None:
        raise SheetBroken
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number
