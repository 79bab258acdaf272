"""The register of breaches as a workbook: its rows, and the figures on timeliness."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from datalekken.choices import Nature, TermKept
from datalekken.letters.register import JUDGED, Figures, Line, register_rows
from registers.exchange.cells import to_cell

_WIDTH = 22
# A sheet holds no longer text in one cell; the whole of it stands in the file of the breach.
_LONGEST = 30_000


def register_xlsx(
    breaches: QuerySet[Any], *, counted: Figures, chosen: Iterable[str], at: datetime
) -> bytes:
    """The judged breaches as XLSX; no cell of it runs as a formula."""
    book = Workbook(write_only=True)
    rows = None
    for row in register_rows(breaches):
        if rows is None:
            labels = [label for label, _value in row.facts]
            rows = _sheet(book, _("Datalekken"), [_("nummer"), _("titel"), *labels])
        values = [value for _label, value in row.facts]
        rows.append([_cell(rows, value) for value in (row.number, row.title, *values)])
    if rows is None:
        _sheet(book, _("Datalekken"), [_("nummer"), _("titel")])
    for title, first, lines in (
        (_("Per school"), _("school"), counted.schools),
        (_("Per soort"), _("soort"), counted.kinds),
    ):
        sheet = _sheet(book, title, [first, *_headings()])
        for line in lines:
            sheet.append([_cell(sheet, value) for value in _counts(line)])
    _timeliness(book, counted)
    about = _sheet(book, _("Leesmij"), [_("Register van datalekken, uit privacyboard")])
    made = _("Gemaakt op %(day)s.") % {"day": f"{timezone.localtime(at):%d-%m-%Y %H:%M}"}
    for text in (made, *chosen):
        about.append([_cell(about, text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _headings() -> list[str]:
    return [_("datalekken"), *(str(each.label) for each in TermKept), _("verteld aan de mensen")]


def _counts(line: Line) -> Sequence[Any]:
    return (line.label, line.total, *(line.terms[each.value] for each in TermKept), line.told)


def _timeliness(book: Workbook, counted: Figures) -> None:
    sheet = _sheet(book, _("Op tijd"), [_("wat"), _("aantal")])
    for word, (_column, values) in JUDGED.items():
        for each in values:
            sheet.append([_cell(sheet, str(each.label)), counted.judged[word][each.value]])
    for nature in Nature:
        sheet.append([_cell(sheet, str(nature.label)), counted.natures[nature.value]])


def _sheet(book: Workbook, title: str, headings: Sequence[str]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = []
    for at, heading in enumerate(headings, start=1):
        cell = WriteOnlyCell(sheet, heading)
        cell.font = Font(bold=True)
        cells.append(cell)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTH
    sheet.append(cells)
    return sheet


def _cell(sheet: Any, value: Any) -> Any:
    """Moments and numbers as such; text as text, whatever it begins with."""
    if isinstance(value, datetime):
        # A sheet knows no time zones: what the clock in school said.
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, int | date):
        return value
    text = to_cell(str(value))[:_LONGEST]
    cell = WriteOnlyCell(sheet, text or None)
    if text[:1] in ("#", "="):
        cell.data_type = "s"
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
