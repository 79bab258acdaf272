"""Assessing by the page: every fact in plain words, an advice with its reasons, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datalekken.actions.deciding import assess_breach
from datalekken.choices import BreachState, DataKind, IncidentKind, Recipient, Risk
from datalekken.forms.fields import PeopleCount
from datalekken.models import Assessment, Breach
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

ANSWERS: dict[str, Any] = {
    "kind": "device_lost",
    "aspects": ["confidentiality"],
    "data_kinds": ["name", "school_results"],
    "people": "10.000",
    "identification": "maximum",
    "has_children": "yes",
    "has_vulnerable": "no",
    "recipient": "unknown",
    "exfiltration": "excluded",
    "unintelligible": "no",
    "restoring": "not_lost",
    "is_malicious": "no",
    "disrupts_seriously": "no",
    "was_public": "no",
    "risk_taken_away": "no",
    "explanation": "Gevonden is hij nog niet.",
}


def in_progress(cast: Cast, **values: Any) -> Breach:
    return make.breach(
        cast.linde, at=timezone.now(), state=BreachState.IN_PROGRESS, handler=cast.ibp, **values
    )


def path(breach: Breach) -> str:
    return f"/datalekken/{breach.number}/beoordelen/"


@pytest.mark.requirement("OPO-046")
def test_the_answers_give_an_advice_with_its_reasons(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    answer = manager.post(path(made), ANSWERS)
    assert answer.status_code == 302
    assert answer["Location"] == f"/datalekken/{made.number}/#beoordeling"
    kept = Assessment.objects.get()
    assert (kept.risk, kept.people_count, kept.made_by) == (Risk.HIGH, 10_000, cast.ibp)
    page = manager.get(f"/datalekken/{made.number}/").content.decode()
    assert "<strong>Er is waarschijnlijk een hoog risico voor de mensen.</strong>" in page
    for sentence in (
        "Het gaat om gegevens die iets over iemand vertellen (schoolresultaten).",
        "De gegevens kunnen bij iemand zijn die wij niet kennen.",
        "Het gaat om veel mensen (10.000).",
        "Advies: meld het bij de AP (AVG, artikel 33 lid 1).",
        "Advies: vertel het de mensen om wie het gaat (AVG, artikel 34 lid 1).",
        "Gevonden is hij nog niet.",
    ):
        assert page.count(sentence) == 1, sentence


def test_the_score_of_enisa_stands_beside_the_advice_and_says_that_it_is_no_law(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    manager.post(path(made), ANSWERS)
    page = manager.get(f"/datalekken/{made.number}/").content.decode()
    # School results 2, children one up; at once recognisable; an unknown recipient.
    assert "Score volgens ENISA: 3,50 (hoog)" in page
    for part in ("<dd>3 (1 tot 4)</dd>", "<dd>× 1,00 (0,25 tot 1)</dd>", "<dd>+ 0,50</dd>"):
        assert part in page
    assert "zijn geen grenzen uit de wet" in page


def test_the_last_answers_are_filled_in_and_earlier_assessments_stay(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    manager.post(path(made), ANSWERS)
    form = manager.get(path(made)).context["form"]
    assert form["people"].value() == "10.000"
    assert form["data_kinds"].value() == ["name", "school_results"]
    assert form["has_children"].value() == "yes"
    assert form["was_public"].value() == "no"
    manager.post(path(made), {**ANSWERS, "recipient": "trusted_deleted", "people": ""})
    assert [each.risk for each in Assessment.objects.all()] == [Risk.HIGH, Risk.UNLIKELY]
    page = manager.get(f"/datalekken/{made.number}/").content.decode()
    assert "<strong>Een risico voor de mensen is niet waarschijnlijk.</strong>" in page
    assert "Eerdere beoordelingen" in page
    assert "hoog risico (Ilse Beheer)" in page
    assert "Het gaat om veel mensen (10.000)." in page


def test_the_first_time_the_report_stands_above_the_questions(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast, whose_data="Groep 7", which_data="De rapporten")
    answer = as_user(cast.ibp).get(path(made))
    assert answer.context["form"]["kind"].value() == IncidentKind.DEVICE_LOST
    assert answer.context["form"]["has_children"].value() is None
    page = answer.content.decode()
    assert "Wat er gebeurde: Mijn USB-stick met rapporten is weg." in page
    assert "Om wie het gaat: Groep 7" in page
    assert "Welke gegevens: De rapporten" in page


def test_facts_of_an_older_edition_do_not_break_the_page(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    kept = assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=timezone.now())
    Assessment.objects.filter(pk=kept.pk).update(facts={"aspects": ["confidentiality"]})
    manager = as_user(cast.ibp)
    assert manager.get(path(made)).status_code == 200
    page = manager.get(f"/datalekken/{made.number}/").content.decode()
    assert "Er is waarschijnlijk een hoog risico voor de mensen." in page
    assert "De antwoorden waar dit op rust" not in page


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("25", 25),
        ("10.000", 10_000),
        ("10,000", 10_000),
        ("10 000", 10_000),
        ("1.250.000", 1_250_000),
        (" 7 ", 7),
        ("", None),
    ],
)
def test_a_number_of_people_is_read_with_and_without_marks(typed: str, count: int | None) -> None:
    assert PeopleCount().clean(typed) == count


@pytest.mark.parametrize("typed", ["tienduizend", "10.00", "1.000,5", "-3", "1e4", "٣", "=1+1"])
def test_a_number_in_words_is_refused_with_what_to_do(
    typed: str, cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    answer = as_user(cast.ibp).post(path(made), {**ANSWERS, "people": typed})
    assert answer.status_code == 200
    assert answer.context["form"].errors == {
        "people": [
            "Schrijf het aantal in cijfers, zoals 25 of 10.000. Weet u het nog niet? Laat het dan "
            "leeg."
        ]
    }
    assert answer.context["form"]["people"].value() == typed
    assert "Gevonden is hij nog niet." in answer.content.decode()
    assert not Assessment.objects.exists()


def test_more_people_than_there_are_is_a_slip(cast: Cast, as_user: AsUser) -> None:
    answer = as_user(cast.ibp).post(path(in_progress(cast)), {**ANSWERS, "people": "99999999999"})
    assert answer.context["form"].errors == {
        "people": ["Dat zijn meer mensen dan er in Nederland wonen. Controleer het aantal."]
    }


def test_answers_that_contradict_each_other_are_told_at_their_question(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    answer = as_user(cast.ibp).post(path(made), {**ANSWERS, "aspects": ["availability"]})
    assert set(answer.context["form"].errors) == {"aspects", "restoring"}
    assert not Assessment.objects.exists()


def test_every_question_is_asked_in_words_and_none_can_be_skipped(
    cast: Cast, as_user: AsUser
) -> None:
    answer = as_user(cast.ibp).post(path(in_progress(cast)), {})
    assert set(answer.context["form"].errors) == set(ANSWERS) - {"people", "explanation"}
    assert all("verplicht" not in str(each) for each in answer.context["form"].errors.values())


def test_html_stays_text(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    manager.post(path(made), {**ANSWERS, "explanation": "<script>alert(1)</script>"})
    page = manager.get(f"/datalekken/{made.number}/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_only_who_handles_breaches_assesses(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    for user in (cast.fg, cast.board_member, cast.director, cast.teacher, cast.eik_director):
        client = as_user(user)
        assert client.get(path(made)).status_code == 404, user
        assert client.post(path(made), ANSWERS).status_code == 404, user
    assert not Assessment.objects.exists()


def test_the_kind_follows_the_assessment_and_the_history_tells_of_it(cast: Cast) -> None:
    made = in_progress(cast)
    now = timezone.now()
    harmless = make.facts(
        kind=IncidentKind.SENT_BY_MISTAKE,
        recipient=Recipient.TRUSTED_DELETED,
        data=frozenset({DataKind.NAME}),
    )
    assess_breach(breach=made, facts=harmless, by=cast.ibp, at=now)
    made.refresh_from_db()
    assert made.kind == IncidentKind.SENT_BY_MISTAKE
    last = made.history.latest()
    assert last.history_change_reason == "risico beoordeeld: waarschijnlijk geen risico"
