"""Files go with the last record that points to them; what a killed process left goes in a day."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection, transaction
from django.db.models.functions import Left
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat
from privacyboard.documents import retention, storage
from privacyboard.documents.models import StoredDocument
from privacyboard.people.models import PeopleFile
from registers.models import Agreement
from tests.conftest import NOW, Cast
from tests.documents.files import PDF
from tests.factories import registers as make
from tests.factories.forgetting import committed
from tests.personal_fields import fields_that_can_hold_people

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def keep(title: str = "Brief aan Noor") -> StoredDocument:
    return storage.store(
        content=PDF,
        title=title,
        file_name=f"{title}.pdf",
        media_type="application/pdf",
        kind="proef.brief",
        by=None,
        at=NOW,
    )


def sweep(at: datetime) -> int:
    with committed():
        return sweeps.run(name="documents_orphans", at=at)


def sweep_all(at: datetime) -> int:
    """As one that never ran yet: it looks at everything."""
    Heartbeat.objects.filter(name="documents_orphans").delete()
    return sweep(at)


def left_behind(folders: Iterable[str]) -> None:
    """A file without a row in each of these folders, settled long ago."""
    for folder in folders:
        path = Path(settings.FILES_ROOT) / folder / (folder + "0" * 30)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (0, 0))


def owner(cast: Cast, document: StoredDocument) -> PeopleFile:
    made: PeopleFile = PeopleFile.objects.create(
        school=cast.linde,
        format="table",
        state="read",
        school_year=2025,
        asked_at=NOW,
        document=document,
    )
    return made


def on_disk() -> list[str]:
    root = Path(settings.FILES_ROOT)
    return sorted(each.relative_to(root).as_posix() for each in root.glob("*/*"))


def test_a_row_that_nothing_points_to_goes_with_its_file_and_its_traces(cast: Cast) -> None:
    lost, kept = keep(), keep("Leerlingen")
    owner(cast, kept)
    note_access(subject=lost, act=AccessEntry.Act.DOWNLOADED, by=cast.fg)
    assert sweep_all(NOW + 24 * HOUR) == 0
    assert sweep_all(NOW + 25 * HOUR) == 1
    assert list(StoredDocument.objects.all()) == [kept]
    assert on_disk() == [str(kept.file.name)]
    assert AccessEntry.objects.get().title == "(vergeten)"


def test_an_earlier_file_of_a_record_stays_as_long_as_its_history_names_it() -> None:
    first, second = keep("Overeenkomst"), keep("Overeenkomst 2")
    agreement = make.agreement(make.processor(), document=first)
    agreement.document = second
    agreement.record(by=None, why="nieuwe versie")
    assert sweep_all(NOW + 25 * HOUR) == 0
    assert StoredDocument.objects.count() == 2
    Agreement.objects.update(document=None)
    assert sweep_all(NOW + 25 * HOUR) == 0


def test_a_file_without_a_row_goes_when_it_is_a_day_old(cast: Cast) -> None:
    kept = keep()
    owner(cast, kept)
    root = Path(settings.FILES_ROOT)
    names = ["ab/ab" + "0" * 30, "cd/cd" + "1" * 30, "cd/lees mij.txt"]
    for name, age in zip(names, (25, 23, 99), strict=True):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        moment = (NOW - age * HOUR).timestamp()
        os.utime(path, (moment, moment))
    old = (datetime(2020, 1, 1, tzinfo=UTC)).timestamp()
    os.utime(root / str(kept.file.name), (old, old))
    assert sweep(NOW) == 1
    # What is new can still get its row; what was not made here is nobody's to take away.
    assert on_disk() == sorted([names[1], names[2], str(kept.file.name)])


# --- a seventh of what there is on each day ---------------------------------------------------

FOLDERS = [f"{number:02x}" for number in range(256)]
DAY = timedelta(days=1)


def test_each_run_looks_at_its_own_seventh_and_within_a_week_at_all() -> None:
    sweep(NOW)
    left_behind(FOLDERS)
    gone: list[set[str]] = []
    for number in range(1, 8):
        before = set(on_disk())
        with CaptureQueriesContext(connection) as seen:
            done = sweep(NOW + number * DAY)
        gone.append(before - set(on_disk()))
        assert done == len(gone[-1]) in (36, 37)
        # What is of another day is neither looked up nor taken.
        asked = " ".join(each["sql"] for each in seen)
        assert {name for name in before if name in asked} == gone[-1]
        # Later on the same day there is nothing left to do.
        assert sweep(NOW + number * DAY + HOUR) == 0
    assert sum(map(len, gone)) == 256
    assert on_disk() == []


def test_rows_have_the_day_of_their_file() -> None:
    sweep(NOW)
    for number in range(40):
        keep(f"Brief {number}")
    later = NOW + 8 * DAY
    Heartbeat.objects.update(good_at=later - DAY)
    folders = {FOLDERS[n] for n in range(256) if n % 7 == timezone.localdate(later).toordinal() % 7}
    due = StoredDocument.objects.annotate(folder=Left("file", 2)).filter(folder__in=folders)
    ours = set(due.values_list("pk", flat=True))
    others = set(StoredDocument.objects.values_list("pk", flat=True)) - ours

    assert sweep(later) == len(ours)
    assert set(StoredDocument.objects.values_list("pk", flat=True)) == others
    for number in range(1, 7):
        sweep(later + number * DAY)
    assert not StoredDocument.objects.exists()
    assert on_disk() == []


@pytest.mark.parametrize(
    ("days", "sevenths"), [(1, 1), (3, 3), (7, 7), (40, 7), (0, 1), (-2, 7)], ids=str
)
def test_who_missed_days_has_theirs_too(days: int, sevenths: int) -> None:
    """A last run in days still to come was dated by a clock that was wrong: nothing is known."""
    sweep(NOW - days * DAY)
    left_behind(FOLDERS)

    assert round(sweep(NOW) / 256 * 7) == sevenths


def test_a_run_that_failed_is_no_good_run_and_its_day_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sweep(NOW)
    left_behind(FOLDERS)
    with monkeypatch.context() as broken:
        broken.setattr(FileSystemStorage, "delete", raise_io_error)
        with pytest.raises(OSError, match="schijf"):
            sweep(NOW + DAY)
    assert len(on_disk()) == 256

    assert sweep(NOW + 2 * DAY) in (72, 73, 74)


def raise_io_error(*_anything: object) -> None:
    raise OSError("de schijf is vol")


def test_a_file_that_another_record_needs_stays(cast: Cast, only_owned: Any) -> None:
    shared = keep()
    owner(cast, shared)
    assert only_owned([shared.pk]) == {}
    PeopleFile.objects.update(document=None)
    assert only_owned([shared.pk]) == {"documents_storeddocument": 1}
    assert on_disk() == []


def test_a_file_stays_when_its_row_does_not_go_after_all() -> None:
    lost = keep()
    with committed(), transaction.atomic():
        with forgetting(reason="proef"):
            assert retention.forget_documents([lost.pk]) == {"documents_storeddocument": 1}
        transaction.set_rollback(True)  # whatever else of the chunk went wrong
    lost.refresh_from_db()
    assert lost.file.read() == PDF


# A process that is killed at the moment that its transaction has come through.
_KILLED = """
import os, signal, sys
import django
django.setup()
from django.db import connection, transaction
from privacyboard.audit.forgetting import forgetting
from privacyboard.documents import retention
connection.ensure_connection()
commit = connection._commit
def commit_and_die():
    commit()
    os.kill(os.getpid(), signal.SIGKILL)
