"""The numbers by which other systems know people: what is typed or pasted, looked at. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from privacyboard.organisation.rules import numbers_like_bsn

MOST_KEYS = 500
LONGEST_KEY = 40
_BETWEEN = re.compile(r"[\n\r;,\t]+")


def keys_in(text: str) -> tuple[str, ...]:
    """The numbers of a text, one on a line (or with commas between), each once, in their order."""
    parts = (" ".join(part.split()) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def keys_problem(keys: Collection[str], *, not_bsn: Collection[str] = ()) -> str:
    """Why these cannot be the numbers of a school's own systems; empty when they can (UAVG 46).

    `not_bsn`: digits of which somebody said that they are no BSN, though they pass its check.
    """
    if len(keys) > MOST_KEYS:
        return f"Vul ten hoogste {MOST_KEYS} nummers tegelijk in."
    for key in keys:
        if len(key) > LONGEST_KEY or not key.isprintable():
            return f"“{key[:LONGEST_KEY]}” is geen nummer uit de administratie."
        if set(numbers_like_bsn(key)) - set(not_bsn):
            return "Hier staat een nummer dat een BSN kan zijn. Gebruik het leerlingnummer."
        if not any(sign.isdigit() for sign in key) and " " in key:
            return f"“{key}” lijkt op een naam. Vul alleen nummers in, geen namen."
    return ""
