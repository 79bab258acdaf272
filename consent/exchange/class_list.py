"""The list of a class as a workbook; no cell of it runs as a formula."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from consent.models.class_list import ClassList
from registers.exchange.cells import to_cell

_NAME, _ANSWER = 30, 44


def class_list_xlsx(found: ClassList) -> bytes:
    """A row for each pupil, a column for each question: yes or no, and why."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("Klassenlijst"))
    sheet.freeze_panes = "B2"
    headings = [_("Leerling"), *(each.name for each in found.questions)]
    for place in range(1, len(headings) + 1):
        width = _NAME if place == 1 else _ANSWER
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_cell(sheet, text, is_bold=True) for text in headings])
    for line in found.lines:
        said = [_cell(sheet, each.sentence, is_bold=not each.is_yes) for each in line.cells]
        sheet.append([_cell(sheet, line.pupil.name), *said])
    about: Any = book.create_sheet(_("Leesmij"))
    for text in (
        _("Toestemmingen van groep %(group)s, %(school)s")
        % {"group": found.group.name, "school": found.group.school.name},
        _("Dit geldt op %(day)s.") % {"day": f"{found.on:%d-%m-%Y}"},
        _("Iemand kan elke dag van mening veranderen. Kijk in privacyboard voor u iets plaatst."),
    ):
        about.append([_cell(about, text)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, text: str, *, is_bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, to_cell(text))
    if str(cell.value)[:1] in ("#", "="):
        cell.data_type = "s"
    cell.font = Font(bold=is_bold)
    return cell
