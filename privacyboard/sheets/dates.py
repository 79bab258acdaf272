"""Dates as people and programs write them in tables."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

_DUTCH = re.compile(r"\A(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[ T].*)?\Z")
_ISO = re.compile(r"\A(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?\Z")


def read_date(value: Any) -> date | None:
    """A date from a cell: 2-3-2026, 2026-03-02, or a real one; None for an empty cell.

    A time behind it is dropped. Raises ValueError for anything else, such as a year of two digits.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = " ".join(str(value).split()) if value is not None else ""
    if not text:
        return None
    if found := _DUTCH.match(text):
        day, month, year = (int(each) for each in found.groups())
    elif found := _ISO.match(text):
        year, month, day = (int(each) for each in found.groups())
    else:
        raise ValueError(text)
    if not 1900 <= year <= 2200:
        raise ValueError(text)
    return date(year, month, day)
