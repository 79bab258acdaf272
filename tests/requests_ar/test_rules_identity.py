"""Whether a number or address belongs to the person of the request, as far as anybody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from requests_ar.rules.identity import Doubt, Known, Means, doubt_about, fits

BORN = date(2016, 5, 4)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Kim Kind", "Kim", "Kind"),
        ("kim  kind", "Kim", "Kind"),
        ("Kind, Kim", "Kim", "Kind"),
        ("K. Kind", "Kim", "Kind"),
        ("Kim Kind", "K.", "Kind"),
        ("Kim de Vries", "Kim", "Vries"),
        ("Kim de Vries", "Kim", "de Vries"),
        ("Anaïs Kind", "Anais", "Kind"),
        ("Anna Maria Kind", "Maria", "Kind"),
        ("Kim Kind-Bos", "Kim", "Kind"),
        ("Kim Kind", "", "Kind"),
    ],
)
def test_the_same_name_in_other_words_fits(name: str, first: str, last: str) -> None:
    assert fits(name, first=first, last=last)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Kim Kind", "Noor", "Visser"),
        ("Kim Kind", "Kim", "Visser"),
        ("Kim Kind", "Kik", "Kind"),  # a sister
        ("Kind", "Kim", "Kind"),  # any of the family
        ("Kim de Vries", "Kim", "de Boer"),
        ("", "Kim", "Kind"),
        ("Kim", "Kim", ""),
    ],
)
def test_another_name_does_not(name: str, first: str, last: str) -> None:
    assert not fits(name, first=first, last=last)


def known(first: str = "Kim", born_on: date | None = BORN) -> Known:
    return Known(first=first, last="Kind", words=f"{first} Kind", born_on=born_on)


@pytest.mark.parametrize(
    ("people", "is_number", "doubt"),
    [
        ((known(),), True, None),
        ((known("Noor"),), True, Doubt.NAME),
        ((known("Noor"),), False, Doubt.NAME),
        # A mailbox of a family: one of them is the person, and the others have it too.
        ((known("Noor"), known()), False, Doubt.NAME),
        ((known(), known("Noor")), True, Doubt.NAME),
        ((known(), known("K.", born_on=None)), False, None),
        ((known(), known("K.", born_on=date(2014, 5, 4))), False, Doubt.BIRTH),
        ((known(born_on=date(2014, 5, 4)),), True, Doubt.BIRTH),
        ((known(born_on=None),), True, None),
        ((), True, Doubt.UNKNOWN),
        ((), False, None),
    ],
)
def test_what_is_in_doubt(people: tuple[Known, ...], is_number: bool, doubt: Doubt | None) -> None:
    found = doubt_about(people, is_number=is_number, name="Kim Kind", born_on=BORN)
    assert found[0] == doubt


def test_who_does_not_fit_is_told_and_who_does_is_not() -> None:
    people = (known(), known("Noor"), known("K.", born_on=date(2014, 5, 4)))
    by_name = doubt_about(people, is_number=True, name="Kim Kind", born_on=BORN)
    assert by_name == (Doubt.NAME, (known("Noor"), known("K.", born_on=date(2014, 5, 4))))
    by_birth = doubt_about(people[::2], is_number=True, name="Kim Kind", born_on=BORN)
    assert by_birth == (Doubt.BIRTH, people[2:])


def test_without_a_day_of_birth_the_name_decides() -> None:
    found = doubt_about((known(),), is_number=True, name="Kim Kind", born_on=None)
    assert found == (None, ())


def test_who_is_pointed_at_is_own_and_of_the_unseen_nobody_makes_sure() -> None:
    noor = replace(known("Noor"), record=("organisation.pupil", 12))
    means = Means("L-1", True, (known(), noor), Doubt.NAME, (noor,))
    assert means.is_shared
    assert not means.is_usable(())
    assert means.is_usable({"L-1"})
    assert means.are_own({"L-1"}) == {("", 0)}
    assert means.is_usable({"organisation.pupil:12"})
    assert means.are_own({"organisation.pupil:12"}) == {("", 0), ("organisation.pupil", 12)}
    unseen = replace(means, others=(replace(noor, is_unseen=True),))
    assert unseen.is_beyond
    assert not unseen.is_usable({"L-1", "organisation.pupil:12"})
    assert (unseen.seen_others, unseen.to_point_at) == ((), ())
