"""Days as other programs write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

_PARTS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[ T].*)?\Z")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?\Z")
_EXCEL_BEGAN = date(1899, 12, 30)


class NoDay(ValueError):
    """This is no day; the text is what stood there."""


def read_day(value: Any, *, today: date) -> tuple[date | None, bool]:
    """A day, and whether its year had two digits; (None, False) for nothing. Raises NoDay.

    Read are 3-4-2017, 2017-04-03, 20170403, the day number of Excel, and 3-4-17: of two digits is
    made the last year with that end that is not after this year, for children are born lately.
    """
    if isinstance(value, datetime):
        return value.date(), False
    if isinstance(value, date):
        return value, False
    text = str(value).strip() if value is not None else ""
    return _of_text(text, today) if text else (None, False)


@lru_cache(maxsize=20_000)
def _of_text(text: str, today: date) -> tuple[date, bool]:
    short = False
    if found := _PARTS.match(text):
        first, month, last = found.groups()
        if len(first) == 4:
            year, day = int(first), int(last)
        elif len(first) <= 2 and len(last) in {2, 4}:
            year, day, short = int(last), int(first), len(last) == 2
        else:
            raise NoDay(text)
        if short:
            year += 2000 if 2000 + year <= today.year else 1900
    elif found := _EIGHT.match(text):
        year, month, day = int(found[1]), found[2], int(found[3])
    elif _SERIAL.match(text):
        return _EXCEL_BEGAN + timedelta(days=int(text[:5])), False
    else:
        raise NoDay(text)
    try:
        read = date(year, int(month), day)
    except ValueError as problem:
        raise NoDay(text) from problem
    if not 1900 <= year <= 2200:
        raise NoDay(text)
    return read, short
