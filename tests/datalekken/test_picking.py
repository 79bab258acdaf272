"""Who is told of a breach, picked from the pupils and guardians of the schools that it touches."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datalekken.letters.told import Writer
from datalekken.models import Telling, ToldPerson
from privacyboard.organisation.models import Group, Pupil, User
from privacyboard.organisation.rules import school_year_of
from tests.conftest import Cast
from tests.factories import breaches as make
from tests.factories import people as records
from tests.factories import tellings as tell

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def born(age: int) -> date:
    today = timezone.localdate()
    return date(today.year - age, 1, 1)


@pytest.fixture
def seven(cast: Cast) -> Group:
    return records.group(cast.linde, "7a", year=school_year_of(timezone.localdate()))


@pytest.fixture
def telling(cast: Cast) -> Telling:
    breach = make.breach(cast.linde, at=timezone.now())
    return tell.telling(breach, at=timezone.now(), by=cast.ibp)


def url(telling: Telling) -> str:
    return f"/datalekken/{telling.breach.number}/ontvangers-leerlingen/{telling.pk}/"


def adds(client: Client, telling: Telling, **chosen: Any) -> Any:
    """First a look, then the same again with what was looked at."""
    page = client.post(url(telling), chosen).content.decode()
    looked = re.search(r'name="looked" value="(\w*)"', page)
    assert looked is not None
    assert ToldPerson.objects.count() == 0
    return client.post(url(telling), {**chosen, "looked": looked.group(1)})


def told(telling: Telling) -> list[tuple[str, str, str, str, str]]:
    rows = telling.people.order_by("pk")
    return [(each.name, each.about, each.email, each.address, each.rule) for each in rows]


def test_of_a_class_the_guardians_of_the_young_and_the_older_themselves(
    cast: Cast, as_user: SignIn, telling: Telling, seven: Group
) -> None:
    young = records.pupil(cast.linde, "Ava", of=seven, born_on=born(10))
    records.guardian(young, first_name="Sanne")
    records.guardian(young, first_name="Piet", email="")
    records.guardian(young, first_name="Zonder", has_authority=False)
    old = records.pupil(cast.linde, "Bo", of=seven, born_on=born(17), email="bo@linde.example")
    records.guardian(old, first_name="Olga")
    records.pupil(cast.linde, "Cas", born_on=born(10))

    answer = adds(as_user(cast.ibp), telling, groups=[seven.pk])

    assert answer.status_code == 302
    assert told(telling) == [
        (
            "Sanne Visser",
            "Ava Visser",
            "sanne@gezin.example",
            "",
            "jonger dan 16: de ouders of verzorgers",
        ),
        (
            "Piet Visser",
            "Ava Visser",
            "",
            "Via school, mee te geven aan Ava Visser (groep 7a)",
            "jonger dan 16: de ouders of verzorgers",
        ),
        ("Bo Visser", "", "bo@linde.example", "", "16 of 17 jaar: de leerling zelf"),
    ]
    assert [each.way for each in telling.people.order_by("pk")] == ["email", "paper", "email"]


def test_parents_from_sixteen_with_a_reason_and_never_from_eighteen(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    ages = {
        age: records.pupil(cast.linde, f"P{age}", born_on=born(age), email=f"p{age}@linde.example")
        for age in (17, 19)
    }
    for age, child in ages.items():
        records.guardian(child, first_name=f"Ouder{age}")
    keys = [each.pk for each in ages.values()]

    adds(as_user(cast.ibp), telling, pupils=keys, parents_too="on", parents_reason="zij betalen")

    assert [row[0] for row in told(telling)] == ["P17 Visser", "Ouder17 Visser", "P19 Visser"]
    assert told(telling)[1][4] == "16 of 17 jaar: ook de ouders, want zij betalen"


def test_who_does_not_work_by_mail_gets_paper_and_an_unknown_age_is_said(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    child = records.pupil(cast.linde, "Ava", born_on=None)
    records.guardian(
        child, first_name="Sanne", unreachable_since=timezone.now(), unreachable_why="bounced"
    )
    adds(as_user(cast.ibp), telling, pupils=[child.pk])

    assert told(telling) == [
        (
            "Sanne Visser",
            "Ava Visser",
            "",
            "Via school, mee te geven aan Ava Visser",
            "geboortedatum niet bekend: aan de ouder of verzorger, zoals is opgegeven",
        )
    ]


def test_a_child_of_whom_nobody_stands_in_the_records_is_named(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    child = records.pupil(cast.linde, "Ava", born_on=born(10))
    page = as_user(cast.ibp).post(url(telling), {"pupils": [child.pk]}).content.decode()

    assert "Niet op de lijst" in page
    assert "Ava Visser" in page
    assert "de ouders of verzorgers krijgen de brief. Zet hen op de lijst." in page


def test_somebody_without_a_name_is_addressed_as_the_parent_of_the_child(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    child = records.pupil(cast.linde, "Ava", born_on=born(10))
    records.guardian(child, first_name="", last_name="", email="iemand@gezin.example")
    records.guardian(child, first_name="", last_name="", email="")
    adds(as_user(cast.ibp), telling, pupils=[child.pk])

    assert [row[0] for row in told(telling)] == ["ouder of verzorger van Ava Visser"] * 2
    letter = Writer(at=timezone.now()).page(telling, telling.people.get(email=""))
    assert "Beste ouder of verzorger van Ava Visser," in letter
    assert '<p class="to">Ouder of verzorger van Ava Visser<br>' in letter


def test_the_longest_names_of_the_records_fit(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    name: dict[str, Any] = {"infix": "v" * 30, "last_name": "W" * 100}
    child = records.pupil(cast.linde, "A" * 100, born_on=born(10), **name)
    records.guardian(child, first_name="S" * 100, email="lang@gezin.example", **name)
    records.guardian(child, first_name="", last_name="", email="")
    assert adds(as_user(cast.ibp), telling, pupils=[child.pk]).status_code == 302
    assert [len(row[1]) for row in told(telling)] == [232, 232]


def test_looking_for_a_pupil_keeps_what_was_chosen_and_nothing_of_another_school(
    cast: Cast, as_user: SignIn, telling: Telling, seven: Group
) -> None:
    first = records.pupil(cast.linde, "Ava")
    records.pupil(cast.linde, "Bo", of=seven)
    stranger = records.pupil(cast.eik, "Bo", last_name="Vreemd")
    strange = records.group(cast.eik, "9z", year=seven.school_year)
    sent = {"find": "1", "words": "bo", "pupils": [first.pk], "groups": [seven.pk]}

    page = as_user(cast.ibp).post(url(telling), sent).content.decode()

    assert f'value="{first.pk}" checked' in page
    assert "Bo Visser" in page
    assert re.search(rf'name="groups" value="{seven.pk}"[^>]*checked', page)
    assert "Vreemd" not in page
    assert "9z, De Eik" not in page
    page = as_user(cast.ibp).post(url(telling), {"pupils": [stranger.pk]}).content.decode()
    assert "Deze leerling is niet gevonden. Zoek opnieuw." in page
    page = as_user(cast.ibp).post(url(telling), {"groups": [strange.pk]}).content.decode()
    assert "Deze groep staat niet in de lijst." in page
    assert ToldPerson.objects.count() == 0


def test_twice_is_once_and_a_changed_choice_is_looked_at_first(
    cast: Cast, as_user: SignIn, telling: Telling
) -> None:
    child, other = (records.pupil(cast.linde, name, born_on=born(10)) for name in ("Ava", "Bo"))
    records.guardian(child, other, first_name="Sanne")
    client = as_user(cast.ibp)
    adds(client, telling, pupils=[child.pk])

    page = client.post(url(telling), {"pupils": [child.pk]}).content.decode()
    assert "Dubbel: staat al op de lijst." in page
    looked = re.search(r'name="looked" value="(\w*)"', page)
    assert looked is not None
    both = {"pupils": [child.pk, other.pk], "looked": looked.group(1)}
    assert client.post(url(telling), both).status_code == 200
    assert [row[1] for row in told(telling)] == ["Ava Visser"]


@pytest.mark.parametrize("sent", [{}, {"pupils": ["x"]}, {"pupils": ["9" * 30]}, {"groups": "x"}])
def test_bad_choices_are_told(
    cast: Cast, as_user: SignIn, telling: Telling, sent: dict[str, Any]
) -> None:
    records.group(cast.linde, "7a", year=school_year_of(timezone.localdate()))
    page = as_user(cast.ibp).post(url(telling), sent)

    assert page.status_code == 200
    assert 'class="callout' in page.content.decode()


@pytest.mark.parametrize("name", ["director", "teacher", "care", "fg", "auditor", "eik_director"])
def test_for_who_handles_the_file_only(
    cast: Cast, as_user: SignIn, telling: Telling, name: str
) -> None:
    assert as_user(getattr(cast, name)).get(url(telling)).status_code == 404
    assert as_user(getattr(cast, name)).post(url(telling), {}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_for_one_and_for_three(
    cast: Cast, as_user: SignIn, telling: Telling, count: int
) -> None:
    year = school_year_of(timezone.localdate())
    groups = [records.group(cast.linde, f"{each}a", year=year) for each in range(count)]
    for each in groups:
        child: Pupil = records.pupil(cast.linde, of=each, born_on=born(10))
        records.guardian(child, first_name=f"Ouder{each.pk}")
    client, asks = as_user(cast.ibp), []
    client.get(url(telling))
    keys = [each.pk for each in groups]
    for sent in (None, {"find": "1", "words": "visser"}, {"groups": keys}):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url(telling)) if sent is None else client.post(url(telling), sent)
        assert answer.status_code == 200
        asks.append(len(queries))
    assert asks == ASKS


ASKS = [8, 10, 13]
