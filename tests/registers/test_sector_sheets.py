"""Tables from outside: separators, encodings, formulas, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from privacyboard.sheets.dates import read_date
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import Fault, Line, column_name, plain_text, read_sheets


def book(*rows: list[object], title: str = "Blad1") -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def lines_of(content: bytes, name: str = "bestand.csv") -> list[Line]:
    (sheet,) = read_sheets(content, file_name=name)
    return list(sheet.lines())


def rewritten(content: bytes, part: str, change: str, into: str) -> bytes:
    """The same workbook with a piece of one part of it changed by hand."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.infolist():
            text = old.read(member.filename)
            if member.filename == part:
                assert change.encode() in text
                text = text.replace(change.encode(), into.encode())
            new.writestr(member.filename, text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_csv_is_read_whatever_its_separator(separator: str, mark: bytes) -> None:
    text = f"Product{separator}Status\r\nCafé{separator}getekend\r\n"
    assert lines_of(mark + text.encode()) == [
        Line(1, ("Product", "Status")),
        Line(2, ("Café", "getekend")),
    ]


def test_commas_inside_a_cell_do_not_win() -> None:
    text = "Leverancier;Gegevens\nA;naam, adres, groep\nB;naam\nC;naam, groep, foto\n"
    assert [line.values for line in lines_of(text.encode())] == [
        ("Leverancier", "Gegevens"),
        ("A", "naam, adres, groep"),
        ("B", "naam"),
        ("C", "naam, groep, foto"),
    ]


def test_excel_may_name_the_separator_itself() -> None:
    assert lines_of(b"sep=,\nA,b;c\n") == [Line(2, ("A", "b;c"))]


def test_windows_1252_utf_16_and_old_line_ends_are_read() -> None:
    assert lines_of("Café;één\n".encode("cp1252")) == [Line(1, ("Café", "één"))]
    assert lines_of("Café\téén\r\n".encode("utf-16")) == [Line(1, ("Café", "één"))]
    assert lines_of(b"a;b\rc;d\r") == [Line(1, ("a", "b")), Line(2, ("c", "d"))]


def test_a_row_in_another_encoding_is_told_at_its_row() -> None:
    content = "Naam;X\nCafé;1\nÉén;2\n".encode() + "Privé;3\n".encode("cp1252")
    found = lines_of(content)
    assert [line.faults for line in found[:3]] == [(), (), ()]
    assert found[3].row == 4
    assert found[3].faults == (
        Fault(
            0,
            "Deze regel is opgeslagen als Windows-1252, de rest van het bestand als UTF-8. Kijk de "
            "letters met accenten na en sla het bestand in één keer op als CSV UTF-8.",
        ),
    )
    other = "é;1\né;2\n".encode("cp1252") + "Privé;3\n".encode()
    assert "opgeslagen als UTF-8, de rest van het bestand als Windows-1252" in (
        lines_of(other)[2].faults[0].sentence
    )


def test_a_sign_that_no_encoding_has_is_told() -> None:
    found = lines_of(b"a;b\n\x81;c\n")
    assert found[1].faults == (Fault(0, "In deze regel staat een teken dat niet te lezen is."),)


def test_a_row_is_counted_as_a_person_counts_it() -> None:
    text = 'a;b\n\n"een\ntwee";c\nd;e\n'
    assert [(line.row, line.values) for line in lines_of(text.encode())] == [
        (1, ("a", "b")),
        (3, ("een\ntwee", "c")),
        (4, ("d", "e")),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b" \n ", "Dit bestand is leeg."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 20, "Dit is een oud Excel-bestand (.xls)"),
        (b"PK\x03\x04 geen zip", "Dit bestand is beschadigd"),
        (b"%PDF-1.7\x00\x01", "Dit is geen tekstbestand met regels."),
        (b'a;b\nc;"' + b"d" * 200_000, "Regel 2 kan niet worden gelezen."),
        (b"\n" * 1_000_001 + b"x", "meer dan 100.000 regels"),
        (b"x" * (25 * 1024 * 1024 + 1), "Ten hoogste 25 MB"),
        (b";".join([b"x"] * 201), "Regel 1 heeft meer dan 200 kolommen."),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable) as refusal:
        lines_of(content)
    assert sentence in str(refusal.value)


def test_a_hundred_thousand_rows_are_read_and_one_more_is_refused() -> None:
    content = b"a;b\n" * 100_000
    assert len(lines_of(content)) == 100_000
    with pytest.raises(FileUnreadable, match=r"meer dan 100\.000 regels"):
        lines_of(content + b"a;b\n")


def test_values_of_a_workbook_keep_their_kind() -> None:
    (sheet,) = read_sheets(
        book(["Naam", 12, 12.5, date(2026, 3, 2), True, None], [None], ["x"]), file_name="a.xlsx"
    )
    first, second = sheet.lines()
    assert sheet.name == "Blad1"
    assert first.values == ("Naam", 12, 12.5, datetime(2026, 3, 2), True)
    assert [first.text(at) for at in range(6)] == ["Naam", "12", "12.5", "2026-03-02", "True", ""]
    assert (second.row, second.values) == (3, ("x",))
    assert list(sheet.lines()) == [first, second]


def test_a_formula_is_told_at_its_cell() -> None:
    content = book(["a", "=SUM(1,2)"])
    assert lines_of(content)[0] == Line(
        1,
        ("a", None),
        (
            Fault(
                2,
                "Deze cel bevat een formule. "
                "Zet er de uitkomst in (kopiëren, plakken speciaal: waarden).",
            ),
        ),
    )
    (line,) = lines_of(b'a;"=HYPERLINK(1)"\n')
    assert [fault.column for fault in line.faults] == [2]


