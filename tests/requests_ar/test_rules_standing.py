"""Who may ask, and who gets the answer: a table of ages, relations and authority."""

from __future__ import annotations

from datetime import date

import pytest

from privacyboard.organisation.rules import age_on
from requests_ar.choices import Authority, PersonRole, Protection, Relation
from requests_ar.rules.standing import Position, say

TODAY = date(2026, 3, 2)
FIFTEEN = date(2010, 3, 3)  # turns sixteen tomorrow
SIXTEEN = date(2010, 3, 2)  # turned sixteen today
SEVENTEEN = date(2008, 3, 3)
EIGHTEEN = date(2008, 3, 2)
SUBJECT, REPRESENTATIVE = PersonRole.SUBJECT, PersonRole.REPRESENTATIVE


@pytest.mark.parametrize(
    ("born_on", "relation", "authority", "may_ask", "answer_to"),
    [
        (FIFTEEN, Relation.PARENT, Authority.YES, True, REPRESENTATIVE),
        (FIFTEEN, Relation.GUARDIAN, Authority.YES, True, REPRESENTATIVE),
        (FIFTEEN, Relation.PARENT, Authority.UNKNOWN, None, REPRESENTATIVE),
        (FIFTEEN, Relation.PARENT, Authority.NO, False, REPRESENTATIVE),
        (FIFTEEN, Relation.SELF, Authority.UNKNOWN, False, REPRESENTATIVE),
        (FIFTEEN, Relation.AUTHORISED, Authority.UNKNOWN, None, REPRESENTATIVE),
        (FIFTEEN, Relation.OTHER, Authority.UNKNOWN, False, REPRESENTATIVE),
        (SIXTEEN, Relation.SELF, Authority.UNKNOWN, True, SUBJECT),
        (SIXTEEN, Relation.PARENT, Authority.YES, False, SUBJECT),
        (SEVENTEEN, Relation.AUTHORISED, Authority.UNKNOWN, True, REPRESENTATIVE),
        (EIGHTEEN, Relation.SELF, Authority.UNKNOWN, True, SUBJECT),
        (EIGHTEEN, Relation.PARENT, Authority.YES, False, SUBJECT),
        (EIGHTEEN, Relation.AUTHORISED, Authority.UNKNOWN, True, REPRESENTATIVE),
        (None, Relation.PARENT, Authority.YES, None, REPRESENTATIVE),
        (None, Relation.SELF, Authority.UNKNOWN, None, SUBJECT),
    ],
)
def test_who_may_ask_and_who_gets_the_answer(
    born_on: date | None,
    relation: str,
    authority: str,
    may_ask: bool | None,
    answer_to: PersonRole,
) -> None:
    found = say(Position(relation, authority, born_on=born_on), on=TODAY)
    assert (found.may_ask, found.answer_to) == (may_ask, answer_to)


def test_who_turns_sixteen_before_the_answer_gets_it_himself() -> None:
    mother = Position(Relation.PARENT, Authority.YES, born_on=FIFTEEN)
    assert say(mother, on=date(2026, 3, 2)).answer_to == REPRESENTATIVE
    assert say(mother, on=date(2026, 3, 3)).answer_to == SUBJECT


@pytest.mark.parametrize(
    ("protection", "protector", "stranger"),
    [
        (Protection.CURATELE, Relation.CURATOR, Relation.MENTOR),
        (Protection.MENTORSCHAP, Relation.MENTOR, Relation.CURATOR),
    ],
)
def test_under_curatele_or_mentorschap_the_representative_keeps_asking(
    protection: str, protector: str, stranger: str
) -> None:
    for born_on in (SIXTEEN, EIGHTEEN):
        ours = say(Position(protector, protection=protection, born_on=born_on), on=TODAY)
        theirs = say(Position(stranger, protection=protection, born_on=born_on), on=TODAY)
        own = say(Position(Relation.SELF, protection=protection, born_on=born_on), on=TODAY)
        assert (ours.may_ask, ours.answer_to) == (True, REPRESENTATIVE)
        assert (theirs.may_ask, own.may_ask) == (False, False)


def test_somebody_of_staff_asks_without_a_day_of_birth() -> None:
    found = say(Position(Relation.SELF, is_of_age=True), on=TODAY)
    assert (found.may_ask, found.answer_to) == (True, SUBJECT)
    assert found.explanation == "Wie 18 of ouder is, vraagt en beslist zelf."


def test_a_parent_without_authority_is_told_of_the_other_right() -> None:
    found = say(Position(Relation.PARENT, Authority.NO, born_on=FIFTEEN), on=TODAY)
    assert "BW 1:377c" in found.explanation


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2010, 3, 2), date(2026, 3, 1), 15),
        (date(2010, 3, 2), date(2026, 3, 2), 16),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_is_full_at_the_birthday_and_for_leaplings_on_the_first_of_march(
    born_on: date, on: date, age: int
) -> None:
    assert age_on(born_on, on) == age
