"""What is folded away on the long pages, and that it opens by itself where it must be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions.deciding import assess_breach
from datalekken.models import Breach
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

AsUser = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Breach:
    at = timezone.now() - timedelta(hours=2)
    return make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)


def folds(page: str) -> list[tuple[str, bool]]:
    """The words of each fold, and whether it is open."""
    found = re.findall(r'<details class="part"( open)?>\s*<summary>(.*?)</summary>', page, re.S)
    return [
        (re.sub(r"<[^>]+>", " ", words).split("  ")[0].strip(), bool(is_open))
        for is_open, words in found
    ]


def test_the_register_folds_its_filter_and_its_tables(
    cast: Cast, as_user: AsUser, case: Breach
) -> None:
    client = as_user(cast.ibp)
    page = client.get("/datalekken/register/").content.decode()
    assert folds(page) == [
        ("Kies een periode, school of soort", False),
        ("Per school", False),
        ("Per soort incident", False),
    ]
    chosen = client.get("/datalekken/register/?soort=device_lost").content.decode()
    assert folds(chosen)[0] == ("Kies een periode, school of soort", True)
    wrong = client.get("/datalekken/register/?van=gisteren").content.decode()
    assert folds(wrong)[0] == ("Kies een periode, school of soort", True)


def test_the_rare_questions_of_an_assessment_open_where_the_answer_is_not_no(
    cast: Cast, as_user: AsUser, case: Breach
) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{case.number}/beoordelen/"
    assert folds(client.get(address).content.decode()) == [("Bijzondere omstandigheden", False)]
    # Nothing chosen there is an error there, which must be seen.
    assert folds(client.post(address, {}).content.decode()) == [("Bijzondere omstandigheden", True)]
    assess_breach(breach=case, facts=make.facts(was_public=True), by=cast.ibp, at=timezone.now())
    assert folds(client.get(address).content.decode())[-1] == ("Bijzondere omstandigheden", True)


def test_what_was_answered_before_folds_to_its_answers(
    cast: Cast, as_user: AsUser, case: Breach
) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{case.number}/beoordelen/"
    assess_breach(breach=case, facts=make.facts(), by=cast.ibp, at=timezone.now())
    page = client.get(address).content.decode()
    assert folds(page) == [
        ("Wat er misging", False),
        ("Welke gegevens, en van wie", False),
        ("Waar de gegevens nu zijn", False),
        ("Bijzondere omstandigheden", False),
    ]
    for told in (
        "laptop, telefoon of USB-stick kwijt of gestolen; opzet: nee; vertrouwelijkheid:",
        "schoolresultaten; aantal mensen: 25; te herkennen: meteen; kinderen: ja;",
        "wie heeft ze: iemand die wij niet kennen; verspreid: uitgesloten;",
    ):
        assert told in page
    # What is sent and refused stands open: nothing that was typed is hidden.
    refused = client.post(address, {"kind": "device_lost"}).content.decode()
    assert folds(refused) == [("Bijzondere omstandigheden", True)]


def test_what_the_ap_asks_more_is_folded_with_how_much_is_filled_in(
    cast: Cast, as_user: AsUser, case: Breach
) -> None:
    client, address = as_user(cast.ibp), f"/datalekken/{case.number}/meldgegevens/"
    page = client.get(address).content.decode()
    assert len(folds(page)) == 8
    assert not any(is_open for _title, is_open in folds(page))
    assert page.count("nog niets ingevuld</small>") == 8
    client.post(address, {"q_people_kinds": ["pupils"], "q_66": "Groep 7"})
    page = client.get(address).content.decode()
    assert "2 van 6 ingevuld</small>" in page
    assert page.count("nog niets ingevuld</small>") == 7
    wrong = client.post(address, {"q_68": "veel", "q_71": "Namen"}).content.decode()
    assert [title for title, is_open in folds(wrong) if is_open] == [
        "Om wie het gaat",
        "Om welke gegevens het gaat",
    ]


def test_every_question_stands_on_the_page_once(cast: Cast, as_user: AsUser, case: Breach) -> None:
    page = as_user(cast.ibp).get(f"/datalekken/{case.number}/beoordelen/")
    form, text = page.context["form"], page.content.decode()
    placed = [field.name for part in form.parts() for field in part.fields]
    assert sorted(placed) == sorted(form.fields)
    for name in form.fields:
        assert f'name="{name}"' in text
