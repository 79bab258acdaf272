"""The FG advises, people decide with reasons, and what was decided before stays to be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import formats, timezone

from datalekken.actions.deciding import advise, assess_breach, reopen
from datalekken.choices import BreachState, DataKind, Nature, Recipient, TellGround
from datalekken.models import Breach
from privacyboard.organisation.models import User
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]

NOTIFY: dict[str, Any] = {
    "nature": "breach",
    "notifies": "yes",
    "notify_reasons": "Er is een hoog risico.",
    "tells": "yes",
    "tell_reasons": "De ouders kunnen dan opletten.",
    "tell_ground": "",
    "public_notice": "",
    "deviation_reason": "",
}
NOT: dict[str, Any] = {
    **NOTIFY,
    "notifies": "no",
    "notify_reasons": "De stick is terug en niemand las hem.",
    "tells": "no",
    "tell_reasons": "Er is niets waar zij op kunnen letten.",
}


def in_progress(cast: Cast) -> Breach:
    """Taken up and certain, two hours ago; not weighed yet."""
    at = timezone.now() - timedelta(hours=2)
    return make.certain(make.breach(cast.linde, at=at), at=at, by=cast.ibp)


def weighed(cast: Cast) -> Breach:
    """The same, assessed at a high risk."""
    made = in_progress(cast)
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=timezone.now())
    return made


def harmless(cast: Cast) -> Breach:
    """The same, assessed as no risk."""
    made = in_progress(cast)
    facts = make.facts(recipient=Recipient.TRUSTED_DELETED, data=frozenset({DataKind.NAME}))
    assess_breach(breach=made, facts=facts, by=cast.ibp, at=timezone.now())
    return made


def path(breach: Breach, act: str = "besluiten") -> str:
    return f"/datalekken/{breach.number}/{act}/"


def page_of(client: Client, breach: Breach) -> str:
    return " ".join(client.get(f"/datalekken/{breach.number}/").content.decode().split())


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(each) for name, each in answer.context["form"].errors.items()}


# --- the advice of the FG -------------------------------------------------------------------------


def test_the_fg_advises_with_the_moment_beside_it(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    fg = as_user(cast.fg)
    asked = fg.get(path(made, "advies")).content.decode()
    assert "Er is waarschijnlijk een hoog risico voor de mensen." in asked
    given = {"advises_notifying": "yes", "advises_telling": "no", "advice": "Meld het vandaag."}
    answer = fg.post(path(made, "advies"), given)
    assert answer["Location"] == f"/datalekken/{made.number}/#besluit"
    made.refresh_from_db()
    assert (made.fg_advises_notifying, made.fg_advises_telling) == (True, False)
    assert made.fg_advised_at is not None
    moment = formats.date_format(timezone.localtime(made.fg_advised_at), "j F Y H:i")
    page = page_of(fg, made)
    assert f"Advies van de FG van {moment}" in page
    assert "Meld het bij de AP." in page
    assert "Vertellen aan de mensen hoeft niet." in page


def test_only_the_fg_advises(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    for user in (cast.ibp, cast.board_member, cast.director, cast.teacher):
        assert as_user(user).get(path(made, "advies")).status_code == 404, user


def test_an_advice_says_both_and_why(cast: Cast, as_user: AsUser) -> None:
    answer = as_user(cast.fg).post(path(weighed(cast), "advies"), {"advice": " "})
    assert errors(answer) == {
        "advises_notifying": ["Kies of u adviseert te melden bij de AP."],
        "advises_telling": ["Kies of u adviseert het de mensen te vertellen."],
        "advice": ["Schrijf uw advies op."],
    }


# --- the decision ---------------------------------------------------------------------------------


@pytest.mark.requirement("OPO-046")
@pytest.mark.parametrize("who", ["ibp", "board_member"])
def test_notifying_is_decided_with_reasons(who: str, cast: Cast, as_user: AsUser) -> None:
    made, user = weighed(cast), getattr(cast, who)
    client = as_user(user)
    assert client.post(path(made), NOTIFY)["Location"] == f"/datalekken/{made.number}/#besluit"
    made.refresh_from_db()
    assert (made.state, made.notifies, made.tells) == (BreachState.DECIDED, True, True)
    assert (made.decided_by, made.nature) == (user, Nature.BREACH)
    page = page_of(client, made)
    assert f"door {user.name}</h3>" in page
    assert "Ja. Omdat: Er is een hoog risico." in page
    assert "anders dan de risicobeoordeling adviseert" not in page


@pytest.mark.requirement("OPO-046")
def test_not_notifying_is_a_decision_with_reasons_too(cast: Cast, as_user: AsUser) -> None:
    made = harmless(cast)
    manager = as_user(cast.ibp)
    answer = manager.post(path(made), {**NOT, "notify_reasons": "", "tell_reasons": " "})
    assert errors(answer) == {
        "notify_reasons": ["Schrijf op waarom u wel of niet meldt bij de AP."],
        "tell_reasons": ["Schrijf op waarom u het de mensen wel of niet vertelt."],
    }
    assert manager.post(path(made), NOT).status_code == 302
    page = page_of(manager, made)
    assert "Nee. Omdat: De stick is terug en niemand las hem." in page
    assert "Nee. Omdat: Er is niets waar zij op kunnen letten." in page


def test_both_advices_stand_beside_the_choice(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    manager = as_user(cast.ibp)
    form = manager.get(path(made)).context["form"]
    assert form.fields["notifies"].help_text == (
        "Advies van de risicobeoordeling: melden. Advies van de FG: nog geen advies."
    )
    assert "deviation_reason" not in form.fields
    now = timezone.now()
    advise(
        breach=made,
        advice="Meld het, maar vertellen helpt niemand.",
        advises_notifying=True,
        advises_telling=False,
        by=cast.fg,
        at=now,
    )
    answer = manager.get(path(made))
    assert answer.context["form"].fields["tells"].help_text == (
        "Advies van de risicobeoordeling: vertellen. Advies van de FG: vertellen hoeft niet."
    )
    assert "Meld het, maar vertellen helpt niemand." in answer.content.decode()


def test_a_deviation_from_the_fg_gives_its_reason(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    advise(
        breach=made,
        advice="Vertel het niet.",
        advises_notifying=True,
        advises_telling=False,
        by=cast.fg,
        at=timezone.now(),
    )
    member = as_user(cast.board_member)
    answer = member.post(path(made), NOTIFY)
    assert errors(answer) == {
        "deviation_reason": ["U wijkt af van het advies van de FG. Schrijf op waarom."]
    }
    assert "De ouders kunnen dan opletten." in answer.content.decode()
    member.post(path(made), {**NOTIFY, "deviation_reason": "Ouders vroegen erom."})
    made.refresh_from_db()
    assert made.deviation_reason == "Ouders vroegen erom."
    assert "Ouders vroegen erom." in page_of(member, made)


def test_a_deviation_from_the_assessment_is_seen(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    manager = as_user(cast.ibp)
    manager.post(path(made), {**NOT, "tell_ground": "b"})
    assert page_of(manager, made).count("anders dan de risicobeoordeling adviseert") == 2


@pytest.mark.requirement("OPO-048")
@pytest.mark.parametrize("ground", ["a", "b", "c"])
def test_at_a_high_risk_not_telling_asks_one_of_three_grounds(
    ground: str, cast: Cast, as_user: AsUser
) -> None:
    made = weighed(cast)
    manager = as_user(cast.ibp)
    silent = {**NOTIFY, "tells": "no"}
    assert list(errors(manager.post(path(made), silent))) == ["tell_ground"]
    text = "Wij belden iedereen van wie wij een nummer hebben." if ground == "c" else ""
    if ground == "c":
        refused = errors(manager.post(path(made), {**silent, "tell_ground": ground}))
        assert list(refused) == ["public_notice"]
    answer = manager.post(path(made), {**silent, "tell_ground": ground, "public_notice": text})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert (made.tells, made.tell_ground, made.public_notice) == (False, ground, text)
    assert str(TellGround(ground).label) in page_of(manager, made)


@pytest.mark.requirement("OPO-048")
def test_the_public_notice_is_placed_somewhere_on_a_day(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    manager = as_user(cast.ibp)
    words = "Er is een lijst kwijt. Bel ons."
    manager.post(path(made), {**NOTIFY, "tells": "no", "tell_ground": "c", "public_notice": words})
    assert "nog niet geplaatst" in page_of(manager, made)
    place = path(made, "openbaar-bericht")
    assert words in manager.get(place).content.decode()
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused = manager.post(place, {"where": "de site", "placed_on": tomorrow.isoformat()})
    assert errors(refused) == {"placed_on": ["Deze dag is nog niet geweest."]}
    today = timezone.localdate()
    manager.post(place, {"where": "deproef.example/datalek", "placed_on": today.isoformat()})
    made.refresh_from_db()
    assert (made.public_notice_where, made.public_notice_on) == ("deproef.example/datalek", today)
    assert f"Geplaatst op {formats.date_format(today, 'j F Y')}: deproef.example/datalek" in (
        page_of(manager, made)
    )
    # Who opened the page before that is told, and writes over nothing.
    late = {"where": "de krant", "placed_on": today.isoformat(), "seen": "1"}
    assert "Iemand anders was u voor." in manager.post(place, late).content.decode()
    made.refresh_from_db()
    assert made.public_notice_where == "deproef.example/datalek"
    # Reopened and decided again in the same way: the notice stands where it stood.
    reopen(breach=made, reason="Er is meer gevonden", by=cast.ibp, at=timezone.now())
    manager.post(path(made), {**NOTIFY, "tells": "no", "tell_ground": "c", "public_notice": words})
    made.refresh_from_db()
    assert (made.state, made.public_notice_on) == (BreachState.DECIDED, today)


@pytest.mark.requirement("OPO-046")
def test_a_breach_is_not_decided_before_it_is_weighed(cast: Cast, as_user: AsUser) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    assert "Er is nog geen risicobeoordeling." in manager.get(path(made)).content.decode()
    answer = manager.post(path(made), NOT)
    assert errors(answer) == {
        "__all__": ["Maak eerst de risicobeoordeling. Daarna kunt u beslissen."]
    }


@pytest.mark.requirement("OPO-047")
def test_a_near_miss_is_decided_without_assessment_and_stays_in_the_list(
    cast: Cast, as_user: AsUser
) -> None:
    made = in_progress(cast)
    manager = as_user(cast.ibp)
    answer = manager.post(path(made), {**NOT, "nature": "near_miss", "notifies": "yes"})
    assert errors(answer) == {"notifies": ["Alleen een datalek meldt u bij de AP."]}
    assert manager.post(path(made), {**NOT, "nature": "near_miss"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.nature) == (BreachState.DECIDED, Nature.NEAR_MISS)
    assert made.number in manager.get("/datalekken/").content.decode()


def test_only_who_decides_reaches_the_decision(cast: Cast, as_user: AsUser) -> None:
    made = weighed(cast)
    for user in (cast.fg, cast.director, cast.care, cast.teacher, cast.auditor, cast.eik_director):
        client = as_user(user)
        assert client.get(path(made)).status_code == 404, user
        assert client.post(path(made), NOTIFY).status_code == 404, user
    made.refresh_from_db()
    assert made.state == BreachState.IN_PROGRESS


# --- deciding again -------------------------------------------------------------------------------


def test_an_earlier_decision_stays_to_be_read_after_reopening(cast: Cast, as_user: AsUser) -> None:
    made = harmless(cast)
    manager = as_user(cast.ibp)
    manager.post(path(made), NOT)
    made.refresh_from_db()
    assert made.decided_at is not None
    first = formats.date_format(timezone.localtime(made.decided_at), "j F Y H:i")
    asked = manager.get(path(made, "heropenen")).content.decode()
    assert f"Het besluit van {first} blijft te lezen." in asked
    manager.post(path(made, "heropenen"), {"reason": "De stick lag op straat."})
    page = page_of(manager, made)
    assert "Dit datalek is heropend. Er is nog niet opnieuw besloten." in page
    assert f"Eerder besloten op {first} door Ilse Beheer" in page
    assert "De stick is terug en niemand las hem." in page

    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=timezone.now())
    member = as_user(cast.board_member)
    # The words of the first decision are filled in; what is decided now takes their place.
    form = member.get(path(made)).context["form"]
    assert form["notify_reasons"].value() == "De stick is terug en niemand las hem."
    member.post(path(made), NOTIFY)
    page = page_of(member, made)
    assert "door Bram Bestuur</h3>" in page
    assert page.index("Er is een hoog risico.") < page.index("Eerdere besluiten")
    assert page.index("Eerdere besluiten") < page.index("De stick is terug en niemand las hem.")
    # The first decision is held against the advice of its own day.
    assert "anders dan de risicobeoordeling adviseert" not in page


def test_who_decides_on_an_older_assessment_is_told_and_keeps_the_text(
    cast: Cast, as_user: AsUser
) -> None:
    made = harmless(cast)
    member = as_user(cast.board_member)
    opened = member.get(path(made)).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', opened)
    assert seen is not None
    assess_breach(breach=made, facts=make.facts(), by=cast.ibp, at=timezone.now())
    answer = member.post(path(made), {**NOT, "seen": seen.group(1)})
    page = answer.content.decode()
    assert "Iemand anders was u voor. Laatste wijziging: Ilse Beheer" in page
    assert "risico beoordeeld: hoog risico" in page
    assert "De stick is terug en niemand las hem." in page
    assert "Er is waarschijnlijk een hoog risico voor de mensen." in page
    made.refresh_from_db()
    assert made.state == BreachState.IN_PROGRESS
