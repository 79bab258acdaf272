"""The inventory of websites and cookies in the back office."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers.models import Cookie, Website
from tests.conftest import Cast
from tests.factories import publicity as put
from tests.factories.registers import history_of
from tests.registers.admin_forms import address, errors_of, save

SignIn = Callable[[User], Client]
LIST = "/beheer/registers/website/"


@pytest.fixture
def sites(cast: Cast) -> Cast:
    put.cookie(put.website("Bestuur"))
    put.google_analytics(put.website("Site Linde", cast.linde, may_embed=True))
    put.website("Site Eik", cast.eik)
    return cast


def names(client: Client, **asked: str) -> list[str]:
    return [each.name for each in client.get(LIST, asked).context["cl"].result_list]


@pytest.mark.requirement("KPO-023")
def test_a_director_sees_the_own_school_and_the_board(sites: Cast, as_user: SignIn) -> None:
    client = as_user(sites.director)
    assert names(client) == ["Bestuur", "Site Linde"]
    assert names(client, q="Eik") == []
    foreign = Website.objects.get(name="Site Eik")
    for page in ("change", "history", "delete"):
        assert client.get(address("website", page, foreign.pk)).status_code in {403, 404}, page
    assert names(as_user(sites.fg)) == ["Bestuur", "Site Eik", "Site Linde"]


def test_who_reads_no_register_opens_nothing(sites: Cast, as_user: SignIn) -> None:
    site = Website.objects.get(name="Bestuur")
    for person in (sites.teacher, sites.care, sites.administrator):
        client = as_user(person)
        for url in (LIST, address("website", "add"), address("website", "change", site.pk)):
            assert client.get(url).status_code in {302, 403, 404}, (person, url)


@pytest.mark.parametrize("person", ["director", "fg", "board_member"])
def test_who_only_reads_cannot_write(sites: Cast, as_user: SignIn, person: str) -> None:
    site = Website.objects.get(name="Site Linde")
    client = as_user(getattr(sites, person))
    page = client.get(address("website", "change", site.pk)).content.decode()
    assert 'name="_save"' not in page
    assert "Google Analytics" in page
    for url in (address("website", "add"), address("website", "delete", site.pk)):
        assert client.post(url, {"post": "yes"}).status_code == 403
    assert Website.objects.count() == 3


@pytest.mark.requirement("VOG-037")
def test_the_page_shows_what_asks_attention_and_what_to_do(sites: Cast, as_user: SignIn) -> None:
    client = as_user(sites.ibp)
    linde, bestuur = (Website.objects.get(name=each) for each in ("Site Linde", "Bestuur"))
    page = client.get(address("website", "change", linde.pk)).content.decode()
    assert "hoort bij Google Analytics (US), al staat er land NL." in page
    assert "leg de doorgifte vast bij de verwerking" in page
    assert 'href="/cookies/de-linde/"' in page
    assert "hoort bij" not in client.get(address("website", "change", bestuur.pk)).content.decode()
    shown = client.get(LIST).content.decode()
    assert [shown.count(each) for each in ("vraagt aandacht", "in orde", "nog geen ingevuld")] == [
        1,
        1,
        1,
    ]


def test_the_frame_to_copy_shows_when_the_site_may_embed(
    sites: Cast, as_user: SignIn, settings: object
) -> None:
    settings.BASE_URL = "https://privacy.deproef.example"  # type: ignore[attr-defined]
    client = as_user(sites.ibp)
    pages = {
        each.name: client.get(address("website", "change", each.pk)).content.decode()
        for each in Website.objects.all()
    }
    assert (
        "&lt;iframe src=&quot;https://privacy.deproef.example/privacyverklaring/insluiten/de-linde/"
        "&quot; title=&quot;Privacyverklaring De Linde&quot;" in pages["Site Linde"]
    )
    assert "<iframe" not in pages["Site Linde"]
    assert ["iframe" in pages[each] for each in ("Bestuur", "Site Eik")] == [False, False]


def test_a_website_is_entered_with_its_cookies(cast: Cast, as_user: SignIn) -> None:
    response = save(
        as_user(cast.ibp),
        address("website", "add"),
        name="Site Linde",
        origin="https://www.delinde.example",
        school=str(cast.linde.pk),
        **{
            "cookies-0-name": "_ga",
            "cookies-0-kind": "analytic",
            "cookies-0-purpose": "Telt bezoek.",
            "cookies-0-party": "Google",
            "cookies-0-country": "US",
            "cookies-0-term": "Twee jaar",
        },
    )
    assert response.status_code == 302
    site = Website.objects.get()
    assert (site.school, site.origin) == (cast.linde, "https://www.delinde.example")
    assert [(each.name, each.country) for each in site.cookies.all()] == [("_ga", "US")]


@pytest.mark.parametrize(
    "origin",
    [
        "http://www.delinde.example",
        "https://www.delinde.example/pagina",
        "https://www.delinde.example *",
        "https://www.delinde.example; script-src *",
        "https://WWW.delinde.example",
        "*",
        "javascript:alert(1)",
        "x" * 300,
        "\x00",
    ],
)
def test_an_address_that_is_no_origin_is_refused_and_nothing_is_lost(
    cast: Cast, as_user: SignIn, origin: str
) -> None:
    page = save(as_user(cast.ibp), address("website", "add"), name="Site", origin=origin)
    assert page.status_code == 200
    assert "origin" in errors_of(page)
    assert 'value="Site"' in page.content.decode()
    assert Website.objects.count() == 0


def test_a_wrong_line_says_where(sites: Cast, as_user: SignIn) -> None:
    site = Website.objects.get(name="Bestuur")
    page = save(
        as_user(sites.ibp),
        address("website", "change", site.pk),
        **{"cookies-0-country": "nederland"},
    )
    assert list(errors_of(page)) == ["cookies-0-country"]
    assert 'value="nederland"' in page.content.decode()
    assert Cookie.objects.get(website=site).country == "NL"


def test_a_site_that_is_gone_is_taken_out_and_its_history_stays(
    sites: Cast, as_user: SignIn
) -> None:
    site = Website.objects.get(name="Site Linde")
    client = as_user(sites.ibp)
    assert client.get(address("website", "delete", site.pk)).status_code == 200
    assert client.post(address("website", "delete", site.pk), {"post": "yes"}).status_code == 302
    assert not Website.objects.filter(name="Site Linde").exists()
    assert Website.history.filter(name="Site Linde", history_type="-").count() == 1
    assert Cookie.history.filter(name="_ga", history_type="-").count() == 1


def test_the_reason_stands_in_the_history(sites: Cast, as_user: SignIn) -> None:
    site = Website.objects.get(name="Bestuur")
    url = address("website", "change", site.pk)
    save(as_user(sites.ibp), url, name="Site bestuur", why="nieuwe naam")
    assert [why for _kind, why in history_of(site)] == ["proef", "nieuwe naam"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("person", "queries"), [("ibp", 8), ("fg", 8), ("director", 8)])
def test_the_list_costs_the_same_for_few_and_for_many_rows(
    cast: Cast,
    as_user: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    person: str,
    queries: int,
    rows: int,
) -> None:
    for number in range(rows):
        put.google_analytics(put.website(f"Site {number}", cast.linde))
    put.website("Site Eik", cast.eik)
    client = as_user(getattr(cast, person))
    with django_assert_num_queries(queries):
        found = names(client)
    assert len(found) == rows + (person != "director")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_edit_page_costs_the_same_for_few_and_for_many_cookies(
    cast: Cast, as_user: SignIn, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    site = put.website("Site", cast.linde)
    for name in "abc"[:rows]:
        put.cookie(site, name)
    client = as_user(cast.ibp)
    with django_assert_num_queries(8):
        client.get(address("website", "change", site.pk))
