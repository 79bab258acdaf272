"""The matrix of the sector's dataregister as a concept activity, through dry run and apply."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.choices import AccessLevel, CategoryKind, ImportKind
from registers.exchange.applying import write_plan
from registers.exchange.planner import make_plan
from registers.exchange.rows import Origin, Problem, Tables
from registers.exchange.sector_matrix import read_matrix
from registers.models import (
    AccessLine,
    DataCategory,
    DataLine,
    ExternalParty,
    ProcessingActivity,
    Processor,
    RecipientLine,
    read_content,
)
from tests.conftest import Cast
from tests.factories import registers as make

TITLES = ["", "", "Rollen", "", "Andere verwerkingsverantwoordelijken", "", "Verwerkers"]
NAMES = ["Doelen", "Gegevens", "Leraar", "Directeur", "DUO", "Leerplicht", "Topicus B.V."]
LETTERS = ["", "Grondslag", "", "", "W", "e", ""]
ROWS = [
    ["a, b", "Naam", "x", "xw", "X", "", "x"],
    ["a", "Huisdier", "", "x", "", "", ""],
    ["", "Verzuim en verlof", "x", "", "", "x", ""],
]


def workbook(*rows: list[Any], title: str = "Leerlingen") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


SAMPLE = ["Dataregister van een school"], [], TITLES, NAMES, LETTERS, *ROWS


@pytest.fixture
def lists(cast: Cast) -> Cast:
    """What the board has already; "Huisdier" and the attendance officer are not in its lists."""
    for letter in ("a", "b"):
        make.purpose(letter)
    make.group()
    make.category()
    make.category("absence", "Verzuim en verlof")
    make.role()
    make.role("management", "Schooldirectie")
    make.party("duo", "Dienst Uitvoering Onderwijs (DUO)")
    make.processor()
    return cast


def read(content: bytes, name: str = "dataregister.xlsx") -> Tables:
    return read_matrix(content, file_name=name)


def values(tables: Tables, name: str) -> list[dict[str, Any]]:
    return [row.values for row in tables.rows.get(name, [])]


def apply(tables: Tables, at: datetime) -> dict[str, int]:
    plan = make_plan(tables)
    assert plan.problems == []
    with transaction.atomic():
        write_plan(plan, by=None, at=at)
    return plan.counts()


def test_names_are_matched_and_what_is_new_becomes_an_entry(lists: Cast) -> None:
    tables = read(workbook(*SAMPLE))
    assert tables.problems == []
    assert [row["code"] for row in values(tables, "data_categories")] == ["huisdier"]
    assert values(tables, "external_parties") == [
        {
            "code": "leerplicht",
            "name": "Leerplicht",
            "kind": "controller",
            "source": "werkboek dataregister.xlsx",
        }
    ]
    assert "internal_roles" not in tables.rows
    assert "processors" not in tables.rows
    assert tables.rows["data_categories"][0].origin == Origin("Leerlingen", 7)


def test_it_is_one_concept_that_tells_what_it_is(lists: Cast) -> None:
    tables = read(workbook(*SAMPLE))
    (activity,) = values(tables, "activities")
    assert (activity["code"], activity["name"]) == (
        "SECTOR-LL",
        "Dataregister van de sector: Leerlingen",
    )
    assert activity["owner"] == "nog te bepalen"
    purposes = values(tables, "activity_purposes")
    assert [(each["purpose"], each["basis"]) for each in purposes] == [
        ("a", "public_task"),
        ("b", "public_task"),
    ]
    assert "De grondslag staat daar niet in" in purposes[0]["explanation"]


def test_every_cross_is_a_line(lists: Cast) -> None:
    tables = read(workbook(*SAMPLE))
    assert {
        (each["role"], each["category"], each["level"])
        for each in values(tables, "activity_access")
    } == {
        ("teacher", "identity", "view"),
        ("management", "identity", "change"),
        ("management", "huisdier", "view"),
        ("teacher", "absence", "view"),
    }
    assert {
        (each["kind"], each["processor"] or each["party"], each["basis"], tuple(each["data"]))
        for each in values(tables, "activity_recipients")
    } == {
        ("controller", "duo", "legal_duty", ("identity",)),
        ("controller", "leerplicht", "public_task", ("absence",)),
        ("processor", "topicus", "", ("identity",)),
    }
    assert [(each["category"], each["necessity"]) for each in values(tables, "activity_data")] == [
        ("identity", "Doelen volgens het werkboek: a, b."),
        ("huisdier", "Doelen volgens het werkboek: a."),
        ("absence", ""),
    ]


def test_from_dry_run_to_a_concept_with_the_crosses(lists: Cast, now: datetime) -> None:
    tables = read(workbook(*SAMPLE))
    assert ProcessingActivity.objects.count() == 0
    counts = apply(tables, now)
    assert (counts["new"], counts["refused"], counts["problems"]) == (15, 0, 0)
    activity = ProcessingActivity.objects.get(code="SECTOR-LL")
    assert (activity.status, activity.all_schools) == ("concept", True)
    content = read_content(activity)
    assert {
        (line.role.name, line.category.name, line.level) for line in content.access if line.category
    } == {
        ("Leraar", "Naam", AccessLevel.VIEW),
        ("Schooldirectie", "Naam", AccessLevel.CHANGE),
        ("Schooldirectie", "Huisdier", AccessLevel.VIEW),
        ("Leraar", "Verzuim en verlof", AccessLevel.VIEW),
    }
    assert {
        (line.party.name, line.basis, tuple(each.name for each in line.data))
        for line in content.recipients
    } == {
        ("Dienst Uitvoering Onderwijs (DUO)", "legal_duty", ("Naam",)),
        ("Leerplicht", "public_task", ("Verzuim en verlof",)),
        ("Topicus", "", ("Naam",)),
    }
    assert make.history_of(activity) == [("systeem", "ingelezen")]
    assert AccessLine.history.count() == 4


def test_the_ibp_manager_looks_first_and_then_applies(lists: Cast, now: datetime) -> None:
    kind = ImportKind.SECTOR_MATRIX
    given: dict[str, Any] = {"kind": kind, "by": lists.ibp, "at": now}
    run = actions.read_import(content=workbook(*SAMPLE), file_name="matrix.xlsx", **given)
    assert (run.state, run.counts["new"], run.counts["refused"]) == ("checked", 15, 0)
    assert ProcessingActivity.objects.count() == 0
    done = actions.apply_import(run=run, by=lists.ibp, at=now)
    assert done.state == "applied"
    assert AccessLine.objects.filter(activity__code="SECTOR-LL").count() == 4
    wrong = workbook(*changed(6, 3, "soms"))
    refused = actions.read_import(content=wrong, file_name="matrix.xlsx", **given)
    assert (refused.state, refused.counts["problems"]) == ("refused", 1)
    with pytest.raises(actions.ImportRefused):
        actions.apply_import(run=refused, by=lists.ibp, at=now)


def test_reading_it_in_again_changes_nothing(lists: Cast, now: datetime) -> None:
    apply(read(workbook(*SAMPLE)), now)
    activity = ProcessingActivity.objects.get()
    activity.owner = "Directeur"
    activity.record(by=None, why="aangevuld")
    line = DataLine.objects.get(category__code="identity")
    line.necessity = "Anders weten wij niet wie het is."
    line.record(by=None, why="aangevuld")
    counts = apply(read(workbook(*SAMPLE)), now)
    assert (counts["new"], counts["changed"]) == (0, 0)
    line.refresh_from_db()
    assert line.necessity == "Anders weten wij niet wie het is."


def test_guarded_data_wait_for_their_ground(lists: Cast, now: datetime) -> None:
    make.category("bsn", "Burgerservicenummer", CategoryKind.NATIONAL_NUMBER)
    rows = [*SAMPLE, ["a", "BSN", "x", "", "x", "", ""]]
    apply(read(workbook(*rows)), now)
    assert not DataLine.objects.filter(category__code="bsn").exists()
    assert AccessLine.objects.filter(category__code="bsn", role__code="teacher").exists()
    assert RecipientLine.objects.get(party__code="duo").data.filter(code="bsn").exists()
    activity = ProcessingActivity.objects.get()
    assert activity.description.endswith(
        "Nog toe te voegen, want de wet vraagt er een grond bij: Burgerservicenummer."
    )


def test_a_csv_with_the_letters_above_the_names_reads_the_same(lists: Cast) -> None:
    lines = [TITLES, ["", "", "", "", "W", "e", ""], NAMES, *ROWS]
    text = "\r\n".join(";".join(line) for line in lines)
    found = read(text.encode("cp1252"), "leerlingen.csv")
    same = read(workbook(*SAMPLE))
    assert found.problems == []
    for name in ("activity_access", "activity_recipients", "activity_purposes"):
        assert values(found, name) == values(same, name)


def test_other_layouts_are_understood(lists: Cast) -> None:
    """A column per purpose, the letter behind the name, people in a heading, a mark per cell."""
    make.group("guardians", "Ouders en verzorgers")
    titles = ["", "", "", "Rollen", "Ontvangers", "Verwerkers", ""]
    names = ["a", "b", "Persoonsgegevens", "Leraar", "DUO (W)", "Topicus", "Toelichting"]
    rows = [
        ["", "", "Leerlingen", "", "", "", ""],
        ["x", "", "Naam", "✓", "e", "ja", "vrije tekst"],
        ["", "", "Ouders en verzorgers", "", "", "", ""],
        ["x", "x", "Naam", "", "x", "", ""],
    ]
    tables = read(workbook(titles, names, *rows))
    assert tables.problems == []
    assert [
        (each["group"], each["category"], each["necessity"])
        for each in values(tables, "activity_data")
    ] == [
        ("pupils", "identity", "Doelen volgens het werkboek: a."),
        ("guardians", "identity", "Doelen volgens het werkboek: a, b."),
    ]
    assert [
        (each["party"], each["basis"], each["data"])
        for each in values(tables, "activity_recipients")
        if each["party"]
    ] == [("duo", "legal_duty", ["identity"]), ("duo", "public_task", ["identity"])]


def test_each_matrix_of_a_workbook_is_an_activity_of_its_own(lists: Cast) -> None:
    make.group("staff", "Medewerkers")
    book = Workbook()
    for title in ("Overzicht", "Leerlingen po", "Leerlingen vo", "Personeel"):
        sheet = book.create_sheet(title)
        for row in SAMPLE if title != "Overzicht" else ([["Naam", "De Proef"]]):
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    tables = read(file.getvalue())
    assert [(each["code"], each["process_group"]) for each in values(tables, "activities")] == [
        ("SECTOR-LL", "enrolment"),
        ("SECTOR-LL-2", "enrolment"),
        ("SECTOR-MW", "staff"),
    ]
    assert {each["group"] for each in values(tables, "activity_data")} == {"pupils", "staff"}
    assert len(values(tables, "data_categories")) == 1


def changed(row: int, column: int, text: str) -> list[list[Any]]:
    """The sample with one cell changed; row and column as a person counts them."""
    rows = [list(each) for each in SAMPLE]
    rows[row - 1] = [*rows[row - 1], *[""] * (column - len(rows[row - 1]))]
    rows[row - 1][column - 1] = text
    return rows


@pytest.mark.parametrize(
    ("row", "column", "text", "place", "sentence"),
    [
        (4, 4, "Leraar", (4, "D"), "Kolom “Leraar” staat er twee keer: ook in kolom C."),
        (
            4,
            6,
            "Dienst Uitvoering Onderwijs",
            (4, "F"),
            "“Dienst Uitvoering Onderwijs” is in onze lijst hetzelfde als “DUO” in kolom E.",
        ),
        (4, 1, "Kleur", (4, "A"), "Kolom “Kleur” is onbekend. Haal deze kolom weg, of geef hem een "
            "naam als “Gegevens” of “Doelen”."),
        (4, 1, "Gegevens", (4, "B"), "Kolom “Gegevens” staat er twee keer: ook in kolom A."),
        (4, 7, "Topicus " * 30, (4, "G"), "Deze naam is langer dan 200 tekens."),
        (5, 5, "q", (5, "E"), "Letter “q” is geen grondslag. Gebruik W (wettelijke verplichting), "
            "a, b, d, e of f."),
        (5, 6, "", (4, "F"), "Bij “Leerplicht” staat geen letter voor de grondslag. Zet onder de "
            "naam W (wettelijke verplichting), a, b, d, e of f."),
        (6, 1, "a, z", (6, "A"), "Doel “z” staat niet in uw lijst van doelen. Voeg het eerst toe."),
        (6, 2, "", (6, "C"), "Hier staat een kruisje, maar vooraan ontbreekt het gegeven."),
        (6, 2, "BSN 123456782", (6, "B"), "Hier staat een nummer dat een BSN kan zijn. "
            "Haal het weg."),
        (6, 3, "soms", (6, "C"), "Hier staat “soms”. Zet een kruisje (x) of laat de cel leeg."),
        (6, 6, "q", (6, "F"), "Letter “q” is geen grondslag. Gebruik W (wettelijke verplichting), "
            "a, b, d, e of f."),
        (7, 8, "x", (7, "H"), "Boven dit kruisje staat geen naam. Zet de naam in regel 4."),
        (7, 3, "=1+1", (7, "C"), "Deze cel bevat een formule. Zet er de uitkomst in (kopiëren, "
            "plakken speciaal: waarden)."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell(
    lists: Cast, row: int, column: int, text: str, place: tuple[int, str], sentence: str
) -> None:
    tables = read(workbook(*changed(row, column, text)))
    assert tables.problems[0] == Problem(Origin("Leerlingen", place[0]), place[1], sentence)
    assert "activities" not in tables.rows
    assert not make_plan(tables).may_be_applied
    assert (ProcessingActivity.objects.count(), DataCategory.objects.count()) == (0, 2)


def test_a_sheet_says_about_whom_it_is(lists: Cast) -> None:
    tables = read(workbook(*SAMPLE, title="Blad1"))
    assert tables.problems == [
        Problem(
            Origin("Blad1", 4),
            "",
            "Het is niet duidelijk over wie deze matrix gaat. Noem het blad (of het CSV-bestand) "
            "“Leerlingen”, “Medewerkers” of “Overige betrokkenen”.",
        )
    ]


def test_a_matrix_without_data_in_front_is_told(lists: Cast) -> None:
    tables = read(workbook(["Rollen", "Verwerkers"], ["Leraar", "Topicus"], ["x", "x"]))
    assert [(each.origin.row, each.sentence) for each in tables.problems][:1] == [
        (2, "Vóór de rollen ontbreekt een kolom met de gegevens. Noem hem “Gegevens”.")
    ]
    assert "activities" not in tables.rows


def test_a_file_without_a_matrix_is_refused(lists: Cast) -> None:
    with pytest.raises(FileUnreadable, match="Er is geen matrix gevonden"):
        read(b"Naam;Adres\nDe Proef;Proefweg 1\n", "leerlingen.csv")


def test_a_row_in_another_encoding_stops_the_file(lists: Cast) -> None:
    lines = [TITLES, NAMES, LETTERS, ["a", "Café", "x", "", "", "", ""]]
    start = "\n".join(";".join(line) for line in lines).encode()
    content = start + "\na;Privé;x;;;;\n".encode("cp1252")
    tables = read(content, "leerlingen.csv")
    (problem,) = tables.problems
    assert (problem.origin, problem.column) == (Origin("leerlingen.csv", 5), "")
    assert problem.sentence.startswith("Deze regel is opgeslagen als Windows-1252")


def test_what_the_list_already_knows_by_two_names_stays_one(lists: Cast) -> None:
    """Two entries share "(OP)": that word stands for neither, and becomes an entry of its own."""
    make.role("mentor", "Mentor (OP)")
    make.role("docent", "Docent (OP)")
    tables = read(workbook(*changed(4, 3, "OP")))
    assert tables.problems == []
    assert [row["code"] for row in values(tables, "internal_roles")] == ["op"]


@pytest.mark.parametrize("count", [1, 300])
def test_reading_costs_the_same_for_few_and_for_many(lists: Cast, count: int) -> None:
    extra = [["a", f"Gegeven {number}", "x", "", "x", "", "x"] for number in range(count)]
    content = workbook(*SAMPLE, *extra)
    with CaptureQueriesContext(connection) as asked:
        tables = read(content)
    assert len(values(tables, "data_categories")) == count + 1
    assert len(asked) == 11


def test_a_long_file_is_bounded(lists: Cast) -> None:
    line = b";;;;;;\n"
    head = "\n".join(";".join(each) for each in [TITLES, NAMES, LETTERS]).encode() + b"\n"
    many = head + b"a;Naam;x;;;;\n" * 100_000
    with pytest.raises(FileUnreadable, match=r"meer dan 100\.000 regels"):
        read(many, "leerlingen.csv")
    wrong = head + b"a;Naam;soms;;;;\n" * 2_000 + line
    assert len(read(wrong, "leerlingen.csv").problems) == 1_000


def test_nothing_is_written_by_reading(lists: Cast) -> None:
    before = (ExternalParty.objects.count(), Processor.objects.count())
    read(workbook(*SAMPLE))
    assert (ExternalParty.objects.count(), Processor.objects.count()) == before
