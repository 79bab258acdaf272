"""Staff write down what came on paper or by mouth; what looks the same is pointed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.organisation.models import User
from requests_ar.models import RequestLetter, SubjectRequest
from tests.conftest import Cast
from tests.factories import registers as register
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def groups(cast: Cast) -> None:
    register.group("pupils", "Leerlingen")


def typed(**changes: Any) -> dict[str, Any]:
    """A father who asked at the desk, today."""
    return {
        "school": "de-linde",
        "channel": "desk",
        "received_on": timezone.localdate().isoformat(),
        "name": "Vic Vader",
        "relation": "parent",
        "subject_name": "Kim Kind",
        "group": "pupils",
        "kinds": ["access"],
        "text": "Vader vroeg aan de balie om het dossier.",
        **changes,
    }


@pytest.mark.requirement("INN-011")
@pytest.mark.requirement("OPO-072")
def test_a_director_writes_down_what_was_asked_at_the_desk(cast: Cast, as_user: SignIn) -> None:
    heard = timezone.localdate() - timedelta(days=6)
    page = as_user(cast.director).post("/verzoeken/nieuw/", typed(received_on=heard.isoformat()))

    request = SubjectRequest.objects.get()
    assert (page.status_code, page["Location"]) == (302, f"/verzoeken/{request.number}/")
    assert (request.received_on, request.channel) == (heard, "desk")
    assert (request.school, request.registered_by) == (cast.linde, cast.director)
    assert RequestLetter.objects.get().way == "paper"


def test_who_wrote_gets_paper_and_who_mailed_gets_a_link(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.director)
    client.post("/verzoeken/nieuw/", typed(channel="email", email="vic@thuis.example"))
    client.post(
        "/verzoeken/nieuw/",
        typed(channel="letter", email="v@thuis.example", address="Laan 1", subject_name="Bo"),
    )

    assert list(SubjectRequest.objects.order_by("id").values_list("wants", flat=True)) == [
        "link",
        "post",
    ]


def test_only_who_handles_requests_and_only_for_the_own_school(cast: Cast, as_user: SignIn) -> None:
    for user in (cast.teacher, cast.fg, cast.care, cast.administrator, cast.auditor):
        assert as_user(user).get("/verzoeken/nieuw/").status_code == 404
    page = as_user(cast.eik_director).post("/verzoeken/nieuw/", typed())

    assert page.status_code == 200
    assert "De Linde" not in page.content.decode()
    assert SubjectRequest.objects.count() == 0


def test_the_ibp_manager_writes_down_for_the_whole_board(cast: Cast, as_user: SignIn) -> None:
    as_user(cast.ibp).post("/verzoeken/nieuw/", typed(school="bestuur"))

    assert SubjectRequest.objects.get().school is None


def test_a_likely_duplicate_is_pointed_out_and_never_merged(cast: Cast, as_user: SignIn) -> None:
    stands = make.subject_request(cast.linde, at=timezone.now())
    client = as_user(cast.director)

    page = client.post("/verzoeken/nieuw/", typed(subject_name=" kim  KIND "))

    assert "Dit verzoek lijkt er al te zijn" in page.content.decode()
    assert stands.number in page.content.decode()
    assert "Vader vroeg aan de balie om het dossier." in page.content.decode()
    assert SubjectRequest.objects.count() == 1

    client.post("/verzoeken/nieuw/", typed(subject_name=" kim  KIND ", is_new="on"))

    assert SubjectRequest.objects.count() == 2


@pytest.mark.parametrize(
    "standing",
    [
        {"kinds": ["erasure"]},
        {"subject_name": "Kim Kinds"},
        {"state": "answered", "answered_on": date(2026, 3, 2)},
        {"is_confidential": True},
    ],
)
def test_another_kind_person_or_a_closed_or_hidden_one_is_no_duplicate(
    cast: Cast, as_user: SignIn, standing: dict[str, Any]
) -> None:
    make.subject_request(cast.linde, at=timezone.now(), **standing)

    as_user(cast.director).post("/verzoeken/nieuw/", typed())

    assert SubjectRequest.objects.count() == 2


def test_another_day_of_birth_is_another_person_and_an_unknown_one_may_be_the_same(
    cast: Cast,
) -> None:
    make.subject_request(cast.linde, at=timezone.now(), born_on=date(2016, 5, 4))

    def alike(born_on: date | None) -> int:
        found = SubjectRequest.objects.alike(name="kim kind", born_on=born_on, kinds=["access"])
        return found.count()

    assert (alike(date(2016, 5, 4)), alike(None), alike(date(2010, 1, 1))) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"received_on": "2999-01-01"}, "Deze dag is nog niet geweest."),
        ({"received_on": "2015-01-01", "born_on": "2016-05-04"}, "ligt voor de geboortedatum"),
        ({"received_on": "2017-01-01"}, "Met deze dag kan geen termijn worden berekend."),
        ({"received_on": "gisteren"}, "Vul een datum in"),
        ({"subject_name": ""}, "Vul in over wie het gaat."),
        ({"wants": "link"}, "Voor een link is een e-mailadres nodig."),
        ({"kinds": []}, "Kies ten minste één soort verzoek."),
        ({"school": ""}, "Kies de school."),
        ({"send_to": "De Buurschool"}, "Vul dit alleen in bij “meenemen van gegevens”."),
        ({"text": "BSN 123456782"}, "een nummer dat een BSN kan zijn"),
    ],
)
def test_what_cannot_be_is_said_and_the_text_stays(
    cast: Cast, as_user: SignIn, changes: dict[str, Any], sentence: str
) -> None:
    page = as_user(cast.director).post("/verzoeken/nieuw/", typed(**changes))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Vic Vader" in page.content.decode()
    assert SubjectRequest.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_pointing_out_costs_the_same_for_one_and_for_three(
    cast: Cast, as_user: SignIn, count: int
) -> None:
    for _each in range(count):
        make.subject_request(cast.linde, at=timezone.now())
    client = as_user(cast.director)
    client.get("/verzoeken/nieuw/")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.post("/verzoeken/nieuw/", typed())

    assert page.content.decode().count('<li><a href="/verzoeken/V-') == count
    assert len(queries) == 8
