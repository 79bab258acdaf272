"""What a decision must say before it can stand."""

from __future__ import annotations

from typing import Any

import pytest

from datalekken.rules.decisions import decision_problems

WHOLE: dict[str, Any] = {
    "notifies": True,
    "notify_reasons": "Er is een risico.",
    "tells": True,
    "tell_reasons": "Zij kunnen dan opletten.",
    "tell_ground": "",
    "public_notice": "",
    "deviation_reason": "",
    "risk": "high",
    "nature": "breach",
    "fg_advises_notifying": None,
    "fg_advises_telling": None,
}


def problems(**values: Any) -> dict[str, str]:
    return dict(decision_problems(**{**WHOLE, **values}))


def test_a_whole_decision_stands() -> None:
    assert problems() == {}


@pytest.mark.requirement("OPO-046")
def test_not_to_notify_asks_reasons_as_much_as_to_notify() -> None:
    for notifies in (True, False):
        found = problems(notifies=notifies, notify_reasons=" ")
        assert found == {"notify_reasons": "Schrijf op waarom u wel of niet meldt bij de AP."}


def test_without_assessment_nothing_is_decided() -> None:
    assert problems(risk="") == {"": "Maak eerst de risicobeoordeling. Daarna kunt u beslissen."}


@pytest.mark.requirement("OPO-048")
def test_at_a_high_risk_not_telling_asks_one_of_three_grounds() -> None:
    assert list(problems(tells=False)) == ["tell_ground"]
    assert problems(tells=False, tell_ground="a") == {}
    assert problems(tells=False, tell_ground="b") == {}
    assert list(problems(tells=False, tell_ground="c")) == ["public_notice"]
    assert problems(tells=False, tell_ground="c", public_notice="Bericht op de site.") == {}


def test_at_a_lower_risk_not_telling_asks_reasons_only() -> None:
    assert problems(tells=False, risk="risk") == {}


def test_telling_and_a_ground_not_to_tell_do_not_go_together() -> None:
    assert list(problems(tell_ground="a")) == ["tell_ground"]


@pytest.mark.parametrize("advice", [{"fg_advises_notifying": False}, {"fg_advises_telling": False}])
def test_a_deviation_from_the_fg_says_why(advice: dict[str, bool]) -> None:
    assert problems(**advice) == {
        "deviation_reason": "U wijkt af van het advies van de FG. Schrijf op waarom."
    }
    assert problems(**advice, deviation_reason="De FG kende dit nog niet.") == {}


@pytest.mark.requirement("OPO-047")
def test_a_near_miss_is_decided_without_assessment_and_is_not_notified() -> None:
    near_miss = {"nature": "near_miss", "risk": "", "tells": False}
    assert problems(**near_miss, notifies=False) == {}
    assert problems(**near_miss) == {"notifies": "Alleen een datalek meldt u bij de AP."}
