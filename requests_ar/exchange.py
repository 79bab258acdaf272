"""The register of requests as a workbook: its rows, and the figures on timeliness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from registers.exchange.workbook import cell_of, file_of, headed_sheet
from requests_ar.letters.register import RegisterRow, figures, register_rows
from requests_ar.rules.timeliness import Timeliness

_WIDTH = 20


def register_xlsx(requests: QuerySet[Any], *, chosen: Iterable[str], at: datetime) -> bytes:
    """The requests as XLSX; no cell of it runs as a formula."""
    today = timezone.localdate(at)
    book = Workbook(write_only=True)
    rows = headed_sheet(book, _("Verzoeken"), _headings(), width=_WIDTH)
    for row in register_rows(requests, today=today):
        rows.append([cell_of(rows, value) for value in _values(row)])
    counted = figures(requests, today=today)
    for title, first, lines in (
        (_("Per school"), _("school"), counted.schools),
        (_("Per soort"), _("soort"), counted.kinds),
    ):
        sheet = headed_sheet(book, title, [first, *_figure_headings()], width=_WIDTH)
        for line in lines:
            sheet.append([cell_of(sheet, value) for value in _figure_values(line)])
    title = _("Register van verzoeken, uit privacyboard")
    return file_of(book, title, chosen=chosen, width=_WIDTH, at=at)


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
