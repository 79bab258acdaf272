"""The pages of the yearly rounds: who may do what, what they ask of the database, what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.choices import RoundState
from consent.models import Round
from consent.tasks import sweep_letters
from privacyboard.mail import outbox
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import consent, people

AsUser = Callable[[User], Client]
LIST = "/toestemmingen/rondes/"


def page(asked: Round, part: str = "") -> str:
    return f"{LIST}{asked.pk}/{part}"


def running(families: Families, *schools: Any, **values: Any) -> Round:
    """A round that runs on the real today."""
    today = timezone.localdate()
    values = {
        "opens_on": today,
        "closes_on": today + timedelta(days=30),
        "valid_until": today + timedelta(days=400),
        **values,
    }
    made = consent.round_of(families.website, school=schools[0], **values)
    made.schools.set(schools)
    return made


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def typed(families: Families, cast: Cast, **values: Any) -> dict[str, Any]:
    return {
        "name": "Toestemming 2026-2027",
        "questions": [families.website.pk],
        "schools": [cast.linde.pk],
        "opens_on": "2026-09-01",
        "closes_on": "10-10-2026",
        "valid_until": "2027-10-31",
        "reminder_days": "7, 30 en 1",
        **values,
    }


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("person", "asked"), [("ibp", 6), ("fg", 6), ("director", 6), ("care", 6)])
def test_the_list_asks_the_same_for_one_and_for_three(
    cast: Cast, families: Families, as_user: AsUser, person: str, asked: int, number: int
) -> None:
    for each in range(number):
        running(families, cast.linde, name=f"Ronde {each}")
    running(families, cast.eik, name="Ronde van De Eik")
    client = as_user(getattr(cast, person))
    assert queries(client, LIST) == asked
    text = client.get(LIST).text
    assert text.count("Ronde 0") == 1
    assert ("Ronde van De Eik" in text) == (person in ("ibp", "fg"))


def test_the_list_says_of_how_many_schools_and_questions_a_round_is(
    cast: Cast, families: Families, as_user: AsUser
) -> None:
    asked = running(families, cast.linde, name="Van twee")
    asked.schools.add(cast.eik)
    asked.questions.set([families.website])
    text = " ".join(as_user(cast.ibp).get(LIST).text.split())
    assert '<td data-label="Scholen">2</td> <td data-label="Vragen">1</td>' in text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("person", "asked"), [("ibp", 9), ("fg", 9), ("director", 9)])
def test_a_round_asks_the_same_for_one_class_and_for_three(
    cast: Cast, families: Families, as_user: AsUser, person: str, asked: int, number: int
) -> None:
    for each in range(number):
        group = people.group(cast.linde, f"Groep {each}")
        child = people.pupil(cast.linde, f"Kind {each}", of=group)
        people.guardian(child, first_name=f"ouder{each}")
    made = running(families, cast.linde, cast.eik)
    sweep_letters(timezone.now())
    client = as_user(getattr(cast, person))
    assert queries(client, page(made)) == asked
    text = client.get(page(made), {"school": "de-linde"}).text
    assert text.count("Groep 0") == 1
    assert ("De Eik" in text) == (person != "director")


def test_only_who_manages_consent_comes_in_everywhere(
    cast: Cast, families: Families, as_user: AsUser
) -> None:
    made = running(families, cast.linde)
    draft = running(families, cast.linde, state=RoundState.DRAFT)
    for person in ("teacher", "board_member", "auditor", "administrator"):
        client = as_user(getattr(cast, person))
        assert client.get(LIST).status_code == 404, person
        assert client.get(page(made)).status_code == 404, person
    assert as_user(cast.eik_director).get(page(made)).status_code == 404
    for person in ("fg", "director"):
        client = as_user(getattr(cast, person))
        for url in (f"{LIST}nieuw/", page(draft, "openen/"), page(made, "afbreken/")):
            assert client.get(url).status_code == 404, (person, url)
            assert client.post(url, {}).status_code == 404, (person, url)
    assert as_user(cast.ibp).get(f"{LIST}99999999999999999999/").status_code == 404


def test_from_a_plan_to_a_round_that_runs(
    cast: Cast, families: Families, as_user: AsUser, now: datetime
) -> None:
    client = as_user(cast.ibp)
    assert "30, 7, 1" in client.get(f"{LIST}nieuw/").text
    today = timezone.localdate()
    days = {
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=30)).isoformat(),
        "valid_until": (today + timedelta(days=400)).isoformat(),
    }
    answer = client.post(f"{LIST}nieuw/", typed(families, cast, **days))
    made = Round.objects.get()
    assert answer.headers["Location"] == page(made)
    assert (made.state, made.reminder_days) == ("draft", [30, 7, 1])
    text = client.get(page(made)).text
    assert "in voorbereiding" in text
    assert "Openen" in text

    change = client.get(page(made, "wijzigen/"))
    seen = change.context["seen"]
    changed = typed(families, cast, **days, name="Ronde 2026", seen=seen)
    assert client.post(page(made, "wijzigen/"), changed, follow=True).status_code == 200
    late = client.post(page(made, "wijzigen/"), typed(families, cast, **days, name="X", seen=seen))
    assert late.status_code == 422
    assert "Iemand anders was u voor." in late.text
    assert 'value="X"' in late.text

    opened = client.post(page(made, "openen/"), follow=True)
    assert "De ronde is geopend." in opened.text
    assert opened.headers["Refresh"] == "5"
    assert "De uitnodigingen worden gemaakt." in opened.text
    assert client.get(page(made, "wijzigen/")).status_code == 404

    families.father.email = ""
    families.father.record(by=None, why="geen adres")
    sweep_letters(timezone.now())
    text = client.get(page(made)).text
    assert "0 van 3 klaar. U kunt deze pagina verlaten" in text
    outbox.deliver_due(timezone.now())
    shown = client.get(page(made))
    assert "2 van 3 klaar" in shown.text
    assert "1 (0 gemaakt, 0 meegegeven)" in shown.text
    assert "De Linde, per groep" in shown.text

    closed = client.post(page(made, "sluiten/"), follow=True)
    assert "De ronde is gesloten." in closed.text
    assert "Refresh" not in closed.headers
    again = client.post(page(made, "sluiten/"), follow=True)
    assert "Alleen een ronde die loopt, kan sluiten." in again.text


def test_what_is_not_ready_is_said_and_nothing_opens(
    cast: Cast, families: Families, as_user: AsUser
) -> None:
    families.website.is_active = False
    families.website.record(by=None, why="uit")
    made = running(families, cast.linde, state=RoundState.DRAFT)
    text = as_user(cast.ibp).post(page(made, "openen/"), follow=True).text
    assert "“website van de school” kan nu niet gevraagd worden" in text
    assert Round.objects.get().state == RoundState.DRAFT


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "Geef de ronde een naam."),
        ({"schools": []}, "Kies ten minste één school."),
        ({"questions": []}, "Kies ten minste één vraag."),
        ({"closes_on": "2026-08-31"}, "De ronde sluit voordat hij opent."),
        ({"valid_until": "2026-10-10"}, "Een ja moet langer gelden dan de ronde duurt."),
        ({"reminder_days": "een week"}, "Schrijf alleen getallen"),
        ({"reminder_days": "0"}, "Een herinnering komt 1 tot 365 dagen voor het sluiten."),
        ({"reminder_days": "1 2 3 4 5 6 7"}, "Ten hoogste 6 herinneringen."),
        ({"opens_on": "31-02-2026"}, "Dit is geen dag die bestaat."),
    ],
)
def test_a_plan_that_cannot_be_keeps_what_was_typed(
    cast: Cast, families: Families, as_user: AsUser, values: dict[str, Any], words: str
) -> None:
    answer = as_user(cast.ibp).post(f"{LIST}nieuw/", typed(families, cast, **values))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Round.objects.exists()
    if "valid_until" not in values:
        assert "2027-10-31" in answer.text


def test_breaking_off_asks_why(cast: Cast, families: Families, as_user: AsUser) -> None:
    made = running(families, cast.linde)
    client = as_user(cast.ibp)
    assert "Schrijf op waarom de ronde stopt." in client.post(page(made, "afbreken/"), {}).text
    client.post(page(made, "afbreken/"), {"why": "verkeerde vragen"})
    assert Round.objects.get().state == RoundState.CANCELLED


def test_a_round_of_later_says_that_it_waits(
    cast: Cast, families: Families, as_user: AsUser
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = running(families, cast.linde, opens_on=tomorrow)
    shown = as_user(cast.director).get(page(made))
    assert "De ronde begint vanzelf op" in shown.text
    assert "Refresh" not in shown.headers
    assert reverse("consent_rounds") in shown.text
