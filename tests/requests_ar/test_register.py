"""The register of requests: figures on timeliness, its files, its filters, and who sees what."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import School, User
from requests_ar.letters.register import figures, register_rows
from requests_ar.models import SubjectRequest
from requests_ar.rules.timeliness import Timeliness
from requests_ar.views import register as views
from tests.conftest import TODAY, Cast
from tests.factories import requests as make

AsUser = Callable[[User], Client]
PAGE = "/verzoeken/register/"
PDF, XLSX = f"{PAGE}pdf/", f"{PAGE}verzoeken.xlsx"
LAST = date(2026, 4, 2)


def answered(school: School, at: datetime, on: date, **values: Any) -> SubjectRequest:
    return make.subject_request(school, at=at, state="answered", answered_on=on, **values)


@pytest.fixture
def six(cast: Cast, now: datetime) -> None:
    """De Linde: in time, late, running, withdrawn; De Eik: in time; the board: overdue."""
    answered(cast.linde, now, LAST, kinds=["access", "erasure"])
    answered(cast.linde, now, LAST + timedelta(days=1))
    make.subject_request(cast.linde, at=now)
    make.subject_request(cast.linde, at=now, state="withdrawn", withdrawn_on=TODAY)
    answered(cast.eik, now, date(2026, 3, 12), kinds=["erasure"])
    make.subject_request(
        None,
        at=now,
        received_on=date(2026, 1, 5),
    )


def rows_of(content: bytes, sheet: str = "Verzoeken") -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ({}, None),
        ({"running": 3, "withdrawn": 2}, None),
        ({"in_time": 3}, 100),
        ({"in_time": 999, "late": 1}, 99),
        ({"in_time": 1, "overdue": 1}, 50),
        ({"overdue": 1}, 0),
    ],
)
def test_the_share_in_time_counts_what_is_overdue_and_never_rounds_up(
    counts: dict[str, int], share: int | None
) -> None:
    assert Timeliness("x", **counts).share == share


@pytest.mark.django_db
@pytest.mark.requirement("KPO-040")
def test_figures_per_school_and_per_kind(six: None) -> None:
    on = date(2026, 3, 20)
    found = figures(SubjectRequest.objects.all(), today=on)
    assert found.schools == (
        Timeliness("hele bestuur", total=1, overdue=1),
        Timeliness("De Eik", total=1, in_time=1, days=10),
        Timeliness("De Linde", total=4, in_time=1, late=1, running=1, withdrawn=1, days=32),
    )
    assert found.kinds == (
        Timeliness(
            "inzage", total=5, in_time=1, late=1, running=1, overdue=1, withdrawn=1, days=32
        ),
        Timeliness("verwijdering", total=2, in_time=2, days=20),
    )
    assert found.all == Timeliness(
        "alles", total=6, in_time=2, late=1, running=1, overdue=1, withdrawn=1, days=25
    )
    assert found.all.share == 50


@pytest.mark.django_db
class TestPage:
    def test_a_director_reads_the_figures_of_the_own_school_only(
        self, cast: Cast, as_user: AsUser, six: None, now: datetime
    ) -> None:
        make.subject_request(cast.linde, at=now, is_confidential=True)
        context = as_user(cast.director).get(PAGE).context
        assert [(line.label, line.total) for line in context["figures"].schools] == [
            ("De Linde", 4)
        ]
        assert [(line.label, line.total) for line in context["figures"].kinds] == [
            ("inzage", 4),
            ("verwijdering", 1),
        ]
        everything = as_user(cast.fg).get(PAGE).context["figures"]
        assert everything.all.total == 7

    def test_a_name_on_a_case_counts_once(self, cast: Cast, as_user: AsUser, now: datetime) -> None:
        from requests_ar.actions.guarding import name_person

        made = make.subject_request(cast.linde, at=now, is_confidential=True)
        for user in (cast.director, cast.teacher, cast.care):
            name_person(request=made, user=user, by=None, at=now)
        assert as_user(cast.director).get(PAGE).context["figures"].all.total == 1

    def test_who_sees_it_and_who_takes_it_out(self, cast: Cast, as_user: AsUser) -> None:
        seen = {
            user.first_name: tuple(as_user(user).get(url).status_code for url in (PAGE, XLSX, PDF))
            for user in cast.everybody()
        }
        assert {name: codes for name, codes in seen.items() if codes != (404, 404, 404)} == {
            "Fenna": (200, 200, 200),
            "Ilse": (200, 200, 200),
            "Dirk": (200, 404, 404),
            "Edo": (200, 404, 404),
        }

    @pytest.mark.parametrize(
        ("asked", "numbers"),
        [
            ("", 6),
            ("?school=de-linde", 4),
            ("?school=bestuur", 1),
            ("?soort=erasure", 2),
            ("?stand=late", 1),
            ("?stand=in_time", 2),
            ("?stand=withdrawn", 1),
            ("?van=2026-03-01", 5),
            ("?tot=2026-02-01", 1),
            ("?van=2026-01-05&tot=2026-01-05", 1),
            ("?school=de-linde&soort=erasure", 1),
        ],
    )
    def test_each_filter_narrows_page_and_files_alike(
        self, cast: Cast, as_user: AsUser, six: None, asked: str, numbers: int
    ) -> None:
        client = as_user(cast.ibp)
        assert client.get(PAGE + asked).context["figures"].all.total == numbers
        assert len(rows_of(client.get(XLSX + asked).content)) - 1 == numbers

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("?van=gisteren", "Vul een datum in, zoals 2-3-2026."),
            ("?van=0026-01-01", "Dit jaar ligt voor 1900."),
            ("?van=2026-03-02&tot=2026-03-01", "Deze dag ligt voor de eerste dag."),
            ("?school=nergens", "nergens"),
            ("?soort=%00", "Soort"),
        ],
    )
    def test_a_filter_that_cannot_be_is_told_and_no_file_is_made(
        self, cast: Cast, as_user: AsUser, asked: str, told: str
    ) -> None:
        client = as_user(cast.ibp)
        for url in (PAGE, XLSX, PDF):
            answer = client.get(url + asked)
            assert answer.status_code == 422
            assert told in answer.content.decode()

    def test_a_school_of_another_is_no_filter_of_a_director(
        self, cast: Cast, as_user: AsUser, six: None
    ) -> None:
        assert as_user(cast.director).get(f"{PAGE}?school=de-eik").status_code == 422

    @pytest.mark.parametrize("number", [1, 3])
    @pytest.mark.parametrize("name", ["ibp", "fg", "director"])
    def test_the_page_asks_the_same_whatever_the_number(
        self,
        cast: Cast,
        as_user: AsUser,
        now: datetime,
        django_assert_num_queries: Any,
        name: str,
        number: int,
    ) -> None:
        for _each in range(number):
            make.subject_request(cast.linde, at=now)
            make.subject_request(cast.eik, at=now)
        client = as_user(getattr(cast, name))
        client.get(PAGE)
        with django_assert_num_queries(7):
            client.get(PAGE)


@pytest.mark.django_db
class TestFiles:
    def test_a_row_says_how_it_went_and_no_name_of_the_person(
        self, cast: Cast, as_user: AsUser, now: datetime
    ) -> None:
        request = answered(
            cast.linde,
            now,
            LAST + timedelta(days=1),
            kinds=["access", "erasure"],
            handler=cast.director,
        )
        part = request.parts.get(kind="erasure")
        part.verdict, part.grounds, part.reasons = "refused", ["legal_duty"], "Moet van de wet."
        part.record(by=None, why="proef")
        content = as_user(cast.ibp).get(XLSX).content
        heading, row = rows_of(content)
        told = dict(zip(heading, row, strict=True))
        assert told == {
            "nummer": "V-2026-0001",
            "school": "De Linde",
            "soort": "inzage, verwijdering",
            "hoe ontvangen": "formulier op de website",
            "ontvangen op": datetime(2026, 3, 2),
            "geregistreerd op": datetime(2026, 3, 2),
            "streefdatum": datetime(2026, 4, 2),
            "uiterste dag": datetime(2026, 4, 2),
            "dagen over": None,
            "stand": "beantwoord",
            "verlengd op": None,
            "waarom verlengd": None,
            "behandelaar": "Dirk Linde",
            "besluit": "verwijdering: afgewezen",
            "besloten op": None,
            "beantwoord op": datetime(2026, 4, 3),
            "op tijd": "te laat beantwoord",
            "vertrouwelijk": "nee",
        }
        assert rows_of(content, "Per school")[1] == [
            *("De Linde", 1, 0, 1, 0, 0, 0, 0, 0, 32),
        ]
        for name in (b"Mila", b"Kim Kind"):
            assert name not in content

    def test_no_cell_runs_as_a_formula(self, cast: Cast, as_user: AsUser, now: datetime) -> None:
        cast.linde.name = '=HYPERLINK("x")'
        cast.linde.record(by=None, why="proef")
        make.subject_request(cast.linde, at=now)
        content = as_user(cast.ibp).get(XLSX).content
        book = load_workbook(io.BytesIO(content))
        for sheet in book:
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
                *("s", "inlineStr", "n", "d")
            }
        assert rows_of(content)[1][1] == '\'=HYPERLINK("x")'

    def test_the_paper_has_figures_filters_and_rows(
        self, cast: Cast, as_user: AsUser, six: None
    ) -> None:
        answer = as_user(cast.fg).get(f"{PDF}?school=de-linde&van=2026-03-01")
        pages = PdfReader(io.BytesIO(answer.content)).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        text = text.replace("‐ ", "").replace("- ", "-")
        assert "Gekozen: School: De Linde; Ontvangen vanaf 01-03-2026." in text
        assert "V-2026-0002" in text
        assert "te laat beantwoord" in text
        assert "V-2026-0005" not in text
        assert answer["Content-Type"] == "application/pdf"

    def test_that_it_left_the_house_stands_in_the_log(
        self, cast: Cast, as_user: AsUser, six: None
    ) -> None:
        as_user(cast.ibp).get(XLSX)
        entry = AccessEntry.objects.get(act="exported")
        assert (entry.by, entry.school) == (cast.ibp, None)

    def test_too_much_for_paper_is_told(
        self, cast: Cast, as_user: AsUser, six: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "MOST_ON_PAPER", 5)
        answer = as_user(cast.ibp).get(PDF)
        assert answer.status_code == 422
        assert "Dit zijn meer dan 5 verzoeken." in answer.content.decode()
        assert as_user(cast.ibp).get(f"{PDF}?school=de-linde").status_code == 200

    def test_the_rows_are_one_query(
        self, cast: Cast, six: None, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1):
            rows = list(register_rows(SubjectRequest.objects.all(), today=date(2026, 3, 20)))
        assert [(row.number, row.days_left, row.timely) for row in rows] == [
            ("V-2026-0005", None, "op tijd"),
            ("V-2026-0004", None, ""),
            ("V-2026-0003", 13, ""),
            ("V-2026-0002", None, "te laat beantwoord"),
            ("V-2026-0001", None, "op tijd"),
            ("V-2026-0006", -43, "te laat, nog open"),
        ]
