"""The register as the sector's workbook: overview, matrices, and the tabs F and G. It reads back.

A view, made when it is asked for: nobody keeps it by hand.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from privacyboard.organisation.models import Board
from registers.choices import LegalBasis, MeasureKind, RecipientKind
from registers.content import ActivityContent
from registers.exchange.cells import to_cell
from registers.letters import established_contents
from registers.models import Agreement, Product, SharingAgreement
from registers.rules.data_matrix import (
    BASIS_LETTER,
    CONTROLLER,
    PROCESSOR,
    ROLE,
    Column,
    DataMatrix,
    data_matrices,
)

_LONGEST_CELL = 30_000
_BOLD = Font(bold=True)
_TITLE = PatternFill("solid", fgColor="E6EFE9")
_LINE = Border(left=Side(style="medium", color="8AA296"))
_WRAP = Alignment(wrap_text=True, vertical="top")
_STEEP = Alignment(text_rotation=60, vertical="bottom")
_FRONT = 3


def _titles() -> dict[str, str]:
    return {
        ROLE: _("Rollen"),
        CONTROLLER: _("Andere verwerkingsverantwoordelijken"),
        PROCESSOR: _("Verwerkers"),
    }


def matrix_workbook(*, on: date) -> bytes:
    """The workbook of the versions in force, as XLSX."""
    contents = established_contents()
    book = Workbook(write_only=True)
    _write_overview(_sheet(book, _("Overzicht"), [34, 90]), contents, on)
    for matrix in data_matrices(contents):
        write_matrix(book, matrix)
    _write_controllers(
        _sheet(book, _("F Verantwoordelijken"), [34, 44, 44, 12, 24, 44, 16]), contents
    )
    _write_processors(_sheet(book, _("G Verwerkers"), [34, 34, 28, 28, 20]), contents)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, widths: Iterable[int]) -> Any:
    sheet = book.create_sheet(title)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    return sheet


def _cell(sheet: Any, text: str, *, font: Font | None = None, **styles: Any) -> Any:
    """A cell that is text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, to_cell(text[:_LONGEST_CELL]) or None)
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    for name, style in styles.items():
        setattr(cell, name, style)
    return cell


def _row(sheet: Any, texts: Sequence[str], *, font: Font | None = None) -> None:
    sheet.append([_cell(sheet, text, font=font, alignment=_WRAP) for text in texts])


def _write_overview(sheet: Any, contents: list[ActivityContent], on: date) -> None:
    board = Board.objects.first() or Board()
    _row(sheet, [_("Dataregister"), board.name], font=_BOLD)
    _row(sheet, [_("Gemaakt op"), date_format(on, "j F Y")])
    _row(sheet, [_("Nummer bevoegd gezag"), board.authority_number])
    _row(sheet, [_("Adres"), f"{board.street}, {board.postcode} {board.city}".strip(", ")])
    _row(sheet, [_("E-mail"), board.email])
    fg = " ".join(each for each in (board.fg_name, board.fg_email) if each)
    _row(sheet, [_("Functionaris gegevensbescherming"), fg])
    sheet.append([])
    _row(sheet, [_("Technische en organisatorische maatregelen"), ""], font=_BOLD)
    measures = {each.code: each for content in contents for each in content.measures}
    for kind in MeasureKind:
        names = sorted({each.name for each in measures.values() if each.kind == kind})
        _row(sheet, [str(kind.label), "; ".join(names)])
    sheet.append([])
    _row(sheet, [_("Hoe u de matrix leest"), ""], font=_BOLD)
    _row(sheet, [_("x"), _("Deze partij krijgt of ziet deze gegevens.")])
    _row(sheet, [_("xw"), _("Deze rol mag deze gegevens inzien en wijzigen.")])
    for basis, letter in BASIS_LETTER.items():
        _row(sheet, [letter, str(LegalBasis(basis).label)])
    purposes = {each.letter: each.name for content in contents for each in content.purposes}
    for letter, name in sorted(purposes.items()):
        _row(sheet, [_("Doel %(letter)s") % {"letter": letter}, name])


