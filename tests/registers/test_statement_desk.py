"""The desk, the preview and the versions of statements, per place and reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from registers import actions
from registers.choices import ActsAs, Audience
from registers.models import ProcessingActivity, PublishedStatement, read_situation
from registers.rules.statement import EDITIONS
from tests.conftest import Cast, make_school
from tests.factories import registers as make
from tests.registers.test_views import DESK, cells_of, read

PUPILS, STAFF, ENGLISH = EDITIONS[1:]
LATER = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SignIn = Callable[[User], Client]


def _change(activity: ProcessingActivity, name: str, at: datetime) -> None:
    """A next version of the activity, under another name."""
    actions.revise(activity=activity, reason="Andere naam.", by=None, at=at)
    activity.refresh_from_db()
    activity.name = name
    activity.record(by=None, why="bijgewerkt")
    make.establish(activity, at=at)


@pytest.mark.parametrize("schools", [1, 3])
def test_the_desk_costs_the_same_for_one_and_for_three_schools(
    cast: Cast,
    now: datetime,
    as_user: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    make.established("V01", at=now)
    make.published(now)
    if schools == 3:
        extra = make_school(cast.board, name="De Es", slug="de-es", brin="56EF", public=True)
        for school in (cast.linde, cast.eik, extra):
            make.published(now, school=school)
            make.published(now, school=school, edition=PUPILS)
    client = as_user(cast.ibp)
    with django_assert_num_queries(11):
        page = client.get(DESK).content.decode()
    assert len(cells_of(page)) == (4 if schools == 3 else 3)


def test_the_desk_tells_where_something_changed_since(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    at_linde = make.established("V01", at=now, schools=[cast.linde])
    make.established("V02", at=now, schools=[cast.eik])
    for school in (cast.linde, cast.eik):
        make.published(now, school=school)
    _change(at_linde, "Volgsysteem", LATER)
    rows = {row[0]: row[1] for row in cells_of(as_user(cast.ibp).get(DESK).content.decode())}
    assert rows["De Linde"] == "veranderd Versie 1 van 2 maart 2026 Bekijken · Publiceren"
    assert rows["De Eik"] == "staat online Versie 1 van 2 maart 2026 Bekijken"


def test_the_desk_sees_what_expired_and_what_a_school_does_otherwise(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    stays = make.established("V01", at=now)
    goes = make.established("V02", at=now, schools=[cast.eik])
    for school in (cast.linde, cast.eik):
        make.published(now, school=school)
    actions.expire(activity=goes, reason="Gestopt.", by=None, at=LATER)
    client = as_user(cast.ibp)
    rows = {row[0]: row[1].split()[0] for row in cells_of(client.get(DESK).content.decode())}
    assert (rows["De Linde"], rows["De Eik"]) == ("staat", "veranderd")
    actions.deviate(
        activity=stays,
        school=cast.linde,
        field="place",
        text="In de kluis.",
        reason="Geen ruimte.",
        by=None,
        at=LATER,
    )
    rows = {row[0]: row[1].split()[0] for row in cells_of(client.get(DESK).content.decode())}
    assert rows["De Linde"] == "veranderd"


def test_the_preview_says_that_nothing_changed_since_the_last_version(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established(at=now)
    make.published(now)
    page = as_user(cast.ibp).get(f"{DESK}bestuur/").content.decode()
    assert "Gelijk aan versie 1 van 2 maart 2026" in read(page)
    assert f'href="{DESK}bestuur/publiceren/"' not in page


@pytest.mark.requirement("VOG-001")
def test_the_preview_for_pupils_tells_how_it_reads_and_what_could_be_better(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    told = make.activity("V01")
    make.text(told, text="Wij kijken hoe het met je gaat. Dat schrijven wij op.")
    make.establish(told, at=now)
    make.established("V02", at=now)
    page = as_user(cast.ibp).get(f"{DESK}bestuur/leerlingen/").content.decode()
    words = read(page)
    assert "Makkelijk (B1) . Score" in words
    assert "Verwerking V02: Schrijf een tekst voor leerlingen." in words
    assert "Verwerking V01: Schrijf een tekst voor leerlingen." not in words
    assert f'href="{DESK}bestuur/leerlingen/publiceren/"' in page


def test_the_preview_in_english_stands_in_a_dutch_page(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established(at=now)
    page = as_user(cast.ibp).get(f"{DESK}bestuur/en/").content.decode()
    assert '<html lang="nl"' in page
    assert '<div lang="en">' in page
    assert "Terug naar het overzicht" in page
    assert "Who we are" in page
    assert "Geef “Leerlingen” een Engelse naam" in read(page)


@pytest.mark.parametrize(
    "address", [f"{DESK}bestuur/fries/", f"{DESK}geen-school/en/", f"{DESK}bestuur/fries/versies/"]
)
def test_an_edition_or_place_that_is_not_there_is_not_found(
    cast: Cast, as_user: SignIn, address: str
) -> None:
    assert as_user(cast.ibp).get(address).status_code == 404


def test_an_edition_is_published_from_its_own_page(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established(at=now)
    address = f"{DESK}de-linde/leerlingen/publiceren/"
    client = as_user(cast.ibp)
    assert "wezenlijks voor ouders" not in client.get(address).content.decode()
    client.post(address)
    made = PublishedStatement.objects.get()
    assert (made.school, made.audience, made.language) == (cast.linde, Audience.PUPILS, "nl")


# --- versions -------------------------------------------------------------------------------


def _two_versions(now: datetime) -> None:
    activity = make.established(at=now)
    make.published(now)
    _change(activity, "Volgsysteem", LATER)
    make.published(LATER, number=2, material_change="Wij volgen anders.")


def test_two_versions_are_laid_side_by_side_in_words(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    _two_versions(now)
    words = read(as_user(cast.fg).get(f"{DESK}bestuur/versies/").content.decode())
    assert "1 verschil" in words
    assert "Volgsysteem: naam gewijzigd Verwerking V01 Volgsysteem" in words
    assert "2 (geldt nu) 9 maart 2026, systeem Wij volgen anders. PDF" in words


def test_any_two_versions_can_be_chosen(cast: Cast, now: datetime, as_user: SignIn) -> None:
    _two_versions(now)
    page = as_user(cast.fg).get(f"{DESK}bestuur/versies/?van=1&tot=1")
    assert "Deze versies zijn gelijk." in read(page.content.decode())
    assert as_user(cast.fg).get(f"{DESK}bestuur/versies/?van=9&tot=x").status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_versions_costs_the_same_for_one_and_for_three(
    cast: Cast,
    now: datetime,
    as_user: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    make.established(at=now)
    for each in range(1, number + 1):
        made = make.published(now + timedelta(days=each), number=each, material_change="Iets.")
        make.notice(made, cast.linde, at=now)
    make.published(now, school=cast.eik)
    client = as_user(cast.director)
    with django_assert_num_queries(6 if number == 1 else 7):  # two contents, where there are two
        page = client.get(f"{DESK}bestuur/versies/").content.decode()
    assert page.count('<td data-label="Gepubliceerd">') == number
    assert page.count("nog niet verstuurd") == number


def test_versions_are_for_who_reads_the_register_there(
    cast: Cast, now: datetime, client: Client, as_user: SignIn
) -> None:
    make.established(at=now)
    make.published(now, school=cast.linde)
    address = f"{DESK}de-linde/versies/"
    assert client.get(address).status_code == 302
    codes = {
        name: as_user(getattr(cast, name)).get(address).status_code
        for name in ("fg", "ibp", "director", "auditor", "eik_director", "teacher", "administrator")
    }
    assert codes == {
        "fg": 200,
        "ibp": 200,
        "director": 200,
        "auditor": 200,
        "eik_director": 404,
        "teacher": 404,
        "administrator": 404,
    }


def test_a_director_sees_the_letters_of_the_own_school_only(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    make.established(at=now)
    made = make.published(now, material_change="Iets.")
    for school in (cast.linde, cast.eik):
        make.notice(made, school, at=now)
    page = as_user(cast.director).get(f"{DESK}bestuur/versies/").content.decode()
    letters = re.findall(r">([^<]*), versie 1</a>", page)
    assert letters == ["De Linde"]


# --- what no statement covers ---------------------------------------------------------------


def test_a_statement_for_any_reader_covers_an_activity(cast: Cast, now: datetime) -> None:
    own = make.activity("V02")
    own.datalines.all().delete()
    make.data_line(own, group=make.group("staff", "Medewerkers"))
    make.establish(own, at=now)
    make.established("V01", at=now)
    assert read_situation().published is None
    make.published(now)
    assert read_situation().published == frozenset({"V01"})
    make.published(now, edition=STAFF)
    assert read_situation().published == frozenset({"V01", "V02"})


def test_what_is_done_for_another_is_not_missed_in_our_statement(cast: Cast, now: datetime) -> None:
    make.established("V01", at=now)
    make.published(now)
    theirs = make.activity("V02")
    theirs.acts_as = ActsAs.PROCESSOR
    theirs.record(by=None, why="proef")
    make.published(LATER, number=2)
    assert read_situation().published == frozenset({"V01"})
