"""The register of requests as a workbook: its rows, and the figures on timeliness."""

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
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from registers.exchange.cells import to_cell
from requests_ar.letters.register import RegisterRow, figures, register_rows
from requests_ar.rules.timeliness import Timeliness

_WIDTH = 20
_LONGEST = 30_000


def register_xlsx(requests: QuerySet[Any], *, chosen: Iterable[str], at: datetime) -> bytes:
    """The requests as XLSX; no cell of it runs as a formula."""
    today = timezone.localdate(at)
    book = Workbook(write_only=True)
    rows = _sheet(book, _("Verzoeken"), _headings())
    for row in register_rows(requests, today=today):
        rows.append([_cell(rows, value) for value in _values(row)])
    counted = figures(requests, today=today)
    for title, first, lines in (
        (_("Per school"), _("school"), counted.schools),
        (_("Per soort"), _("soort"), counted.kinds),
    ):
        sheet = _sheet(book, title, [first, *_figure_headings()])
        for line in lines:
            sheet.append([_cell(sheet, value) for value in _figure_values(line)])
    about = _sheet(book, _("Leesmij"), [_("Register van verzoeken, uit privacyboard")])
    made = _("Gemaakt op %(day)s.") % {"day": f"{timezone.localtime(at):%d-%m-%Y %H:%M}"}
    for text in (made, *chosen):
        about.append([_cell(about, text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _headings() -> list[str]:
    return [
        *(_("nummer"), _("school"), _("soort"), _("hoe ontvangen"), _("ontvangen op")),
        *(_("geregistreerd op"), _("streefdatum"), _("uiterste dag"), _("dagen over")),
        *(_("stand"), _("verlengd op"), _("waarom verlengd"), _("behandelaar"), _("besluit")),
        *(_("besloten op"), _("beantwoord op"), _("op tijd"), _("vertrouwelijk")),
    ]


def _values(row: RegisterRow) -> Sequence[Any]:
    return (
        *(row.number, row.school, row.kinds, row.channel, row.received_on),
        *(row.registered_on, row.target, row.last_day, row.days_left),
        *(row.state, row.extended_on, row.extension, row.handler, row.verdicts),
        *(row.decided_on, row.answered_on, row.timely),
        _("ja") if row.is_confidential else _("nee"),
    )


def _figure_headings() -> list[str]:
    return [
        *(_("verzoeken"), _("op tijd"), _("te laat beantwoord"), _("loopt"), _("te laat, open")),
        *(_("ingetrokken"), _("verlengd"), _("op tijd (%)"), _("dagen gemiddeld")),
    ]


def _figure_values(line: Timeliness) -> Sequence[Any]:
    return (
        *(line.label, line.total, line.in_time, line.late, line.running, line.overdue),
        *(line.withdrawn, line.extended, line.share, line.days),
    )


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
    """Days and numbers as such; text as text, whatever it begins with."""
    if value is None or isinstance(value, int | date):
        return value
    text = to_cell(str(value))[:_LONGEST]
    if text[:1] not in "#=":
        return text or None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
