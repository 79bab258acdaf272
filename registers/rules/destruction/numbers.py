"""The numbers by which other systems know people: what is typed or pasted, looked at. Pure.

What a number looks like differs per system: digits ("1001"), digits with a few letters before them
("L-2013-004", "LL 1001"), the UUID of an EDEXML file, a code ("a3f9c04e"), or a word with digits at
its end ("leerling12"). So a shape is refused only where it plainly tells who somebody is: letters
without a digit, words beside each other, a word that is written as a name, a date (of birth), an
e-mail address. What a pupil of the school has here as its number is one, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext as _

from privacyboard.organisation.rules import numbers_like_bsn

MOST_KEYS = 500
LONGEST_KEY = 40
# What comes in the place of a number that may not stay.
STRUCK = "(nummer)"
_BETWEEN = re.compile(r"[\n\r;,\t]+")
_UUID = re.compile(r"\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?", re.IGNORECASE)
# With spaces in it: groups of digits, after two letters at most.
_SPACED = re.compile(r"([^\W\d_]{1,2}[.-]? )?[\d .\-/]*")
_WORDS = re.compile(r"[^\W\d_]+")
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")


def keys_in(text: str) -> tuple[str, ...]:
    """The numbers of a text, one on a line (or with commas between), each once, in their order."""
    parts = (" ".join(part.split()) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def keys_problem(
    keys: Collection[str], *, not_bsn: Collection[str] = (), known: Collection[str] = ()
) -> str:
    """Why these cannot be the numbers of a school's own systems; empty when they can (UAVG 46).

    `not_bsn`: digits of which somebody said that they are no BSN, though they pass its check.
    `known`: numbers that pupils of the school have here; their shape is not looked at.
    """
    if len(keys) > MOST_KEYS:
        return f"Vul ten hoogste {MOST_KEYS} nummers tegelijk in."
    for key in keys:
        if set(numbers_like_bsn(key)) - set(not_bsn):
            return "Hier staat een nummer dat een BSN kan zijn. Gebruik het leerlingnummer."
        if key in known:
            continue
        if len(key) > LONGEST_KEY or not key.isprintable():
            return f"“{key[:LONGEST_KEY]}” is geen nummer uit de administratie."
        if "@" in key:
            return f"“{key}” is een e-mailadres. Vul alleen nummers in."
        if _is_day(key):
            return f"“{key}” lijkt op een datum. Vul alleen nummers in."
        if _is_like_a_name(key):
            return f"“{key}” lijkt op een naam. Vul alleen nummers in, geen namen."
    return ""


def _is_like_a_name(key: str) -> bool:
    if _UUID.fullmatch(key):
        return False
    if not any(sign.isdigit() for sign in key):
        return True
    if " " in key:
        return not _SPACED.fullmatch(key)
    # What stands between signs: "jan.jansen2013" has two words, "PO-LL-1001" has none.
    parts = re.split(r"[\W_]+", key)
    words = [word for part in parts for word in _WORDS.findall(part) if len(word) >= 3]
    alone = [part for part in parts if part.isalpha() and len(part) >= 3 and part.istitle()]
    return bool(alone) or (len(parts) > 1 and len(words) > 1)


def _is_day(key: str) -> bool:
    found = _DAY.fullmatch(key)
    if not found:
        return False
    day, month, year, year_first, month_first, day_last = found.groups()
    try:
        date(int(year or year_first), int(month or month_first), int(day or day_last))
    except ValueError:
        return False
    return True


_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec"
)
# Digits that tell a day, a week or a year are no number of a pupil. Jan and Mei are first names,
# and "leerjaar" is no year: beside such a word only digits that can be a year of our time are one.
_YEAR = r"(?:19|20)\d{2}"
_DATED = re.compile(
    rf"""\b(?:
        \d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}}) | \d{{4}}-\d{{1,2}}-\d{{1,2}}
        | (?:\d{{1,2}}\ +)?(?:{_MONTHS})\.?(?:\ +{_YEAR})? | week\ +\d{{1,2}}
        | \w*jaar\ +{_YEAR}(?:[-/]{_YEAR})?
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def numbers_in(text: str, keys: Iterable[str]) -> list[str]:
    """Which of these keys stand in a text as a word of their own; a date or a year is none."""
    plain = _without_days(text)
    lowered = plain.casefold()
    # Most keys are in no text: looking for the letters costs less than looking for the word.
    return [
        key for key in keys if key and key.casefold() in lowered and _as_word(key).search(plain)
    ]


def text_problem(text: str, keys: Iterable[str]) -> str:
    """Why a text may not stay when its list is closed: a number of the list stands in it."""
    found = numbers_in(text, keys)
    if not found:
        return ""
    return _(
        "Schrijf het nummer van een leerling hier niet op: “%(number)s”. Deze tekst blijft "
        "staan als de lijst klaar is. Schrijf bijvoorbeeld “één leerling”. Bedoelt u een "
        "aantal of een jaar? Schrijf dat in woorden."
    ) % {"number": found[0]}


def struck(text: str, keys: Iterable[str], *, by: str = STRUCK) -> str:
    """The text with other words in the place of each of these keys."""
    for key in sorted(numbers_in(text, keys), key=len, reverse=True):
        days = [found.span() for found in _DATED.finditer(text)]
        text = _as_word(key).sub(
            lambda found, days=days: (  # type: ignore[misc]
                found[0]
                if any(first <= found.start() and found.end() <= last for first, last in days)
                else by
            ),
            text,
        )
    return text


def _without_days(text: str) -> str:
    return _DATED.sub(lambda found: " " * len(found[0]), text)


def _as_word(key: str) -> re.Pattern[str]:
    # An underscore ends a word here: files are called "lijst_1001.pdf".
    return re.compile(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])", re.IGNORECASE)
