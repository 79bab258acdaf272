"""The cookie statement for everyone, and the worklist line of a website."""

from __future__ import annotations

import html
import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registers.choices import CookieKind
from registers.worklist import items_for
from tests.conftest import TODAY, Cast
from tests.factories import publicity as put
from tests.factories import registers as make

NO_TRACKING = "Wij gebruiken geen volgcookies."


def words_of(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


def asks(user: object, cast: Cast) -> list[tuple[str, str]]:
    items = items_for(user, TODAY)  # type: ignore[arg-type]
    return [(item.sentence, item.tone) for item in items if "/website/" in item.url]


@pytest.fixture
def sites(cast: Cast) -> Cast:
    """The board's site, one of De Linde with a counter and a video, one of De Eik."""
    put.cookie(put.website("Bestuur"))
    linde = put.website("Site Linde", cast.linde)
    put.cookie(linde)
    put.google_analytics(linde)
    put.youtube(linde)
    put.cookie(put.website("Site Eik", cast.eik), "keuze")
    return cast


@pytest.mark.requirement("OPO-059", "VOG-037", "VOG-038")
def test_everyone_reads_per_website_what_it_places_why_and_how_long(
    sites: Cast, client: Client
) -> None:
    words = words_of(client.get("/cookies/").content)
    order = [words.index(f"{each} https://") for each in ("Bestuur", "Site Eik", "Site Linde")]
    assert order == sorted(order)
    assert "Ingesloten video of berichten" in words
    assert "Daarom is eerst uw toestemming nodig" in words
    assert "_ga Telt bezoek. Onze bouwer Eén dag ja, vooraf" in words
    assert (
        "video Speelt een video af. YouTube (Verenigde Staten, buiten Europa) Eén dag ja, vooraf"
        in words
    )
    assert "keuze Onthoudt waar u was. Eigen website Eén dag nee" in words
    assert NO_TRACKING not in words
    assert "kunnen zien wat u op internet doet: Google Analytics, YouTube." in words


def test_the_page_of_a_school_is_about_its_own_websites(sites: Cast, client: Client) -> None:
    words = words_of(client.get("/cookies/de-linde/").content)
    assert "Site Linde" in words
    assert "Site Eik" not in words
    assert client.get("/cookies/onbekend/").status_code == 404


@pytest.mark.requirement("VOG-037")
def test_no_tracking_is_said_where_it_is_true(sites: Cast, client: Client) -> None:
    assert NO_TRACKING in words_of(client.get("/cookies/de-eik/").content)
    put.website("Nieuwe site Eik", sites.eik)
    words = words_of(client.get("/cookies/de-eik/").content)
    assert NO_TRACKING not in words
    assert "Van deze website zijn nog geen cookies opgeschreven." in words


def test_before_there_is_a_website_the_page_says_so(cast: Cast, client: Client) -> None:
    for address in ("/cookies/", "/cookies/de-linde/"):
        response = client.get(address)
        assert response.status_code == 200
        words = words_of(response.content)
        assert "Hier komen de cookies van de websites te staan." in words
        assert NO_TRACKING not in words


@pytest.mark.requirement("OPO-059")
def test_statement_and_cookie_statement_lead_to_each_other(
    sites: Cast, now: datetime, client: Client
) -> None:
    make.published(now)
    statement = client.get("/privacyverklaring/").content.decode()
    assert 'href="/cookies/"' in statement
    cookies = client.get("/cookies/").content.decode()
    assert 'href="/privacyverklaring/"' in cookies
    assert 'href="/cookies/de-linde/"' in cookies
    assert (
        'href="/privacyverklaring/de-linde/"' in client.get("/cookies/de-linde/").content.decode()
    )


def test_the_page_sets_no_cookie_and_only_shows(sites: Cast, client: Client) -> None:
    response = client.get("/cookies/")
    assert response.cookies == {}
    assert client.post("/cookies/").status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/cookies/", 4), ("/cookies/de-linde/", 4)])
def test_a_page_costs_the_same_for_few_and_for_many_rows(
    cast: Cast, client: Client, rows: int, address: str, queries: int
) -> None:
    for number in range(rows):
        site = put.website(f"Site {number}", cast.linde)
        for name in "ab"[:rows]:
            put.cookie(site, name)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address).content.decode()
    assert page.count("<h2 id=") == rows + (address == "/cookies/")
    assert len(asked) == queries


@pytest.mark.requirement("VOG-037")
def test_each_website_asks_for_attention_in_one_line(sites: Cast) -> None:
    tracked = put.website("Actie Eik", sites.eik)
    put.cookie(tracked, "volger", kind=CookieKind.TRACKING, party="Adverteerder")
    assert asks(sites.ibp, sites) == [
        (
            "Actie Eik: “volger” volgt bezoekers. Wij beloven dat we geen volgcookies gebruiken: "
            "haal deze van de website.",
            "late",
        ),
        (
            "Site Linde: “_ga” hoort bij Google Analytics (US), al staat er land NL. Gegevens "
            "kunnen buiten Europa komen: leg de doorgifte vast bij de verwerking, en plaats dit "
            "pas na toestemming. Er is nog 1 ander punt.",
            "attention",
        ),
    ]
    for person in (sites.fg, sites.director, sites.board_member, sites.teacher):
        assert asks(person, sites) == []


def test_a_counter_of_the_school_itself_asks_nothing(cast: Cast) -> None:
    site = put.website("Site Linde", cast.linde)
    put.cookie(site, "teller", kind=CookieKind.ANALYTIC, party="De Linde")
    put.cookie(site, "teller2", kind=CookieKind.ANALYTIC, party="Stichting De Proef")
    assert asks(cast.ibp, cast) == []
