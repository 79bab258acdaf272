"""Files go with the records that point to them: the row, and the file on the disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork import erasing, holds, runs
from privacyboard.clockwork.erasing import Counts, Gone
from privacyboard.documents.models import StoredDocument
from privacyboard.documents.storage import remove_on_commit

REASON = "bestand zonder dossier"
# A file is written before its row, and the row before the record that points to it.
SETTLED_AFTER = timedelta(days=1)
_BATCH = 1_000
WEEK = 7
# Only names that were made here are ever taken away.
_OURS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\w*")


class Fate(StrEnum):
    """What becomes of data of a person in a stored document."""

    OWNER = "goes with the last record that points to it; each of those has its own term"
    PROOF = "stays as long as the document: who kept it is part of the account (AVG 5(2))"


# Each as `model.field`.
PERSONAL: dict[str, Fate] = {
    "storeddocument.file": Fate.OWNER,
    "storeddocument.file_name": Fate.OWNER,
    "storeddocument.sha256": Fate.OWNER,
    "storeddocument.stored_by": Fate.PROOF,
    "storeddocument.title": Fate.OWNER,
}


def register_all() -> None:
    """Tell the machine that forgets how a document goes along with its record."""
    erasing.register_owned(StoredDocument, forget_documents)
    holds.register("documents", _held)


def forget_documents(keys: Sequence[int]) -> Counts:
    """Of these documents, delete those that nothing points to: file, traces and row.

    Only inside `audit.forgetting`. The file goes once the rows have gone for good.
    """
    found = list(_pointless(StoredDocument.objects.filter(pk__in=keys)).only("pk", "file"))
    if not found:
        return {}
    remove_on_commit(found)
    gone = Gone(REASON)
    gone.erase(StoredDocument, [document.pk for document in found])
    return gone.counts


def _held(model: type[models.Model], keys: Sequence[int]) -> holds.Reasons:
    """What holds a record holds its files, and with them what the logs tell of those."""
    found: holds.Reasons = {}
    if model is not StoredDocument:
        return found
    for pointer in erasing.pointers_to(StoredDocument):
        rows = pointer.model._base_manager.filter(**{f"{pointer.name}__in": keys})
        owned = dict(rows.values_list("pk", pointer.attname))
        for key, reasons in holds.held(pointer.model, sorted(owned)).items() if owned else ():
            found.setdefault(owned[key], []).extend(reasons)
    return found


def forget_orphans(*, at: datetime, since: datetime | None = None) -> int:
    """Delete rows that nothing points to, and files on the disk without a row, once settled.

    A killed process can leave both. Returns how many went. `since`: the last good run. What it
    costs is a seventh of what there is for each day since then: see `_folders`.
    """
    folders = _folders(timezone.localdate(at), timezone.localdate(since) if since else None)
    before = at - SETTLED_AFTER
    return _forget_rows(folders, before) + _forget_files(folders, before)


def _folders(today: date, since: date | None) -> list[str]:
    """The folders whose turn came after the day of the last good run, and those of today.

    Nothing on a disk, and no row, tells that it lost what belonged to it: so each has to be met.
    Each folder, with the rows of its files, has its own day of the week. That a run looks at a
    seventh is paid for with time: what a killed process left goes within eight days, and not two.
    What is forgotten as it should be goes at once, as ever. Who missed days has theirs too; after a
    week, or where the last run lies in days still to come, that is all of them.
    """
    missed = WEEK if since is None or since > today else min((today - since).days, WEEK)
    turns = {(today.toordinal() - days) % WEEK for days in range(max(missed, 1))}
    return [f"{number:02x}" for number in range(256) if number % WEEK in turns]


def _forget_rows(folders: Sequence[str], before: datetime) -> int:
    rows = StoredDocument.objects.alias(folder=Left("file", 2)).filter(folder__in=folders)
    lost = _pointless(rows.filter(stored_at__lt=before)).order_by("pk")
    count = 0
    while keys := list(lost.values_list("pk", flat=True)[: runs.CHUNK]):
        with forgetting(reason=REASON):
            forget_documents(keys)
        count += len(keys)
    return count


def _pointless(rows: QuerySet[StoredDocument]) -> QuerySet[StoredDocument]:
    """Those to which no record points, and of which no history tells either.

    An earlier file of a record (an agreement that was replaced) goes with the history that has it.
    """
    found: Any = runs.unneeded(rows)
    for history, name in _histories():
        found = found.filter(~Exists(history.objects.filter(**{name: OuterRef("pk")})))
    return found


def _histories() -> Iterator[tuple[Any, str]]:
    """The columns of history tables that hold the number of a document."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if "history_date" not in names:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is StoredDocument:
                yield model, field.attname


def _forget_files(folders: Sequence[str], before: datetime) -> int:
    storage: Any = StoredDocument._meta.get_field("file").storage
    old = _old_files(Path(storage.location), folders, before)
    count = 0
    while names := list(islice(old, _BATCH)):
        kept = set(StoredDocument.objects.filter(file__in=names).values_list("file", flat=True))
        for name in names:
            if name not in kept:
                storage.delete(name)
                count += 1
    return count


def _old_files(root: Path, folders: Iterable[str], before: datetime) -> Iterator[str]:
    """Names of files in these folders that were last written before a moment."""
    for path in chain.from_iterable((root / folder).glob("*") for folder in folders):
        name = path.relative_to(root).as_posix()
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        except FileNotFoundError:  # somebody else took it away
            continue
        if written < before and path.is_file() and _OURS.fullmatch(name):
            yield name
