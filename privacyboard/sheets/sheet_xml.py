"""The rows of one sheet of a workbook, straight from its XML.

openpyxl opens the workbook (its parts, shared texts and styles); its own reading of a sheet takes
several times as long as writing the same rows to the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
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
    """What the parser says, gathered into rows. Every line here runs a million times for a file."""

    def __init__(self, book: Any, shared: list[str]) -> None:
        self.shared = shared
        self.dates, self.spans, self.epoch = book._date_formats, book._timedelta_formats, book.epoch
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        # A workbook has no document type; with one come entities that grow without end.
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.rows: list[XmlRow] = []
        self.row: XmlRow | None = None
        self.last = self.column = 0
        self.cell: dict[str, str] = {}
        self.text: list[str] = []
        self.parser.CharacterDataHandler = self.text.append
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
        if tag == "c":
            self.cell, self.value, self.formula = given, None, False
        elif tag == "t" or tag == "v":
            self.text.clear()
        elif tag == "row":
            self.last = int(given["r"]) if "r" in given else self.last + 1
            self.row, self.column = XmlRow(self.last), 0
        elif tag == "f":
            self.formula = True
        elif tag == "rPh":
            self.phonetic = True
        elif ":" in tag:
            self.start(tag.rpartition(":")[2], given)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self.value = "".join(self.text)
        elif tag == "t":
            if not self.phonetic:
                # A text in several letter types comes in several parts.
                self.value = (self.value or "") + "".join(self.text)
        elif tag == "row":
            if self.row is not None:
                self.rows.append(self.row)
            self.row = None
            self.text.clear()
        elif tag == "rPh":
            self.phonetic = False
        elif ":" in tag:
            self.end(tag.rpartition(":")[2])

    def _end_cell(self) -> None:
        if self.row is None:
            raise SheetBroken
        cell, text = self.cell, self.value
        place = cell.get("r")
        column = self.column = _column(place.rstrip("0123456789")) if place else self.column + 1
        if column > _LAST_COLUMN:
            raise SheetBroken
        kind = cell.get("t", "n")
        if self.formula:
            self.row.odd[column] = FORMULA
        elif kind == "e":
            self.row.odd[column] = ERROR
        elif text is not None:
            value = text if kind in {"inlineStr", "str"} else self._read(text, kind)
            if value is ERROR:
                self.row.odd[column] = ERROR
            else:
                self.row.values[column] = value

    def _read(self, text: str, kind: str) -> Any:
        if kind == "s":
            return self.shared[int(text)]
        if not text:
            return None
        if kind == "b":
            return bool(int(text))
        if kind == "d":
            return from_ISO8601(text)  # type: ignore[no-untyped-call]
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        style = int(self.cell.get("s") or 0)
        if style not in self.dates:
            return number
        try:
            return from_excel(number, self.epoch, timedelta=style in self.spans)
        except (OverflowError, ValueError):
            return ERROR


@lru_cache(maxsize=1024)
def _column(place: str) -> int:
    """C is the third column."""
    letters = _LETTERS.match(place)
    if letters is None:
        raise SheetBroken
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number
