"""The register of breaches as a workbook: its rows, and the figures on timeliness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook

from datalekken.choices import Nature, TermKept
from datalekken.letters.register import JUDGED, Figures, Line, register_rows
from registers.exchange.workbook import cell_of, file_of, headed_sheet

_WIDTH = 22


def register_xlsx(
    breaches: QuerySet[Any], *, counted: Figures, chosen: Iterable[str], at: datetime
) -> bytes:
    """The judged breaches as XLSX; no cell of it runs as a formula."""
    book = Workbook(write_only=True)
    rows = None
    for row in register_rows(breaches):
        if rows is None:
            labels = [label for label, _value in row.facts]
            rows = headed_sheet(
                book, _("Datalekken"), [_("nummer"), _("titel"), *labels], width=_WIDTH
            )
        values = [value for _label, value in row.facts]
        rows.append([cell_of(rows, value) for value in (row.number, row.title, *values)])
    if rows is None:
        headed_sheet(book, _("Datalekken"), [_("nummer"), _("titel")], width=_WIDTH)
    for title, first, lines in (
        (_("Per school"), _("school"), counted.schools),
        (_("Per soort"), _("soort"), counted.kinds),
    ):
        sheet = headed_sheet(book, title, [first, *_headings()], width=_WIDTH)
        for line in lines:
            sheet.append([cell_of(sheet, value) for value in _counts(line)])
    _timeliness(book, counted)
    title = _("Register van datalekken, uit privacyboard")
    return file_of(book, title, chosen=chosen, width=_WIDTH, at=at)


def _headings() -> list[str]:
    return [_("datalekken"), *(str(each.label) for each in TermKept), _("verteld aan de mensen")]


def _counts(line: Line) -> Sequence[Any]:
    return (line.label, line.total, *(line.terms[each.value] for each in TermKept), line.told)


def _timeliness(book: Workbook, counted: Figures) -> None:
    sheet = headed_sheet(book, _("Op tijd"), [_("wat"), _("aantal")], width=_WIDTH)
    for word, (_column, values) in JUDGED.items():
        for each in values:
            sheet.append([cell_of(sheet, str(each.label)), counted.judged[word][each.value]])
    for nature in Nature:
        sheet.append([cell_of(sheet, str(nature.label)), counted.natures[nature.value]])
