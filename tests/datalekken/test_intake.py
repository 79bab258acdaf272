"""A report for somebody else, written down by who may: with the way and the moment it came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from datalekken.models import Breach, BreachFile
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.documents import files as made

pytestmark = pytest.mark.django_db
NEW = "/datalekken/nieuw/"


def typed(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def answers(**changes: Any) -> dict[str, Any]:
    """A mother called: she got the report of another child."""
    return {
        "channel": "phone",
        "reported_at": typed(timezone.now() - timedelta(hours=5)),
        "reporter_kind": "parent",
        "reporter_name": "Mila Moeder",
        "school": "de-linde",
        "kind": "sent_by_mistake",
        "what_happened": "Zij kreeg het rapport van een ander kind.",
        "token": "t" * 32,
        **changes,
    }


@pytest.mark.requirement("VOG-056")
def test_a_director_writes_down_what_a_mother_told(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    page = as_user(cast.director).post(NEW, answers(reporter_email="mila@thuis.example"))

    noted = Breach.objects.get()
    assert page["Location"] == f"/datalekken/{noted.number}/"
    assert (noted.channel, noted.reporter_kind, noted.reporter_name) == (
        "phone",
        "parent",
        "Mila Moeder",
    )
    assert (noted.reporter, noted.registered_by) == (None, cast.director)
    assert noted.registered_at - noted.reported_at > timedelta(hours=4)
    assert list(noted.schools.all()) == [cast.linde]
    assert OutboundLetter.objects.filter(letter="datalekken/alert").count() == 3
    receipt = OutboundLetter.objects.get(letter="datalekken/receipt")
    assert receipt.to == "mila@thuis.example"
    assert noted.history.first().history_user == cast.director


def test_the_moment_it_came_is_now_unless_typed(
    cast: Cast, as_user: Callable[[User], Client]
) -> None:
    page = as_user(cast.ibp).get(NEW).content.decode()
    assert f'value="{typed(timezone.now())[:13]}' in page


@pytest.mark.parametrize("channel", ["email", "phone", "desk", "supplier", "other"])
def test_every_way_but_the_form_itself(
    cast: Cast, as_user: Callable[[User], Client], channel: str
) -> None:
    as_user(cast.ibp).post(NEW, answers(channel=channel, school="bestuur"))
    noted = Breach.objects.get()
    assert noted.channel == channel
    assert list(noted.schools.all()) == []


def test_who_may_and_for_which_school(cast: Cast, as_user: Callable[[User], Client]) -> None:
    codes = {each.name: as_user(each).get(NEW).status_code for each in cast.everybody()}
    assert {name for name, code in codes.items() if code == 200} == {
        cast.ibp.name,
        cast.director.name,
        cast.eik_director.name,
    }
    assert set(codes.values()) == {200, 404}
    assert Client().get(NEW).status_code == 302

    page = as_user(cast.director).get(NEW).content.decode()
    assert "De Linde" in page
    assert "De Eik" not in page
    assert "het hele bestuur" not in page
    director = as_user(cast.director)
    for school in ("de-eik", "bestuur"):
        refused = director.post(NEW, answers(school=school)).content.decode()
        assert "Selecteer een geldige keuze." in refused
    teacher = as_user(cast.teacher)
    assert teacher.post(NEW, answers()).status_code == 404
    assert Breach.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channel": "form"}, "Selecteer een geldige keuze."),
        ({"channel": ""}, "Dit veld is verplicht."),
        ({"reported_at": ""}, "Vul dag en tijd in."),
        ({"reported_at": "2999-01-01T10:00"}, "Dit moment is nog niet geweest."),
        ({"reported_at": "31-02-2026 10:00"}, "Dit is geen tijd die bestaat."),
        ({"school": ""}, "Kies de school."),
        ({"what_happened": ""}, "Schrijf kort op wat er gebeurde."),
        (
            {"reported_at": "2026-01-05T10:00", "occurred_from": "2026-01-06T10:00"},
            "Dit ligt na de melding.",
        ),
        (
            {"reported_at": "2026-01-05T10:00", "first_signal_at": "2026-01-06T10:00"},
            "Dit ligt na de melding.",
        ),
        ({"people_count": "duizenden"}, "Schrijf het aantal in cijfers"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, as_user: Callable[[User], Client], changes: dict[str, str], sentence: str
) -> None:
    page = as_user(cast.ibp).post(NEW, answers(**changes))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Mila Moeder" in page.content.decode()
    assert Breach.objects.count() == OutboundLetter.objects.count() == 0


def test_pressed_twice_it_is_one_file(cast: Cast, as_user: Callable[[User], Client]) -> None:
    director = as_user(cast.director)
    moment = answers()
    assert director.post(NEW, moment)["Location"] == director.post(NEW, moment)["Location"]
    assert Breach.objects.count() == 1


def test_a_letter_of_a_supplier_goes_along(cast: Cast, as_user: Callable[[User], Client]) -> None:
    letter = SimpleUploadedFile("brief.pdf", made.PDF)
    as_user(cast.ibp).post(NEW, answers(channel="supplier", files=[letter]))
    assert BreachFile.objects.get().document.file_name == "brief.pdf"


def test_noting_is_cheap(
    cast: Cast,
    as_user: Callable[[User], Client],
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    ibp = as_user(cast.ibp)
    ibp.get(NEW)
    with django_assert_max_num_queries(12):
        ibp.get(NEW)
