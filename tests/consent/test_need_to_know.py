"""Who opens what: every page of consent, by everybody of the cast; and what is left unread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from consent.actions.photo_checks import check_photo
from consent.actions.tokens import make_token
from consent.models import CleanUp, Dispute
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.classroom import Classroom
from tests.factories import consent as make
from tests.factories.consent import say

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
BASE = "/toestemmingen/"


def pages(room: Classroom, cast: Cast) -> dict[str, str]:
    """A page of each kind, about De Linde; with who opens it besides the IBP manager."""
    say(room.mother, room.daan, room.website, False, at=room.at)
    say(room.father, room.daan, room.website, True, at=room.at)
    check = check_photo(
        group=room.group,
        pupils=[room.noor],
        question=room.website,
        is_sensitive=False,
        by=cast.director,
        at=room.at,
    )
    asked = make.round_of(room.website, school=cast.linde, state="draft")
    token = make_token(school=cast.linde, name="site", by=cast.ibp, at=room.at).token
    dispute = Dispute(pupil=room.noor, question=room.website, opened_at=room.at)
    dispute.record(by=None, why="proef")
    task = CleanUp(
        pupil=room.noor, question=room.website, why="refused", since=room.today, due_on=room.today
    )
    task.record(by=None, why="proef")
    noor, group = room.noor.pk, room.group.pk
    return {
        "vragen/": "director care fg",
        f"vragen/{room.website.pk}/": "director care fg",
        "vragen/nieuw/": "",
        f"vragen/{room.website.pk}/wijzigen/": "",
        f"vragen/{room.website.pk}/tekst/": "",
        f"vragen/{room.website.pk}/vertaling/": "",
        f"vragen/{room.website.pk}/stand/": "",
        "rondes/": "director care fg",
        f"rondes/{asked.pk}/": "director care fg",
        "rondes/nieuw/": "",
        f"rondes/{asked.pk}/wijzigen/": "",
        f"rondes/{asked.pk}/openen/": "",
        f"rondes/{asked.pk}/afbreken/": "",
        "keuzes/": "director care fg",
        "keuzes/wijzigen/": "",
        "talen/tr/": "",
        "taken/": "director fg",
        f"taken/verschil/{dispute.pk}/": "director",
        f"taken/opruimen/{task.pk}/": "director",
        "leerlingen/": "director care fg",
        f"leerling/{noor}/": "director care fg",
        f"leerling/{noor}/dossier.pdf": "director fg",
        f"leerling/{noor}/toestemming.jsonld": "director fg",
        f"leerling/{noor}/antwoord/": "director",
        f"leerling/{noor}/link/": "director",
        f"leerling/{noor}/link/{room.mother.pk}/": "director",
        "papier/": "director",
        f"papier/{group}/": "director",
        f"klassenlijst/?groep={group}": "director care fg teacher",
        f"klassenlijst/pdf/?groep={group}": "director fg teacher",
        f"klassenlijst/xlsx/?groep={group}": "director fg teacher",
        f"foto-check/?groep={group}": "director teacher",
        f"foto-check/{check.pk}/": "director care fg",
        "sleutels/": "",
        f"sleutels/{token.pk}/intrekken/": "",
    }


# Pages without a record of a school: who reads consent at another school has them too.
EVERYWHERE = {"vragen/", "rondes/", "keuzes/", "taken/", "leerlingen/", "papier/"}


def test_every_page_is_for_who_needs_it(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    found: dict[str, set[str]] = {}
    wanted = pages(room, cast)
    names = {
        getattr(cast, name).pk: name
        for name in ("fg", "ibp", "board_member", "director", "care", "teacher", "auditor")
    }
    names |= {cast.administrator.pk: "administrator"}
    for user in cast.everybody():
        name = names.get(user.pk, "")
        client = as_user(user)
        for path in wanted:
            answer = client.get(BASE + path)
            assert answer.status_code in (200, 404), (user.email, path)
            if answer.status_code == 200:
                found.setdefault(path, set()).add(name or user.first_name)
    strangers = {"Edo", "Eva"}
    for path, who in wanted.items():
        opened = found.get(path, set())
        assert opened - strangers == {"ibp", *who.split()}, path
        if path not in EVERYWHERE and not path.startswith(("vragen/", "rondes/")):
            assert not opened & strangers, path


def test_who_is_not_signed_in_is_asked_to(room: Classroom, cast: Cast, client: Client) -> None:
    for path in pages(room, cast):
        answer = client.get(BASE + path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/inloggen/"), path


def test_a_care_coordinator_reads_what_holds_and_not_who_said_it(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    path = f"{BASE}leerling/{room.daan.pk}/"

    care = " ".join(as_user(cast.care).get(path).content.decode().split())
    director = as_user(cast.director).get(path).content.decode()

    assert "Nee. Een ouder of verzorger met gezag zegt nee." in care
    assert "medische gegevens" in care
    for words in ("Sanne", "Bram", "Alles wat is geantwoord", "Wie beslist", "Dossier (PDF)"):
        assert words not in care, words
    for words in ("Sanne", "Bram", "Alles wat is geantwoord", "Wie beslist"):
        assert words in director, words
    # The number of tasks tells of differences too.
    home = as_user(cast.care).get(BASE).content.decode()
    assert "Verschil tussen ouders" not in home
    assert "Leerling zoeken" in home


def test_the_pages_of_a_pupil_lead_to_each_other(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    people, consent = f"/leerlingen/{room.noor.pk}/", f"{BASE}leerling/{room.noor.pk}/"
    parent = f"/leerlingen/ouders/{room.mother.pk}/"
    for user in (cast.director, cast.ibp, cast.fg):
        client = as_user(user)
        assert f'href="{consent}"' in client.get(people).content.decode()
        assert f'href="{consent}"' in client.get(parent).content.decode()
        assert f'href="{people}"' in client.get(consent).content.decode()
    # Who reads no pupil's data has no way there.
    assert f'href="{people}"' not in as_user(cast.care).get(consent).content.decode()


def test_keys_that_no_database_holds_are_not_found(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    client: Any = as_user(cast.ibp)
    huge = 2**70
    for path in (
        f"vragen/{huge}/",
        f"rondes/{huge}/",
        f"leerling/{huge}/",
        f"leerling/{room.noor.pk}/link/{huge}/",
        f"papier/{huge}/",
        f"klassenlijst/?groep={huge}",
        f"foto-check/{huge}/",
        f"sleutels/{huge}/intrekken/",
    ):
        assert client.get(BASE + path).status_code == 404, path
    for path in (
        f"/leerlingen/{huge}/",
        f"/leerlingen/{huge}/wijzigen/",
        f"/leerlingen/ouders/{huge}/",
        f"/leerlingen/ouders/{huge}/adres/",
        f"/leerlingen/groepen/{huge}/docent/",
        f"/leerlingen/inlezen/{huge}/",
        f"/leerlingen/inlezen/{huge}/kolommen/",
        f"/leerlingen/{room.noor.pk}/gezag/{huge}/",
    ):
        assert client.get(path).status_code == 404, path