def test_an_error_of_excel_is_told_at_its_cell() -> None:
    content = book(["a", "#N/A"])
    assert lines_of(content)[0].faults == (Fault(2, "Deze cel bevat een fout van Excel."),)


@pytest.mark.parametrize("lie", ["A1:XFD1048576", "A1:A1"])
def test_what_a_sheet_says_about_its_own_size_is_not_believed(lie: str) -> None:
    content = rewritten(book(["a", "b"], ["c"]), "xl/worksheets/sheet1.xml", "A1:B2", lie)
    assert [line.values for line in lines_of(content)] == [("a", "b"), ("c",)]


def test_a_row_far_away_does_not_hang() -> None:
    content = book(["a"], ["b"])
    sheet = "xl/worksheets/sheet1.xml"
    far = rewritten(content, sheet, '<row r="2">', '<row r="999999999">')
    with pytest.raises(FileUnreadable, match="beschadigd"):
        lines_of(far)
    bare = rewritten(content, sheet, '<c r="A2"', '<c r="XFD2"')
    with pytest.raises(FileUnreadable, match="Regel 2 heeft meer dan 200 kolommen"):
        lines_of(bare)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rewritten(
        book(["a"]), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData>" + " " * 30_000_000
    )
    assert len(bomb) < 100_000
    with pytest.raises(FileUnreadable, match="bij het uitpakken veel te groot"):
        read_sheets(bomb, file_name="bom.xlsx")


def test_a_workbook_with_entities_is_refused() -> None:
    content = book(["a"])
    evil = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet '
    changed = rewritten(content, "xl/worksheets/sheet1.xml", "<worksheet ", evil)
    with pytest.raises(FileUnreadable, match="beschadigd"):
        lines_of(changed)


def test_another_zip_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(FileUnreadable, match="Dit is geen Excel-bestand"):
        read_sheets(file.getvalue(), file_name="brief.docx")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2-3-2026", date(2026, 3, 2)),
        ("02/03/2026", date(2026, 3, 2)),
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02T10:15:00", date(2026, 3, 2)),
        ("2-3-2026 10:15", date(2026, 3, 2)),
        (datetime(2026, 3, 2, 10), date(2026, 3, 2)),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_as_people_write_it(cell: object, day: date | None) -> None:
    assert read_date(cell) == day


@pytest.mark.parametrize("cell", ["2-3-26", "31-2-2026", "maart 2026", "1-1-0026", 46083])
def test_what_is_no_date_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_date(cell)


def test_names_of_columns_and_plain_texts() -> None:
    assert [column_name(each) for each in (1, 26, 27)] == ["A", "Z", "AA"]
    assert plain_text(12.0) == "12"
    assert plain_text("  een\n twee ") == "een twee"


def test_rows_that_go_back_are_refused() -> None:
    content = rewritten(
        book(["a"], ["b"]), "xl/worksheets/sheet1.xml", '<row r="2">', '<row r="1">'
    )
    with pytest.raises(FileUnreadable, match="beschadigd"):
        lines_of(content)


def test_every_kind_of_cell_is_read() -> None:
    cells = (
        '<row><c t="inlineStr"><is><r><t>Ge</t></r><r><t>deeld</t></r>'
        '<rPh sb="0" eb="1"><t>klank</t></rPh></is></c>'
        '<c t="str"><v>tekst</v></c><c t="b"><v>1</v></c><c t="d"><v>2026-03-02</v></c>'
        "<c><v>1.5E2</v></c><c/><c><v></v></c><c><v>7</v></c></row></sheetData>"
    )
    sheet = "xl/worksheets/sheet1.xml"
    content = rewritten(book(["a"]), sheet, "</sheetData>", cells)
    assert lines_of(content)[1] == Line(
        2, ("Gedeeld", "tekst", True, date(2026, 3, 2), 150.0, None, None, 7)
    )


def test_cells_stand_where_they_say_whatever_the_order_and_the_prefix() -> None:
    cells = (
        '<row r="3"><c r="C3" t="str"><v>derde</v></c><c r="A3"><v>1</v></c></row>'
        '<x:row r="4" xmlns:x="urn:x"> <x:c r="B4" t="inlineStr">\n'
        "<x:is> <x:t>tekst</x:t> </x:is>\n</x:c> </x:row></sheetData>"
    )
    sheet = "xl/worksheets/sheet1.xml"
    content = rewritten(book(["a"]), sheet, "</sheetData>", cells)
    assert lines_of(content)[1:] == [Line(3, (1, None, "derde")), Line(4, (None, "tekst"))]


def test_a_zero_and_a_no_fill_a_line_and_an_empty_text_does_not() -> None:
    cells = (
        '<row><c t="str"><v></v></c></row><row><c><v>0</v></c></row>'
        '<row><c t="b"><v>0</v></c></row></sheetData>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    content = rewritten(book(["a"]), sheet, "</sheetData>", cells)
    assert lines_of(content)[1:] == [Line(3, (0,)), Line(4, (False,))]


@pytest.mark.parametrize(
    "cell", ['<c t="s"><v>99</v></c>', '<c r="12"><v>1</v></c>', "<c><v>veel</v></c>", "<row>"]
)
def test_a_broken_sheet_is_no_crash(cell: str) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    content = rewritten(book(["a"]), sheet, "</sheetData>", f"<row>{cell}</row></sheetData>")
    with pytest.raises(FileUnreadable, match="beschadigd"):
        lines_of(content)
