"""Writing an activity through the real form, as the IBP manager does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from privacyboard.organisation.models import User
from registers import actions
from registers.choices import CategoryKind
from registers.models import ProcessingActivity, read_content
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address, errors_of, save

SignIn = Callable[[User], Client]

ADD = "/beheer/registers/processingactivity/add/"
# 111222333 passes the 11-check of the BSN.
LIKE_A_BSN = "111222333"


def _record(**changes: Any) -> dict[str, Any]:
    return {
        "code": "V40",
        "name": "Schoolreis",
        "description": "Met de bus naar zee.",
        "process_group": "enrolment",
        "owner": "Directeur",
        "all_schools": "on",
        "medium": "paper",
        "subsidiarity": "Lichter kan niet.",
        "proportionality": "Het is in verhouding.",
        "minimisation": "Alleen namen.",
        "dpia_needed": "no",
        "dpia_reason": "Geen hoog risico.",
        "next_review_on": "1-9-2026",
        **changes,
    }


def _lines(**changes: Any) -> dict[str, Any]:
    """One line of each kind, complete."""
    return {
        "purposelines-0-purpose": make.purpose().pk,
        "purposelines-0-basis": "public_task",
        "datalines-0-group": make.group().pk,
        "datalines-0-category": make.category().pk,
        "datalines-0-source": "guardian",
        "datalines-0-obligation": "voluntary",
        "datalines-0-retention_rule": make.retention_rule().pk,
        "accesslines-0-role": make.role().pk,
        "accesslines-0-level": "view",
        "recipientlines-0-kind": "controller",
        "recipientlines-0-party": make.party().pk,
        "recipientlines-0-basis": "legal_duty",
        "recipientlines-0-purpose": "De reis.",
        "recipientlines-0-data": [make.category().pk],
        "transferlines-0-country": "US",
        "transferlines-0-instrument": "dpf",
        **changes,
    }


def test_an_activity_is_entered_with_its_lines(cast: Cast, as_user: SignIn) -> None:
    response = save(as_user(cast.ibp), ADD, **_record(), **_lines())
    assert response.status_code == 302
    made = ProcessingActivity.objects.get()
    content = read_content(made)
    assert (made.status, content.code, content.name) == ("concept", "V40", "Schoolreis")
    assert made.next_review_on == date(2026, 9, 1)
    assert [(each.letter, each.basis) for each in content.purposes] == [("a", "public_task")]
    assert [(each.group.code, each.category.code) for each in content.data] == [
        ("pupils", "identity")
    ]
    assert [(each.role.code, each.level) for each in content.access] == [("teacher", "view")]
    [recipient] = content.recipients
    assert (recipient.party.code, [each.code for each in recipient.data]) == ("duo", ["identity"])
    assert [each.country for each in content.transfers] == ["US"]
    assert {who for who, _why in make.history_of(made)} == {"Ilse Beheer"}
    assert {who for who, _why in make.history_of(made.purposelines.get())} == {"Ilse Beheer"}


def test_a_line_is_changed_added_and_taken_out(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    other = make.purpose("b")
    response = save(
        as_user(cast.ibp),
        address("processingactivity", "change", activity.pk),
        **{
            "name": "Nieuwe naam",
            "purposelines-0-explanation": "Uitleg.",
            "purposelines-1-purpose": other.pk,
            "purposelines-1-basis": "legal_duty",
            "accesslines-0-DELETE": "on",
        },
    )
    assert response.status_code == 302
    activity.refresh_from_db()
    content = read_content(activity)
    assert content.name == "Nieuwe naam"
    assert [(each.letter, each.explanation) for each in content.purposes] == [
        ("a", "Uitleg."),
        ("b", ""),
    ]
    assert content.access == ()


INTEREST = "Schrijf op welk belang de school of een ander heeft."
BALANCING = "Leg de afweging van belangen vast (AVG 6 lid 1 f)."
CHILD = "Schrijf op hoe het belang van het kind is meegewogen (AVG 6 lid 1 f)."
NEED = "Schrijf op waarom deze gegevens voor dit doel echt nodig zijn."

REFUSED = [
    pytest.param(
        {"purposelines-0-basis": "legitimate_interest"},
        {
            "purposelines-0-interest": INTEREST,
            "purposelines-0-balancing": BALANCING,
            "purposelines-0-child_interest": CHILD,
        },
        id="legitimate interest",
        marks=pytest.mark.requirement("KPO-020"),
    ),
    pytest.param(
        {
            "purposelines-0-basis": "legitimate_interest",
            "purposelines-0-interest": "Veilig netwerk.",
            "purposelines-0-balancing": "Lichter kan niet.",
        },
        {"purposelines-0-child_interest": CHILD},
        id="the child is not weighed",
        marks=pytest.mark.requirement("KPO-020"),
    ),
    pytest.param(
        {"purposelines-0-basis": "because"},
        {
            "purposelines-0-basis": (
                "Selecteer een geldige keuze. because is geen beschikbare keuze."
            )
        },
        id="a seventh basis",
        marks=pytest.mark.requirement("KPO-019", "VOG-003"),
    ),
    pytest.param(
        {"datalines-0-category": ("health", CategoryKind.SPECIAL)},
        {
            "datalines-0-special_ground": (
                "Dit zijn bijzondere gegevens: kies de uitzondering die geldt (AVG 9 lid 2)."
            ),
            "datalines-0-necessity": NEED,
        },
        id="special category",
        marks=pytest.mark.requirement("KPO-003", "INN-003", "OPO-020"),
    ),
    pytest.param(
        {"datalines-0-category": ("criminal", CategoryKind.CRIMINAL)},
        {
            "datalines-0-criminal_ground": (
                "Dit zijn strafrechtelijke gegevens: kies de grond die geldt (AVG 10)."
            ),
            "datalines-0-necessity": NEED,
        },
        id="criminal",
        marks=pytest.mark.requirement("OPO-020"),
    ),
    pytest.param(
        {"datalines-0-category": ("bsn", CategoryKind.NATIONAL_NUMBER)},
        {
            "datalines-0-national_number_ground": (
                "Het BSN mag alleen als een wet dat zegt: noem de wet en het artikel (UAVG 46)."
            ),
            "datalines-0-necessity": NEED,
        },
        id="BSN",
        marks=pytest.mark.requirement("KPO-067"),
    ),
    pytest.param(
        {"recipientlines-0-basis": ""},
        {"recipientlines-0-basis": ("Kies op welke grondslag deze partij de gegevens krijgt.")},
        id="recipient without basis",
        marks=pytest.mark.requirement("KPO-025", "KPO-029", "OPO-026"),
    ),
    pytest.param(
        {"transferlines-0-country": "DE"},
        {"transferlines-0-country": "Dit land hoort bij de EER: dat is geen doorgifte."},
        id="transfer inside the EEA",
    ),
    pytest.param(
        {"transferlines-0-instrument": ""},
        {"transferlines-0-instrument": "Dit veld is verplicht."},
        id="transfer without instrument",
        marks=pytest.mark.requirement("OPO-032"),
    ),
    pytest.param(
        {"next_review_on": "volgend jaar"},
        {"next_review_on": "Voer een geldige datum in."},
        id="a text for a date",
    ),
    pytest.param(
        {"code": "V 40"},
        {
            "code": (
                "Voer een geldige ‘slug’ in, bestaande uit letters, cijfers, liggende streepjes "
                "en verbindingsstreepjes."
            )
        },
        id="a code with a space",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_what_is_not_in_order_is_refused_at_its_field(
    cast: Cast, as_user: SignIn, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    typed = {**_record(), **_lines(), **changes}
    if isinstance(typed["datalines-0-category"], tuple):
        code, kind = typed["datalines-0-category"]
        typed["datalines-0-category"] = make.category(code, code, kind).pk
    page = save(as_user(cast.ibp), ADD, **typed)
    assert page.status_code == 200
    assert errors_of(page) == {field: [text] for field, text in expected.items()}
    for text in expected.values():
        assert text in page.content.decode()
    assert not ProcessingActivity.objects.exists()


def test_the_same_purpose_twice_is_refused(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    page = save(
        as_user(cast.ibp),
        address("processingactivity", "change", activity.pk),
        **{
            "purposelines-1-purpose": make.purpose().pk,
            "purposelines-1-basis": "public_task",
        },
    )
    assert page.status_code == 200
    assert "Corrigeer de dubbele gegevens" in page.content.decode()
    assert activity.purposelines.count() == 1


def test_a_bsn_in_a_text_stops_the_save_once(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    client = as_user(cast.ibp)
    url = address("processingactivity", "change", activity.pk)
    typed = {"description": f"Zie {LIKE_A_BSN}.", "purposelines-0-explanation": LIKE_A_BSN}
    page = save(client, url, **typed)
    assert sorted(errors_of(page)) == ["description", "purposelines-0-explanation"]
    assert f'name="no_bsn" value="{LIKE_A_BSN}"' in page.content.decode()
    assert "dit is geen BSN" in page.content.decode()
    activity.refresh_from_db()
    assert activity.description == "De school volgt haar leerlingen."
    assert save(client, url, **typed, no_bsn=[LIKE_A_BSN]).status_code == 302
    activity.refresh_from_db()
    assert activity.description == f"Zie {LIKE_A_BSN}."


@pytest.mark.parametrize("status", ["in_review", "established", "expired"])
def test_what_was_proposed_or_decided_is_read_only_until_it_is_revised(
    cast: Cast, now: datetime, as_user: SignIn, status: str
) -> None:
    activity = make.activity()
    actions.propose(activity=activity, by=cast.ibp, at=now)
    if status != "in_review":
        actions.establish(activity=activity, by=cast.ibp, at=now)
    if status == "expired":
        actions.expire(activity=activity, reason="Gestopt.", by=cast.ibp, at=now)
    client = as_user(cast.ibp)
    url = address("processingactivity", "change", activity.pk)
    page = client.get(url).content.decode()
    assert 'name="_save"' not in page
    assert 'name="name"' not in page
    assert 'name="purposelines-0-basis"' not in page
    assert client.post(url, {**_record(), "_save": "Opslaan"}).status_code == 409
    activity.refresh_from_db()
    assert activity.name == "Verwerking V01"


def test_a_revised_activity_is_written_again(cast: Cast, now: datetime, as_user: SignIn) -> None:
    activity = make.established(at=now)
    actions.revise(activity=activity, reason="Andere naam.", by=cast.ibp, at=now)
    url = address("processingactivity", "change", activity.pk)
    assert save(as_user(cast.ibp), url, name="Nieuwe naam").status_code == 302
    activity.refresh_from_db()
    assert activity.name == "Nieuwe naam"
    assert activity.versions.in_force().get().read().name == "Verwerking V01"


def test_the_page_names_what_is_missing_with_its_article(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity(minimisation="", next_review_on=None)
    page = as_user(cast.ibp).get(address("processingactivity", "change", activity.pk))
    text = page.content.decode()
    assert (
        "Schrijf op waarom het niet met minder kan. <small>(minimale gegevens; AVG 5 lid 1 c)"
        in text
    )
    assert "Kies een datum voor de volgende controle. <small>(controle; AVG 5 lid 1 d)" in text


def test_the_history_page_shows_who_why_and_both_values(cast: Cast, as_user: SignIn) -> None:
    activity = make.activity()
    client = as_user(cast.ibp)
    url = address("processingactivity", "change", activity.pk)
    saved = save(
        client,
        url,
        name="Nieuwe naam",
        why="Klonk vreemd.",
        **{"datalines-0-obligation": "voluntary"},
    )
    assert saved.status_code == 302
    page = client.get(address("processingactivity", "history", activity.pk))
    changes = [
        (event.who, event.why, change.label, change.old, change.new)
        for event in page.context["events"]
        for change in event.changes
        if event.who == "Ilse Beheer"
    ]
    assert sorted(changes) == [
        (
            "Ilse Beheer",
            "",
            "verplicht te geven",
            "verplicht door de wet",
            "niet verplicht",
        ),
        ("Ilse Beheer", "Klonk vreemd.", "naam", "Verwerking V01", "Nieuwe naam"),
    ]
    text = page.content.decode()
    for words in ("Ilse Beheer", "Klonk vreemd.", "Verwerking V01", "Nieuwe naam"):
        assert words in text
