"""The list of pupils: who sees whom and what of them, how it is searched, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from tests.conftest import NOW, STARTED, Cast, make_person
from tests.factories import people
from tests.people.village import Village, this_year

AsUser = Callable[[User], Client]
LIST = "/leerlingen/"


def names(answer: Any) -> list[str]:
    return [row.pupil.first_name for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("director", ["Mila", "Noor"]),
        ("eik_director", ["Lot", "Saar"]),
        ("fg", ["Mila", "Lot", "Noor", "Saar"]),
        ("ibp", ["Mila", "Lot", "Noor", "Saar"]),
        ("teacher", ["Noor"]),
        ("eik_teacher", []),
    ],
)
def test_who_sees_whom(
    cast: Cast, village: Village, as_user: AsUser, who: str, seen: list[str]
) -> None:
    assert names(as_user(getattr(cast, who)).get(LIST)) == seen


@pytest.mark.parametrize("who", ["auditor", "administrator", "care", "board_member"])
def test_to_others_there_is_no_list(
    cast: Cast, village: Village, as_user: AsUser, who: str
) -> None:
    assert as_user(getattr(cast, who)).get(LIST).status_code == 404


def test_who_is_not_signed_in_is_asked_to(cast: Cast, client: Client) -> None:
    assert client.get(LIST).headers["Location"].startswith("/inloggen/")


def test_a_teacher_sees_names_and_groups_and_nothing_else(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    page = as_user(cast.teacher).get(LIST).text
    assert "Noor Visser" in page
    assert "7a" in page
    for hidden in ("Sanne", "Bram", "12 mei 2016", "1001", "Mila", "8b", "gezag"):
        assert hidden not in page, hidden
    assert reverse("people_pupil", args=[village.noor.pk]) not in page
    # What a teacher may not see cannot be found out by searching and filtering either.
    assert names(as_user(cast.teacher).get(LIST, {"zoek": "1001"})) == []
    village.noor.born_on = None
    village.noor.record(by=None, why="proef")
    for shown in ("zonder-datum", "onbereikbaar", "zonder-ouder", "van-school", "alle"):
        assert names(as_user(cast.teacher).get(LIST, {"toon": shown})) == ["Noor"]


def test_who_teaches_at_one_school_and_leads_another_sees_guardians_of_that_one(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    both = make_person("Bo Beide", Role.DIRECTOR, cast.eik)
    appoint(user=both, role=Role.EMPLOYEE, school=cast.linde, starts_on=STARTED, by=None, at=NOW)
    people.teacher(cast.linde, both.email, village.group)
    client = as_user(User.objects.get(pk=both.pk))
    rows = {row.pupil.first_name: row for row in client.get(LIST).context["rows"]}
    assert sorted(rows) == ["Lot", "Noor", "Saar"]
    assert (rows["Noor"].in_full, rows["Noor"].ties) == (False, ())
    assert [tie.guardian.first_name for tie in rows["Saar"].ties] == ["Sanne"]
    # Noor has no pupil page for who only teaches her, and no filter tells of her data.
    assert client.get(reverse("people_pupil", args=[village.noor.pk])).status_code == 404
    assert names(client.get(LIST, {"toon": "zonder-ouder"})) == []


def test_a_director_sees_who_decides_and_who_is_reached(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    village.mother.unreachable_since, village.mother.unreachable_why = timezone.now(), "bounced"
    village.mother.record(by=None, why="proef")
    village.mila.born_on = None
    village.mila.record(by=None, why="proef")
    answer = as_user(cast.director).get(LIST)
    mila, noor = answer.context["rows"]
    assert (mila.groups, noor.groups) == ("8b", "7a")
    assert [tie.has_authority for tie in noor.ties] == [True, False]
    page = " ".join(answer.text.split())
    assert "Sanne Visser</a> (gezag) <span" in page
    assert "niet bereikbaar" in page
    assert "Bram Visser</a> (geen gezag)" in page
    assert "12 mei 2016" in page
    assert page.count("onbekend") == 1
    assert page.count("niemand bekend") == 1


def test_a_guardianship_that_ended_is_not_in_the_list(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    tie = village.father.guardianships.get()
    tie.ends_on = timezone.localdate() - timedelta(days=1)
    tie.record(by=None, why="proef")
    (row,) = as_user(cast.director).get(LIST, {"zoek": "noor"}).context["rows"]
    assert [each.guardian.first_name for each in row.ties] == ["Sanne"]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"zoek": "visser"}, ["Noor", "Saar"]),
        ({"zoek": "saar vis"}, ["Saar"]),
        ({"zoek": "NOÓR"}, ["Noor"]),
        ({"zoek": "2002"}, ["Lot"]),
        ({"zoek": "200"}, []),
        ({"zoek": "%"}, []),
        ({"zoek": "\x00"}, ["Mila", "Lot", "Noor", "Saar"]),
        ({"zoek": "x" * 5000}, []),
        ({"school": "de-eik"}, ["Lot", "Saar"]),
        ({"school": "' OR 1=1"}, ["Mila", "Lot", "Noor", "Saar"]),
        ({"school": "de-linde", "groep": "99999999999999999999"}, ["Mila", "Noor"]),
        ({"toon": "zonder-ouder"}, ["Mila"]),
        ({"toon": "zonder-datum"}, []),
        ({"toon": "van-school"}, []),
        ({"toon": "onzin"}, ["Mila", "Lot", "Noor", "Saar"]),
        ({"page": "-1"}, ["Mila", "Lot", "Noor", "Saar"]),
        ({"page": "99999999999999999999"}, ["Mila", "Lot", "Noor", "Saar"]),
    ],
)
def test_it_is_searched(
    cast: Cast, village: Village, as_user: AsUser, query: dict[str, str], seen: list[str]
) -> None:
    assert names(as_user(cast.fg).get(LIST, query)) == seen


def test_by_group_and_the_group_of_another_school_is_no_door(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    client = as_user(cast.director)
    assert names(client.get(LIST, {"groep": village.group.pk})) == ["Noor"]
    eik = people.group(cast.eik, "Groep van De Eik", year=this_year())
    answer = client.get(LIST, {"groep": eik.pk})
    assert names(answer) == ["Mila", "Noor"]
    assert "Groep van De Eik" not in answer.text


def test_who_left_is_found_among_those_who_left(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    village.mila.left_on = timezone.localdate()
    village.mila.record(by=None, why="proef")
    village.noor.left_on = timezone.localdate() + timedelta(days=1)
    village.noor.record(by=None, why="proef")
    client = as_user(cast.director)
    assert names(client.get(LIST)) == ["Noor"]
    assert names(client.get(LIST, {"toon": "van-school"})) == ["Mila"]
    assert names(client.get(LIST, {"toon": "alle"})) == ["Mila", "Noor"]


def test_out_of_reach_is_without_address_or_with_one_that_bounced(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    client = as_user(cast.director)
    assert names(client.get(LIST, {"toon": "onbereikbaar"})) == []
    people.guardian(village.mila, first_name="Zonder", email="")
    assert names(client.get(LIST, {"toon": "onbereikbaar"})) == ["Mila"]


@pytest.mark.parametrize(
    ("who", "queries"), [("director", 10), ("ibp", 9), ("fg", 9), ("teacher", 8)]
)
def test_what_it_costs(cast: Cast, as_user: AsUser, who: str, queries: int) -> None:
    """With one row and with three the same, with pupils of others beside them."""
    group = people.group(cast.linde, "7a", year=this_year())
    people.teacher(cast.linde, cast.teacher.email, group)
    people.guardian(people.pupil(cast.eik, "Saar"))
    people.guardian(people.pupil(cast.linde, "Noor", of=group))
    client = as_user(getattr(cast, who))
    client.get(LIST)
    found = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(LIST)
        found.append((len(asked), "Noor" in names(answer)))
        for name in ("Daan", "Mees"):
            people.guardian(people.pupil(cast.linde, name, of=group), first_name=name)
    assert found == [(queries, True), (queries, True)]


def test_a_page_holds_fifty(cast: Cast, as_user: AsUser) -> None:
    for number in range(51):
        people.pupil(cast.linde, f"Kind {number:02}", born_on=date(2016, 1, 1))
    client = as_user(cast.director)
    assert len(names(client.get(LIST))) == 50
    assert names(client.get(LIST, {"page": "2"})) == ["Kind 50"]


def test_home_leads_there(cast: Cast, as_user: AsUser) -> None:
    assert 'href="/leerlingen/"' in as_user(cast.director).get("/").text
    assert 'href="/leerlingen/"' not in as_user(cast.auditor).get("/").text
