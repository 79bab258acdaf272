"""Taking files in: looked at before they are kept. And away: once their rows are."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction

from privacyboard.documents import rules
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import School, User

ACCEPTED = frozenset({rules.PDF, rules.DOCX, rules.PNG, rules.JPEG})
_MEMBER_LIMIT = 2_000


def media_type_of(file: IO[bytes]) -> str:
    """Tell the type of an open file by its content; the position is restored to the start."""
    file.seek(0)
    start = file.read(4096)
    members: frozenset[str] = frozenset()
    if start.startswith(b"PK\x03\x04"):
        members = _members(file)
    file.seek(0)
    return rules.type_by_content(start, members)


def _members(file: IO[bytes]) -> frozenset[str]:
    """The names inside a zip, without unpacking it; nothing for a broken or crowded one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return frozenset()
    return frozenset(names) if len(names) <= _MEMBER_LIMIT else frozenset()


def check_upload(
    file: File[bytes], *, accepted: frozenset[str] = ACCEPTED, limit: int | None = None
) -> str:
    """Return the media type of an upload that may be kept; raises rules.FileProblem otherwise."""
    most = limit or settings.UPLOAD_LIMIT_BYTES
    size = file.size
    media_type = media_type_of(file) if size <= most else ""
    rules.check(
        file_name=PurePath(file.name or "").name,
        size=size,
        media_type=media_type,
        limit=most,
        accepted=accepted,
    )
    return media_type


def store(
    *,
    content: bytes,
    title: str,
    file_name: str,
    media_type: str,
    kind: str,
    by: User | None,
    at: datetime,
    school: School | None = None,
) -> StoredDocument:
    """Keep a file under a random name, with its hash; `kind` names the gate that opens it."""
    document = StoredDocument(
        title=title,
        file_name=PurePath(file_name).name[-200:],
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kind=kind,
        school=school,
        stored_at=at,
        stored_by=by,
    )
    document.file.save(document.file_name, ContentFile(content), save=False)
    document.save()
    return document


def remove_on_commit(documents: Iterable[StoredDocument]) -> None:
    """Take the files of these documents from the disk when the transaction has come through.

    No sooner: a row that stays after all would point to a file that is gone. What is left of them
    when the process is killed meanwhile the sweep of orphans takes.
    """
    for document in documents:
        if not document.file:
            continue
        take = partial(document.file.storage.delete, str(document.file.name))
        # Robust: one that cannot be taken away does not keep the others.
        transaction.on_commit(take, robust=True)
