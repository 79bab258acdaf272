"""The form when it cannot be shown or read: what is wrong, what to do now, and whom to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from datalekken.models import Breach
from tests.conftest import Cast
from tests.datalekken.test_report_form import FORM, answers, asked_without_a_database

pytestmark = pytest.mark.django_db
ENGLISH = "/datalek-melden/en/"


@pytest.fixture
def quiet() -> Client:
    """A client that gets the page that people get, and no exception."""
    return Client(raise_request_exception=False)


@pytest.fixture
def meldpunt(cast: Cast) -> None:
    cast.board.breach_phone = "070 123 45 67"
    cast.board.record(by=None, why="proef")


def _nobody_answers(execute: Callable[..., Any], *asked: Any) -> Any:
    raise OperationalError("the server is away")


# --- the database is away


@pytest.mark.parametrize("path", [FORM, f"{FORM}?soort=device_lost"])
def test_without_a_database_the_form_says_whom_to_call(
    quiet: Client, meldpunt: None, path: str
) -> None:
    assert quiet.get(path).status_code == 200  # from now on this process knows the meldpunt

    with connection.execute_wrapper(_nobody_answers):
        page = quiet.get(path)

    assert page.status_code == 503
    assert page["Retry-After"] == "60"
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    for told in (
        '<html lang="nl"',
        "Melden lukt hier nu even niet",
        "Bij ons ging iets mis. Dit ligt niet aan u.",
        "Probeer het over een minuut nog een keer.",
        "Wacht niet: bel of mail het meldpunt. Dat telt net zo goed.",
        'href="tel:0701234567"',
        'href="mailto:datalek@deproef.example"',
        "Doe dit nu meteen",
    ):
        assert told in text
    is_stick = "Vraag om het apparaat op afstand te wissen of op slot." in text
    assert is_stick == ("device_lost" in path)
    assert quiet.get(path).status_code == 200


def test_without_a_database_the_english_form_says_it_in_english(
    quiet: Client, meldpunt: None
) -> None:
    quiet.get(ENGLISH)
    with connection.execute_wrapper(_nobody_answers):
        page = quiet.get(ENGLISH)

    text = page.content.decode()
    assert page.status_code == 503
    assert '<html lang="en"' in text
    assert "Reporting does not work here right now" in text
    assert "Something went wrong on our side. This is not your fault." in text
    assert "070 123 45 67" in text
    assert "Bij ons" not in text
    assert "Probeer" not in text


@pytest.mark.parametrize("session", ["", "s" * 32])
def test_a_process_that_never_saw_a_database_names_who_is_near(
    settings: Settings, session: str
) -> None:
    status, headers, text = asked_without_a_database(
        settings, method="get", path=f"{FORM}?soort=phishing", session=session
    )
    assert status == 503
    assert headers["Retry-After"] == "60"
    assert "Melden lukt hier nu even niet" in text
    assert "Vertel het aan de leraar, de mentor of de directeur: die meldt het dan." in text
    assert "<ol><li>" in text


# --- what was sent cannot be read


def test_fields_of_six_megabytes_get_a_page_that_helps(quiet: Client, meldpunt: None) -> None:
    page = quiet.post(FORM, answers(what_happened="x" * 6_000_000))

    text = page.content.decode()
    assert page.status_code == 413
    for told in (
        "Uw melding is te lang om te lezen",
        "Uw melding is niet binnen.",
        "Ga terug met de knop van uw browser: wat u typte, staat daar meestal nog.",
        "Maak het daar korter. Zet een lange tekst in een Word-bestand of PDF en stuur dat mee.",
        "Wacht niet: bel of mail het meldpunt. Dat telt net zo goed.",
        "070 123 45 67",
        "datalek@deproef.example",
    ):
        assert told in text
    assert Breach.objects.count() == 0


def test_it_is_said_in_english_too(quiet: Client, meldpunt: None) -> None:
    page = quiet.post(ENGLISH, answers(what_happened="x" * 6_000_000))
    text = page.content.decode()
    assert page.status_code == 413
    assert "Your report is too long to read" in text
    assert "070 123 45 67" in text
    assert "Uw melding" not in text


def test_a_form_of_too_many_fields_or_files_is_said_the_same_way(
    quiet: Client, meldpunt: None
) -> None:
    many = "&".join(f"a{each}=1" for each in range(20_001))
    fields = quiet.post(FORM, many, content_type="application/x-www-form-urlencoded")
    assert fields.status_code == 413
    assert "Uw melding is te lang om te lezen" in fields.content.decode()


def test_a_body_that_broke_on_the_way_can_be_sent_again(quiet: Client, meldpunt: None) -> None:
    page = quiet.post(FORM, b"half", content_type="multipart/form-data")

    text = page.content.decode()
    assert page.status_code == 400
    assert "Uw melding kwam niet heel over" in text
    assert "Uw melding is niet binnen." in text
    assert "070 123 45 67" in text


def test_too_long_while_the_database_is_away_names_the_meldpunt_too(
    quiet: Client, meldpunt: None
) -> None:
    quiet.get(FORM)
    with connection.execute_wrapper(_nobody_answers):
        page = quiet.post(FORM, answers(what_happened="x" * 6_000_000))
    assert page.status_code == 413
    assert "070 123 45 67" in page.content.decode()


def test_another_form_keeps_its_own_answer(quiet: Client, meldpunt: None) -> None:
    page = quiet.post("/verzoek/", {"what": "x" * 6_000_000})
    assert page.status_code == 400
    assert "Uw melding" not in page.content.decode()
