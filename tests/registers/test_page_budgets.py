"""What the pages of the register's back office may ask of the database, for every role.

Twelve queries, and two more for each kind of line under the record; the number of rows makes no
difference, nor does the number of lists to choose from. A page to add something without lines asks
fifteen at most.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from privacyboard.organisation.models import User
from registers import actions
from registers.models import SubProcessor
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address

SignIn = Callable[[User], Client]

READERS = ("ibp", "fg", "board_member", "director", "auditor")


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200, url
    return len(asked)


def _agreement(cast: Cast, lines: int) -> Any:
    agreement = make.agreement(make.processor(), schools=[cast.linde], ends_on=None)
    for number in range(lines):
        SubProcessor(agreement=agreement, name=f"S{number}", task="opslag").record(
            by=None, why="proef"
        )
    return agreement


def _processor(cast: Cast, lines: int) -> Any:
    for number in range(lines):
        product = make.product(f"product-{number}", of="verwerker")
    return product.processor


BUDGETS = [
    ("processor", "ibp", 9),
    ("processor", "fg", 9),
    ("processor", "director", 9),
    ("agreement", "ibp", 11),
    ("agreement", "fg", 10),
    ("agreement", "director", 10),
]


@pytest.mark.parametrize("lines", [1, 3])
@pytest.mark.parametrize(("page", "person", "queries"), BUDGETS)
def test_a_page_with_lines_asks_the_same_for_one_and_for_three(
    cast: Cast, as_user: SignIn, page: str, person: str, queries: int, lines: int
) -> None:
    record = {"processor": _processor, "agreement": _agreement}[page](cast, lines)
    client = as_user(getattr(cast, person))
    assert _queries(client, address(page, "change", record.pk)) == queries


@pytest.mark.parametrize("person", READERS)
def test_no_page_of_one_record_asks_more_than_it_may(
    cast: Cast, now: datetime, as_user: SignIn, person: str
) -> None:
    make.established("V01", at=now)
    make.activity("V02")
    # Written again: its version in force stands beside what it says now.
    again = make.established("V03", at=now)
    actions.revise(activity=again, reason="Nieuw systeem.", by=cast.ibp, at=now)
    _agreement(cast, 3)
    client = as_user(getattr(cast, person))
    too_many = []
    for model, page in admin.site._registry.items():
        limit = 12 + 2 * len(page.inlines)
        for record in model._default_manager.all()[:3]:
            url = _url(model, "change", record.pk)
            if client.get(url).status_code == 200 and _queries(client, url) > limit:
                too_many.append((url, _queries(client, url), limit))
    assert too_many == []


@pytest.mark.parametrize("person", ["ibp", "director", "care", "administrator"])
def test_no_page_to_add_a_record_asks_more_than_it_may(
    cast: Cast, as_user: SignIn, person: str
) -> None:
    _agreement(cast, 3)
    client = as_user(getattr(cast, person))
    asked = {}
    for model, page in admin.site._registry.items():
        url = _url(model, "add")
        if client.get(url).status_code == 200:
            limit = 15 if not page.inlines else 12 + 2 * len(page.inlines)
            asked[url] = (_queries(client, url), limit)
    assert [url for url, (queries, limit) in asked.items() if queries > limit] == []
    assert asked


def _url(model: Any, page: str, *arguments: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=arguments)


@pytest.mark.parametrize("schools", [1, 3])
@pytest.mark.parametrize(
    ("person", "queries"),
    [
        ("ibp", 12),
        ("fg", 9),
        ("board_member", 9),
        ("director", 12),
        ("care", 7),
        ("teacher", 7),
        ("auditor", 9),
        ("administrator", 8),
    ],
)
def test_the_home_page_asks_the_same_for_few_and_for_many_rows(
    cast: Cast, now: datetime, as_user: SignIn, person: str, queries: int, schools: int
) -> None:
    for number in range(schools):
        make.established(f"V{number}", at=now)
        make.agreement(make.processor(f"p{number}", f"P{number}"), ends_on=date(2026, 3, 5))
    client = as_user(getattr(cast, person))
    client.get("/")
    # What is remembered of the register is worked out anew: the most that the page ever asks.
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/").status_code == 200
    assert len(asked) == queries
