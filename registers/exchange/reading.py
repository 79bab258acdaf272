"""A file as it was uploaded, read to tables: which reader it asks is seen by what it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from django.utils.translation import gettext as _

from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import MOST_PACKED
from registers.choices import ImportKind
from registers.exchange.archive import DAMAGED, WORKBOOK, read_archive
from registers.exchange.json_file import read_json
from registers.exchange.rows import Tables
from registers.exchange.sector_matrix import read_matrix
from registers.exchange.sector_parties import read_controllers, read_processors
from registers.exchange.xlsx import read_xlsx

_ZIP = b"PK\x03\x04"


def read_tables(content: bytes, *, kind: str, file_name: str) -> Tables:
    """What a file says, as tables of rows; raises FileUnreadable with a sentence."""
    return _READERS[kind](content, file_name=file_name)


def unpacked_size(content: bytes) -> int:
    """How many bytes there are to read: of a zip what its parts unpack to, also of a book in it."""
    if not content.startswith(_ZIP):
        return len(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            if sizes.get(WORKBOOK, MOST_PACKED) < MOST_PACKED:
                sizes[WORKBOOK] += unpacked_size(archive.read(WORKBOOK))
            return sum(sizes.values())
    except DAMAGED:
        return len(content)  # the reader says what is wrong with it


def _read_register(content: bytes, *, file_name: str) -> Tables:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in {b"{", b"["}:
        return read_json(content)
    if content.startswith(_ZIP) and _holds_workbook(content):
        return read_archive(content)
    if content.startswith(_ZIP):
        return read_xlsx(content, file_name=file_name)
    raise FileUnreadable(
        _("Dit is geen register van privacyboard. Kies een export: Excel (.xlsx), zip of JSON.")
    )


def _holds_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


_READERS: dict[str, Callable[..., Tables]] = {
    ImportKind.REGISTER: _read_register,
    ImportKind.SECTOR_MATRIX: read_matrix,
    ImportKind.SECTOR_CONTROLLERS: read_controllers,
    ImportKind.SECTOR_PROCESSORS: read_processors,
}


def content_type(file_name: str) -> str:
    """The media type under which a file that was read in is kept."""
    ending = file_name.rpartition(".")[2].lower()
    return {
        "json": "application/json",
        "zip": "application/zip",
        "csv": "text/csv",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }.get(ending, "application/octet-stream")
