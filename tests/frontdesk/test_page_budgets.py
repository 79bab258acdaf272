"""The pages of the front desk ask the database little, whoever opens them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.models import SchoolHoliday, User
from tests.conftest import NOW, Cast
from tests.factories import registers, requests

AsUser = Callable[[User], Client]
MOST = 12
PAGES = ["/", "/opruimen/", "/taken-en-post/", "/mijn-berichten/", "/vakanties/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("rows", [1, 12])
def test_at_most_twelve_for_every_role(cast: Cast, as_user: AsUser, page: str, rows: int) -> None:
    for number in range(rows):
        requests.subject_request(cast.linde, at=NOW)
        registers.established(f"V{number:02}", at=NOW, next_review_on=date(2026, 1, 1))
        day = date(2027, 1, 1 + number)
        SchoolHoliday(school=cast.linde, name="Vrij", first_day=day, last_day=day).save()
    asked = {}
    for user in cast.everybody():
        client = as_user(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code in {200, 404}
        asked[user.first_name] = len(queries)
    assert {name: number for name, number in asked.items() if number > MOST} == {}
