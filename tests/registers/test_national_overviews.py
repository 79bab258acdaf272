"""The signing service's overview and the national test, laid beside the board's own agreements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.models import User
from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.choices import OverviewKind
from registers.exchange.national import problems_in_words, read_overview
from registers.models import NationalOverview
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.test_sector_matrix import workbook

SignIn = Callable[[User], Client]
PAGE = "/register/landelijk/"
SIGNING = OverviewKind.SIGNING_SERVICE.value
TEST = OverviewKind.NATIONAL_TEST.value
HEAD = "Leverancier;Product;Status;Datum ondertekend;Versie;BRIN"


class TestReading:
    def test_headings_are_read_by_what_they_mean(self) -> None:
        text = (
            "Overzicht van 2 maart;;;;\n"
            "NAAM LEVERANCIER;Applicatie;Stand;Ondertekend op;Kleur\n"
            "Topicus;ParnasSys;Getekend;1-2-2025;groen\n"
        )
        found = read_overview(text.encode("cp1252"), file_name="o.csv", kind=SIGNING)
        assert found.problems == []
        assert found.unknown == ["Kleur"]
        assert found.rows == [
            {
                "supplier": "Topicus",
                "product": "ParnasSys",
                "status": "Getekend",
                "signed_on": "2025-02-01",
            }
        ]

    def test_a_workbook_with_real_dates_reads_the_same(self) -> None:
        content = workbook(
            ["Product", "Resultaat", "Datum", "Opmerking"], ["A", "Goed", date(2025, 2, 1), None]
        )
        found = read_overview(content, file_name="t.xlsx", kind=TEST)
        assert found.rows == [
            {"product": "A", "outcome": "Goed", "tested_on": "2025-02-01", "remark": ""}
        ]

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (
                "Topicus;P;Getekend;soon;4.0;",
                ", kolom D: “soon” is geen datum. Schrijf hem als 2-3-2026.",
            ),
            (";;Getekend;;;", ": Deze regel noemt geen leverancier en geen product."),
            (f"{'x' * 301};P;;;;", ", kolom A: Deze tekst is langer dan 300 tekens."),
            (
                "Topicus;P;123456782;;;",
                ", kolom C: Hier staat een nummer dat een BSN kan zijn. Haal het weg.",
            ),
            (
                'Topicus;"=1+1";;;;',
                ", kolom B: Deze cel bevat een formule. "
                "Zet er de uitkomst in (kopiëren, plakken speciaal: waarden).",
            ),
        ],
    )
    def test_what_is_wrong_is_told_at_its_cell(self, row: str, words: str) -> None:
        text = f"{HEAD}\nTopicus;Goed;Getekend;;;\n{row}\n"
        found = read_overview(text.encode(), file_name="o.csv", kind=SIGNING)
        assert list(problems_in_words(found.problems)) == [f"o.csv, regel 3{words}"]

    def test_a_doubled_heading_is_told(self) -> None:
        text = f"{HEAD};Supplier\nTopicus;P;;;;;X\n"
        found = read_overview(text.encode(), file_name="o.csv", kind=SIGNING)
        assert list(problems_in_words(found.problems)) == [
            "o.csv, regel 1, kolom G: Deze kolom staat er twee keer: hij betekent hetzelfde als A."
        ]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (HEAD, "Onder de koppen staan geen regels."),
            ("Naam;Adres\nA;B", "Er is geen regel met koppen gevonden. Nodig is een kolom"),
            (HEAD + "\nTopicus;P;;;;" * 5_001, "Dit overzicht heeft meer dan 5.000 regels."),
        ],
    )
    def test_what_cannot_be_read_is_said(self, text: str, sentence: str) -> None:
        with pytest.raises(FileUnreadable) as refusal:
            read_overview(text.encode(), file_name="o.csv", kind=SIGNING)
        assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "anders"}, "Kies welk overzicht dit is."),
        ({"rows": []}, "Er staan geen regels in dit overzicht."),
        ({"rows": [{"product": "x"}] * 5_001}, "Dit overzicht heeft meer dan 5.000 regels."),
    ],
)
def test_an_overview_is_kept_only_when_it_is_in_order(
    cast: Cast, now: datetime, values: dict[str, Any], sentence: str
) -> None:
    given = {"kind": SIGNING, "rows": [{"product": "x"}], **values}
    with pytest.raises(actions.OverviewRefused, match=sentence):
        actions.keep_overview(**given, file_name="o.csv", by=cast.ibp, at=now)
    assert NationalOverview.objects.count() == 0


def upload(client: Client, text: str, kind: str = SIGNING, name: str = "overzicht.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(PAGE, {"kind": kind, "upload": file}, follow=True)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def register(cast: Cast, now: datetime) -> Cast:
    """ParnasSys for all schools, Gynzy at De Linde only, Magister at De Eik only."""
    make.covering(make.product(), at=now, ends_on=None)
    for code, name, school in (("gynzy", "Gynzy", cast.linde), ("magister", "Magister", cast.eik)):
        product = make.product(code, name, f"maker-{code}")
        make.covering(product, at=now, schools=[school], reference=f"VO-{name}", ends_on=None)
    return cast


FILE = f"""{HEAD};Kleur
Topicus;ParnasSys;Niet ondertekend;;4.0;;groen
Cito;Leerling in beeld;Getekend;1-2-2025;4.0;12AB;groen
Andere;Elders;Getekend;1-2-2025;4.0;34CD;groen
"""
TESTS = "Product;Uitkomst;Datum;Toelichting\nParnasSys;Akkoord;1-2-2026;Met maatregelen\n"


class TestPages:
    def test_who_reads_and_who_uploads(self, register: Cast, as_user: SignIn) -> None:
        readers = {}
        for user in register.everybody():
            client = as_user(user)
            readers[user.first_name] = (
                client.get(PAGE).status_code,
                client.get(f"{PAGE}verschilt/").status_code,
                upload(client, FILE).status_code,
            )
        assert {name: codes for name, codes in readers.items() if codes != (404, 404, 404)} == {
            "Ilse": (200, 200, 200),
            "Fenna": (200, 200, 404),
            "Bram": (200, 200, 404),
            "Dirk": (200, 200, 404),
            "Edo": (200, 200, 404),
            "Aad": (200, 200, 404),
        }
        assert NationalOverview.objects.count() == 1
        assert "Overzicht inlezen" not in words(as_user(register.director).get(PAGE))

    def test_nobody_reads_it_without_login(self, register: Cast, client: Client) -> None:
        assert client.get(PAGE).status_code == 302
        assert client.get(f"{PAGE}verschilt/").status_code == 302

    def test_before_a_file_was_read_in_nothing_is_compared(
        self, register: Cast, as_user: SignIn
    ) -> None:
        page = words(as_user(register.fg).get(PAGE))
        assert "Ondertekendienst: nog geen overzicht ingelezen." in page
        assert "Ontbreekt daar" not in page

    def test_three_groups_and_the_test_result(self, register: Cast, as_user: SignIn) -> None:
        client = as_user(register.ibp)
        page = words(upload(client, FILE))
        assert "overzicht.csv is ingelezen: 3 regels." in page
        assert "Deze kolommen zijn niet gebruikt: “Kleur”." in page
        page = words(upload(client, TESTS, TEST, "toets.csv"))
        assert 'id="ontbreekt-hier">Ontbreekt hier (2)<' in page
        assert '<th scope="row">Leerling in beeld</th>' in page
        assert 'id="ontbreekt-daar">Ontbreekt daar (2)<' in page
        assert '<th scope="row">Magister</th>' in page
        assert 'id="verschilt">Verschilt (1)<' in page
        assert "stand: daar “Niet ondertekend”, hier “geldig”" in page
        assert 'id="toets">Landelijke toets (1)<' in page
        assert "Akkoord, 1 februari 2026" in page
        assert "Met maatregelen" in page
        assert NationalOverview.objects.get(kind=TEST).read_by == register.ibp

    def test_a_director_sees_only_the_own_school(self, register: Cast, as_user: SignIn) -> None:
        upload(as_user(register.ibp), FILE)
        page = words(as_user(register.director).get(PAGE))
        assert "Leerling in beeld" in page
        assert "Gynzy" in page
        assert "Elders" not in page
        assert "Magister" not in page
        assert "komen overeen met onze overeenkomsten" not in page
        page = words(as_user(register.eik_director).get(PAGE))
        assert "Elders" in page
        assert "Gynzy" not in page

    def test_a_file_with_mistakes_is_not_kept(self, register: Cast, as_user: SignIn) -> None:
        client = as_user(register.ibp)
        response = upload(client, f"{HEAD}\nTopicus;P;Getekend;soon;;\n")
        assert response.status_code == 422
        assert "overzicht.csv, regel 2, kolom D: “soon” is geen datum." in words(response)
        for text, name, sentence in (
            ("Naam;Adres\nA;B\n", "x.csv", "Er is geen regel met koppen gevonden."),
            ("", "x.csv", "Dit bestand is leeg."),
            ("%PDF-1.7 x", "x.pdf", "Dit soort bestand kunnen wij niet bewaren."),
        ):
            assert sentence in words(upload(client, text, name=name))
        assert "Kies een bestand." in words(client.post(PAGE, {"kind": SIGNING}))
        assert NationalOverview.objects.count() == 0

    def test_the_last_file_of_a_kind_counts(self, register: Cast, as_user: SignIn) -> None:
        client = as_user(register.ibp)
        upload(client, FILE)
        page = words(upload(client, f"{HEAD}\nCito;Nieuw;Getekend;;;\n", name="nieuw.csv"))
        assert '<th scope="row">Nieuw</th>' in page
        assert "Leerling in beeld" not in page
        assert NationalOverview.objects.count() == 2

    def test_a_long_list_has_pages(self, register: Cast, as_user: SignIn) -> None:
        rows = "".join(f"Cito;Product {number:03};Getekend;;;\n" for number in range(120))
        client = as_user(register.ibp)
        page = words(upload(client, f"{HEAD}\n{rows}"))
        assert "Alle 120 bekijken" in page
        assert "Product 024" in page
        assert "Product 025" not in page
        page = words(client.get(f"{PAGE}ontbreekt-hier/?page=2"))
        assert '<th scope="row">Product 119</th>' in page
        assert '<th scope="row">Product 099</th>' not in page
        assert client.get(f"{PAGE}iets-anders/").status_code == 404

    def test_the_home_page_leads_to_it(self, register: Cast, as_user: SignIn) -> None:
        assert f'href="{PAGE}"' in words(as_user(register.director).get("/"))
        assert f'href="{PAGE}"' not in words(as_user(register.teacher).get("/"))

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(("person", "queries"), [("ibp", 9), ("director", 11)])
    def test_the_pages_cost_the_same_for_few_and_for_many(
        self,
        register: Cast,
        now: datetime,
        as_user: SignIn,
        person: str,
        queries: int,
        rows: int,
    ) -> None:
        for number in range(rows):
            product = make.product(f"p{number}", f"P {number}", f"maker{number}")
            make.covering(product, at=now, schools=[register.linde], reference=f"R{number}")
        lines = [
            {"supplier": f"S {number}", "product": f"P {number}", "status": "open"}
            for number in range(rows)
        ]
        for kind in (SIGNING, TEST):
            actions.keep_overview(kind=kind, file_name="o.csv", rows=lines, by=register.ibp, at=now)
        client = as_user(getattr(register, person))
        # The first page tells of the files as well.
        for url, more in ((PAGE, 1), (f"{PAGE}verschilt/", 0)):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            assert len(asked) == queries + more, url
