"""What one cell of a sheet says: any text goes in, and comes out unchanged.

A program for sheets runs what begins with =, +, - or @, and a sheet can hold neither control
characters nor texts over 32,767 characters. All of that is written another way, and read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

# The sign that begins every escape: ␛0001; is the character with number 1.
ESCAPE = "␛"
# Excel counts in UTF-16: a character can be two.
LONGEST = 16_000

_RUNS = re.compile(r"\A'*[=+\-@\t\r\n]")
_RUNS_NOT = re.compile(r"\A'+[=+\-@\t\r\n]")
# No character of XML; line ends that XML changes; the sign itself; and what Excel (_x0041_) and
# openpyxl (x005F_) would take for escapes of their own.
_CANNOT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff␛]|x(?=[0-9A-Fa-f]{4}_)",
    re.ASCII,
)
_ESCAPED = re.compile("␛([0-9A-F]{4,6});")
_REST = re.compile("␛T([0-9]{1,9});\\Z")
_PLAIN_CODE = re.compile(r"[\w-]+\Z")


def to_cell(text: str) -> str:
    """A text as a cell can hold it, where it is not too long; never taken for a formula."""
    return _neutral(_CANNOT.sub(_escape, text))


def from_cell(cell: str) -> str:
    """The text that `to_cell` was given."""
    plain = cell[1:] if _RUNS_NOT.match(cell) else cell
    return _ESCAPED.sub(_unescape, plain) if ESCAPE in plain else plain


def split_cell(text: str, *, number: int) -> tuple[str, list[str]]:
    """A long text as the cell itself, which ends in its number, and the parts that follow it."""
    whole = _CANNOT.sub(_escape, text)
    parts = [whole[at : at + LONGEST] for at in range(0, len(whole), LONGEST)]
    return _neutral(f"{parts[0]}{ESCAPE}T{number};"), [_neutral(part) for part in parts[1:]]


def is_long(text: str) -> bool:
    """Whether a text has to be split; an escape makes one character at most eight."""
    return len(text) * 8 > LONGEST and len(_CANNOT.sub(_escape, text)) > LONGEST


def rest_of(cell: str) -> int | None:
    """The number of the parts that belong behind this cell, for a cell of `split_cell`."""
    found = _REST.search(cell) if cell.endswith(";") else None
    return int(found[1]) if found else None


def join_cell(cell: str, parts: Iterable[str]) -> str:
    """The text that `split_cell` was given."""
    start = _REST.sub("", _without_mark(cell))
    whole = start + "".join(_without_mark(part) for part in parts)
    return _ESCAPED.sub(_unescape, whole)


def join_codes(codes: Iterable[str]) -> str:
    """Codes in one cell, with commas; a code with an odd character is written with %."""
    return ", ".join(code if _PLAIN_CODE.match(code) else quote(code, safe="") for code in codes)


def split_codes(cell: str) -> list[str]:
    """The codes that `join_codes` was given; semicolons and line ends also part them."""
    parts = (part.strip() for part in re.split(r"[,;\n]", cell))
    return [unquote(part) for part in parts if part]


def _neutral(cell: str) -> str:
    return f"'{cell}" if _RUNS.match(cell) else cell


def _without_mark(cell: str) -> str:
    return cell[1:] if _RUNS_NOT.match(cell) else cell


def _escape(found: re.Match[str]) -> str:
    return f"{ESCAPE}{ord(found[0]):04X};"


def _unescape(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number < 0x110000 else found[0]
