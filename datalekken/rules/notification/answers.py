"""Whether what was typed for the forms can be kept: known questions and options, sane numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from datalekken.choices import PeopleKind
from datalekken.content import QUESTIONS, Question

MOST_PEOPLE = 100_000_000
LONGEST = 10_000


def options_of(question: Question) -> Mapping[str, str]:
    """Letter and words; the groups of people are our own."""
    if question.key == "people_kinds":
        return {each.value: str(each.label) for each in PeopleKind}
    return question.options


def kept(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that say something, as they are kept."""
    return {key: value for key, value in answers.items() if value not in (None, "", [])}


def answer_problems(answers: Mapping[str, Any]) -> Mapping[str, str]:
    """What cannot be kept, in words per question; empty when all can."""
    problems: dict[str, str] = {}
    for key, value in kept(answers).items():
        question = QUESTIONS.get(key)
        problem = "Deze vraag bestaat niet." if question is None else _problem(question, value)
        if problem:
            problems[key] = problem
    least, most = answers.get("people_min"), answers.get("people_max")
    if not problems and least and most and least > most:
        problems["people_max"] = "Dit aantal is kleiner dan het minimum. Controleer de aantallen."
    return problems


def _problem(question: Question, value: Any) -> str:
    if question.kind == "number":
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= MOST_PEOPLE:
            return f"Vul een heel aantal in van 0 tot {MOST_PEOPLE}."
        return ""
    if question.kind == "many":
        is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return "" if is_list and set(value) <= set(options_of(question)) else _NO_OPTION
    if not isinstance(value, str):
        return _NO_OPTION
    if question.kind == "one":
        return "" if value in question.options else _NO_OPTION
    if question.kind == "day":
        return "" if _is_day(value) else "Vul een dag in die bestaat."
    return "" if len(value) <= LONGEST else f"Schrijf ten hoogste {LONGEST} tekens."


_NO_OPTION = "Kies een antwoord uit de lijst."


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
