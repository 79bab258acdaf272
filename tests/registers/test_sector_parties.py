"""Tabs F and G of the sector's workbook: other controllers, and processors with their products."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from privacyboard.sheets.faults import FileUnreadable
from registers.choices import AgreementState
from registers.exchange.applying import write_plan
from registers.exchange.planner import make_plan
from registers.exchange.rows import Origin, Problem, Tables
from registers.exchange.sector_parties import read_controllers, read_processors
from registers.models import Agreement, Processor, Product, RecipientLine, SharingAgreement
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.registers.test_sector_matrix import workbook

G_HEAD = "Verwerker;Applicatie;Applicatiebeheerder intern;Datalocatie;Datum verwerkersovereenkomst"
G = f"""Verwerkers van De Proef;;;;
{G_HEAD}
Grote verwerkers;;;;
Topicus B.V.;ParnasSys;Bureau ICT;Nederland;1-8-2024
Topicus;Gynzy;;;1-8-2024
Overige;;;;
Café Leren;Leeslicht;;Ierland;
"""
F_HEAD = "Organisatie;Gegevens;Doel;Grondslag;Wijze van uitwisseling;Datum afspraak"
F = f"""{F_HEAD}
DUO;Naam, Huisdier;De bekostiging.;W;Beveiligde koppeling;
Leerplicht;Verzuim en verlof;Handhaven.;wettelijke verplichting;Portaal;1-9-2025
"""


@pytest.fixture
def lists(cast: Cast) -> Cast:
    make.product()
    make.category()
    make.category("absence", "Verzuim en verlof")
    make.party("duo", "Dienst Uitvoering Onderwijs (DUO)")
    return cast


def read_g(text: str, name: str = "tabblad-g.csv") -> Tables:
    return read_processors(text.encode("cp1252"), file_name=name)


def read_f(text: str, name: str = "tabblad-f.csv") -> Tables:
    return read_controllers(text.encode(), file_name=name)


def values(tables: Tables, name: str) -> list[dict[str, Any]]:
    return [row.values for row in tables.rows.get(name, [])]


def apply(tables: Tables, at: datetime) -> dict[str, int]:
    plan = make_plan(tables)
    assert plan.problems == []
    with transaction.atomic():
        write_plan(plan, by=None, at=at)
    return plan.counts()


class TestProcessors:
    def test_suppliers_products_and_agreements_come_in(self, lists: Cast, now: datetime) -> None:
        tables = read_g(G)
        assert tables.problems == []
        assert [row["name"] for row in values(tables, "processors")] == ["Café Leren"]
        assert values(tables, "products") == [
            {"code": "parnassys", "data_location": "Nederland"},
            {
                "code": "gynzy",
                "name": "Gynzy",
                "source": "werkboek tabblad-g.csv",
                "processor": "topicus",
                "data_location": "",
            },
            {
                "code": "leeslicht",
                "name": "Leeslicht",
                "source": "werkboek tabblad-g.csv",
                "processor": "cafe-leren",
                "data_location": "Ierland",
            },
        ]
        apply(tables, now)
        assert Product.objects.get(code="parnassys").data_location == "Nederland"
        assert Product.objects.get(code="leeslicht").processor.name == "Café Leren"

    def test_a_date_in_a_list_is_no_signature(self, lists: Cast, now: datetime) -> None:
        apply(read_g(G), now)
        agreement = Agreement.objects.get()
        assert (agreement.processor.code, agreement.reference) == (
            "topicus",
            "Werkboek, 2024-08-01",
        )
        assert (agreement.starts_on, agreement.ends_on) == (date(2024, 8, 1), None)
        assert (agreement.signed_by_board_on, agreement.signed_by_processor_on) == (None, None)
        assert agreement.state_on(TODAY) == AgreementState.UNSIGNED
        assert {each.code for each in agreement.products.all()} == {"parnassys", "gynzy"}
        assert agreement.note.startswith(
            "Overgenomen uit het werkboek “tabblad-g.csv”. Daar staat alleen een datum:"
        )

    def test_who_keeps_a_new_product_is_told(self, lists: Cast) -> None:
        text = f"{G_HEAD}\nTopicus;Nieuw;Bureau ICT;;\n"
        (product,) = values(read_g(text), "products")
        assert product["description"] == "Applicatiebeheer binnen de school: Bureau ICT."

    def test_reading_it_in_again_changes_nothing(self, lists: Cast, now: datetime) -> None:
        apply(read_g(G), now)
        tables = read_g(G)
        assert "agreements" not in tables.rows
        assert (make_plan(tables).counts()["new"], make_plan(tables).counts()["changed"]) == (0, 0)

    def test_a_signed_agreement_of_that_day_is_not_doubled(
        self, lists: Cast, now: datetime
    ) -> None:
        make.agreement(Processor.objects.get(), signed_on=date(2024, 8, 1))
        assert "agreements" not in read_g(G).rows

    def test_a_workbook_reads_the_same(self, lists: Cast) -> None:
        rows = [line.split(";") for line in G.splitlines()]
        found = read_processors(workbook(*rows, title="G"), file_name="tabblad-g.csv")
        assert values(found, "agreements") == values(read_g(G), "agreements")
        assert found.rows["agreements"][0].origin == Origin("G", 4)

    @pytest.mark.parametrize(
        ("text", "place", "sentence"),
        [
            (
                f"{G_HEAD};Verwerker\nTopicus;;;;;\n",
                (1, "F"),
                "Kolom “Verwerker” staat er twee keer: ook in kolom A.",
            ),
            (
                f"{G_HEAD};Kleur\nTopicus;;;;;\n",
                (1, "F"),
                "Kolom “Kleur” is onbekend. Haal deze kolom weg of geef hem een andere naam.",
            ),
            (
                f"{G_HEAD}\n;ParnasSys;;;\n",
                (2, "A"),
                "Hier ontbreekt de naam van de organisatie.",
            ),
            (
                f"{G_HEAD}\nTopicus;ParnasSys;;;voorjaar 2024\n",
                (2, "E"),
                "“voorjaar 2024” is geen datum. Schrijf hem als 2-3-2026, of laat de cel leeg.",
            ),
            (
                f"{G_HEAD}\nTopicus;ParnasSys;;{'ver ' * 60};\n",
                (2, "D"),
                "Deze tekst is langer dan 200 tekens.",
            ),
            (
                f"{G_HEAD}\nTopicus;ParnasSys;123456782;;\n",
                (2, "C"),
                "Hier staat een nummer dat een BSN kan zijn. Haal het weg.",
            ),
        ],
    )
    def test_what_is_wrong_is_told_at_its_cell(
        self, lists: Cast, text: str, place: tuple[int, str], sentence: str
    ) -> None:
        tables = read_g(text)
        assert tables.problems[0] == Problem(Origin("tabblad-g.csv", place[0]), place[1], sentence)
        assert not make_plan(tables).may_be_applied
        assert (Processor.objects.count(), Agreement.objects.count()) == (1, 0)

    def test_a_file_without_headings_is_refused(self, lists: Cast) -> None:
        with pytest.raises(FileUnreadable) as refusal:
            read_g("Topicus;ParnasSys\n")
        assert str(refusal.value) == (
            "Er is geen regel met koppen gevonden. Bedoeld zijn kolommen als “Verwerker”, "
            "“Applicatie”, “Applicatiebeheerder intern”, “Datalocatie”, "
            "“Datum verwerkersovereenkomst”."
        )


class TestControllers:
    def test_each_row_is_a_recipient_of_one_concept(self, lists: Cast, now: datetime) -> None:
        apply(read_f(F), now)
        lines = RecipientLine.objects.order_by("id")
        assert [
            (
                str(line.party),
                line.activity.code,
                line.basis,
                line.purpose,
                sorted(each.name for each in line.data.all()),
            )
            for line in lines
        ] == [
            (
                "Dienst Uitvoering Onderwijs (DUO)",
                "SECTOR-F",
                "legal_duty",
                "De bekostiging. Uitwisseling: Beveiligde koppeling",
                ["Huisdier", "Naam"],
            ),
            ("Leerplicht", "SECTOR-F", "legal_duty", "Handhaven.", ["Verzuim en verlof"]),
        ]

    def test_a_date_is_an_unsigned_agreement_with_how_it_is_exchanged(
        self, lists: Cast, now: datetime
    ) -> None:
        apply(read_f(F), now)
        agreement = SharingAgreement.objects.get()
        assert (str(agreement.party), agreement.starts_on, agreement.signed_on) == (
            "Leerplicht",
            date(2025, 9, 1),
            None,
        )
        assert (agreement.purpose, agreement.exchange) == ("Handhaven.", "Portaal")
        assert "sharing_agreements" not in read_f(F).rows

    def test_a_row_without_a_basis_is_told(self, lists: Cast) -> None:
        tables = read_f(f"{F_HEAD}\nDUO;Naam;Bekostiging;zomaar;;\n")
        assert tables.problems == [
            Problem(
                Origin("tabblad-f.csv", 2),
                "D",
                "Hier staat geen grondslag die wij kennen. Gebruik W (wettelijke verplichting), "
                "a, b, d, e of f.",
            )
        ]

    def test_doubled_parties_get_a_number_of_their_own(self, lists: Cast, now: datetime) -> None:
        apply(read_f(f"{F_HEAD}\nDUO;Naam;Een.;W;;\nDUO;Naam;Twee.;e;;\n"), now)
        assert [(line.purpose, line.basis) for line in RecipientLine.objects.order_by("id")] == [
            ("Een.", "legal_duty"),
            ("Twee.", "public_task"),
        ]


@pytest.mark.parametrize("count", [1, 300])
def test_reading_costs_the_same_for_few_and_for_many(lists: Cast, count: int) -> None:
    more = "".join(f"Nieuw {number};Product {number};;;1-8-2024\n" for number in range(count))
    with CaptureQueriesContext(connection) as asked:
        tables = read_g(G + more)
    assert len(values(tables, "processors")) == count + 1
    assert len(asked) == 9