connection._commit = commit_and_die
with forgetting(reason="proef"):
    retention.forget_documents([int(sys.argv[1])])
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_left_on_the_disk_goes_with_the_next_sweep(
    append_only_lifted: None,
) -> None:
    lost = keep()
    name = str(lost.file.name)
    old = (NOW - 25 * HOUR).timestamp()
    os.utime(Path(settings.FILES_ROOT) / name, (old, old))
    server = settings.DATABASE_URL.rpartition("/")[0]
    same = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
        "DEBUG": "true",
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "FILES_ROOT": str(settings.FILES_ROOT),
    }
    command = [sys.executable, "-c", _KILLED, str(lost.pk)]
    done = subprocess.run(command, env=same, cwd=settings.BASE_DIR, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert not StoredDocument.objects.exists()
    assert on_disk() == [name]
    assert sweep(NOW) == 1
    assert on_disk() == []


@pytest.fixture
def only_owned() -> Any:
    def forget(keys: list[int]) -> dict[str, int]:
        with committed(), forgetting(reason="proef"):
            return dict(retention.forget_documents(keys))

    return forget


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    about_nobody = {"storeddocument": {"media_type", "kind"}}
    found = fields_that_can_hold_people("documents", (), about_nobody)
    assert found == set(retention.PERSONAL)
