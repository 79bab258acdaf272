"""Pages beyond the numbered ones: nothing skipped, nothing twice, as fast as the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.admin import SchoolAdmin, UserAdmin
from privacyboard.backoffice.paging import keys_of
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from tests.conftest import NOW, make_board, make_person, make_school

AsUser = Callable[[User], Client]

LIST = "/beheer/organisation/school/"


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a page, two pages with a number."""
    monkeypatch.setattr("privacyboard.backoffice.paging.NUMBERED_PAGES", 2)
    monkeypatch.setattr(SchoolAdmin, "list_per_page", 2)
    monkeypatch.setattr(UserAdmin, "list_per_page", 2)


@pytest.fixture
def reader(as_user: AsUser, db: None, short_pages: None) -> Client:
    return as_user(make_person("Ida Kijkt", Role.FG))


def schools(count: int, board: Any = None) -> list[School]:
    board = board or make_board()
    return [
        make_school(
            board, name=f"S{each:02}", slug=f"s{each}", brin=f"{each:02}AB", public=each % 2 == 0
        )
        for each in range(count)
    ]


def names(page: Any) -> list[str]:
    return [str(each) for each in page.context["cl"].result_list]


def link(page: Any, word: str) -> str:
    """Where a word among the page numbers leads; nowhere where it does not stand."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{word}</a>', page.content.decode())
    return unescape(found.group(1)) if found else ""


def test_after_the_numbered_pages_one_goes_on_to_the_end_and_back(reader: Client) -> None:
    schools(9)
    second = reader.get(LIST, {"p": "2"})
    assert names(second) == ["S02", "S03"]
    third = reader.get(LIST + link(second, "Verder"))
    assert names(third) == ["S04", "S05"]
    fourth = reader.get(LIST + link(third, "Verder"))
    assert names(fourth) == ["S06", "S07"]
    last = reader.get(LIST + link(fourth, "Verder"))
    assert names(last) == ["S08"]
    assert link(last, "Verder") == ""
    back = reader.get(LIST + link(last, "Vorige"))
    assert names(back) == ["S06", "S07"]
    assert names(reader.get(LIST + link(back, "Naar het begin"))) == ["S00", "S01"]
    first = reader.get(LIST, {"voor": School.objects.get(name="S02").pk})
    assert names(first) == ["S00", "S01"]
    assert link(first, "Vorige") == ""


def test_the_first_page_has_no_way_on_but_the_numbers(reader: Client) -> None:
    schools(9)
    page = reader.get(LIST)
    assert link(page, "Verder") == ""
    assert link(page, "2") == "?p=2"
    assert "meer dan 4 scholen" in page.content.decode()


def test_what_fits_on_the_numbered_pages_is_counted_to_the_end(reader: Client) -> None:
    schools(4)
    page = reader.get(LIST, {"p": "2"})
    assert "4 scholen" in page.content.decode()
    assert "meer dan" not in page.content.decode()
    assert link(page, "Verder") == ""


def test_a_row_that_is_added_meanwhile_moves_nothing(reader: Client) -> None:
    board = make_board()
    schools(7, board)
    on = link(reader.get(LIST, {"p": "2"}), "Verder")
    make_school(board, name="S00 nieuw", slug="nieuw", brin="99AB", public=True)
    assert names(reader.get(LIST + on)) == ["S04", "S05"]


def test_filter_search_and_order_go_along(reader: Client) -> None:
    schools(14)
    asked = {"denomination__exact": "public", "q": "s", "o": "-1", "p": "2"}
    second = reader.get(LIST, asked)
    assert names(second) == ["S08", "S06"]
    third = reader.get(LIST + link(second, "Verder"))
    assert names(third) == ["S04", "S02"]
    last = reader.get(LIST + link(third, "Verder"))
    assert names(last) == ["S00"]
    assert names(reader.get(LIST + link(last, "Vorige"))) == ["S04", "S02"]


def test_another_search_begins_at_the_first_page(reader: Client) -> None:
    schools(9)
    third = reader.get(LIST + link(reader.get(LIST, {"p": "2"}), "Verder"))
    assert 'name="na"' not in third.content.decode()
    assert "na=" not in link(third, "openbaar")


def test_empty_values_stand_where_the_database_puts_them(reader: Client) -> None:
    for number, days in enumerate((None, 3, None, 1, None, 2), start=1):
        person = make_person(f"P{number} Smit")
        person.last_login = NOW + timedelta(days=days) if days else None
        person.save()
    User.objects.filter(first_name="Ida").update(last_login=NOW)
    for order, expected in (
        ("3", ["Ida", "P4", "P6", "P2", "P5", "P3", "P1"]),
        ("-3", ["P5", "P3", "P1", "P2", "P6", "P4", "Ida"]),
    ):
        page = reader.get("/beheer/organisation/user/", {"o": order})
        found = [each.first_name for each in page.context["cl"].result_list]
        while found and len(found) < len(expected):
            edge = page.context["cl"].result_list[len(page.context["cl"].result_list) - 1].pk
            page = reader.get("/beheer/organisation/user/", {"o": order, "na": edge})
            found += [each.first_name for each in page.context["cl"].result_list]
        assert found == expected, order


@pytest.mark.parametrize("edge", ["0", "x", "", "-1", "９", "9" * 30, "9" * 5000, "1 or 1=1"])
@pytest.mark.parametrize("name", ["na", "voor"])
def test_an_address_that_names_no_row_leads_to_the_list(
    reader: Client, name: str, edge: str
) -> None:
    schools(1)
    assert reader.get(LIST, {name: edge}).headers["Location"] == f"{LIST}?e=1"


def test_a_page_number_beyond_the_numbers_leads_to_the_list(reader: Client) -> None:
    schools(9)
    assert reader.get(LIST, {"p": "3"}).headers["Location"] == f"{LIST}?e=1"


@pytest.mark.parametrize("rows", [5, 11])
def test_a_page_beyond_the_numbers_costs_the_same_for_few_and_for_many_rows(
    reader: Client, rows: int
) -> None:
    edge = schools(rows)[2].pk
    with CaptureQueriesContext(connection) as asked:
        page = reader.get(LIST, {"na": edge})
    assert names(page) == ["S03", "S04"]
    assert len(asked) == 6
    assert "OFFSET" not in "".join(each["sql"] for each in asked)


def test_the_order_of_another_record_counts_where_it_is_named() -> None:
    found = [
        (key.path, key.descending, key.nullable) for key in keys_of(AccessEntry, ["-by", "pk"])
    ]
    assert found == [
        ("by__sort_name", True, True),
        ("by__id", True, True),
        ("pk", False, False),
    ]
