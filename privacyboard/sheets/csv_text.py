"""The text of a CSV file: which separator, which encoding, and which lines have another one."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from privacyboard.sheets.faults import FileUnreadable

_SEPARATORS = (";", ",", "\t")
_SAMPLE = 30
# Line ends, not rows: a cell can hold some.
_MOST_LINE_ENDS = 1_000_000


def csv_lines(content: bytes) -> Iterator[tuple[int, list[str], str]]:
    """Each row with its number from 1, its cells, and what is wrong with it ("" when nothing).

    UTF-8 and Windows-1252 are both read; a row in another encoding than the rest of the file
    is told, because its letters may not be what was meant. Raises FileUnreadable.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _from_utf16(content)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b"\x00" in content:
        raise FileUnreadable(
            _("Dit is geen tekstbestand met regels. Kies een CSV- of Excel-bestand (.xlsx).")
        )
    if content.count(b"\n") + content.count(b"\r") > _MOST_LINE_ENDS:
        raise FileUnreadable(
            _("Dit bestand heeft meer dan 100.000 regels. Splits het in kleinere bestanden.")
        )
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    yield from _rows(_Text(content), _separator(content))


def _from_utf16(content: bytes) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeError as problem:
        raise FileUnreadable(_("De tekens van dit bestand zijn niet te lezen.")) from problem


class _Text:
    """The lines of a file as text; remembers which of the last ones were not in its encoding."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.is_utf8 = self._is_mostly_utf8()
        self.odd = ""

    def _is_mostly_utf8(self) -> bool:
        found: Counter[bool] = Counter()
        for line in io.BytesIO(self.content):
            if not line.isascii():
                found[_reads_as_utf8(line)] += 1
        return found[True] >= found[False]

    def __iter__(self) -> Iterator[str]:
        for line in io.BytesIO(self.content):
            if line.isascii():
                yield line.decode("ascii")
                continue
            fits = _reads_as_utf8(line)
            if fits != self.is_utf8:
                self.odd = _mixed(self.is_utf8)
            text = line.decode("utf-8" if fits else "cp1252", errors="replace")
            if "\ufffd" in text:
                self.odd = _("In deze regel staat een teken dat niet te lezen is.")
            yield text


def _reads_as_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mixed(is_utf8: bool) -> str:
    names = {
        "this": "Windows-1252" if is_utf8 else "UTF-8",
        "rest": "UTF-8" if is_utf8 else "Windows-1252",
    }
    return (
        _(
            "Deze regel is opgeslagen als %(this)s, de rest van het bestand als %(rest)s. "
            "Kijk de letters met accenten na en sla het bestand in één keer op als CSV UTF-8."
        )
        % names
    )


def _rows(text: _Text, separator: str) -> Iterator[tuple[int, list[str], str]]:
    reader = csv.reader(text, delimiter=separator)
    number = 0
    while True:
        text.odd = ""
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            raise FileUnreadable(
                _(
                    "Regel %(row)s kan niet worden gelezen. Vaak staat er een aanhalingsteken "
                    "te veel of te weinig."
                )
                % {"row": number}
            ) from problem
        if cells is None:
            return
        if number == 1 and len(cells) <= 2 and cells[:1] and cells[0].startswith("sep="):
            continue  # how Excel itself names the separator
        yield number, cells, text.odd


def _separator(content: bytes) -> str:
    """The separator by which the first rows come out best: as wide as one another, and wide."""
    start = content[:200_000].decode("cp1252", errors="replace")
    if start[:4] == "sep=" and start[4:5] in _SEPARATORS:
        return start[4]
    return max(_SEPARATORS, key=lambda each: _score(start, each))


def _score(start: str, separator: str) -> tuple[float, int]:
    widths = []
    try:
        for row in csv.reader(io.StringIO(start), delimiter=separator):
            if any(row):
                widths.append(len(row))
            if len(widths) == _SAMPLE:
                break
    except csv.Error:
        return (0.0, 0)
    usual, count = Counter(widths).most_common(1)[0] if widths else (1, 0)
    return (count / len(widths), usual) if usual > 1 else (0.0, 0)
