"""The statement in a frame: only registered sites of the board may show it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registers.models import Website
from registers.rules.embedding import frame_ancestors, in_new_tabs
from tests.conftest import Cast
from tests.factories import publicity as put
from tests.factories import registers as make

BOARD = "/privacyverklaring/insluiten/bestuur/"
LINDE = "/privacyverklaring/insluiten/de-linde/"
BOARD_SITE = "https://bestuur.example"
LINDE_SITE = "https://linde.example"


def who_may_frame(client: Client, address: str) -> list[str]:
    policy = client.get(address)["Content-Security-Policy"]
    rules = dict(each.strip().partition(" ")[::2] for each in policy.split(";"))
    return sorted(rules["frame-ancestors"].split())


@pytest.fixture
def published(cast: Cast, now: datetime) -> Cast:
    make.published(now)
    make.published(now, school=cast.linde)
    return cast


@pytest.fixture
def registered(published: Cast) -> Cast:
    """Sites of board, De Linde and De Eik that may embed, and one of De Linde that may not."""
    put.website("Bestuur", may_embed=True)
    put.website("Linde", published.linde, may_embed=True)
    put.website("Linde oud", published.linde)
    put.website("Eik", published.eik, may_embed=True)
    return published


@pytest.mark.requirement("OPO-059")
def test_a_schools_statement_is_framed_by_its_own_sites_and_the_boards(
    registered: Cast, client: Client
) -> None:
    assert who_may_frame(client, LINDE) == [BOARD_SITE, LINDE_SITE]
    assert who_may_frame(client, BOARD) == [BOARD_SITE]
    Website.objects.get(name="Linde").erase(by=None, why="proef")
    assert who_may_frame(client, LINDE) == [BOARD_SITE]


def test_without_a_registered_site_nobody_frames_it(published: Cast, client: Client) -> None:
    assert who_may_frame(client, BOARD) == ["'none'"]
    put.website("Linde", published.linde)
    assert who_may_frame(client, LINDE) == ["'none'"]


def test_only_this_page_lets_itself_be_framed_and_the_rest_stays_strict(
    registered: Cast, client: Client
) -> None:
    framed = client.get(LINDE)
    assert "X-Frame-Options" not in framed
    policy = framed["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in policy
    for address in ("/privacyverklaring/", "/privacyverklaring/de-linde/", "/cookies/"):
        other = client.get(address)
        assert other["X-Frame-Options"] == "DENY"
        assert who_may_frame(client, address) == ["'none'"]


def test_the_page_is_bare_and_sets_no_cookie(registered: Cast, client: Client) -> None:
    response = client.get(LINDE)
    page = response.content.decode()
    assert response.status_code == 200
    assert response.cookies == {}
    assert "<h1>Privacyverklaring De Linde</h1>" in page
    assert "Uw rechten" in page
    for part in ('class="menu"', "<footer", 'href="/inloggen/"', "<form", "csrfmiddlewaretoken"):
        assert part not in page


def test_links_leave_the_frame_in_a_new_tab(registered: Cast, client: Client) -> None:
    page = client.get(LINDE).content.decode()
    body = page[page.index("<h1>") :]
    outgoing = body.count('href="http') + body.count('href="mailto:')
    assert outgoing >= 2
    assert body.count('<a target="_blank" rel="noopener" ') == outgoing


def test_before_it_is_published_the_frame_says_so_kindly(cast: Cast, client: Client) -> None:
    put.website("Linde", cast.linde, may_embed=True)
    response = client.get(LINDE)
    assert response.status_code == 404
    assert "nog niet gepubliceerd" in response.content.decode()
    assert who_may_frame(client, LINDE) == [LINDE_SITE]


def test_a_place_that_does_not_exist_is_not_found(registered: Cast, client: Client) -> None:
    for place in ("onbekend", "pdf", "insluiten"):
        response = client.get(f"/privacyverklaring/insluiten/{place}/")
        assert response.status_code == 404
        assert response["X-Frame-Options"] == "DENY"
    assert client.post(LINDE).status_code == 405


def test_an_origin_that_would_be_a_rule_of_its_own_is_left_out() -> None:
    assert frame_ancestors(["https://a.example", "http://localhost:81"]) == [
        "https://a.example",
        "http://localhost:81",
    ]
    bad = ["https://a.example; script-src *", "https://a.example *", "*", "", "https://a.example\n"]
    assert frame_ancestors(bad) == ["'none'"]


def test_only_links_that_leave_the_page_get_a_new_tab() -> None:
    page = '<a href="#wie">a</a> <a class="b" href="https://b.example/">b</a> &lt;a href="c"&gt;'
    assert in_new_tabs(page) == (
        '<a href="#wie">a</a> <a target="_blank" rel="noopener" class="b" '
        'href="https://b.example/">b</a> &lt;a href="c"&gt;'
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_few_and_for_many_sites(
    published: Cast, client: Client, rows: int
) -> None:
    for number in range(rows):
        put.website(f"Site {number}", published.linde, may_embed=True)
    with CaptureQueriesContext(connection) as asked:
        assert len(who_may_frame(client, LINDE)) == rows
    assert len(asked) == 4
