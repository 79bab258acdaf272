"""The lists of a case are written once per process: as they would be written for each page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import NotSupportedError, connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from datalekken.models import Breach
from datalekken.views import casefile as breaches
from privacyboard.backoffice.fetching import WrittenOnce, plain, small
from privacyboard.organisation.models import Appointment, School
from requests_ar.models import SubjectRequest
from requests_ar.views import casefile as requests
from tests.conftest import Cast


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the clock while writing a query would go on asking about that day."""

    def read() -> datetime:
        raise AssertionError("a list read the clock")

    monkeypatch.setattr("django.utils.timezone.now", read)


@pytest.mark.parametrize(
    ("model", "page", "number"), [(Breach, breaches, 8), (SubjectRequest, requests, 9)]
)
def test_they_say_what_they_would_say_anew(
    db: None, model: type[Model], page: Any, number: int, no_clock: None
) -> None:
    anew, once = page._lists(), WrittenOnce(model, page._lists)
    assert len(anew) == number
    # What stands in the database is not asked while they are written.
    with CaptureQueriesContext(connection) as asked_of_database:
        assert once.lists
    assert len(asked_of_database) == 0
    assert once.lists.keys() == page._LISTS.lists.keys() == anew.keys()
    asked = model._base_manager.annotate(**once.lists).query.sql_with_params()
    assert asked == model._base_manager.annotate(**anew).query.sql_with_params()


def test_each_row_has_its_own_list(cast: Cast) -> None:
    once = WrittenOnce(
        School, lambda: {"held": small(Appointment, link="school", role="role", since="starts_on")}
    )
    found: Any = School.objects.annotate(**once.lists).order_by("name")
    assert [(each.name, sorted(row["role"] for row in each.held)) for each in found] == [
        ("De Eik", ["director", "employee"]),
        ("De Linde", ["care_coordinator", "director", "employee"]),
    ]
    assert plain(found[0].held)[0]["since"] == "2020-08-01"


def test_within_another_query_they_are_refused(cast: Cast) -> None:
    once = WrittenOnce(School, lambda: {"held": small(Appointment, link="school", role="role")})
    schools: Any = School.objects.annotate(**once.lists)
    schools = schools.filter(held__len=3)
    assert [each.name for each in schools] == ["De Linde"]
    with pytest.raises(NotSupportedError):
        list(School.objects.filter(pk__in=schools.values("pk")))
