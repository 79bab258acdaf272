"""The demo's words for a pupil of twelve and for a parent who reads English."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from privacyboard.demo.people import CONTENT
from registers.choices import ActsAs
from registers.content import TextContent
from registers.exchange import Codes, load_catalogue, read_toml, write_activity
from registers.models.contents import read_content
from registers.rules.readability import readability

# What the board does for another controller stands in that one's statement (AVG 30(2)).
ACTIVITIES = {
    row["code"]: row
    for row in map(read_toml, sorted((CONTENT / "activities").glob("*.toml")))
    if row.get("acts_as", ActsAs.CONTROLLER) != ActsAs.PROCESSOR
}

# Parents need no words for what is only about staff and applicants.
ONLY_STAFF = ["V25", "V26", "V27"]
NOT_ABOUT_PUPILS = ["V21", "V22", "V24", *ONLY_STAFF, "V31"]

# A name keeps its Dutch article; everything else in an English text is English.
DUTCH_WORDS = {"de", "het", "een", "wij", "je", "van", "uw", "niet", "zijn", "voor", "met"}
DUTCH_NAMES = ("De Meander College",)


def texts_of(audience: str, language: str) -> dict[str, dict[str, Any]]:
    """The text of each activity for this audience, by the activity's code."""
    return {
        code: text
        for code, row in ACTIVITIES.items()
        for text in row.get("texts", [])
        if (text["audience"], text["language"]) == (audience, language)
    }


def sentences(text: str) -> int:
    return len(re.findall(r"[.?!](?:\s|$)", text))


def test_every_activity_about_pupils_speaks_to_a_pupil() -> None:
    asked = {
        code
        for code, row in ACTIVITIES.items()
        if any(line["group"] == "pupils" for line in row["data"])
    }

    assert set(texts_of("pupils", "nl")) == asked
    assert asked == ACTIVITIES.keys() - set(NOT_ABOUT_PUPILS)


@pytest.mark.parametrize("code", texts_of("pupils", "nl"))
def test_a_pupil_of_twelve_can_read_it(code: str) -> None:
    text = texts_of("pupils", "nl")[code]["text"]
    found = readability(text)

    assert found is not None
    assert found.score >= 65
    assert found.level == "makkelijk (B1)"
    assert found.long_sentences == ()
    assert 2 <= sentences(text) <= 5
    assert re.search(r"\b(je|jij|jou|jouw|jullie)\b", text)
    assert not re.search(r"\b(u|uw)\b", text)


def test_a_pupil_reads_a_name_of_its_own() -> None:
    names = {code: text["name"] for code, text in texts_of("pupils", "nl").items()}

    assert names["V03"] == "Als je er niet bent"
    assert {code for code, name in names.items() if name == ACTIVITIES[code]["name"]} == set()
    assert len(set(names.values())) == len(names)
    assert max(map(len, names.values())) <= 40


def test_every_activity_of_the_parents_statement_has_english_words() -> None:
    found = texts_of("parents", "en")

    assert found.keys() == ACTIVITIES.keys() - set(ONLY_STAFF)
    assert found["V03"]["name"] == "Absence and compulsory education"
    assert {code for code in found if found[code]["name"] == ACTIVITIES[code]["name"]} == set()


@pytest.mark.parametrize("code", texts_of("parents", "en"))
def test_the_english_is_english(code: str) -> None:
    row = texts_of("parents", "en")[code]
    text = f"{row['name']}. {row['text']}"
    for name in DUTCH_NAMES:
        text = text.replace(name, "")

    assert 2 <= sentences(row["text"]) <= 5
    assert {word.lower() for word in re.findall(r"\w+", text)} & DUTCH_WORDS == set()


@pytest.mark.django_db
def test_the_texts_come_along_into_the_register() -> None:
    load_catalogue(by=None)
    row = {**ACTIVITIES["V33"], "schools": [], "all_schools": True}

    activity = write_activity(row, codes=Codes(), by=None, on=date(2026, 3, 2))

    pupils, parents = read_content(activity).texts
    assert pupils == TextContent(
        "pupils",
        "nl",
        "Een computer die helpt met schrijven",
        "Wij willen een programma proberen dat je helpt met je teksten. De proef is nog niet "
        "begonnen. We zoeken eerst uit wat het met je teksten doet en hoe lang die bewaard "
        "blijven. Je leraar kan meekijken. Meedoen hoeft niet: dan maak je de opdracht zonder "
        "hulp.",
    )
    assert (parents.audience, parents.language) == ("parents", "en")
    assert parents.name == "Help with writing by artificial intelligence"
