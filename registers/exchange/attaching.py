"""Attachments of a file: which stored file is meant, or which new one would be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.rules import FileProblem
from registers.exchange.present import read_documents
from registers.exchange.rows import Row, Tables
from registers.exchange.tables import Table
from registers.exchange.values import CellRefused


@dataclass(frozen=True)
class Attachment:
    """A file that is kept when the import is applied."""

    sha256: str
    file_name: str
    media_type: str
    read: Callable[[], bytes]


class Attachments:
    """The files that the rows of one table name: in the register already, or in the file."""

    def __init__(self, table: Table, rows: Iterable[Row], tables: Tables) -> None:
        named = (row.values.get("document") for row in rows)
        hashes = {each.partition("/")[0].strip() for each in named if isinstance(each, str)}
        known = {each for each in hashes if each.isalnum()}
        self._stored = read_documents(table.document_kind, known)
        self._same_content = {sha256: each for (sha256, _name), each in self._stored.items()}
        self._brought = tables.attachments
        self._found: dict[str, Any] = {}

    def find(self, named: str) -> StoredDocument | Attachment | None:
        """The file behind "<sha256>/<file name>"; raises CellRefused where there is none."""
        if not named:
            return None
        if named not in self._found:
            self._found[named] = self._look_up(named)
        found: StoredDocument | Attachment = self._found[named]
        return found

    def _look_up(self, named: str) -> StoredDocument | Attachment:
        sha256, _slash, name = named.partition("/")
        stored = self._stored.get((sha256, name)) or (
            self._same_content.get(sha256) if not name else None
        )
        if stored is not None:
            return stored
        read = self._brought.get(sha256) or self._copy_of(sha256)
        if read is None:
            raise CellRefused(
                _(
                    "Dit bestand zit er niet bij en staat niet in het register. "
                    "Lees het zip-bestand of de JSON met bijlagen in, of maak deze cel leeg."
                )
            )
        return Attachment(sha256, name, _media_type(read, name), read)

    def _copy_of(self, sha256: str) -> Callable[[], bytes] | None:
        stored = self._same_content.get(sha256)
        if stored is None:
            return None

        def read() -> bytes:
            with stored.file.open("rb") as file:
                content: bytes = file.read()
                return content

        return read


def _media_type(read: Callable[[], bytes], name: str) -> str:
    if not name or len(name) > 200:
        raise CellRefused(_("Achter de streep hoort de naam van het bestand."))
    try:
        return storage.check_upload(ContentFile(read(), name=name))
    except FileProblem as problem:
        raise CellRefused(str(problem)) from problem
