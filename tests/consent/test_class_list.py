"""The list of a class: who sees which, what it says, and the files of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from consent.letters.class_list import class_list_html
from consent.models.class_list import class_list, groups_for, groups_to_check
from privacyboard.audit.models import AccessEntry
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.classroom import Classroom, a_classroom, a_group, a_pupil
from tests.factories import people
from tests.factories.consent import say

AsUser = Callable[[User], Client]
PAGE = "/toestemmingen/klassenlijst/"
pytestmark = pytest.mark.django_db


def rows_of(body: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(body))["Klassenlijst"]
    return [[str(cell.value) for cell in row] for row in sheet.iter_rows()]


# --- what it says


@pytest.mark.requirement("VOG-022")
@pytest.mark.requirement("VOG-024")
def test_each_pupil_has_a_yes_or_a_no_for_each_means(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    page = as_user(cast.teacher).get(PAGE).content.decode()

    found = class_list(room.group, [room.website, room.portal], on=room.today)
    assert [
        (line.pupil.first_name, [cell.is_yes for cell in line.cells]) for line in found.lines
    ] == [
        ("Mila", [False, False]),
        ("Daan", [False, True]),
        ("Noor", [True, True]),
    ]
    assert "<small>een ouder zegt nee</small>" in page
    assert "<small>geen antwoord</small>" in page
    assert "geboortedatum onbekend" in page
    assert "Bram" not in page
    assert "Finn" not in page
    assert "Saar" not in page


def test_on_another_day_it_says_what_held_then(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    say(room.mother, room.noor, room.website, False, at=room.at + timedelta(days=10))
    before = room.today - timedelta(days=15)
    client = as_user(cast.director)

    then = client.get(PAGE, {"groep": str(room.group.pk), "op": before.isoformat()})

    assert "Dit gold op" in then.content.decode()
    found = class_list(room.group, [room.website], on=before)
    assert [line.cells[0].is_yes for line in found.lines] == [False, False, True]
    today = class_list(room.group, [room.website], on=room.today)
    assert [line.cells[0].is_yes for line in today.lines] == [False, False, False]


def test_only_who_was_in_the_class_on_that_day_is_in_it(room: Classroom) -> None:
    placed = room.noor.placements.get()
    placed.ends_on = room.today - timedelta(days=1)
    placed.save()

    names = [each.pupil.first_name for each in class_list(room.group, [], on=room.today).lines]
    assert names == ["Mila", "Daan"]


def test_a_teacher_does_not_read_about_care(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    address = f"{PAGE}?groep={room.group.pk}&vraag={room.medical.pk}"
    assert "edische gegevens" not in as_user(cast.teacher).get(address).content.decode()
    page = as_user(cast.care).get(address).content.decode()
    assert "edische gegevens" in page
    assert "tot en met" in page


def test_a_day_that_is_none_is_told_and_shows_no_list(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    answer = as_user(cast.teacher).get(PAGE, {"op": "31-02-2026"})
    assert answer.status_code == 422
    assert "Noor" not in answer.content.decode()


# --- who sees which


def test_a_teacher_has_the_own_groups_and_who_reads_consent_those_of_the_school(
    room: Classroom, cast: Cast
) -> None:
    def names(user: User) -> list[str]:
        return [each.name for each in groups_for(user, on=room.today)]

    assert names(cast.teacher) == ["7a"]
    assert names(cast.director) == ["7a", "7b"]
    assert names(cast.care) == ["7a", "7b"]
    assert names(cast.ibp) == ["5", "7a", "7b"]
    assert names(cast.fg) == ["5", "7a", "7b"]
    assert names(cast.eik_teacher) == []
    assert names(cast.auditor) == []
    assert [each.name for each in groups_to_check(cast.teacher, on=room.today)] == ["7a"]
    assert not groups_to_check(cast.fg, on=room.today).exists()
    assert not groups_to_check(cast.care, on=room.today).exists()
    assert groups_to_check(cast.director, on=room.today).count() == 2


def test_a_group_of_another_is_not_there(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    for end in ("", "pdf/", "xlsx/"):
        for group in (room.other_group, room.eik_group):
            answer = as_user(cast.teacher).get(f"{PAGE}{end}", {"groep": group.pk})
            assert answer.status_code == 404, (end, group)
    assert as_user(cast.director).get(PAGE, {"groep": room.eik_group.pk}).status_code == 404
    assert as_user(cast.director).get(PAGE, {"school": "de-eik"}).status_code == 404
    for given in ("x", "-1", "9" * 30, "٣"):
        assert as_user(cast.director).get(PAGE, {"groep": given}).status_code == 404
    assert as_user(cast.auditor).get(PAGE).status_code == 404
    assert not AccessEntry.objects.exists()


def test_a_teacher_without_a_group_is_told_whom_to_ask(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    page = as_user(cast.eik_teacher).get(PAGE).content.decode()
    assert "Vraag de directeur" in page


def test_who_keeps_many_schools_chooses_the_school_first(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    client = as_user(cast.ibp)
    assert "Noor" not in client.get(PAGE).content.decode()
    chosen = client.get(PAGE, {"school": "de-linde"}).content.decode()
    assert "7b" in chosen
    assert "Noor" not in chosen
    assert "Noor" in client.get(PAGE, {"groep": room.group.pk}).content.decode()
    other = {"school": "de-eik", "groep": str(room.group.pk)}
    assert "Saar" in client.get(PAGE, other).content.decode()


# --- files


def test_the_list_beside_the_camera_says_yes_and_no_and_never_why(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    answer = as_user(cast.teacher).get(f"{PAGE}pdf/", {"vraag": room.website.pk})

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="toestemming-7a-')
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Noor Visser" in text
    assert "NEE" in text
    found = class_list(room.group, [room.website], on=room.today)
    html = class_list_html(found, at=room.at)
    assert html.count('class="is-no"') == 2
    assert html.count('class="is-yes"') == 1
    assert "gezag" not in html
    entry = AccessEntry.objects.get()
    assert (entry.act, entry.by, entry.school) == ("downloaded", cast.teacher, cast.linde)


def test_the_sheet_says_why_and_runs_nothing(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    room.noor.first_name = "=1+1"
    room.noor.record(by=None, why="proef")

    answer = as_user(cast.director).get(
        f"{PAGE}xlsx/", {"groep": room.group.pk, "vraag": room.website.pk}
    )

    rows = rows_of(answer.content)
    assert rows[0] == ["Leerling", room.website.name]
    assert ["Daan Visser", "Nee. Een ouder of verzorger met gezag zegt nee."] in rows
    assert [row[0] for row in rows[1:]] == ["Mila Bakker", "'=1+1 Visser", "Daan Visser"]
    assert AccessEntry.objects.get().act == "downloaded"


def test_reading_gives_no_right_to_take_a_file(
    room: Classroom, cast: Cast, as_user: AsUser
) -> None:
    client = as_user(cast.care)
    page = client.get(PAGE, {"groep": room.group.pk}).content.decode()
    assert "Noor" in page
    assert "xlsx" not in page
    assert client.get(f"{PAGE}xlsx/", {"groep": room.group.pk}).status_code == 404
    assert client.get(f"{PAGE}pdf/", {"groep": room.group.pk}).status_code == 404


# --- cost


@pytest.mark.parametrize("pupils", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("teacher", 12), ("director", 12), ("ibp", 12)])
def test_what_a_list_costs(
    cast: Cast, as_user: AsUser, role: str, queries: int, pupils: int
) -> None:
    room = a_classroom(cast)
    group = a_group(cast.linde, "8a")
    people.teacher(cast.linde, cast.teacher.email, group)
    for number in range(pupils):
        child = a_pupil(group, f"Kind {number}")
        parent = people.guardian(child, first_name=f"Ouder{number}")
        say(parent, child, room.website, True, at=room.at)
    client = as_user(getattr(cast, role))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(PAGE, {"groep": group.pk}).content.decode()
    assert page.count('<th scope="row">Kind') == pupils
    assert len(asked) == queries


def test_a_day_long_ago_has_no_groups(room: Classroom, cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.director).get(PAGE, {"op": date(2001, 1, 1).isoformat()})
    assert page.status_code == 200
