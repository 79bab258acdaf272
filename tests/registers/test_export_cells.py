"""The cells of a sheet: nothing in them runs, and every text comes back to the letter."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registers.exchange.cells import (
    LONGEST,
    from_cell,
    is_long,
    join_cell,
    join_codes,
    rest_of,
    split_cell,
    split_codes,
    to_cell,
)

TEXTS = st.text(st.characters(exclude_characters="\x00"), max_size=200)


@given(TEXTS)
@example("'=1")
@example("''@x")
@example("␛0041;")
@example("_x0041_")
@example("_x005F_x0041_")
@example("␛T3;")
def test_every_text_comes_back(text: str) -> None:
    assert from_cell(to_cell(text)) == text


@given(TEXTS)
def test_no_cell_begins_with_what_a_program_runs(text: str) -> None:
    assert not to_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text(max_size=40), st.integers(min_value=1, max_value=2_000))
def test_a_long_text_comes_back_from_its_parts(text: str, times: int) -> None:
    whole = f"={text}" * times
    cell, parts = split_cell(whole, number=7)
    assert join_cell(cell, parts) == whole
    assert rest_of(cell) == 7
    assert max(map(len, [cell, *parts])) < 32_767 // 2 + 20
    assert not cell.startswith("=")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+31 6 1234", "'+31 6 1234"),
        ("-", "'-"),
        ("@naam", "'@naam"),
        ("\tx", "'\tx"),
        ("'s morgens", "'s morgens"),
        ("'=1", "''=1"),
        ("\rx", "␛000D;x"),
        ("\x01", "␛0001;"),
        ("_x0041_", "_␛0078;0041_"),
        ("gewoon", "gewoon"),
    ],
)
def test_how_a_text_is_written(text: str, cell: str) -> None:
    assert (to_cell(text), from_cell(cell)) == (cell, text)


def test_an_apostrophe_that_people_write_stays() -> None:
    assert from_cell("'s-Gravenhage") == "'s-Gravenhage"


def test_long_is_what_no_cell_can_hold() -> None:
    assert not is_long("x" * LONGEST)
    assert is_long("x" * (LONGEST + 1))
    assert is_long("\x01" * (LONGEST // 6 + 1))
    assert rest_of("een gewone tekst;") is None


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)))
def test_codes_in_one_cell_come_back(codes: list[str]) -> None:
    assert split_codes(join_codes(codes)) == codes


def test_codes_are_also_read_as_people_write_them() -> None:
    assert split_codes("a; b,c\nd ,") == ["a", "b", "c", "d"]
