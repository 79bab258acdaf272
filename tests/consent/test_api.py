"""What machines read: keys of pupils and yes or no, with a key of the school; and those keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.actions.tokens import make_token, note_use, revoke_token
from consent.models import SchoolToken
from consent.rules.tokens import hash_of
from consent.views import api
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from privacyboard.publicforms.models import FormCount
from tests.conftest import Cast
from tests.consent.classroom import Classroom, a_pupil

AsUser = Callable[[User], Client]
API, PAGE = "/api/toestemmingen/", "/toestemmingen/sleutels/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def key(room: Classroom, cast: Cast) -> str:
    made = make_token(school=cast.linde, name="Website", by=cast.ibp, at=timezone.now())
    return made.text


def read(client: Client, key: str, **more: Any) -> Any:
    return client.get(API, headers={"authorization": f"Bearer {key}"}, **more)


def test_a_machine_reads_the_pupils_of_its_school_by_key(
    room: Classroom, client: Client, key: str
) -> None:
    answer = read(client, key)

    assert answer.status_code == 200
    assert answer.json()["school"] == "de-linde"
    found = {each["key"]: each["holds"] for each in answer.json()["pupils"]}
    assert set(found) == {each.key for each in (room.noor, room.daan, room.mila, room.finn)}
    until = room.noor.answers.filter(question=room.website).get().valid_until
    assert until is not None
    assert found[room.noor.key]["website"] == {"yes": True, "until": until.isoformat()}
    assert found[room.daan.key]["website"] == {"yes": False, "until": None}
    assert set(answer.json()["questions"]) == {"website", "parent-portal"}
    text = answer.content.decode()
    assert not any(name in text for name in ("Noor", "Visser", "gezin.example", "Saar"))


def test_it_is_kept_nowhere_and_sets_no_cookie(client: Client, key: str) -> None:
    answer = read(client, key)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic {key}", "Token {key}", "{key}"]
)
def test_without_a_working_key_nothing_is_said(client: Client, key: str, header: str) -> None:
    answer = client.get(API, headers={"authorization": header.format(key=key)})
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized"}
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not answer.cookies
    assert not AccessEntry.objects.exists()


def test_a_key_that_was_ended_reads_nothing(cast: Cast, client: Client, key: str) -> None:
    revoke_token(token=SchoolToken.objects.get(), by=cast.ibp, at=timezone.now())
    assert read(client, key).status_code == 401
    with pytest.raises(ActRefused, match="al ingetrokken"):
        revoke_token(token=SchoolToken.objects.get(), by=cast.ibp, at=timezone.now())


def test_nothing_can_be_written(client: Client, key: str) -> None:
    header = {"authorization": f"Bearer {key}"}
    assert client.post(API, headers=header).status_code == 405
    assert client.delete(API, headers=header).status_code == 405


def test_a_key_is_kept_as_a_hash(room: Classroom, key: str) -> None:
    token = SchoolToken.objects.get()
    assert key.startswith("pbt_")
    assert len(key) > 40
    assert token.sha256 == hash_of(key)
    assert key not in str(token.__dict__)


def test_the_log_has_one_line_for_each_day(room: Classroom, client: Client, key: str) -> None:
    read(client, key)
    read(client, key)
    entry = AccessEntry.objects.get()
    assert (entry.act, entry.title, entry.school) == ("exported", "Website", room.group.school)
    note_use(token=SchoolToken.objects.get(), by=None, at=timezone.now() + timedelta(days=1))
    assert AccessEntry.objects.count() == 2


def test_who_asks_without_end_has_to_wait(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "READS_PER_HOUR", 2)
    assert [read(client, key).status_code for _turn in range(3)] == [200, 200, 429]
    assert read(client, key)["Retry-After"] == "3600"


@pytest.mark.parametrize(
    "given",
    [
        {"query_string": {"token": "KEY", "key": "KEY", "access_token": "KEY"}},
        {"headers": {"Authorization": "Basic KEY"}},
        {"headers": {"Authorization": "KEY"}},
        {"headers": {"Authorization": "Bearer KEY x"}},
        {"headers": {"Authorization": "Bearer \u00e9\u00ff"}},
        {"headers": {"Authorization": "Bearer " + "x" * 5000}},
        {"headers": {"X-Api-Key": "KEY"}},
    ],
)
def test_a_key_is_read_in_its_own_place_only(
    client: Client, key: str, given: dict[str, Any]
) -> None:
    filled: Any = {
        part: {name: value.replace("KEY", key) for name, value in values.items()}
        for part, values in given.items()
    }
    answer: Any = client.get(API, **filled)
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    # What is wrong counts nothing and writes nothing: nobody fills the table.
    assert not FormCount.objects.exists()
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("more", [1, 3])
def test_a_large_school_costs_no_more_queries(
    room: Classroom, client: Client, key: str, more: int
) -> None:
    for number in range(more):
        a_pupil(room.group, f"Kind {number}")
    read(client, key)
    with CaptureQueriesContext(connection) as asked:
        answer = read(client, key)
    assert len(answer.json()["pupils"]) == 4 + more
    assert len(asked) == 11


# --- the page of keys


def test_a_key_is_shown_once(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    client = as_user(cast.ibp)
    answer = client.post(PAGE, {"school": cast.linde.pk, "name": "Leerlingsysteem"})

    page = answer.content.decode()
    token = SchoolToken.objects.get()
    text = page.split('<code class="code">')[1].split("<")[0]
    assert hash_of(text) == token.sha256
    assert (token.school, token.made_by) == (cast.linde, cast.ibp)
    assert "no-store" in answer["Cache-Control"]
    again = client.get(PAGE).content.decode()
    assert text not in again
    assert "Leerlingsysteem" in again
    client.post(f"{PAGE}{token.pk}/intrekken/")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert token.revoked_by == cast.ibp
    assert "ingetrokken" in client.get(PAGE).content.decode()


def test_what_is_missing_is_told(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    answer = as_user(cast.ibp).post(PAGE, {"school": "x", "name": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Deze school is er niet." in page
    assert "Schrijf op wat met deze sleutel leest." in page


def test_only_who_keeps_consent_makes_keys(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    made = make_token(school=cast.linde, name="Website", by=cast.ibp, at=timezone.now())
    for user in (cast.director, cast.teacher, cast.fg, cast.care, cast.auditor):
        client = as_user(user)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"school": cast.linde.pk, "name": "x"}).status_code == 404
        assert client.post(f"{PAGE}{made.token.pk}/intrekken/").status_code == 404
    assert SchoolToken.objects.get().revoked_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_what_the_list_of_keys_costs(
    room: Classroom, cast: Cast, as_user: AsUser, count: int
) -> None:
    for number in range(count):
        make_token(school=cast.linde, name=f"Site {number}", by=cast.ibp, at=timezone.now())
    client = as_user(cast.ibp)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE).content.decode()
    assert page.count("</span></a></td>") == count
    assert len(asked) == 6
