"""Names of people out of one cell, and keys by which the same name is known again."""

from __future__ import annotations

import re
from functools import lru_cache

from privacyboard.organisation import rules

MOST_OF_KEY = 240  # signs

_INFIXES_TEXT = (
    "van de der den het 't ten ter te op in 's von zu zur vom du la le les da dos das di del della "
    "el al bin ben ibn af v.d. v/d vd d' onder uit aan bij over tot"
)
_TITLES_TEXT = (
    "dhr dhr. mevr mevr. mw mw. mevrouw heer meneer fam fam. familie drs drs. dr dr. ir ir. "
    "mr mr. prof prof. ing ing."
)
_INFIXES = frozenset(_INFIXES_TEXT.split())
_TITLES = frozenset(_TITLES_TEXT.split())


def split_name(text: str) -> tuple[str, str, str]:
    """First name, infix and last name of a whole one: `S. de Vries`, or `Vries, S. de`.

    One word alone is a last name. Titles (dhr., mevr., drs.) are left out.
    """
    words = text.split()
    if "," in text:
        last, _comma, first = text.partition(",")
        return _of_reversed(last.split(), first.split())
    small = text.casefold().split()
    if len(words) == 2 and small[0] not in _INFIXES and small[0] not in _TITLES:
        return words[0], "", words[1]  # as most names are
    if small[:2] == ["de", "heer"]:
        words, small = words[2:], small[2:]
    words = [each for each, low in zip(words, small, strict=True) if low not in _TITLES]
    small = [each for each in small if each not in _TITLES]
    most = len(words) - 1
    begin = next((at for at in range(most) if small[at] in _INFIXES), None)
    if begin is None:
        given = _given(words)
        return " ".join(words[:given]), "", " ".join(words[given:])
    end = begin
    while end < most and small[end] in _INFIXES:
        end += 1
    return " ".join(words[:begin]), " ".join(words[begin:end]), " ".join(words[end:])


def _given(words: list[str]) -> int:
    """How many words come before the last name: initials all of them, else one."""
    if len(words) < 2:
        return 0
    initials = 0
    while initials < len(words) - 1 and words[initials].endswith("."):
        initials += 1
    return initials or 1


def _of_reversed(last: list[str], first: list[str]) -> tuple[str, str, str]:
    first = [each for each in first if each.casefold() not in _TITLES]
    last = [each for each in last if each.casefold() not in _TITLES]
    begin = len(first)
    while begin and first[begin - 1].casefold() in _INFIXES:
        begin -= 1
    infix = first[begin:]
    while not infix and len(last) > 1 and last[0].casefold() in _INFIXES:
        infix.append(last.pop(0))
    while len(infix) and len(last) > 1 and last[0].casefold() in _INFIXES:
        infix.append(last.pop(0))
    return " ".join(first[:begin]), " ".join(infix), " ".join(last)


def name_key(first: str, infix: str, last: str) -> str:
    """The key by which a name sorts, and by which the same name is known again.

    Of names without spaces at their ends, or two in a row.
    """
    text = f"{last} {first} {infix}"
    # What person_key makes of plain letters; it takes ten times as long.
    if text.isascii():
        return text.lower().strip() if first and last else " ".join(text.lower().split())
    return rules.person_key(first, infix, last)[:MOST_OF_KEY]


@lru_cache(maxsize=5_000)
def level_of(text: str) -> str:
    """The year of school, at most three signs: `groep 5` is 5."""
    found = re.search(r"\d{1,2}", text)
    return found.group() if found else text[:3].upper()
