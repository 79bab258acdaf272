"""Tables from outside, CSV and XLSX, read line by line: what is unsafe or endless is refused.

Every reader of a file with rows goes through here: one place knows separators, encodings, zip
bombs, formulas and sheets that lie about their size.
"""

from __future__ import annotations

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from privacyboard.sheets.csv_text import csv_lines
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.sheet_xml import ERROR, FORMULA, xml_rows

MOST_ROWS = 100_000  # filled rows in one sheet
MOST_COLUMNS = 200
MOST_SHEETS = 60
# Sizes in bytes. 100,000 rows of 20 columns are some 70 MB of XML, packed 10 to 20 times.
MOST_PACKED = 25 * 1024 * 1024
MOST_UNPACKED = 160 * 1024 * 1024
MOST_MEMBERS = 2_000
_SUSPECT_ABOVE = 1024 * 1024
_MOST_RATIO = 150
_LAST_ROW = 1_048_576  # of Excel itself

# What a broken or hostile workbook makes openpyxl raise.
_BROKEN = (
    *(AttributeError, EOFError, KeyError, IndexError, NotImplementedError, OSError, TypeError),
    *(ValueError, OverflowError, RecursionError, zipfile.BadZipFile, zlib.error, ParseError),
    *(DefusedXmlException, ExpatError, InvalidFileException, lzma.LZMAError),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell (its column from 1), or with the whole line (column 0)."""

    column: int
    sentence: str


class Line(NamedTuple):
    """One filled line: its number as a person counts it, its values, and what is wrong with it.

    Values stand as they were written (texts, numbers, dates; None for an empty cell); a formula
    reads as empty and is a fault.
    """

    row: int
    values: tuple[Any, ...]
    faults: tuple[Fault, ...] = ()

    def value(self, column: int) -> Any:
        """The value in a column, counted from 0; None beyond the last one."""
        return self.values[column] if 0 <= column < len(self.values) else None

    def text(self, column: int) -> str:
        """The same as a text on one line without spaces around it; a date as 2026-03-02."""
        return plain_text(self.value(column))


@dataclass(frozen=True)
class Sheet:
    """One sheet, or a CSV file as a whole; `lines` starts at the beginning at every call."""

    name: str
    lines: Callable[[], Iterator[Line]]


def plain_text(value: Any) -> str:
    """A value as a person reads it: 12.0 is 12, a midnight is its date, spaces are single."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return value.isoformat() if isinstance(value, date | time) else " ".join(str(value).split())


def read_sheets(content: bytes, *, file_name: str) -> list[Sheet]:
    """The sheets of an XLSX, or the one table of a CSV; raises FileUnreadable.

    What goes wrong further on in a sheet is raised while its lines are read.
    """
    if len(content) > MOST_PACKED:
        raise FileUnreadable(_("Dit bestand is te groot. Ten hoogste 25 MB kan worden ingelezen."))
    if not content.strip():
        raise FileUnreadable(_("Dit bestand is leeg. Kies een ander bestand."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileUnreadable(
            _(
                "Dit is een oud Excel-bestand (.xls), of het heeft een wachtwoord. "
                "Sla het op als .xlsx zonder wachtwoord en probeer het opnieuw."
            )
        )
    if not content.startswith(b"PK\x03\x04"):
        return [Sheet(file_name, lambda: _bounded(_csv(content)))]
    check_archive(content, needs="xl/workbook.xml")
    return _xlsx(content)


def check_archive(content: bytes, *, needs: str = "") -> zipfile.ZipFile:
    """An open zip that is safe to unpack: few parts, of a bounded size; raises FileUnreadable.

    The sizes that a zip names are the sizes that it gives: Python reads no byte beyond them.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as problem:
        raise FileUnreadable(_broken()) from problem
    names = {each.filename for each in members}
    bomb = any(
        each.file_size > _SUSPECT_ABOVE and each.file_size > _MOST_RATIO * each.compress_size
        for each in members
    )
    too_much = sum(each.file_size for each in members) > MOST_UNPACKED
    if bomb or too_much or len(members) > MOST_MEMBERS:
        raise FileUnreadable(
            _("Dit bestand wordt bij het uitpakken veel te groot. Het is niet ingelezen.")
        )
    if any(each.flag_bits & 0x1 for each in members):
        raise FileUnreadable(_("Dit bestand heeft een wachtwoord. Haal dat eraf."))
    if needs and needs not in names:
        raise FileUnreadable(
            _("Dit is geen Excel-bestand. Sla het op als .xlsx of als CSV en probeer het opnieuw.")
        )
    return archive


def _broken() -> str:
    return _("Dit bestand is beschadigd en kan niet worden gelezen. Sla het opnieuw op.")


def _csv(content: bytes) -> Iterator[Line]:
    for row, cells, sentence in csv_lines(content):
        faults = [Fault(0, sentence)] if sentence else []
        faults += [
            Fault(at, _formula()) for at, cell in enumerate(cells, start=1) if cell[:1] == "="
        ]
        yield Line(row, tuple(None if cell[:1] == "=" else cell for cell in cells), tuple(faults))


def _xlsx(content: bytes) -> list[Sheet]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parts = _open_book(content)
    except _BROKEN as problem:
        raise FileUnreadable(_broken()) from problem
    if len(parts) > MOST_SHEETS:
        raise FileUnreadable(
            _("Dit bestand heeft meer dan %(most)s bladen.") % {"most": MOST_SHEETS}
        )
    return [Sheet(each.title, partial(_safely, each)) for each in parts]


@dataclass(frozen=True)
class _Part:
    """One sheet of an open workbook, not read yet."""

    title: str
    reader: ExcelReader
    target: str

    @property
    def parent(self) -> Any:
        return self.reader.wb

    @property
    def _shared_strings(self) -> list[str]:
        return self.reader.shared_strings

    def _get_source(self) -> IO[bytes]:
        return self.reader.archive.open(self.target)


def _open_book(content: bytes) -> list[_Part]:
    """The sheets of a book, with its texts and styles.

    `load_workbook` would also read every sheet that does not tell its size, from begin to end.
    """
    reader = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    return [
        _Part(sheet.name, reader, relation.target)
        for sheet, relation in reader.parser.find_sheets()
        if "chartsheet" not in relation.Type and relation.target in reader.valid_files
    ]


def _safely(sheet: Any) -> Iterator[Line]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from _bounded(_sheet_lines(sheet))
        except FileUnreadable:
            raise
        except _BROKEN as problem:
            raise FileUnreadable(_broken()) from problem


def _sheet_lines(sheet: Any) -> Iterator[Line]:
    """The rows of a sheet; what the sheet says about its own size is not believed."""
    last = 0
    for row in xml_rows(sheet):
        if not last < row.number <= _LAST_ROW:
            raise FileUnreadable(_broken())
        last = row.number
        width = max(row.values, default=0)
        faults: tuple[Fault, ...] = ()
        if row.odd:
            width = max(width, *row.odd)
            faults = tuple(Fault(at, _ODD[what]()) for at, what in sorted(row.odd.items()))
        if width:
            yield Line(row.number, tuple(map(row.values.get, range(1, width + 1))), faults)


def _formula() -> str:
    return _(
        "Deze cel bevat een formule. Zet er de uitkomst in (kopiëren, plakken speciaal: waarden)."
    )


def _error() -> str:
    return _("Deze cel bevat een fout van Excel.")


_ODD = {FORMULA: _formula, ERROR: _error}


def _bounded(lines: Iterable[Line]) -> Iterator[Line]:
    """Only lines with something in them, and never too many or too wide."""
    filled = 0
    for line in lines:
        if not (line.faults or any(line.values) or any(map(_is_said, line.values))):
            continue
        filled += 1
        if filled > MOST_ROWS:
            raise FileUnreadable(
                _("Dit bestand heeft meer dan 100.000 regels. Splits het in kleinere bestanden.")
            )
        if len(line.values) > MOST_COLUMNS and any(map(_is_said, line.values[MOST_COLUMNS:])):
            raise FileUnreadable(
                _("Regel %(row)s heeft meer dan %(most)s kolommen.")
                % {"row": line.row, "most": MOST_COLUMNS}
            )
        yield line


def _is_said(value: Any) -> bool:
    """Also a zero and a no say something."""
    return value is not None and value != ""


def column_name(number: int) -> str:
    """How a person names the column that is the `number`-th from 1: A, B, …, AA."""
    return get_column_letter(number)
