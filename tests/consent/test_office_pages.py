"""Where consent begins, the way to it, and what requests find of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent.actions.paper import print_invitations
from consent.actions.sixteen import ask_sixteen
from consent.choices import RoundState
from privacyboard.audit.collectors import Sought, collect
from privacyboard.organisation.models import Pupil, User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import round_of, say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
HOME = "/toestemmingen/"


def lines(client: Client) -> dict[str, tuple[int, ...]]:
    answer = client.get(HOME)
    assert answer.status_code == 200
    return {
        line.school.name: (
            line.rounds,
            line.disputes,
            line.clean_ups,
            line.late,
            line.unreachable,
            line.letters,
        )
        for line in answer.context["lines"]
    }


def everything(families: Families, cast: Cast, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now)
    Pupil.objects.filter(pk=families.mila.pk).update(email="")
    ask_sixteen(at=now)
    print_invitations(at=now)
    for guardian in (families.father, families.saar_mother):
        guardian.unreachable_since, guardian.unreachable_why = now, "bounced"
        guardian.record(by=None, why="post kwam terug")
    round_of(
        families.website,
        school=cast.eik,
        opens_on=date(2020, 1, 1),
        closes_on=date(2099, 1, 1),
        valid_until=date(2099, 12, 31),
        state=RoundState.OPEN,
    )


def test_the_start_page_counts_what_waits_at_each_school(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    everything(families, cast, now)
    linde, eik = (0, 1, 1, 1, 1, 1), (1, 0, 0, 0, 1, 0)

    assert lines(as_user(cast.ibp)) == {"De Eik": eik, "De Linde": linde}
    assert lines(as_user(cast.fg)) == {"De Eik": eik, "De Linde": linde}
    assert lines(as_user(cast.director)) == {"De Linde": linde}
    # A number tells of differences between parents too.
    assert lines(as_user(cast.care)) == {}
    assert lines(as_user(cast.eik_director)) == {"De Eik": eik}
    assert lines(as_user(cast.teacher)) == {}
    for user in (cast.board_member, cast.auditor, cast.administrator):
        assert as_user(user).get(HOME).status_code == 404, user.email


def test_each_place_on_the_start_page_opens(
    families: Families, cast: Cast, as_user: AsUser
) -> None:
    for user in (cast.ibp, cast.fg, cast.director, cast.care, cast.teacher):
        client = as_user(user)
        for label, _text, url in client.get(HOME).context["places"]:
            assert client.get(url).status_code == 200, (user.email, label)


def test_who_may_find_it_in_the_menu(families: Families, cast: Cast, as_user: AsUser) -> None:
    entry = 'href="/toestemmingen/"'
    found = {
        user.first_name: entry in as_user(user).get("/datalek-melden/mijn/").content.decode()
        for user in cast.everybody()
    }
    yes = ["Fenna", "Ilse", "Dirk", "Carla", "Tess", "Edo", "Eva"]
    assert found == dict.fromkeys(yes, True) | dict.fromkeys(["Bram", "Aad", "Tom"], False)
    assert 'aria-current="page">Toestemmingen' in as_user(cast.ibp).get(HOME).content.decode()


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_start_page_costs_the_same_with_more(
    families: Families, cast: Cast, as_user: AsUser, now: datetime
) -> None:
    before = (cost(as_user(cast.director), HOME), cost(as_user(cast.ibp), HOME))
    everything(families, cast, now)
    for number in range(3):
        child = people.pupil(cast.linde, f"Kind {number}")
        parents = [people.guardian(child, first_name=f"Ouder {number}{each}") for each in "ab"]
        say(parents[0], child, families.website, True, at=now)
        say(parents[1], child, families.website, False, at=now)

    after = (cost(as_user(cast.director), HOME), cost(as_user(cast.ibp), HOME))
    assert before == after == (10, 10)


TITLES = {
    "Toestemmingen van een leerling",
    "Antwoorden van een ouder",
    "Rond toestemming",
}


def held(reader: User, **sought: Any) -> dict[str, list[str]]:
    sought = {"emails": (), "keys": (), **sought}
    return {
        part.title: [each.sentence for each in part.held]
        for part in collect(Sought.of(reader, **sought))
        if part.held and part.title in TITLES
    }


def test_a_request_finds_what_is_held_of_a_pupil(
    families: Families, cast: Cast, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.mother, families.noor, families.class_photo, False, at=now)
    ask_sixteen(at=now)
    print_invitations(at=now)

    assert held(cast.director, keys=("1001",)) == {
        "Toestemmingen van een leerling": [
            "2 antwoorden over toestemming in het dossier van een leerling."
        ],
    }
    assert held(cast.director, emails=("mila@leerling.example",)) == {
        "Rond toestemming": ["Uitnodiging om te antwoorden over toestemming."],
    }
    only = "Alleen de naam is gelijk."
    found = held(cast.ibp, name="Noor Visser", born_on=date(2016, 5, 12))
    assert found["Toestemmingen van een leerling"] == [
        f"2 antwoorden over toestemming in het dossier van een leerling. {only}"
    ]
    assert held(cast.ibp, name="Noor Visser", born_on=date(2015, 5, 12)) == {}


def test_a_request_finds_what_a_parent_answered(
    families: Families, cast: Cast, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, True, at=now)

    assert held(cast.director, emails=("Sanne@gezin.example",)) == {
        "Antwoorden van een ouder": ["1 antwoord dat deze persoon gaf voor een leerling."],
    }


def test_who_may_not_read_finds_nothing(families: Families, cast: Cast, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    for reader in (cast.eik_director, cast.teacher, cast.auditor, cast.administrator):
        assert held(reader, keys=("1001",)) == {}
        assert held(reader, emails=("sanne@gezin.example",)) == {}
        assert held(reader, name="Noor Visser") == {}
