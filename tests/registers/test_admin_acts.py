"""The acts as buttons: who sees which, what a GET leaves alone and what a POST does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from privacyboard.organisation.models import User
from registers import actions
from registers.models import ActivityVersion, ProcessingActivity
from tests.conftest import Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address

SignIn = Callable[[User], Client]

BUTTONS = {
    "concept": {"ibp": ["voorstellen", "vernietigen"], "fg": ["opmerking"]},
    "in_review": {
        "ibp": ["vaststellen", "terugsturen"],
        "board_member": ["vaststellen", "terugsturen"],
        "fg": ["opmerking"],
    },
    "established": {
        "ibp": ["herzien", "vervallen"],
        "board_member": ["vervallen"],
        "fg": ["opmerking"],
    },
    "expired": {"ibp": ["heropenen"], "fg": ["opmerking"]},
}
ALL_ACTS = [
    "voorstellen",
    "vaststellen",
    "terugsturen",
    "herzien",
    "heropenen",
    "vervallen",
    "opmerking",
    "vernietigen",
]


def _activity(status: str, cast: Cast, now: datetime) -> ProcessingActivity:
    activity = make.activity()
    if status != "concept":
        actions.propose(activity=activity, by=cast.ibp, at=now)
    if status in {"established", "expired"}:
        actions.establish(activity=activity, by=cast.ibp, at=now)
    if status == "expired":
        actions.expire(activity=activity, reason="Gestopt.", by=cast.ibp, at=now)
    activity.refresh_from_db()
    return activity


def _act(activity: ProcessingActivity, name: str) -> str:
    return reverse("admin:registers_processingactivity_act", args=[activity.pk, name])


@pytest.mark.parametrize("status", BUTTONS)
def test_each_role_sees_its_buttons_and_finds_no_other_act(
    cast: Cast, now: datetime, as_user: SignIn, status: str
) -> None:
    activity = _activity(status, cast, now)
    page = address("processingactivity", "change", activity.pk)
    for person in ("ibp", "fg", "board_member", "director", "auditor"):
        client = as_user(getattr(cast, person))
        shown = [each["act"].name for each in client.get(page).context["act_buttons"]]
        assert shown == BUTTONS[status].get(person, []), person
        for name in set(ALL_ACTS) - set(shown):
            # Without the right the act does not exist; with it, it is only not open now.
            assert client.post(_act(activity, name), {"reason": "R"}).status_code in {302, 404}
    activity.refresh_from_db()
    assert activity.status == status


@pytest.mark.parametrize("person", ["teacher", "care", "administrator", "eik_teacher"])
def test_who_does_not_read_the_register_finds_no_act(
    cast: Cast, now: datetime, as_user: SignIn, person: str
) -> None:
    activity = _activity("in_review", cast, now)
    response = as_user(getattr(cast, person)).post(_act(activity, "vaststellen"))
    assert response.status_code in {302, 403, 404}
    assert not ActivityVersion.objects.exists()


@pytest.mark.parametrize(
    ("status", "name"),
    [(status, name) for status, roles in BUTTONS.items() for name in [*roles["ibp"], *roles["fg"]]],
)
def test_a_get_asks_and_changes_nothing(
    cast: Cast, now: datetime, as_user: SignIn, status: str, name: str
) -> None:
    activity = _activity(status, cast, now)
    history = make.history_of(activity)
    response = as_user(cast.fg if name == "opmerking" else cast.ibp).get(_act(activity, name))
    assert response.status_code == 200
    assert "V01 Verwerking V01" in response.content.decode()
    activity.refresh_from_db()
    assert (activity.status, activity.fg_remark) == (status, "")
    assert make.history_of(activity) == history


def test_an_activity_goes_through_its_life_by_the_buttons(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    activity = _activity("concept", cast, now)
    seen = []
    for person, name, given in (
        ("ibp", "voorstellen", {}),
        ("board_member", "terugsturen", {"reason": "Te ruim."}),
        ("ibp", "voorstellen", {}),
        ("fg", "opmerking", {"text": "Nu akkoord."}),
        ("board_member", "vaststellen", {}),
        ("ibp", "herzien", {"reason": "Nieuw doel."}),
        ("ibp", "voorstellen", {}),
        ("ibp", "vaststellen", {}),
        ("board_member", "vervallen", {"reason": "Gestopt."}),
        ("ibp", "heropenen", {"reason": "Toch weer."}),
    ):
        response = as_user(getattr(cast, person)).post(_act(activity, name), given)
        assert response.headers["Location"] == address("processingactivity", "change", activity.pk)
        activity.refresh_from_db()
        seen.append(activity.status)
    assert seen == [
        "in_review",
        "concept",
        "in_review",
        "in_review",
        "established",
        "concept",
        "in_review",
        "established",
        "expired",
        "concept",
    ]
    assert make.history_of(activity)[-10:] == [
        ("Ilse Beheer", "voorgesteld"),
        ("Bram Bestuur", "teruggestuurd: Te ruim."),
        ("Ilse Beheer", "voorgesteld"),
        ("Fenna Graaf", "opmerking van de FG"),
        ("Bram Bestuur", "vastgesteld"),
        ("Ilse Beheer", "herzien: Nieuw doel."),
        ("Ilse Beheer", "voorgesteld"),
        ("Ilse Beheer", "vastgesteld"),
        ("Bram Bestuur", "vervallen: Gestopt."),
        ("Ilse Beheer", "heropend: Toch weer."),
    ]
    assert list(activity.versions.values_list("number", "fg_remark")) == [
        (2, "Nu akkoord."),
        (1, "Nu akkoord."),
    ]


@pytest.mark.requirement("VOG-002", "VOG-003", "VOG-004")
@pytest.mark.parametrize(
    ("status", "act"), [("concept", "voorstellen"), ("in_review", "vaststellen")]
)
def test_an_act_on_what_is_incomplete_names_each_gap_on_the_page(
    cast: Cast, as_user: SignIn, status: str, act: str
) -> None:
    activity = make.bare_activity(minimisation="", status=status)
    response = as_user(cast.ibp).post(_act(activity, act))
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "Kies ten minste één doel met zijn grondslag. (AVG 5 lid 1 b)",
        "Schrijf op waarom het niet met minder kan. (AVG 5 lid 1 c)",
        "Noem welke gegevens van wie gebruikt worden. (AVG 30 lid 1 c)",
    ]
    assert not ActivityVersion.objects.exists()


@pytest.mark.parametrize(
    ("status", "name", "person", "field", "sentence"),
    [
        ("in_review", "terugsturen", "ibp", "reason", "Schrijf op waarom u dit doet."),
        ("established", "herzien", "ibp", "reason", "Schrijf op waarom u dit doet."),
        ("established", "vervallen", "ibp", "reason", "Schrijf op waarom u dit doet."),
        ("expired", "heropenen", "ibp", "reason", "Schrijf op waarom u dit doet."),
        ("concept", "vernietigen", "ibp", "reason", "Schrijf op waarom u dit doet."),
        ("concept", "opmerking", "fg", "text", "Schrijf uw opmerking op."),
    ],
)
def test_an_act_asks_its_words_at_the_field(
    cast: Cast, now: datetime, as_user: SignIn, status: str, name: str, person: str,
    field: str, sentence: str,
) -> None:  # fmt: skip
    activity = _activity(status, cast, now)
    response = as_user(getattr(cast, person)).post(_act(activity, name), {field: " "})
    assert response.context["form"].errors == {field: [sentence]}
    activity.refresh_from_db()
    assert activity.status == status


def test_a_bsn_in_a_remark_stops_it_once(cast: Cast, now: datetime, as_user: SignIn) -> None:
    activity = _activity("concept", cast, now)
    client = as_user(cast.fg)
    refused = client.post(_act(activity, "opmerking"), {"text": "Zie 111222333."})
    assert list(refused.context["form"].errors) == ["text"]
    client.post(_act(activity, "opmerking"), {"text": "Zie 111222333.", "no_bsn": "111222333"})
    activity.refresh_from_db()
    assert activity.fg_remark == "Zie 111222333."


def test_a_concept_is_destroyed_and_leads_back_to_the_list(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    activity = _activity("concept", cast, now)
    client = as_user(cast.ibp)
    response = client.post(_act(activity, "vernietigen"), {"reason": "Dubbel."}, follow=True)
    assert response.redirect_chain == [(address("processingactivity", "changelist"), 302)]
    assert "Het concept is vernietigd. De geschiedenis blijft." in response.content.decode()
    assert not ProcessingActivity.objects.exists()


def test_a_concept_that_was_established_once_cannot_be_destroyed(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    activity = _activity("established", cast, now)
    actions.revise(activity=activity, reason="Nieuw doel.", by=cast.ibp, at=now)
    response = as_user(cast.ibp).post(_act(activity, "vernietigen"), {"reason": "Weg."})
    assert response.status_code == 200
    assert "Alleen een concept dat nooit is vastgesteld kan weg." in response.content.decode()
    assert ProcessingActivity.objects.exists()


def test_an_unknown_act_does_not_exist(cast: Cast, now: datetime, as_user: SignIn) -> None:
    activity = _activity("concept", cast, now)
    assert as_user(cast.ibp).get(_act(activity, "toveren")).status_code == 404


def test_the_page_to_propose_shows_beforehand_what_is_needed(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.ibp)
    bare = client.get(_act(make.bare_activity("V01", minimisation=""), "voorstellen"))
    assert bare.context["notes"] == [
        "Kies ten minste één doel met zijn grondslag. (AVG 5 lid 1 b)",
        "Schrijf op waarom het niet met minder kan. (AVG 5 lid 1 c)",
        "Noem welke gegevens van wie gebruikt worden. (AVG 30 lid 1 c)",
    ]
    assert "Dit is nog nodig" in bare.content.decode()
    whole = client.get(_act(make.activity("V02"), "voorstellen"))
    assert whole.context["notes"] == []
    assert "Dit is nog nodig" not in whole.content.decode()
