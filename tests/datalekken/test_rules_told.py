"""Who is told by age, and who is a double: a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from datalekken.rules.told import Candidate, Roll, candidate_problems, verdict
from tests.factories.tellings import candidate

ON = date(2026, 3, 2)


def pupil(born_on: date | None) -> Candidate:
    return Candidate(role="pupil", name="Mila", born_on=born_on, email="mila@x.example")


def parent(born_on: date | None, reason: str = "") -> Candidate:
    return Candidate(
        role="parent",
        name="Moeder",
        about="Mila",
        born_on=born_on,
        email="m@x.example",
        parents_reason=reason,
    )


@pytest.mark.parametrize(
    ("born_on", "on", "tells_pupil", "tells_parent", "tells_parent_with_reason"),
    [
        # Sixteen on 2 March 2026, and a day too late for it.
        (date(2010, 3, 2), ON, True, False, True),
        (date(2010, 3, 3), ON, False, True, True),
        # Eighteen on that day, and a day too late for it.
        (date(2008, 3, 2), ON, True, False, False),
        (date(2008, 3, 3), ON, True, False, True),
        (date(2018, 1, 1), ON, False, True, True),
        # Born on 29 February: in a common year older on 1 March, in a leap year on the day itself.
        (date(2012, 2, 29), date(2028, 2, 28), False, True, True),
        (date(2012, 2, 29), date(2028, 2, 29), True, False, True),
        (date(2012, 2, 29), date(2030, 2, 28), True, False, True),
        (date(2012, 2, 29), date(2030, 3, 1), True, False, False),
        (date(2008, 2, 29), date(2024, 2, 28), False, True, True),
        (date(2010, 2, 28), date(2026, 2, 28), True, False, True),
        # The day of birth, and a hundred years.
        (ON, ON, False, True, True),
        (date(1926, 3, 2), ON, True, False, False),
    ],
)
@pytest.mark.requirement("OPO-048")
def test_who_is_told_of_a_pupil_by_age(
    born_on: date, on: date, tells_pupil: bool, tells_parent: bool, tells_parent_with_reason: bool
) -> None:
    assert verdict(pupil(born_on), on=on).is_told is tells_pupil
    assert verdict(parent(born_on), on=on).is_told is tells_parent
    told = verdict(parent(born_on, "zij betalen de rekening"), on=on)
    assert told.is_told is tells_parent_with_reason


def test_the_reason_why_parents_need_it_stands_in_the_rule() -> None:
    told = verdict(parent(date(2009, 5, 5), "zij betalen de rekening"), on=ON)
    assert told.rule == "16 of 17 jaar: ook de ouders, want zij betalen de rekening"
    assert verdict(parent(date(2018, 1, 1)), on=ON).rule == "jonger dan 16: de ouders of verzorgers"


def test_an_unknown_age_is_said_in_words() -> None:
    for who in (pupil(None), parent(None)):
        told = verdict(who, on=ON)
        assert told.is_told
        assert told.is_age_unknown
        assert told.rule.startswith("geboortedatum niet bekend")


@pytest.mark.parametrize("role", ["staff", "other"])
def test_others_are_told_themselves_whatever_their_age(role: str) -> None:
    for born_on in (None, date(2015, 1, 1), date(1980, 1, 1)):
        told = verdict(Candidate(role=role, name="Bas", born_on=born_on), on=ON)
        assert (told.is_told, told.rule) == (True, "het gaat om de eigen gegevens")


def test_a_parent_whose_own_data_leaked_is_told_of_that() -> None:
    told = verdict(Candidate(role="parent", name="Moeder", email="m@x.example"), on=ON)
    assert (told.is_told, told.rule) == (True, "het gaat om de eigen gegevens van de ouder")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "directeur"}, "role"),
        ({"name": "  "}, "name"),
        ({"email": "", "address": " \n"}, "email"),
        ({"born_on": date(2026, 3, 3)}, "born_on"),
        ({"born_on": date(1899, 12, 31)}, "born_on"),
        ({"about": ""}, "about"),
    ],
)
def test_what_is_missing_is_told_at_its_field(values: dict[str, object], field: str) -> None:
    who = replace(candidate("Mila Moeder"), **values)  # type: ignore[arg-type]
    assert list(candidate_problems(who, on=ON)) == [field]


def test_a_double_is_left_out_and_a_namesake_is_told() -> None:
    roll = Roll([])
    mila = candidate("Mila Moeder")

    first = roll.fate(mila, on=ON, where="op regel 2")
    again = roll.fate(candidate("mila  MOEDER", about="kind van mila moeder"), on=ON, where="3")
    elsewhere = roll.fate(candidate("Mila Moeder", email="m@x.example"), on=ON, where="op regel 4")
    same_house = roll.fate(candidate("Vera Vader", email="mila@ouders.example"), on=ON, where="5")
    other_child = roll.fate(candidate("Mila Moeder", about="Tweede kind"), on=ON, where="6")

    assert (first.is_added, first.note) == (True, "")
    assert (again.is_added, again.note) == (False, "Dubbel: staat al op regel 2.")
    assert elsewhere.is_added
    assert elsewhere.note == "Lijkt op wie op regel 2 staat: zelfde naam, ander adres."
    assert same_house.is_added
    assert other_child.is_added
