"""Every letter is called by plain words where its post is looked after, and by no code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from privacyboard.mail.content import kind_of

LETTERS = Path(settings.BASE_DIR) / "templates" / "letters"
ENDING = ".subject.txt"
KINDS = sorted(
    str(each.relative_to(LETTERS)).removesuffix(ENDING) for each in LETTERS.rglob(f"*{ENDING}")
)


def test_every_letter_has_a_name_of_its_own() -> None:
    named = {letter: kind_of(letter) for letter in KINDS}
    assert len(KINDS) > 25
    assert [letter for letter, name in named.items() if not name or "/" in name] == []
    assert len(set(named.values())) == len(KINDS)
    assert named["frontdesk/digest"] == "Ochtendbericht"


@pytest.mark.parametrize("letter", ["requests_ar/of_long_ago", ""])
def test_a_kind_that_is_no_more_keeps_its_code(letter: str) -> None:
    assert kind_of(letter) == letter
