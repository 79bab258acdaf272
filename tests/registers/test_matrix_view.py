"""The register as the sector's workbook, and that our own reader reads it back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from privacyboard.organisation.models import User
from registers.choices import AccessLevel, CategoryKind, LegalBasis, ProcessGroup, SpecialGround
from registers.exchange.applying import write_plan
from registers.exchange.matrix_view import matrix_workbook, write_matrix
from registers.exchange.planner import make_plan
from registers.exchange.sector_matrix import read_matrix
from registers.exchange.sector_parties import read_controllers, read_processors
from registers.models import ProcessingActivity, read_content
from registers.rules.data_matrix import DataMatrix, data_matrices
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.factories.pictures import kept

SignIn = Callable[[User], Client]
PAGE = "/register/bestanden/matrix.xlsx"


@pytest.fixture
@kept
def register(cast: Cast, now: datetime) -> Cast:
    """V01: the name, for teacher and DUO. V02: health, for a processor and on two bases for DUO.

    V03 is about staff and V04 a concept.
    """
    make.established("V01", at=now)
    care = make.activity("V02")
    health = make.category("health", "=Gezondheid", CategoryKind.SPECIAL)
    make.data_line(
        care,
        category=health,
        special_ground=SpecialGround.UAVG_SCHOOLS,
        necessity="Voor de begeleiding.",
        group=make.group("guardians", "Ouders"),
    )
    make.purpose_line(care, purpose=make.purpose("c"))
    make.access_line(
        care,
        role=make.role("counsellor", "Begeleider"),
        level=AccessLevel.CHANGE,
        category=health,
    )
    make.recipient_line(care, data=[health])
    make.recipient_line(care, party=make.party(), basis=LegalBasis.PUBLIC_TASK, data=[health])
    make.covering(make.product(), at=now)
    make.establish(care, at=now)
    staff = make.bare_activity("V03", process_group=ProcessGroup.STAFF)
    make.purpose_line(staff)
    make.data_line(staff, group=make.group("staff", "Medewerkers"))
    make.access_line(staff, role=make.role("hr", "Personeelszaken"))
    staff.measures.set([make.measure()])
    make.establish(staff, at=now)
    make.activity("V04", name="Een concept")
    return cast


def matrices() -> dict[str, DataMatrix]:
    contents = [read_content(each) for each in ProcessingActivity.objects.exclude(code="V04")]
    return {each.name: each for each in data_matrices(contents)}


def test_a_cross_stands_where_an_activity_gives_data_to_a_party(register: Cast) -> None:
    found = matrices()
    assert list(found) == ["Leerlingen", "Medewerkers"]
    pupils = found["Leerlingen"]
    assert [(each.kind, each.name, each.letters) for each in pupils.columns] == [
        ("role", "Begeleider", ()),
        ("role", "Leraar", ()),
        ("controller", "DUO", ("W", "e")),
        ("processor", "Topicus", ()),
    ]
    assert [(row.category.name, row.purposes, row.groups, row.marks) for row in pupils.rows] == [
        ("=Gezondheid", ("a", "c"), ("Ouders",), ("xw", "x", "x", "x")),
        ("Naam", ("a", "c"), ("Leerlingen",), ("", "x", "x", "")),
    ]
    assert found["Medewerkers"].crosses() == {("Naam", "Personeelszaken"): "x"}


@pytest.mark.requirement("KPO-018")
def test_the_workbook_says_it_all_and_runs_nothing(register: Cast) -> None:
    book = load_workbook(io.BytesIO(matrix_workbook(on=TODAY)))
    assert book.sheetnames == [
        "Overzicht",
        "Leerlingen",
        "Medewerkers",
        "F Verantwoordelijken",
        "G Verwerkers",
    ]
    rows = [[cell.value for cell in row] for row in book["Leerlingen"].iter_rows()]
    assert rows == [
        [None, None, None, "Rollen", None, "Andere verwerkingsverantwoordelijken", "Verwerkers"],
        ["Doelen", "Gegevens", "Betrokkenen", "Begeleider", "Leraar", "DUO", "Topicus"],
        [None, "Grondslag", None, None, None, "W, e", None],
        ["a, c", "'=Gezondheid", "Ouders", "xw", "x", "x", "x"],
        ["a, c", "Naam", "Leerlingen", None, "x", "x", None],
    ]
    assert {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    } == {"s"}
    overview = {row[0].value: row[1].value for row in book["Overzicht"].iter_rows() if row[0].value}
    assert overview["Dataregister"] == "Stichting De Proef"
    assert overview["Gemaakt op"] == "2 maart 2026"
    assert overview["technisch"] == "Reservekopieën"
    assert (overview["W"], overview["e"]) == (
        "wettelijke verplichting",
        "taak van algemeen belang of openbaar gezag",
    )
    suppliers = [[cell.value for cell in row] for row in book["G Verwerkers"].iter_rows()]
    assert suppliers[1] == ["Topicus", "ParnasSys", None, None, "2025-01-01"]
    parties = [[cell.value for cell in row] for row in book["F Verantwoordelijken"].iter_rows()]
    assert [row[:4] for row in parties[1:]] == [
        ["DUO", "'=Gezondheid", "De administratie bijhouden.", "e"],
        ["DUO", "Naam", "De bekostiging.", "W"],
        ["DUO", "Naam", "De bekostiging.", "W"],
    ]


def test_read_back_it_has_the_same_crosses(register: Cast, now: datetime) -> None:
    before = matrices()
    tables = read_matrix(matrix_workbook(on=TODAY), file_name="matrix.xlsx")
    assert tables.problems == []
    assert set(tables.rows) == {
        "activities",
        "activity_purposes",
        "activity_data",
        "activity_access",
        "activity_recipients",
    }
    plan = make_plan(tables)
    assert plan.problems == []
    with transaction.atomic():
        write_plan(plan, by=None, at=now)
    concepts = ProcessingActivity.objects.filter(code__startswith="SECTOR-")
    after = {each.name: each for each in data_matrices([read_content(each) for each in concepts])}
    assert {name: each.crosses() for name, each in after.items()} == {
        "Leerlingen": {
            ("=Gezondheid", "Begeleider"): "xw",
            ("=Gezondheid", "Leraar"): "x",
            ("=Gezondheid", "DUO"): "x",
            ("=Gezondheid", "Topicus"): "x",
            ("Naam", "Leraar"): "x",
            ("Naam", "DUO"): "x",
        },
        "Medewerkers": {("Naam", "Personeelszaken"): "x"},
    }
    assert {name: each.crosses() for name, each in before.items()} == {
        name: each.crosses() for name, each in after.items()
    }
    assert [each.letters for each in after["Leerlingen"].columns] == [(), (), ("W", "e"), ()]


def test_tabs_f_and_g_read_back_without_a_problem(register: Cast) -> None:
    content = matrix_workbook(on=TODAY)
    controllers = read_controllers(content, file_name="matrix.xlsx")
    assert controllers.problems == []
    assert [row.values["data"] for row in controllers.rows["activity_recipients"]] == [
        ["health"],
        ["identity"],
        ["identity"],
    ]
    processors = read_processors(content, file_name="matrix.xlsx")
    assert (processors.problems, processors.rows) == ([], {})


def test_a_group_without_anybody_keeps_its_title(register: Cast) -> None:
    book = Workbook(write_only=True)
    write_matrix(book, matrices()["Medewerkers"])
    file = io.BytesIO()
    book.save(file)
    tables = read_matrix(file.getvalue(), file_name="matrix.xlsx")
    assert tables.problems == []
    assert "activity_recipients" not in tables.rows
    assert len(tables.rows["activity_access"]) == 1


def test_a_board_without_anything_established_gets_an_empty_workbook(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(matrix_workbook(on=TODAY)))
    assert book.sheetnames == ["Overzicht", "F Verantwoordelijken", "G Verwerkers"]


def test_only_who_may_export_gets_the_file(register: Cast, as_user: SignIn) -> None:
    codes = {user.first_name: as_user(user).get(PAGE).status_code for user in register.everybody()}
    assert {name for name, code in codes.items() if code == 200} == {"Fenna", "Ilse"}
    assert set(codes.values()) == {200, 404}
    response = as_user(register.ibp).get(PAGE)
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="dataregister-')
    assert as_user(register.ibp).post(PAGE).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_few_and_for_many(
    cast: Cast, now: datetime, as_user: SignIn, rows: int
) -> None:
    for number in range(rows):
        made = make.activity(f"V{number}")
        product = make.product(f"product{number}", f"Product {number}", f"maker{number}")
        make.covering(product, at=now)
        make.recipient_line(made, processor=product.processor)
        make.establish(made, at=now)
    client = as_user(cast.ibp)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(PAGE).status_code == 200
    assert len(asked) == 8
