"""Retention terms in words."""

from __future__ import annotations

from typing import Any

import pytest

from registers.choices import RetentionTrigger
from registers.rules.retention import length_in_words, term_in_english, term_in_words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        ({}, ""),
        ({"years": 1}, "1 jaar"),
        ({"years": 2}, "2 jaar"),
        ({"months": 1}, "1 maand"),
        ({"months": 6}, "6 maanden"),
        ({"weeks": 1}, "1 week"),
        ({"weeks": 4}, "4 weken"),
        ({"days": 1}, "1 dag"),
        ({"days": 10}, "10 dagen"),
        ({"years": 1, "months": 6}, "1 jaar en 6 maanden"),
    ],
)
def test_a_length_in_words(length: dict[str, int], words: str) -> None:
    assert length_in_words(**length) == words


@pytest.mark.parametrize(
    ("length", "bound", "trigger", "condition", "words"),
    [
        ({"years": 2}, "maximum", "leaving", "", "ten hoogste 2 jaar na vertrek van de leerling"),
        (
            {"years": 7},
            "minimum",
            "school_year_end",
            "Voor de accountant.",
            "ten minste 7 jaar na einde van het schooljaar",
        ),
        (
            {"years": 5},
            "minimum_then_destroy",
            "leaving",
            "",
            "ten minste 5 jaar na vertrek van de leerling, daarna weg",
        ),
        ({"weeks": 4}, "maximum", "recording", "", "ten hoogste 4 weken na de opname"),
        ({}, "none", "consent_end", "Zolang de toestemming duurt.", "Zolang de toestemming duurt."),
        ({"years": 9}, "none", "leaving", "", "geen vaste termijn"),
        ({}, "none", "result", "", "geen vaste termijn"),
    ],
)
def test_a_term_in_words(
    length: dict[str, int], bound: str, trigger: str, condition: str, words: str
) -> None:
    full = {"years": 0, "months": 0, "weeks": 0, "days": 0, **length}
    assert term_in_words(**full, bound=bound, trigger=trigger, condition=condition) == words


@pytest.mark.parametrize(
    ("length", "bound", "trigger", "words"),
    [
        ({"years": 2}, "maximum", "leaving", "at most 2 years after the pupil leaves the school"),
        ({"years": 1}, "minimum", "result", "at least 1 year after the result"),
        (
            {"years": 5, "months": 6},
            "minimum_then_destroy",
            "case_closed",
            "at least 5 years and 6 months after the case is closed, then destroyed",
        ),
        ({"weeks": 4}, "maximum", "recording", "at most 4 weeks after the recording"),
        ({}, "none", "consent_end", "no fixed term: the Dutch statement says how long"),
    ],
)
def test_a_term_in_english(length: dict[str, int], bound: str, trigger: str, words: str) -> None:
    full: dict[str, Any] = {"years": 0, "months": 0, "weeks": 0, "days": 0, **length}
    assert term_in_english(**full, bound=bound, trigger=trigger) == words


@pytest.mark.parametrize("trigger", RetentionTrigger.values)
def test_every_trigger_has_english_words(trigger: str) -> None:
    found = term_in_english(years=1, months=0, weeks=0, days=0, bound="maximum", trigger=trigger)
    assert found.startswith("at most 1 year after ")


def test_a_rule_without_a_length_says_its_condition_in_english() -> None:
    words = "The data go as soon as the pupil has left the school."
    empty = {"years": 0, "months": 0, "weeks": 0, "days": 0}
    assert (
        term_in_english(**empty, bound="none", trigger="leaving", condition=words),
        term_in_english(
            **{**empty, "years": 2}, bound="maximum", trigger="leaving", condition=words
        ),
    ) == (words, "at most 2 years after the pupil leaves the school")
