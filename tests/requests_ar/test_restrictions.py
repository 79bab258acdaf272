"""A restriction is seen where people look: the request, the list, the register, what is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.audit.collectors import Sought, collect
from privacyboard.organisation.models import School, User
from registers.models import ProcessingActivity
from requests_ar.actions import afterwards, handling
from requests_ar.models import Restriction, SubjectRequest
from tests.conftest import Cast
from tests.factories import registers as make
from tests.factories import requests as ask

AsUser = Callable[[User], Client]


@pytest.fixture
def activity(cast: Cast) -> ProcessingActivity:
    return make.established("V02", at=timezone.now(), name="Leerlingdossier")


def restricted(
    cast: Cast, school: School, activity: ProcessingActivity, **values: Any
) -> SubjectRequest:
    """A request with a restriction that began yesterday."""
    now = timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    confidential = bool(values.pop("is_confidential", False))
    case = ask.subject_request(
        school, at=now, kinds=("restriction",), received_on=yesterday, key="WL-1", **values
    )
    handling.choose_activities(request=case, activities=[activity], by=cast.ibp, at=now)
    afterwards.restrict(
        request=case,
        ground="accuracy",
        what="Het adres",
        starts_on=yesterday,
        by=cast.ibp,
        at=now,
    )
    if confidential:
        case.is_confidential = True
        case.record(by=None, why="proef")
    return case


def page_of(client: Client, activity: ProcessingActivity) -> str:
    path = f"/beheer/registers/processingactivity/{activity.pk}/change/"
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.requirement("KPO-038")
def test_the_register_says_of_how_many_people_and_never_of_whom(
    cast: Cast, activity: ProcessingActivity, as_user: AsUser
) -> None:
    client = as_user(cast.ibp)
    assert "AVG 18" not in page_of(client, activity)
    restricted(cast, cast.linde, activity)
    assert "Van 1 persoon mogen gegevens nu niet gebruikt worden (AVG 18)." in page_of(
        client, activity
    )
    restricted(cast, cast.eik, activity)
    page = page_of(client, activity)
    assert "Van 2 mensen mogen gegevens nu niet gebruikt worden (AVG 18)." in page
    assert "Kim Kind" not in page
    other = make.established("V03", at=timezone.now())
    assert "AVG 18" not in page_of(client, other)


def test_each_sees_the_marks_of_the_own_schools(
    cast: Cast, activity: ProcessingActivity, as_user: AsUser
) -> None:
    restricted(cast, cast.linde, activity)
    restricted(cast, cast.eik, activity)
    restricted(cast, cast.linde, activity, is_confidential=True)
    assert "Van 3 mensen" in page_of(as_user(cast.fg), activity)
    assert "Van 1 persoon" in page_of(as_user(cast.director), activity)
    assert "AVG 18" not in page_of(as_user(cast.board_member), activity)


def test_a_mark_goes_on_the_day_after_its_end(
    cast: Cast, activity: ProcessingActivity, as_user: AsUser
) -> None:
    case = restricted(cast, cast.linde, activity)
    mark = case.restrictions.get()
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    afterwards.lift(
        restriction=mark, told_on=yesterday, ends_on=today, by=cast.ibp, at=timezone.now()
    )
    running = Restriction.objects.running
    assert [running(day).count() for day in (yesterday, today, today + timedelta(days=1))] == [
        1,
        1,
        0,
    ]
    assert not running(yesterday - timedelta(days=1)).exists()
    assert "Van 1 persoon" in page_of(as_user(cast.ibp), activity)


def test_the_list_shows_the_mark_and_finds_it_in_the_same_queries(
    cast: Cast, activity: ProcessingActivity, as_user: AsUser
) -> None:
    plain = ask.subject_request(cast.linde, at=timezone.now())
    marked = restricted(cast, cast.linde, activity)
    client = as_user(cast.director)
    client.get("/verzoeken/")

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get("/verzoeken/?toon=restricted")
        return len(counted)

    assert client.get("/verzoeken/").content.decode().count("beperking</span>") == 1
    page = client.get("/verzoeken/?toon=restricted").content.decode()
    assert marked.number in page
    assert plain.number not in page
    one = cost()
    for _each in range(2):
        restricted(cast, cast.linde, activity)
    restricted(cast, cast.eik, activity, subject_name="Vera Vreemd")
    assert cost() == one
    assert one <= 12
    assert "Vera Vreemd" not in client.get("/verzoeken/?toon=restricted").content.decode()


def test_what_is_restricted_is_told_with_what_we_hold_of_a_person(
    cast: Cast, activity: ProcessingActivity
) -> None:
    case = restricted(cast, cast.linde, activity)
    sought = Sought.of(cast.director, emails=[], keys=["WL-1"])
    found = {part.title: [each.sentence for each in part.held] for part in collect(sought)}
    assert found["Beperkingen van het gebruik"] == [
        f"Beperking van het gebruik ({case.number}): Het adres."
    ]
    stranger = Sought.of(cast.eik_director, emails=[], keys=["WL-1"])
    told = {part.title: part.held for part in collect(stranger)}
    assert told["Beperkingen van het gebruik"] == ()
