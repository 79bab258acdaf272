"""The board's scheme for complaints, in its order; FG, AP and court at any moment."""

from __future__ import annotations

from datetime import date

import pytest

from requests_ar.choices import RemedyBody
from requests_ar.rules.complaints import Lies, conclusion_problems, next_body, step_problem

FIRST, LATER = date(2026, 3, 2), date(2026, 3, 20)
AT_DIRECTOR = Lies("director", FIRST)
DIRECTOR_DONE = Lies("director", FIRST, LATER)
BOARD_DONE = Lies("board", FIRST, LATER)
COMMITTEE_DONE = Lies("committee", FIRST, LATER)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], "director"),
        ([DIRECTOR_DONE], "board"),
        ([DIRECTOR_DONE, BOARD_DONE], "committee"),
        ([BOARD_DONE], "committee"),
        ([DIRECTOR_DONE, BOARD_DONE, COMMITTEE_DONE], None),
        ([Lies("fg", FIRST, LATER)], "director"),
    ],
)
@pytest.mark.requirement("VOG-063", "INN-022")
def test_the_scheme_leads_from_director_to_board_to_committee(
    steps: list[Lies], expected: str | None
) -> None:
    assert next_body(steps) == expected


@pytest.mark.parametrize("body", ["fg", "ap", "court"])
@pytest.mark.parametrize(
    "steps",
    [[], [AT_DIRECTOR], [DIRECTOR_DONE, BOARD_DONE, COMMITTEE_DONE]],
    ids=["first", "meanwhile", "after"],
)
@pytest.mark.requirement("KPO-060", "KPO-061", "INN-022")
def test_fg_ap_and_court_are_open_at_any_moment(body: str, steps: list[Lies]) -> None:
    assert step_problem(body, steps=steps, reason="") == ""


@pytest.mark.parametrize(
    ("body", "steps", "reason", "problem"),
    [
        ("board", [DIRECTOR_DONE], "", ""),
        ("board", [AT_DIRECTOR], "", "Rond eerst af wat nog loopt bij: directeur."),
        (
            "board",
            [],
            "",
            "Volgens de regeling is de volgende stap: directeur. "
            "Schrijf op waarom die stap wordt overgeslagen.",
        ),
        ("board", [], "De klacht gaat over de directeur.", ""),
        (
            "director",
            [BOARD_DONE],
            "",
            "De klacht is al verder. De volgende stap is: klachtencommissie.",
        ),
        ("director", [AT_DIRECTOR], "", "De klacht ligt al bij: directeur."),
        ("ap", [Lies("ap", FIRST)], "", "De klacht ligt al bij: Autoriteit Persoonsgegevens."),
        (
            "board",
            [DIRECTOR_DONE, BOARD_DONE, COMMITTEE_DONE],
            "x",
            "Na de klachtencommissie blijven de AP en de rechter over.",
        ),
        ("mayor", [], "", "Kies bij wie de klacht nu ligt."),
    ],
)
def test_each_step_of_the_scheme(body: str, steps: list[Lies], reason: str, problem: str) -> None:
    assert step_problem(body, steps=steps, reason=reason) == problem


def problems(**changes: object) -> dict[str, str]:
    given: dict[str, object] = {
        "outcome": "upheld",
        "text": "De vraag bleef liggen.",
        "closed_on": LATER,
        "received_on": FIRST,
        "steps": [DIRECTOR_DONE],
    }
    return conclusion_problems(**{**given, **changes})  # type: ignore[arg-type]


def test_a_judgement_asks_words_an_end_of_each_step_and_a_day_after_them() -> None:
    assert problems() == {}
    assert problems(text=" ") == {
        "outcome_text": "Leg uit waarom. De klager heeft recht op uitleg."
    }
    assert problems(steps=[AT_DIRECTOR]) == {
        "outcome": "Rond eerst af wat nog loopt bij: directeur."
    }
    assert problems(closed_on=FIRST) == {
        "closed_on": "Deze dag ligt voor de laatste stap (20-03-2026)."
    }
    assert problems(outcome="open") == {"outcome": "Kies hoe de klacht is afgelopen."}


@pytest.mark.parametrize("outcome", ["withdrawn", "settled"])
def test_what_ends_by_itself_needs_no_words_and_no_end_of_steps(outcome: str) -> None:
    assert problems(outcome=outcome, text="", steps=[AT_DIRECTOR]) == {}


def test_what_runs_at_the_authority_runs_on() -> None:
    assert problems(steps=[DIRECTOR_DONE, Lies(RemedyBody.AP, FIRST)]) == {}
