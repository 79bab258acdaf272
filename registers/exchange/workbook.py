"""A workbook as we write it: sheets with headings, and cells that no program runs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from registers.exchange.cells import to_cell

# A sheet holds no longer text in one cell; the whole of it stands in the file of the case.
_LONGEST = 30_000


def headed_sheet(book: Workbook, title: str, headings: Iterable[str], *, width: int) -> Any:
    """A new sheet with its headings, which stay in sight; `width` in characters of a column."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = []
    for at, heading in enumerate(headings, start=1):
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        cells.append(cell)
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.append(cells)
    return sheet


def file_of(
    book: Workbook, title: str, *, chosen: Iterable[str], width: int, at: datetime
) -> bytes:
    """The workbook as a file; its last sheet says what it is, when it was made, what was chosen."""
    about = headed_sheet(book, _("Leesmij"), [title], width=width)
    made = _("Gemaakt op %(day)s.") % {"day": f"{timezone.localtime(at):%d-%m-%Y %H:%M}"}
    for text in (made, *chosen):
        about.append([cell_of(about, text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell_of(sheet: Any, value: Any) -> Any:
    """Days, moments and numbers as such; text as text, whatever it begins with."""
    if isinstance(value, datetime):
        # A sheet knows no time zones: what the clock in school said.
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, int | date):
        return value
    text = to_cell(str(value))[:_LONGEST]
    if not text:
        return None
    if "\n" not in text:
        return text_cell(sheet, text)
    cell = WriteOnlyCell(sheet, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell if text[0] not in "#=" else _as_text(cell)


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that is text, also where it looks like an error or a formula."""
    if text[:1] not in "#=":
        return text
    return _as_text(WriteOnlyCell(sheet, text))


def _as_text(cell: Any) -> Any:
    cell.data_type = "s"
    return cell
