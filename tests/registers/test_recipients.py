"""The public lists: with whom data are shared, and who processes them."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from registers import letters
from registers.content import Named
from registers.models import Processor
from registers.rules.recipients import ListedProcessor, OutsideParty, listed_processors
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.factories.pictures import kept
from tests.factories.register_content import RECIPIENT, content

ADDRESSES = ["/ontvangers/", "/verwerkers/"]


@pytest.fixture
@kept
def register(cast: Cast, now: datetime) -> Cast:
    """V01 gives to DUO and Topicus, V02 to DUO again; V03 is a concept that names the police."""
    first = make.activity("V01")
    make.recipient_line(first)
    make.agreement(make.processor(), ends_on=None)
    make.establish(first, at=now)
    second = make.activity("V02")
    make.recipient_line(second, party=make.party(), statute="WPO 40", purpose="Het register.")
    make.establish(second, at=now)
    concept = make.activity("V03")
    make.recipient_line(concept, party=make.party("police", "Politie"), purpose="Onderzoek.")
    return cast


def words_of(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


@pytest.mark.requirement("OPO-058", "OPO-057")
def test_each_party_stands_once_per_role_with_every_basis_and_reason(register: Cast) -> None:
    assert letters.recipients(on=TODAY).parties == (
        OutsideParty(
            name="DUO",
            role="andere verantwoordelijke",
            bases=(
                "wettelijke verplichting (AVG 6 lid 1 c; WPO 178a)",
                "wettelijke verplichting (AVG 6 lid 1 c; WPO 40)",
            ),
            purposes=("De bekostiging.", "Het register."),
        ),
        OutsideParty(
            name="Topicus",
            role="verwerker",
            bases=("in opdracht van het bestuur (verwerkersovereenkomst)",),
            purposes=("De administratie bijhouden.",),
        ),
    )


@pytest.mark.requirement("KPO-007")
def test_each_processor_says_whether_it_has_signed(register: Cast, now: datetime) -> None:
    local = make.processor("lokaal", "Lokaal")
    make.agreement(local, schools=[register.linde], ends_on=None)
    activity = make.activity("V04")
    make.recipient_line(activity, processor=local)
    make.establish(activity, at=now)
    make.processor("ongebruikt", "Ongebruikt")
    assert letters.processors(on=TODAY).processors == (
        ListedProcessor("Lokaal", ("Administratie",), "voor een deel van de scholen"),
        ListedProcessor("Topicus", ("Administratie",), "ja"),
    )
    Processor.objects.get(code="topicus").agreements.get().erase(by=None, why="proef")
    assert letters.processors(on=TODAY).processors[1].agreement == "nee"


def test_the_maker_of_a_product_in_use_is_listed(register: Cast, now: datetime) -> None:
    make.agreement(make.processor("maker", "Maker"), ends_on=None)
    activity = make.activity("V05")
    activity.products.set([make.product("lezen", "Lezen", of="maker")])
    make.establish(activity, at=now)
    assert letters.processors(on=TODAY).processors[0] == ListedProcessor("Maker", ("Lezen",), "ja")


@pytest.mark.requirement("OPO-058", "KPO-007")
def test_everyone_reads_the_pages_and_they_name_no_person(register: Cast, client: Client) -> None:
    shown = {address: client.get(address) for address in ADDRESSES}
    assert [each.status_code for each in shown.values()] == [200, 200]
    words = words_of(shown["/ontvangers/"].content)
    assert "DUO andere verantwoordelijke wettelijke verplichting" in words
    assert "Politie" not in words
    assert "Topicus Administratie" in words_of(shown["/verwerkers/"].content)
    for each in shown.values():
        page = each.content.decode()
        people = [
            user for user in register.everybody() if user.last_name in page or user.email in page
        ]
        assert people == []
        assert "unsafe-inline" not in each["Content-Security-Policy"]


def test_before_anything_is_established_the_pages_say_so(cast: Cast, client: Client) -> None:
    for address in ADDRESSES:
        assert "Er is nog niets vastgesteld." in client.get(address).content.decode()


@pytest.mark.requirement("OPO-058", "KPO-007")
@pytest.mark.parametrize(
    ("address", "title", "expected"),
    [
        ("/ontvangers/pdf/", "Met wie wij gegevens delen", "De bekostiging."),
        ("/verwerkers/pdf/", "Onze verwerkers", "Topicus"),
    ],
)
def test_each_list_is_a_tagged_pdf_made_once_per_content(
    register: Cast, client: Client, address: str, title: str, expected: str
) -> None:
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    assert reader.root_object["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == title
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert expected in words
    assert client.get(address).content == response.content


def test_the_statement_leads_to_both(register: Cast, now: datetime, client: Client) -> None:
    make.published(now)
    foot = client.get("/privacyverklaring/").content.decode().partition('<footer class="foot">')[2]
    assert [f'href="{address}"' in foot for address in ADDRESSES] == [True, True]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/ontvangers/", 4), ("/verwerkers/", 7)])
def test_a_page_costs_the_same_for_few_and_for_many_rows(
    cast: Cast, now: datetime, client: Client, rows: int, address: str, queries: int
) -> None:
    for number in range(rows):
        activity = make.activity(f"V{number}")
        maker = make.processor(f"maker-{number}", f"Maker {number}")
        make.agreement(maker, ends_on=None)
        make.recipient_line(activity, processor=maker)
        make.recipient_line(activity, party=make.party(f"partij-{number}", f"Partij {number}"))
        make.establish(activity, at=now)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert page.count('<th scope="row">') == rows * (2 if address == "/ontvangers/" else 1) + (
        1 if address == "/ontvangers/" else 0
    )
    assert len(asked) == queries


def test_a_product_that_the_service_already_names_is_not_said_again() -> None:
    line = replace(
        RECIPIENT, party=Named("iddink", "Iddink"), service="Magister, leerlingadministratie"
    )
    used = content(
        recipients=(line,), products=(Named("magister", "Magister"), Named("agenda", "Agenda"))
    )
    maker = Named("iddink", "Iddink")
    [listed] = listed_processors(
        [used],
        makers={"magister": maker, "agenda": maker},
        everywhere=frozenset(),
        somewhere=frozenset(),
    )
    assert listed.services == ("Magister, leerlingadministratie", "Agenda")
