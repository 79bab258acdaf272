"""Files made to do harm, or that a program broke: an answer in words, and nothing is kept."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.people.models import PeopleFile
from tests.conftest import Cast
from tests.people.conftest import TakeIn, lines

HEAD = "Leerlingnummer;Roepnaam;Achternaam;Geboortedatum;Groep;Ouder 1;E-mail ouder 1"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with another part in the place of one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as had, zipfile.ZipFile(out, "w") as archive:
        for each in had.namelist():
            archive.writestr(each, part if each == name else had.read(each))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
PLAIN = workbook(["Leerlingnummer", "Roepnaam", "Achternaam"], ["1", "Noor", "Visser"])
ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&e;</t></si>'
    b"</sst>"
)
WIDE = ";".join(f"Kolom {n}" for n in range(100_000)).encode() + b"\n1;Noor\n"


@pytest.mark.parametrize(
    "content",
    [
        WIDE,
        with_part(PLAIN, STRINGS, ENTITY),
        with_part(PLAIN, SHEET, b"<worksheet" * 1000),
        PLAIN[: len(PLAIN) // 2],
        b"PK\x03\x04" + b"\x00" * 200,
        b"\xff\xfe\x00\x00" * 50,
        b"\x00" * 4000,
        b'<?xml version="1.0" encoding="utf-7"?><EDEX/>',
        b'<?xml version="1.0" encoding="nergens"?><EDEX/>',
        b'<!DOCTYPE EDEX SYSTEM "http://127.0.0.1:9/x.dtd"><EDEX/>',
        b"<EDEX " + b" ".join(b'a%d="1"' % n for n in range(20_000)) + b"/>",
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    cast: Cast, look: TakeIn, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    with caplog.at_level(logging.DEBUG):
        try:
            file = look(content, file_name="lijst.xlsx")
        except ActRefused as refusal:
            said = str(refusal)
        else:
            said = file.problem or str(file.report.get("problems"))
    assert said
    assert "root:" not in said
    assert "Traceback" not in said + caplog.text
    assert not Pupil.objects.exists()


def test_signs_that_no_name_has_do_not_break_the_reading(cast: Cast, take_in: TakeIn) -> None:
    odd = "1;No\x1for\t\\N;Vis\\.ser;12-5-2016;7a;=HYPERLINK(1);sanne@x.example"
    file = take_in(f"{HEAD}\n{odd}\n\\.;Daan;Visser;;7a;;\n".encode())
    assert file.report["counts"]["pupils"]["new"] == 2
    noor = Pupil.objects.get(key="1")
    assert "\x1f" not in noor.name
    assert Pupil.objects.filter(key="\\.").exists()
    # A formula is no name: it is left out, and that is said.
    assert (str(Guardian.objects.get()), file.report["remark_count"]) == ("sanne@x.example", 1)


def test_of_two_columns_of_one_name_the_second_is_left_out(cast: Cast, look: TakeIn) -> None:
    file = look("Leerlingnummer;Leerlingnummer;Roepnaam;Achternaam\n1;2;Noor;Visser\n")
    assert file.mapping["columns"] == ["key", "", "first", "last"]
    assert [each["who"] for each in file.report["rows"]] == ["Noor Visser (1)"]


def test_nothing_of_a_row_stands_in_a_log(
    cast: Cast, take_in: TakeIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        take_in(lines(HEAD, "1;Geheimnaam;Visser;12-5-2016;7a;Sanne Visser;geheim@x.example"))
        take_in(lines(HEAD, "1;Geheimnaam;Visser;13-5-2016;7a;Sanne Visser;geheim2@x.example"))
    # What the database itself is told in a test is no log of ours.
    ours = [each.getMessage() for each in caplog.records if each.name != "django.db.backends"]
    assert not [each for each in ours if "eheim" in each]
    assert "eheim" not in str(list(PeopleFile.objects.values_list("report", flat=True)))
