"""A list of people to tell: files of every make, hostile ones too, and what becomes of each row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from datalekken.forms.told_list import read_list
from datalekken.models import Breach, Telling
from privacyboard.organisation.models import User
from privacyboard.sheets.faults import FileUnreadable
from tests.conftest import Cast
from tests.factories import breaches as leak
from tests.factories import tellings as make

AsUser = Callable[[User], Client]
HEAD = "naam;rol;over wie;geboortedatum;e-mail;adres"
MILA = "Mila Moeder;ouder;Jip;1-2-2018;mila@ouders.example;"
CLASS = f"{HEAD}\n{MILA}\nVéra Vader;verzorger;Jip;2018-02-01;;Dorpsstraat 1\n"


def book(*rows: list[object]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


HEADINGS: list[object] = ["Naam", "Rol", "Over wie", "Geboortedatum", "E-mail", "Adres"]

# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        CLASS.encode(),
        CLASS.encode("cp1252"),
        CLASS.encode("utf-8-sig"),
        CLASS.encode("utf-16"),
        CLASS.replace(";", "\t").encode(),
        CLASS.replace(";", ",").encode(),
        CLASS.replace("\n", "\r\n").encode(),
        CLASS.replace("\n", "\r").encode(),
        ("sep=;\n" + CLASS).encode(),
        book(
            HEADINGS,
            ["Mila Moeder", "ouder", "Jip", date(2018, 2, 1), "mila@ouders.example", None],
            ["Véra Vader", "verzorger", "Jip", "1-2-2018", None, "Dorpsstraat 1"],
        ),
    ],
    ids=["utf8", "cp1252", "bom", "utf16", "tabs", "commas", "crlf", "cr", "sep", "xlsx"],
)
def test_every_make_of_a_list_says_the_same(content: bytes) -> None:
    rows = read_list(content, file_name="klas").rows
    assert [each.problem for each in rows] == ["", ""]
    mila, vera = (each.who for each in rows)
    assert (mila.name, mila.role, mila.about, mila.born_on, mila.email) == (
        "Mila Moeder",
        "parent",
        "Jip",
        date(2018, 2, 1),
        "mila@ouders.example",
    )
    assert (vera.name, vera.role, vera.email, vera.address) == (
        "Véra Vader",
        "parent",
        "",
        "Dorpsstraat 1",
    )


def test_columns_stand_in_any_order_and_others_are_not_kept() -> None:
    found = read_list(b"E-mailadres,Klas,BSN,Leerling,Naam\nm@x.example,4b,111222333,Jip,Mila\n")
    assert found.rows[0].who.about == "Jip"
    assert found.unused == ("Klas", "BSN")
    assert "111222333" not in found.text
    assert found.rows[0].problem == ""


def test_rows_keep_their_numbers_when_the_list_is_read_again() -> None:
    address = "Dorpsstraat 1\n1234 AB Proefstad"
    content = book(
        ["Klas 4b"], [], HEADINGS, [], ["Mila", "ouder", "Jip", None, None, address],
        [], ["Vera", "ouder", "Jip", None, "v@x.example", None],
    )  # fmt: skip
    first = read_list(content, file_name="klas.xlsx")
    again = read_list(first.text.encode())
    assert [each.row for each in first.rows] == [5, 7]
    assert again.rows == first.rows
    assert again.rows[0].who.address == address


def test_a_formula_stays_a_fault_when_the_list_is_read_again() -> None:
    content = book(HEADINGS, ["Mila", "ouder", "Jip", None, '=HYPERLINK("x")', "Dorpsstraat 1"])
    first = read_list(content, file_name="klas.xlsx")
    again = read_list(first.text.encode())
    assert first.rows[0].problem.startswith("Deze cel bevat een formule.")
    assert again.rows[0].problem == first.rows[0].problem


def test_a_row_in_another_encoding_is_told() -> None:
    content = HEAD.encode() + b";\n" + "Zoë;ouder;Jip;;z@x.example\n".encode() * 3
    content += "Chloé;ouder;Jip;;c@x.example\n".encode("cp1252")
    found = read_list(content)
    assert found.odd == (5,)
    assert found.rows[3].who.name == "Chloé"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Mila;koning;Jip;;m@x.example;", "De rol “koning” is niet bekend."),
        ("Mila;ouder;Jip;31-02-2018;m@x.example;", "De geboortedatum is niet te lezen."),
        ("Mila;ouder;Jip;1-2-18;m@x.example;", "De geboortedatum is niet te lezen."),
        (f"{'x' * 201};ouder;Jip;;m@x.example;", "De tekst bij “naam” is te lang."),
        ("Mila 111222333;ouder;Jip;;m@x.example;", "een nummer dat een BSN kan zijn"),
        ("=1+1;ouder;Jip;;m@x.example;", "Deze cel bevat een formule."),
        ("Mi\ufffdla;ouder;Jip;;m@x.example;", "een teken dat niet te lezen is"),
    ],
)
def test_what_is_wrong_with_a_row_is_told(row: str, words: str) -> None:
    found = read_list(f"{HEAD}\n{row}\n".encode())
    assert found.rows[0].row == 2
    assert words in found.rows[0].problem


def test_signs_that_steer_a_printer_are_no_part_of_a_name() -> None:
    found = read_list(f"{HEAD}\nMi\x08la\x1b[31m;ouder;Jip;;m@x.example;\n".encode())
    assert found.rows[0].who.name == "Mi la [31m"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 200_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "veel te groot"),
        (f"{HEAD}\n".encode() + MILA.encode() * 120_000, "te groot"),
        (f"{HEAD}\n".encode() + b"M;ouder;J;;m@x.example;\n" * 100_000, "meer dan 10.000 regels"),
        (CLASS.encode().replace(b"Mila", b"Mi\x00la"), "geen tekstbestand"),
        (b"", "leeg"),
        (b" \n \n", "leeg"),
        (b"voornaam;klas\nMila;4b\n", "geen namen van kolommen"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "oud Excel-bestand"),
        (b"PK\x03\x04" + b"x" * 600, "beschadigd"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "geen namen van kolommen"),
        (f"{HEAD}\n".encode() + b"\n" * 30_000 + MILA.encode(), "te veel lege regels"),
        ((HEAD + '\n"' + "x" * 200_000 + '"').encode(), "kan niet worden gelezen"),
    ],
    ids=[
        *("bomb", "large", "100000", "nul", "empty", "blank", "columns", "xls", "zip", "pdf"),
        *("far", "endless"),
    ],
)
def test_a_hostile_file_gets_an_answer_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileUnreadable, match=words):
        read_list(content, file_name="lijst")


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def round_on_the_web(cast: Cast) -> tuple[str, Telling]:
    now = timezone.now()
    case: Breach = leak.decided(leak.breach(cast.linde, at=now), at=now, by=cast.ibp)
    telling = make.telling(case, at=now, by=cast.ibp)
    return f"/datalekken/{case.number}/ontvangers-lijst/{telling.pk}/", telling


def looked(page: str) -> str:
    found = re.search(r'name="looked" value="([0-9a-f]*)"', page)
    assert found
    return found.group(1)


def test_a_file_is_looked_at_first_and_then_added(
    cast: Cast, as_user: AsUser, round_on_the_web: tuple[str, Telling]
) -> None:
    address, telling = round_on_the_web
    web = as_user(cast.ibp)
    rows = f"{MILA}\n{MILA}\nJip;leerling;;1-2-2018;jip@x.example;\nFout;ouder;;;geen-adres;\n"
    upload = SimpleUploadedFile("klas.csv", f"{HEAD};klas\n{rows}".encode())

    page = web.post(address, {"upload": upload, "lines": ""}).content.decode()

    assert telling.people.count() == 0
    assert "1 persoon komt op de lijst." in page
    assert "3 regels niet." in page
    assert "Dubbel: staat al op regel 2." in page
    assert "Deze leerling is nog geen 16" in page
    assert "Dit e-mailadres klopt niet." in page
    assert "niet gebruikt en niet bewaard:</p>" not in page
    assert "klas." in page

    found = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert found
    done = web.post(address, {"lines": found.group(1), "looked": looked(page)}, follow=True)
    assert "Er staat 1 persoon meer op de lijst. 3 niet" in done.content.decode()
    assert telling.people.get().name == "Mila Moeder"


def test_lines_that_changed_since_they_were_looked_at_are_looked_at_again(
    cast: Cast, as_user: AsUser, round_on_the_web: tuple[str, Telling]
) -> None:
    address, telling = round_on_the_web
    web = as_user(cast.ibp)
    text = f"{HEAD}\n{MILA}\n"
    digest = looked(web.post(address, {"lines": text}).content.decode())
    other = text.replace("Mila", "Myla")
    page = web.post(address, {"lines": other, "looked": digest}).content.decode()
    assert telling.people.count() == 0
    assert "Myla Moeder" in page
    web.post(address, {"lines": other, "looked": looked(page)})
    assert telling.people.get().name == "Myla Moeder"


def test_parents_from_16_come_along_with_a_reason_alone(
    cast: Cast, as_user: AsUser, round_on_the_web: tuple[str, Telling]
) -> None:
    address, telling = round_on_the_web
    web = as_user(cast.ibp)
    born = timezone.localdate() - timedelta(days=17 * 366)
    text = f"{HEAD}\nMila Moeder;ouder;Jip;{born:%d-%m-%Y};mila@ouders.example;\n"

    page = web.post(address, {"lines": text}).content.decode()
    assert "Moeten de ouders het ook weten?" in page
    page = web.post(address, {"lines": text, "parents_too": "on"}).content.decode()
    assert "Schrijf op waarom de ouders dit ook moeten weten." in page
    why = {"parents_too": "on", "parents_reason": "zij betalen de rekening"}
    page = web.post(address, {"lines": text, **why}).content.decode()
    web.post(address, {"lines": text, **why, "looked": looked(page)})
    assert telling.people.get().rule == (
        "16 of 17 jaar: ook de ouders, want zij betalen de rekening"
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Kies een bestand of plak de regels."),
        ({"lines": "naam;rol\n"}, "In deze lijst staat nog niemand."),
        ({"lines": "<script>alert(1)</script>"}, "geen namen van kolommen"),
        ({"lines": "naam\x00;rol"}, "NULL"),
    ],
)
def test_what_cannot_be_read_is_told_and_stays(
    cast: Cast,
    as_user: AsUser,
    round_on_the_web: tuple[str, Telling],
    given: dict[str, str],
    words: str,
) -> None:
    address, telling = round_on_the_web
    page = as_user(cast.ibp).post(address, given)
    assert page.status_code == 200
    assert words.lower() in page.content.decode().lower()
    assert "<script>alert" not in page.content.decode()
    assert telling.people.count() == 0


def test_html_in_a_name_is_text_on_every_page(
    cast: Cast, as_user: AsUser, round_on_the_web: tuple[str, Telling]
) -> None:
    address, telling = round_on_the_web
    web = as_user(cast.ibp)
    text = f"{HEAD}\n<b>Mila</b>;anders;;;mila@ouders.example;\n"
    page = web.post(address, {"lines": text}).content.decode()
    done = web.post(address, {"lines": text, "looked": looked(page)}, follow=True)
    for shown in (page, done.content.decode()):
        assert "&lt;b&gt;Mila&lt;/b&gt;" in shown
        assert "<b>Mila" not in shown
    assert telling.people.count() == 1


def test_ten_thousand_rows_go_in(
    cast: Cast, as_user: AsUser, round_on_the_web: tuple[str, Telling]
) -> None:
    address, telling = round_on_the_web
    web = as_user(cast.ibp)
    rows = "".join(
        f"Ouder {number};ouder;Kind {number};1-2-2018;o{number}@ouders.example;\n"
        for number in range(10_000)
    )
    upload = SimpleUploadedFile("iedereen.csv", f"{HEAD}\n{rows}".encode())
    page = web.post(address, {"upload": upload}).content.decode()
    assert "10000 mensen komen op de lijst." in page.replace(".000", "000")
    found = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert found
    assert web.post(address, {"lines": found.group(1), "looked": looked(page)}).status_code == 302
    assert telling.people.count() == 10_000