def write_matrix(book: Workbook, matrix: DataMatrix) -> Worksheet:
    """One tab: titles, names, letters of the bases, and a line for each kind of data."""
    sheet = _sheet(book, matrix.name, [10, 40, 24])
    columns = _with_every_group(matrix.columns)
    for at in range(len(columns)):
        sheet.column_dimensions[get_column_letter(_FRONT + 1 + at)].width = 6
    sheet.freeze_panes = f"{get_column_letter(_FRONT + 1)}4"
    first = {kind: at for at, (kind, _column) in reversed(list(enumerate(columns)))}
    titles = [_titles()[kind] if first[kind] == at else "" for at, (kind, _c) in enumerate(columns)]
    sheet.append([_cell(sheet, text, font=_BOLD, fill=_TITLE) for text in ["", "", "", *titles]])
    front = [_("Doelen"), _("Gegevens"), _("Betrokkenen")]
    names = [_cell(sheet, text, font=_BOLD) for text in front]
    names += [
        _cell(
            sheet,
            column.name if column else "",
            font=_BOLD,
            alignment=_STEEP,
            **({"border": _LINE} if first[kind] == at else {}),
        )
        for at, (kind, column) in enumerate(columns)
    ]
    sheet.append(names)
    letters = [", ".join(column.letters) if column else "" for _kind, column in columns]
    sheet.append([_cell(sheet, text) for text in ["", _("Grondslag"), "", *letters]])
    place = {column: at for at, column in enumerate(matrix.columns)}
    for row in matrix.rows:
        marks = [row.marks[place[column]] if column else "" for _kind, column in columns]
        texts = [", ".join(row.purposes), row.category.name, "; ".join(row.groups), *marks]
        sheet.append([_cell(sheet, text) for text in texts])
    return sheet


def _with_every_group(columns: Sequence[Column]) -> list[tuple[str, Column | None]]:
    """The columns by group; a group without anybody keeps its title above an empty column."""
    found: list[tuple[str, Column | None]] = []
    for kind in (ROLE, CONTROLLER, PROCESSOR):
        here: list[Column | None] = [each for each in columns if each.kind == kind]
        found += [(kind, column) for column in here or [None]]
    return found


def _write_controllers(sheet: Any, contents: list[ActivityContent]) -> None:
    headings = [_("Organisatie"), _("Gegevens"), _("Doel"), _("Grondslag"), _("Wetsartikel")]
    _row(sheet, [*headings, _("Wijze van uitwisseling"), _("Datum afspraak")], font=_BOLD)
    agreed = {}
    for agreement in SharingAgreement.objects.select_related("party").order_by("starts_on", "id"):
        agreed[agreement.party.code] = agreement
    lines = [
        line
        for content in contents
        for line in content.recipients
        if line.kind != RecipientKind.PROCESSOR
    ]
    for line in sorted(lines, key=lambda each: (each.party.name.casefold(), each.purpose)):
        held = agreed.get(line.party.code)
        _row(
            sheet,
            [
                line.party.name,
                "; ".join(each.name for each in line.data),
                line.purpose,
                BASIS_LETTER.get(line.basis, ""),
                line.statute,
                held.exchange if held else "",
                held.starts_on.isoformat() if held else "",
            ],
        )


def _write_processors(sheet: Any, contents: list[ActivityContent]) -> None:
    headings = [_("Verwerker"), _("Applicatie"), _("Applicatiebeheerder intern")]
    _row(sheet, [*headings, _("Datalocatie"), _("Datum verwerkersovereenkomst")], font=_BOLD)
    named = {
        line.party.code
        for content in contents
        for line in content.recipients
        if line.kind == RecipientKind.PROCESSOR
    }
    used = {each.code for content in contents for each in content.products}
    signed: dict[str, date] = {}
    for code, day in Agreement.objects.filter(signed_on__isnull=False).values_list(
        "processor__code", "signed_on"
    ):
        signed[code] = max(signed.get(code, day), day)
    rows: dict[tuple[str, str], list[str]] = {}
    products = Product.objects.select_related("processor").order_by(
        "processor__sort_name", "sort_name"
    )
    for product in products:
        maker = product.processor
        if product.code in used or maker.code in named:
            day = signed.get(maker.code)
            rows[maker.code, product.code] = [
                maker.name,
                product.name,
                "",
                product.data_location,
                day.isoformat() if day else "",
            ]
    with_product = {code for code, _product in rows}
    for content in contents:
        for line in content.recipients:
            if line.kind == RecipientKind.PROCESSOR and line.party.code not in with_product:
                day = signed.get(line.party.code)
                told = [line.party.name, "", "", "", day.isoformat() if day else ""]
                rows[line.party.code, ""] = told
    for row in sorted(rows.values(), key=lambda each: (each[0].casefold(), each[1].casefold())):
        _row(sheet, row)
