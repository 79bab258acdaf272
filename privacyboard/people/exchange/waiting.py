"""Files that wait for the worker: each taken up by one, under a lock of its connection.

A worker that is killed loses its connection, and with that the lock: the file waits again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from privacyboard.clockwork import hints
from privacyboard.people.choices import FileState
from privacyboard.people.exchange.report import Report
from privacyboard.people.models import PeopleFile

BUSY = (FileState.WAITING, FileState.APPLYING)
# A file that keeps killing its worker is not tried for ever.
MOST_TRIES = 5
_LOCK = 0x0A90  # the first of the two numbers of the lock; the second is the file's


@contextmanager
def claimed() -> Iterator[PeopleFile | None]:
    """The file that waits longest and nobody is busy with; None where there is none."""
    file = _claim()
    try:
        yield file
    finally:
        if file is not None:
            _ask("SELECT pg_advisory_unlock(%s, %s)", file.pk)


def _claim() -> PeopleFile | None:
    for key in (
        PeopleFile.objects.filter(state__in=BUSY)
        .order_by("asked_at", "pk")
        .values_list("pk", flat=True)
    ):
        if not _ask("SELECT pg_try_advisory_lock(%s, %s)", key):
            continue
        # As it stands under the lock: another worker may just have finished it.
        file: PeopleFile | None = PeopleFile.objects.filter(pk=key, state__in=BUSY).first()
        if file is not None:
            return file
        _ask("SELECT pg_advisory_unlock(%s, %s)", key)
    return None


def _ask(statement: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_LOCK, key])
        return bool(cursor.fetchone()[0])


def note_progress(file: PeopleFile, rows: int) -> None:
    """How far it is, for the page."""
    PeopleFile.objects.filter(pk=file.pk).update(progress=rows)


def hint() -> None:
    """Tell a worker that a file is waiting. Without a broker nothing is lost: a sweep finds it."""
    hints.give("people.take_in_files")


@transaction.atomic
def back_to_read(file: PeopleFile, sentence: str, report: Report | None = None) -> None:
    """What could not be applied can be looked at, and tried again."""
    held = PeopleFile.objects.select_for_update().get(pk=file.pk)
    if held.state != FileState.APPLYING:
        return
    held.state, held.problem, held.applied_by = FileState.READ, sentence[:500], None
    if report is not None:
        held.report = dict(report)
    held.report["leave"] = []
    held.save()


@transaction.atomic
def give_up(*, file: PeopleFile, sentence: str) -> None:
    """The worker's work did not come off: the page says why."""
    held = PeopleFile.objects.select_for_update().get(pk=file.pk)
    if held.state == FileState.WAITING:
        held.state, held.problem = FileState.REFUSED, sentence[:500]
        held.save()
    else:
        back_to_read(held, sentence)
