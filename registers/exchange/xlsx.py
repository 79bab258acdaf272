"""The register as a workbook: a sheet per table, every cell text that no program runs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import MOST_ROWS, Line, Sheet, column_name, read_sheets
from registers.exchange.cells import (
    ESCAPE,
    from_cell,
    is_long,
    join_cell,
    join_codes,
    rest_of,
    split_cell,
    to_cell,
)
from registers.exchange.rows import Origin, Problem, Row, Tables
from registers.exchange.snapshot import Snapshot
from registers.exchange.tables import TABLES, Column, Kind, Table
from registers.exchange.workbook import headed_sheet, text_cell

_WIDTH = 28
# A column whose heading was refused: what stands under it is not looked at.
_NOT_READ = "?"
_YES_NO = {True: "ja", False: "nee"}


def readme_title() -> str:
    return _("Leesmij")


def long_title() -> str:
    return _("Lange teksten")


def write_xlsx(snapshot: Snapshot, *, made_at: datetime) -> bytes:
    """The tables as an XLSX workbook; a text too long for a cell goes on in a sheet of its own."""
    book = Workbook(write_only=True)
    _write_readme(book.create_sheet(readme_title()), made_at)
    long_texts: list[list[str]] = []
    for table in TABLES:
        _write_table(book, table, snapshot[table.name], long_texts)
    if long_texts:
        sheet = headed_sheet(book, long_title(), [_("tekst"), _("vervolg")], width=_WIDTH)
        for number, (_cell_itself, *parts) in enumerate(long_texts, start=1):
            for part in parts:
                sheet.append([number, text_cell(sheet, part)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_table(
    book: Workbook, table: Table, rows: list[dict[str, Any]], long_texts: list[list[str]]
) -> None:
    headings = [str(column.heading) for column in table.columns]
    sheet = headed_sheet(book, str(table.title), headings, width=_WIDTH)
    labels = {
        column.name: {value: str(label) for value, label in column.field.flatchoices}
        for column in table.columns
        if column.kind is Kind.CHOICE and column.field is not None
    }
    for row in rows:
        sheet.append(
            [_cell(sheet, column, row[column.name], labels, long_texts) for column in table.columns]
        )


def _cell(
    sheet: Any,
    column: Column,
    value: Any,
    labels: dict[str, dict[str, str]],
    long_texts: list[list[str]],
) -> Any:
    if column.kind is Kind.BOOL:
        return _YES_NO[value]
    if column.kind is Kind.NUMBER:
        return value
    if column.kind is Kind.MANY:
        value = join_codes(value)
    elif column.kind is Kind.CHOICE:
        value = labels[column.name].get(value, value)
    if not value:
        return None
    if is_long(value):
        cell, parts = split_cell(value, number=len(long_texts) + 1)
        long_texts.append([cell, *parts])
        return text_cell(sheet, cell)
    return text_cell(sheet, to_cell(value))


def _write_readme(sheet: Any, made_at: datetime) -> None:
    sheet.column_dimensions["A"].width = 110
    for line in (
        _("Register van verwerkingen, uit privacyboard"),
        _("Gemaakt op %(day)s.") % {"day": f"{made_at:%d-%m-%Y %H:%M}"},
        _("U kunt dit bestand wijzigen en weer inlezen. U ziet eerst wat er dan verandert."),
        _("Een regel wordt herkend aan de eerste kolommen, zoals het nummer of de code."),
        _("Wat niet in het bestand staat, blijft in het register zoals het is."),
        _("Meer codes in één cel staan met komma’s. Datums staan als jaar-maand-dag."),
        _("Een tekst die met =, +, - of @ begint, heeft een ' ervoor: zo is het geen formule."),
        _("Een nieuwe verwerking komt binnen als concept, ook als hier vastgesteld staat."),
        _("Versies, opmerkingen van de FG en afwijkingen van scholen staan niet in dit bestand."),
    ):
        sheet.append([line])


def read_xlsx(content: bytes, *, file_name: str) -> Tables:
    """The tables of a workbook; raises FileUnreadable for what is no workbook of the register."""
    sheets = read_sheets(content, file_name=file_name)
    long_texts = _long_texts(sheets)
    tables, known = Tables(), {str(table.title).lower(): table for table in TABLES}
    skipped = {readme_title().lower(), long_title().lower()}
    read, total = set(), 0
    for sheet in sheets:
        name = sheet.name.strip().lower()
        table = known.get(name)
        if table is None or name in read:
            if name not in skipped:
                sentence = _("Dit blad kennen wij niet. Haal het weg, of geef het de goede naam.")
                tables.problems.append(Problem(Origin(sheet.name, 1), "", sentence))
            continue
        read.add(name)
        for row in _rows(sheet, table, tables, long_texts):
            total += 1
            if total > MOST_ROWS:
                raise FileUnreadable(too_many())
            tables.add(table.name, row)
    if not read:
        raise FileUnreadable(
            _("Dit bestand heeft geen bladen van het register, zoals “Verwerkingen”.")
        )
    return tables


def too_many() -> str:
    return _("Dit bestand heeft meer dan 100.000 regels. Splits het in kleinere bestanden.")


def _long_texts(sheets: list[Sheet]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for sheet in sheets:
        if sheet.name.strip().lower() == long_title().lower():
            for line in sheet.lines():
                if line.row > 1 and line.text(0).isdecimal():
                    found.setdefault(int(line.text(0)[:9]), []).append(str(line.value(1) or ""))
    return found


def _rows(
    sheet: Sheet, table: Table, tables: Tables, long_texts: dict[int, list[str]]
) -> Iterator[Row]:
    names: list[str] | None = None
    empty: dict[str, Any] = {}
    for line in sheet.lines():
        if names is None:
            names = _names(sheet, table, line, tables)
            empty = {name: "" for name in names if name not in {_NOT_READ, ""}}
            continue
        origin = Origin(sheet.name, line.row)
        for fault in line.faults:
            heading = _heading_at(table, names, fault.column)
            tables.problems.append(Problem(origin, heading, fault.sentence))
        values = dict(empty)
        names += [""] * (len(line.values) - len(names))
        for at, value in enumerate(line.values):
            name = names[at]
            if value is None or name == _NOT_READ:
                continue
            if name:
                # Most cells are as they are: this runs a hundred thousand times.
                is_plain = not isinstance(value, str) or (value[:1] != "'" and ESCAPE not in value)
                values[name] = value if is_plain else _value(value, long_texts)
            else:
                sentence = _("Boven deze cel staat geen naam van een kolom.")
                tables.problems.append(Problem(origin, column_name(at + 1), sentence))
        yield Row(origin, values)


def _value(value: str, long_texts: dict[int, list[str]]) -> str:
    """What a cell says that does not say so plainly."""
    number = rest_of(value)
    if number is not None and number in long_texts:
        return join_cell(value, long_texts[number])
    return from_cell(value)


def _names(sheet: Sheet, table: Table, line: Line, tables: Tables) -> list[str]:
    """Which column stands where; what is unknown or stands there twice is a problem."""
    known = {column.name: column.name for column in table.columns}
    known |= {str(column.heading).lower(): column.name for column in table.columns}
    found: list[str] = []
    for at in range(len(line.values)):
        heading = line.text(at)
        name = known.get(heading.lower(), _NOT_READ if heading else "")
        sentence = ""
        if name == _NOT_READ:
            sentence = _("Deze kolom kennen wij niet. Haal haar weg, of geef haar de goede naam.")
        elif name and name in found:
            sentence = _("Deze kolom staat er twee keer. Haal er een weg.")
            name = _NOT_READ
        if sentence:
            tables.problems.append(Problem(Origin(sheet.name, line.row), heading[:60], sentence))
        found.append(name)
    return found


def _heading_at(table: Table, names: list[str], at: int) -> str:
    name = names[at - 1] if 0 < at <= len(names) else ""
    if name in table.by_name:
        return str(table.by_name[name].heading)
    return column_name(at) if at else ""
