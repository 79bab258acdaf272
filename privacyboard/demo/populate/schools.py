"""The board and its schools."""

from __future__ import annotations

from privacyboard.demo.people import CONTENT
from privacyboard.demo.populate.making import Making
from privacyboard.demo.populate.words import PLACES, TREES
from privacyboard.organisation.choices import Denomination, Sector
from privacyboard.organisation.models import Board, School
from privacyboard.organisation.rules import sort_key
from registers.exchange import read_toml

# From 90AA: numbers of the right form that belong to no school.
FIRST_BRIN, LETTERS = 90, 26
MOST = (100 - FIRST_BRIN) * LETTERS**2


class TooMany(ValueError):
    """More schools than there are numbers."""


def make_schools(making: Making, count: int) -> None:
    """The board, and schools of which one in five is secondary and half is public."""
    if count > MOST:
        raise TooMany(f"there are numbers for {MOST} schools, not for {count}")
    board = Board(**read_toml(CONTENT / "board.toml")["board"])
    board.record(by=None, why="verzonnen")
    making.keep(School, [_school(board, number) for number in range(count)])


def _school(board: Board, number: int) -> School:
    tree, round_ = TREES[number % len(TREES)], number // len(TREES)
    name = f"De {tree}" + (f" {round_ + 1}" if round_ else "")
    slug = name.lower().replace(" ", "-")
    return School(
        board=board,
        name=name,
        sort_name=sort_key(name),
        slug=slug,
        brin=_brin(number),
        sector=Sector.SECONDARY if number % 5 == 4 else Sector.PRIMARY,
        denomination=Denomination.PUBLIC if number % 2 else Denomination.PRIVATE,
        street=f"{tree}straat {number + 1}",
        postcode="9990 ZZ",
        city=PLACES[number % len(PLACES)],
        email=f"info@{slug}.example",
        phone="088 000 00 00",
    )


def _brin(number: int) -> str:
    digits, letters = divmod(number, LETTERS**2)
    first, second = divmod(letters, LETTERS)
    return f"{FIRST_BRIN + digits}{chr(ord('A') + first)}{chr(ord('A') + second)}"
