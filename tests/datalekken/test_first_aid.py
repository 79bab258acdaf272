"""First aid: for every kind of incident two to four plain steps, before and after sending."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from datalekken.choices import IncidentKind
from datalekken.forms.reporting import SHORT_LIST
from datalekken.rules.first_aid import STEPS, first_aid
from tests.conftest import Cast


def said(kind: str) -> str:
    return " ".join(str(step) for step in first_aid(kind))


@pytest.mark.parametrize("kind", IncidentKind.values)
def test_every_kind_has_two_to_four_short_steps(kind: str) -> None:
    steps = [str(step) for step in first_aid(kind)]
    assert 2 <= len(steps) <= 4
    assert len(set(steps)) == len(steps)
    for step in steps:
        sentences = [each for each in re.split(r"(?<=[.?!])\s+", step) if each]
        assert len(step) <= 110
        # Plain words: no sentence that has to be read twice.
        assert all(len(sentence.split()) <= 17 for sentence in sentences)


def test_no_kind_is_forgotten_and_the_short_list_ends_with_something_else() -> None:
    assert STEPS.keys() == set(IncidentKind)
    kinds = [kind for kind, _words in SHORT_LIST]
    assert len(kinds) == len(set(kinds)) == 10
    assert kinds[-1] == IncidentKind.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("device_lost", "Vraag om het apparaat op afstand te wissen of op slot."),
        ("device_lost", "Verander het wachtwoord van uw schoolaccount"),
        ("sent_by_mistake", "Vraag de ontvanger om het niet te lezen"),
        ("sent_by_mistake", "per e-mail te bevestigen dat het gewist is"),
        ("phishing", "Verander het wachtwoord"),
        ("phishing", "Vraag om het account te blokkeren."),
        ("hacking", "wifi uit of kabel eruit"),
        ("ransomware", "Betaal niet en antwoord niet."),
        ("deleted", "of er een reservekopie is"),
        ("access_abuse", "Spreek die persoon er niet zelf op aan."),
        ("unknown", "Bel het meldpunt."),
    ],
)
def test_the_steps_that_must_be_there(kind: str, step: str) -> None:
    assert step in said(kind)


def test_the_steps_are_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert "Ask them to wipe or lock the device from a distance." in said("device_lost")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", IncidentKind.values)
def test_each_kind_opens_its_form(client: Client, cast: Cast, now: datetime, kind: str) -> None:
    page = client.get(f"/datalek-melden/?soort={kind}").content.decode()
    for step in first_aid(kind):
        assert str(step) in page
    assert f'<option value="{kind}" selected>' in page
