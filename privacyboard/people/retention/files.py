"""What becomes of files with pupils and parents that were handed in."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from django.db.models import QuerySet

from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.rules import Cut
from privacyboard.documents.retention import forget_documents
from privacyboard.people.choices import FileState
from privacyboard.people.exchange import kept
from privacyboard.people.models import PeopleFile

_ENDINGS = frozenset({".xlsx", ".xml", ".csv"})


def due_files(cut: Cut) -> QuerySet[PeopleFile]:
    """What the worker is busy with stays until it is done."""
    found = PeopleFile.objects.filter(asked_at__lt=cut.before, document__isnull=False)
    due: QuerySet[PeopleFile] = found.exclude(state=FileState.APPLYING)
    return due


def empty_files(gone: Gone, keys: list[int], at: datetime) -> None:
    documents: list[int] = []
    for file in PeopleFile.objects.filter(pk__in=keys):
        documents += [file.document_id] if file.document_id else []
        ending = PurePath(file.file_name).suffix.lower()
        file.state, file.document = FileState.DROPPED, None
        file.file_name = f"bestand{ending if ending in _ENDINGS else ''}"
        kept.let_go(file)
    gone.counts.update(forget_documents(documents))
    gone.forget_traces(PeopleFile, keys)


def due_file_rows(cut: Cut) -> QuerySet[PeopleFile]:
    found = PeopleFile.objects.filter(asked_at__lt=cut.before)
    due: QuerySet[PeopleFile] = found.exclude(state=FileState.APPLYING)
    return due
