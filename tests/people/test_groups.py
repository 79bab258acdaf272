"""Classes of this year, and which account stands before each: that account sees its pupils."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Pupil, Teacher, User
from tests.conftest import Cast, make_person
from tests.factories import people
from tests.people.village import Village, this_year

AsUser = Callable[[User], Client]
LIST = "/leerlingen/groepen/"


def act(group: int, name: str, row: int | None = None) -> str:
    return f"{LIST}{group}/{name}/" + (f"{row}/" if row else "")


def sees(user: User) -> list[str]:
    found = Pupil.objects.visible_to(User.objects.get(pk=user.pk))
    return [each.first_name for each in found.order_by("sort_name")]


def test_the_director_sees_the_own_classes_of_this_year(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    people.group(cast.linde, "6z", year=this_year() - 1)
    answer = as_user(cast.director).get(LIST)
    rows = [(group.name, group.pupils_now) for group in answer.context["page"]]
    assert rows == [("7a", 1), ("8b", 1)]
    assert cast.teacher.email in answer.text
    assert answer.text.count("niemand") == 1
    everywhere = as_user(cast.fg).get(LIST)
    assert [group.name for group in everywhere.context["page"]] == ["5", "7a", "8b"]
    assert "Leerkracht erbij" not in everywhere.text
    assert [g.name for g in as_user(cast.fg).get(f"{LIST}?school=de-eik").context["page"]] == ["5"]


@pytest.mark.parametrize("who", ["teacher", "care", "auditor", "administrator", "board_member"])
def test_to_others_there_are_no_classes(
    cast: Cast, village: Village, as_user: AsUser, who: str
) -> None:
    assert as_user(getattr(cast, who)).get(LIST).status_code == 404


def test_who_may_put_somebody_before_a_class(cast: Cast, village: Village, as_user: AsUser) -> None:
    for who in ("fg", "eik_director", "teacher", "auditor", "administrator", "care"):
        client = as_user(getattr(cast, who))
        for path in (
            act(village.group.pk, "leerkracht"),
            act(village.group.pk, "account", village.teacher.pk),
            act(village.group.pk, "weghalen", village.teacher.pk),
        ):
            assert client.get(path).status_code == 404
            assert client.post(path, {"account": cast.teacher.pk}).status_code == 404
    assert sees(cast.teacher) == ["Noor"]


def test_a_teacher_is_put_before_a_class_and_sees_it(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    client = as_user(cast.director)
    path = act(village.other_group.pk, "leerkracht")
    answer = client.post(path, {"account": cast.teacher.pk}, follow=True)
    assert "Deze leerkracht ziet de groep nu." in answer.text
    assert sees(cast.teacher) == ["Mila", "Noor"]
    # The teacher whom the school's own system knows by this address is the same person.
    assert Teacher.objects.get().pk == village.teacher.pk
    reason = village.teacher.history.latest("history_id").history_change_reason
    assert reason == "staat voor groep 8b"
    twice = client.post(path, {"account": cast.teacher.pk})
    assert "Tess Leraar staat al voor deze groep." in twice.text
    assert village.other_group.teachers.count() == 1


def test_somebody_new_becomes_a_teacher(cast: Cast, village: Village, as_user: AsUser) -> None:
    new = make_person("Nina Nieuw", Role.EMPLOYEE, cast.linde)
    assert sees(new) == []
    client = as_user(cast.director)
    client.post(act(village.group.pk, "leerkracht"), {"account": new.pk})
    assert sees(new) == ["Noor"]
    assert "Nina Nieuw" in client.get(LIST).text


def test_only_employees_of_the_school_can_be_chosen(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    client = as_user(cast.director)
    path = act(village.group.pk, "leerkracht")
    assert cast.teacher.email in client.get(path).text
    for stranger in (cast.eik_teacher, cast.care, cast.administrator, cast.fg):
        assert stranger.email not in client.get(path).text
        answer = client.post(path, {"account": stranger.pk})
        assert "Kies iemand uit de lijst." in answer.text
    for nothing in ("", "x", "99999999999999999999", "-1"):
        assert client.post(path, {"account": nothing}).context["form"].errors["account"]
    assert village.group.teachers.count() == 1


def test_taking_away_ends_what_was_seen(cast: Cast, village: Village, as_user: AsUser) -> None:
    client = as_user(cast.director)
    path = act(village.group.pk, "weghalen", village.teacher.pk)
    answer = client.post(path, follow=True)
    assert "Deze leerkracht ziet de groep niet meer." in answer.text
    assert sees(cast.teacher) == []
    # Twice: there is nobody to take away any more.
    assert client.post(path).status_code == 404


def test_a_teacher_of_the_file_gets_an_account(
    cast: Cast, village: Village, as_user: AsUser
) -> None:
    known = people.teacher(cast.linde, "", village.other_group)
    people.teacher(cast.linde, "uit.het.bestand@school.example", village.other_group)
    client = as_user(cast.director)
    # Without an address, or with one by which nobody signs in: nobody sees the class.
    assert client.get(LIST).text.count("geen account") == 2
    path = act(village.other_group.pk, "account", known.pk)
    seen = client.get(path).context["seen"]
    client.post(path, {"account": cast.teacher.pk, "seen": seen})
    assert sees(cast.teacher) == ["Mila", "Noor"]
    again = client.post(path, {"account": cast.teacher.pk, "seen": seen})
    assert "Iemand anders was u voor." in again.text
    # A teacher of another class is not found here.
    assert client.get(act(village.group.pk, "account", known.pk)).status_code == 404


@pytest.mark.parametrize(("who", "queries"), [("director", 9), ("fg", 9)])
def test_what_it_costs(cast: Cast, as_user: AsUser, who: str, queries: int) -> None:
    people.group(cast.eik, "1", year=this_year())
    client = as_user(getattr(cast, who))
    client.get(LIST)
    found = []
    for names in (("7a",), ("7b", "8")):
        for name in names:
            group = people.group(cast.linde, name, year=this_year())
            people.teacher(cast.linde, f"{name}@deproef.example", group)
            people.pupil(cast.linde, "Noor", of=group)
        with CaptureQueriesContext(connection) as asked:
            assert "7a" in client.get(LIST).text
        found.append(len(asked))
    assert found == [queries, queries]
