"""Pages printed here, or many of them in two processes: the same PDFs, and each for itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from privacyboard.documents import printing
from privacyboard.documents.press import NotPrinted, Press
from privacyboard.documents.printing import FileAsked, Printed, Style
from privacyboard.documents.rendering import house_style

STYLE = Style("p { color: #1c2826 }")
ASKING = '<img src="file:///etc/hostname">'


def pages(*numbers: int) -> dict[str, str]:
    return {str(number): f"<p>Deel {number}</p>" for number in numbers}


def printed(style: Style, given: dict[str, str], *, few: int) -> dict[str, Printed | Exception]:
    with Press(style, few=few) as press:
        for name, html in given.items():
            press.take(name, html)
        return dict(press.outcomes())


def words(outcome: Printed | Exception) -> str:
    assert isinstance(outcome, Printed)
    return PdfReader(io.BytesIO(outcome.pdf)).pages[0].extract_text()


@pytest.mark.parametrize("style", [STYLE, house_style()], ids=["plain", "tagged"])
def test_few_pages_here_and_many_in_two_processes_are_the_same(style: Style) -> None:
    given = pages(*range(5))
    here, beside = printed(style, given, few=5), printed(style, given, few=2)

    assert here == beside
    assert {name: words(outcome) for name, outcome in here.items()} == {
        str(number): f"Deel {number}" for number in range(5)
    }


def test_a_style_of_letters_gives_tagged_pages_and_another_does_not() -> None:
    for style, is_tagged in ((house_style(), True), (STYLE, False)):
        made = printed(style, pages(1), few=1)["1"]
        assert isinstance(made, Printed)
        root = PdfReader(io.BytesIO(made.pdf)).root_object
        assert ("/StructTreeRoot" in root) is is_tagged


@pytest.mark.parametrize("few", [9, 0], ids=["here", "beside"])
def test_a_page_that_asks_for_a_file_is_not_printed_and_the_others_are(few: int) -> None:
    made = printed(STYLE, {**pages(1), "asking": ASKING, **pages(2, 3)}, few=few)

    refused = made.pop("asking")
    assert isinstance(refused, NotPrinted | FileAsked)
    assert "FileAsked" in f"{type(refused).__name__}: {refused}"
    assert {name: words(outcome) for name, outcome in made.items()} == {
        "1": "Deel 1",
        "2": "Deel 2",
        "3": "Deel 3",
    }


def test_who_asks_for_all_hears_of_the_page_that_was_not_made() -> None:
    with Press(STYLE, few=9) as press:
        press.take("asking", ASKING)
        with pytest.raises(FileAsked):
            dict(press.finished())


def test_a_process_that_ends_is_told_of_each_page_it_did_not_make(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ending = tmp_path / "ending.py"
    ending.write_text("raise SystemExit(1)\n")
    monkeypatch.setattr(printing, "__file__", str(ending))
    made = printed(STYLE, pages(1, 2, 3), few=0)

    assert {name: type(outcome) for name, outcome in made.items()} == {
        "1": NotPrinted,
        "2": NotPrinted,
        "3": NotPrinted,
    }
