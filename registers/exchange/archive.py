"""The register with its attachments: a zip with the workbook, and each file under its SHA-256."""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from privacyboard.documents.models import StoredDocument
from privacyboard.sheets.faults import FileUnreadable
from privacyboard.sheets.reading import check_archive
from registers.exchange.rows import Origin, Problem, Tables
from registers.exchange.snapshot import Snapshot
from registers.exchange.xlsx import read_xlsx, write_xlsx

WORKBOOK, FOLDER = "register.xlsx", "bijlagen/"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
# What unpacking a damaged part raises, by the way in which it was packed.
DAMAGED = (
    *(zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError),
    *(zlib.error, lzma.LZMAError),
)


def write_archive(
    snapshot: Snapshot, *, made_at: datetime, attachments: Iterable[StoredDocument]
) -> bytes:
    """A zip with the workbook and the attachments that it refers to."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(WORKBOOK, write_xlsx(snapshot, made_at=made_at))
        for document in attachments:
            with document.file.open("rb") as content:
                name = f"{FOLDER}{document.sha256}"
                archive.writestr(name, content.read(), compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read_archive(content: bytes) -> Tables:
    """The tables and attachments of such a zip; raises FileUnreadable."""
    archive = check_archive(content)
    if WORKBOOK not in archive.namelist():
        raise FileUnreadable(
            _("In dit zip-bestand zit geen “%(name)s”. Kies een export van het register.")
            % {"name": WORKBOOK}
        )
    try:
        tables = read_xlsx(archive.read(WORKBOOK), file_name=WORKBOOK)
        for member in archive.infolist():
            if member.filename.startswith(FOLDER) and not member.is_dir():
                _take(archive, member.filename, tables)
    except FileUnreadable:
        raise
    except DAMAGED as problem:
        raise FileUnreadable(_("Dit zip-bestand is beschadigd.")) from problem
    return tables


def _take(archive: zipfile.ZipFile, name: str, tables: Tables) -> None:
    sha256 = name.removeprefix(FOLDER)
    with archive.open(name) as file:
        true = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    if _SHA256.match(sha256) and sha256 == true:
        tables.attachments[sha256] = partial(archive.read, name)
    else:
        sentence = _("De inhoud van deze bijlage klopt niet met haar naam.")
        tables.problems.append(Problem(Origin(WORKBOOK, 1), name[:80], sentence))
