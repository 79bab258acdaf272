"""The foto-check: who stands in the way, sensitive pictures, and whether publishing is wise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.actions.photo_checks import check_photo, weigh_photo
from consent.models import PhotoCheck
from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.models import Teacher, User
from tests.conftest import Cast
from tests.consent.classroom import Classroom
from tests.factories.consent import say

AsUser = Callable[[User], Client]
PAGE = "/toestemmingen/foto-check/"
pytestmark = pytest.mark.django_db


def check(room: Classroom, cast: Cast, *pupils: Any, **values: Any) -> PhotoCheck:
    values = {"question": room.website, "is_sensitive": False, "by": cast.teacher, **values}
    return check_photo(group=room.group, pupils=pupils, at=timezone.now(), **values)


def weigh(
    made: PhotoCheck, cast: Cast, *, publishes: bool, note: str = "Mooi beeld."
) -> PhotoCheck:
    return weigh_photo(
        check=made, publishes=publishes, note=note, by=cast.teacher, at=timezone.now()
    )


# --- the act


@pytest.mark.requirement("VOG-025")
def test_nothing_is_published_while_somebody_stands_in_the_way(room: Classroom, cast: Cast) -> None:
    made = check(room, cast, room.noor, room.daan, room.mila)
    assert made.in_the_way == 2

    with pytest.raises(ActRefused, match="niet van iedereen"):
        weigh(made, cast, publishes=True)

    made.refresh_from_db()
    assert (made.publishes, made.decided_at) == (None, None)
    assert weigh(made, cast, publishes=False).publishes is False
    made.publishes = True
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


@pytest.mark.requirement("VOG-025")
def test_who_withdrew_since_the_question_stands_in_the_way(room: Classroom, cast: Cast) -> None:
    made = check(room, cast, room.noor)
    assert made.in_the_way == 0
    say(room.mother, room.noor, room.website, False, at=timezone.now())

    with pytest.raises(ActRefused, match="niet van iedereen"):
        weigh(made, cast, publishes=True)
    assert weigh(made, cast, publishes=False).in_the_way == 1


@pytest.mark.requirement("INN-017")
def test_a_sensitive_picture_goes_on_the_closed_part_only(room: Classroom, cast: Cast) -> None:
    with pytest.raises(ActRefused, match="besloten ouderdeel"):
        check(room, cast, room.noor, is_sensitive=True)
    assert not PhotoCheck.objects.exists()

    made = check(room, cast, room.noor, is_sensitive=True, question=room.portal)
    assert (made.is_sensitive, made.in_the_way) == (True, 0)


@pytest.mark.requirement("INN-020")
def test_each_time_somebody_weighs_whether_it_is_wise(room: Classroom, cast: Cast) -> None:
    made = check(room, cast, room.noor)
    with pytest.raises(ActRefused, match="Schrijf kort op"):
        weigh(made, cast, publishes=True, note=" ")

    held = weigh(made, cast, publishes=True, note="Zij lacht, en het is van ver. ")

    assert (held.publishes, held.note) == (True, "Zij lacht, en het is van ver.")
    assert held.decided_at is not None
    with pytest.raises(ActRefused, match="al gemaakt"):
        weigh(made, cast, publishes=False)


def test_what_is_no_picture_is_not_checked(room: Classroom, cast: Cast) -> None:
    with pytest.raises(ActRefused, match="niet over beeld"):
        check(room, cast, room.noor, question=room.medical)


# --- the pages


def post(client: Client, room: Classroom, **given: Any) -> Any:
    return client.post(f"{PAGE}?groep={room.group.pk}", given)


def test_a_teacher_checks_a_picture(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.teacher)
    page = client.get(PAGE).content.decode()
    assert "Noor Visser" in page
    assert "Finn" not in page
    assert "edische" not in page

    answer = post(client, room, pupils=[room.noor.pk, room.daan.pk], question=room.website.pk)

    made = PhotoCheck.objects.get()
    assert answer["Location"] == f"{PAGE}{made.pk}/"
    assert (made.asked_by, made.school, made.in_the_way) == (cast.teacher, cast.linde, 1)
    told = client.get(answer["Location"]).content.decode()
    assert "Niet plaatsen" in told
    assert "1 kind mag hier niet op" in told
    assert "<strong>Daan Visser</strong>" in told
    assert "Wel toestemming van: Noor Visser." in told
    refused = client.post(answer["Location"], {"publishes": "ja", "note": "Toch mooi."})
    assert refused.status_code == 422
    assert "Plaatsen kan niet" in refused.content.decode()
    assert "Toch mooi." in refused.content.decode()
    done = client.post(answer["Location"], {"publishes": "nee", "note": "Daan mag niet."})
    assert done.status_code == 302
    assert "Daan mag niet." in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Kies wie er op de foto staan"),
        ({"pupils": "noor"}, "Kies waar het beeld komt te staan"),
        ({"pupils": "saar", "question": "website"}, "Deze leerling zit niet meer in deze groep"),
        ({"pupils": "x", "question": "website"}, "Deze leerling zit niet meer in deze groep"),
        ({"pupils": "noor", "question": "medical"}, "Hiervoor wordt nu geen toestemming gevraagd"),
        (
            {"pupils": "noor", "question": "website", "is_sensitive": "on"},
            "Gevoelig beeld komt alleen op het besloten ouderdeel",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_lost(
    room: Classroom, cast: Cast, as_user: AsUser, given: dict[str, str], told: str
) -> None:
    keys = {
        name: str(getattr(room, value).pk) if hasattr(room, value) else value
        for name, value in given.items()
    }
    answer = post(as_user(cast.teacher), room, **keys)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    if given.get("pupils") == "noor":
        assert f'value="{room.noor.pk}"' in page
        assert "checked" in page
    assert not PhotoCheck.objects.exists()


def test_strangers_find_no_group_and_no_check(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    made = check(room, cast, room.noor)
    own = f"{PAGE}{made.pk}/"
    for stranger in (cast.eik_teacher, cast.eik_director, cast.auditor, cast.board_member):
        assert as_user(stranger).get(own).status_code == 404
    for group in (room.other_group, room.eik_group):
        client = as_user(cast.teacher)
        assert client.get(PAGE, {"groep": group.pk}).status_code == 404
        assert client.post(f"{PAGE}?groep={group.pk}", {}).status_code == 404
    assert as_user(cast.fg).get(PAGE).status_code == 404
    # Who reads consent reads it, and decides nothing.
    client = as_user(cast.director)
    assert client.get(own).status_code == 200
    assert client.post(own, {"publishes": "nee", "note": "x"}).status_code == 404
    assert as_user(cast.teacher).get(f"{PAGE}{2**70}/").status_code == 404


def test_a_teacher_who_left_the_class_reads_its_children_no_more(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    """An answer tells what holds today: it is for who has these children today."""
    made = check(room, cast, room.noor, room.daan)
    own = f"{PAGE}{made.pk}/"
    client = as_user(cast.teacher)
    assert client.get(own).status_code == 200

    Teacher.objects.get(email=cast.teacher.email).groups.set([room.other_group])

    assert client.get(own).status_code == 404
    assert client.post(own, {"publishes": "nee", "note": "x"}).status_code == 404
    assert "nog niet afgewogen" not in client.get(PAGE).content.decode()
    assert as_user(cast.director).get(own).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_list_of_own_checks_costs(
    room: Classroom, cast: Cast, as_user: AsUser, count: int
) -> None:
    check(room, cast, room.daan, by=cast.director)
    for _number in range(count):
        check(room, cast, room.noor)
    client = as_user(cast.teacher)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE).content.decode()
    assert page.count("nog niet afgewogen") == count
    assert "zonder toestemming" not in page
    assert len(asked) == 9


def test_what_an_answer_costs(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    made = check(room, cast, room.noor, room.daan, room.mila)
    client = as_user(cast.teacher)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{PAGE}{made.pk}/")
    assert len(asked) == 9
    assert made.asked_at <= timezone.now() + timedelta(seconds=1)
