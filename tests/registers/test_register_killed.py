"""A worker that is killed while it makes the register: another finishes it, and nothing doubles.

A real process makes the file on the database of the test. It is held fast between two parts by
rows that the test has written and not committed: their hash is taken, and nobody knows yet if it
stays so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from pypdf import PdfReader

from privacyboard.clockwork import sweeps
from privacyboard.documents.models import StoredDocument
from registers.actions import files
from registers.choices import JobState
from registers.exchange.register_pdf import book
from registers.models import RegisterFile, RenderedPart
from tests.conftest import Cast
from tests.registers.register_books import three_activities

ROOT = Path(__file__).resolve().parents[2]
AS_A_WORKER = """
import django
django.setup()
from django.utils import timezone
from registers import tasks
tasks.make_waiting(timezone.now())
"""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what must come."""
    give_up = monotonic() + 60
    while not is_so():
        assert monotonic() < give_up, "it never came so far"
        sleep(0.02)


@contextmanager
def worker(files_root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that makes what waits, on this test's database and in its folder."""
    server = settings.DATABASE_URL.rpartition("/")[0]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", AS_A_WORKER],
        cwd=ROOT,
        env={
            **os.environ,
            "DEBUG": "true",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
            "FILES_ROOT": str(files_root),
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def hold(sha256: str) -> BaseDatabaseWrapper:
    """Keep a part of this hash, without committing it: who wants to keep it too must wait."""
    held = connection.copy()
    held.set_autocommit(False)
    with held.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registers_renderedpart (sha256, pdf, pages, used_at)"
            " VALUES (%s, ''::bytea, 1, now())",
            [sha256],
        )
    return held


def backend(held: BaseDatabaseWrapper) -> int:
    """The number of its process on the server."""
    number: int = held.connection.info.backend_pid
    return number


def waits_for(numbers: set[int]) -> set[int]:
    """For which of these somebody waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database()"
        )
        return numbers & {row[0] for row in cursor}


def is_alone() -> bool:
    """Whether nobody else is connected to this database any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone() is None


def children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def has_ended(pid: int) -> bool:
    """Gone, or dead and not yet fetched by who adopted it."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return told.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_what_another_finishes(
    append_only_lifted: None, cast: Cast, tmp_path: Path
) -> None:
    three_activities(cast)
    now = timezone.now()
    file = files.ask_register_file(by=cast.fg, at=now)
    parts = list(book.register_parts(on=timezone.localdate(now), css=book.style()))
    holding = {backend(held): held for held in (hold(part.sha256) for part in parts)}
    try:
        with worker(tmp_path / "files") as process:
            until(lambda: bool(waits_for(set(holding))))
            (first,) = waits_for(set(holding))
            holding.pop(first).close()  # this part can be kept; the worker comes to the next
            until(lambda: bool(waits_for(set(holding))))
            printers = children(process.pid)
            assert len(printers) == 2
            os.kill(process.pid, signal.SIGKILL)
        until(lambda: all(map(has_ended, printers)))
    finally:
        for held in holding.values():
            held.close()
    until(is_alone)

    file.refresh_from_db()
    assert (file.state, file.done, file.total) == (JobState.RUNNING, 1, 4)
    kept = RenderedPart.objects.get()
    assert kept.sha256 in {part.sha256 for part in parts}
    assert sweeps.run(name="register_files", at=timezone.now()) == 0  # it could still be alive

    assert sweeps.run(name="register_files", at=timezone.now() + timedelta(minutes=4)) == 1

    file.refresh_from_db()
    assert (file.state, file.done, file.total) == (JobState.DONE, 4, 4)
    assert RegisterFile.objects.count() == StoredDocument.objects.count() == 1
    assert RenderedPart.objects.get(sha256=kept.sha256).pk == kept.pk
    assert set(RenderedPart.objects.values_list("sha256", flat=True)) == {
        part.sha256 for part in parts
    }
    assert file.document is not None
    with file.document.file.open("rb") as stored:
        assert len(PdfReader(stored).pages) == 8
