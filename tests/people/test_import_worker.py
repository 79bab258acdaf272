"""Larger files: read and applied by the worker, which may die on the way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork import runs, sweeps
from privacyboard.organisation.models import Pupil
from privacyboard.people import tasks
from privacyboard.people.actions import files as file_acts
from privacyboard.people.choices import FileState
from privacyboard.people.exchange import kept, waiting, writing
from privacyboard.people.models import PeopleFile
from tests.conftest import NOW, Cast
from tests.factories import people as factory
from tests.people.conftest import TakeIn, lines

HEAD = "Leerlingnummer;Roepnaam;Achternaam;Groep"
THREE = lines(HEAD, "1;Noor;Visser;7a", "2;Sem;Bos;7a", "3;Lot;Kok;7b")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def two_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of three rows is a larger one: the road is the same as for 100,000."""
    monkeypatch.setattr(kept, "AT_ONCE_ROWS", 2)


def state(file: PeopleFile) -> tuple[str, str]:
    file.refresh_from_db()
    return file.state, file.problem


def many(number: int) -> bytes:
    return lines(HEAD, *(f"{each};Noor;Visser;7a" for each in range(number)))


# --- which file is large ----------------------------------------------------------------------


def test_up_to_five_thousand_rows_are_read_at_once(cast: Cast, look: TakeIn) -> None:
    assert look(many(5_000)).state == FileState.READ
    assert look(many(5_001)).state == FileState.WAITING
    start = "<EDEX><school><schooljaar>2025-2026</schooljaar></school><leerlingen>"
    pupil = '<leerling key="1"><roepnaam>Noor</roepnaam></leerling>'
    assert (
        look(start + pupil * 5_001 + "</leerlingen></EDEX>", file_name="e.xml").state
        == FileState.WAITING
    )


def test_many_bytes_are_for_the_worker_however_few_the_rows() -> None:
    four_megabytes = 4 * 1024 * 1024
    assert kept.is_small(b"x" * four_megabytes)
    assert not kept.is_small(b"x" * (four_megabytes + 1))


# --- the road through the worker --------------------------------------------------------------


def test_a_larger_file_is_read_and_applied_by_the_worker(
    cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    file = look(THREE)
    assert (file.state, file.report) == (FileState.WAITING, {})
    with pytest.raises(ActRefused, match="Dit bestand wordt nog gelezen"):
        file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert sweeps.run(name="people_files", at=NOW) == 1
    assert state(file) == (FileState.READ, "")
    assert file.report["counts"]["pupils"]["new"] == 3
    assert Pupil.objects.count() == 0

    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert state(file) == (FileState.APPLYING, "")
    with pytest.raises(ActRefused, match="Dit bestand wordt al toegepast"):
        file_acts.ask_to_apply(file=file, by=cast.ibp, at=NOW)
    with pytest.raises(ActRefused, match="Dit bestand wordt al toegepast"):
        file_acts.drop(file=file, by=cast.director, at=NOW)
    assert Pupil.objects.count() == 0

    assert sweeps.run(name="people_files", at=NOW) == 1
    assert sweeps.run(name="people_files", at=NOW) == 0
    assert state(file) == (FileState.APPLIED, "")
    assert (file.applied_by, file.applied_at, file.document) == (cast.director, NOW, None)
    assert {row.history_user for row in Pupil.history.all()} == {cast.director}
    assert Pupil.history.count() == 3


def test_the_worker_is_told_when_the_row_stands(
    cast: Cast,
    look: TakeIn,
    two_rows_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    hints: list[str] = []
    monkeypatch.setattr(waiting, "hint", lambda: hints.append("hint"))
    with django_capture_on_commit_callbacks(execute=True):
        look(THREE)
        look(lines(HEAD, "1;Noor;Visser;7a"))  # small: nobody is needed
        assert hints == []
    assert hints == ["hint"]


def test_progress_is_told_while_rows_are_read(
    cast: Cast, look: TakeIn, two_rows_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacyboard.people.exchange import sink

    monkeypatch.setattr(sink, "ROWS_AT_ONCE", 2)
    told: list[int] = []
    note = waiting.note_progress

    def listen(file: PeopleFile, rows: int) -> None:
        told.append(rows)
        note(file, rows)

    monkeypatch.setattr(waiting, "note_progress", listen)
    file = look(many(5))
    tasks.take_in_waiting(NOW)
    assert told == [2, 4]
    file.refresh_from_db()
    assert (file.progress, file.report["total"]) == (5, 5)


def test_a_larger_file_that_cannot_be_read_says_so(
    cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    content = "<EDEX><school><schooljaar>2025-2026</schooljaar></school><leerlingen>"
    file = look(content + "<leerling /><leerling />" * 4, file_name="e.xml")
    assert file.state == FileState.WAITING
    assert tasks.take_in_waiting(NOW) == 1
    assert state(file) == (
        FileState.REFUSED,
        "Dit bestand is beschadigd: op regel 1 is het geen XML meer.",
    )


def test_what_fails_in_the_worker_is_told_and_can_be_tried_again(
    cast: Cast, look: TakeIn, two_rows_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: Any, **__: Any) -> None:
        raise MemoryError

    file = look(THREE)
    tasks.take_in_waiting(NOW)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(kept, "let_go", fall)  # after every row was written
        assert tasks.take_in_waiting(NOW) == 1
    assert (Pupil.objects.count(), Pupil.history.count()) == (0, 0)
    assert state(file) == (
        FileState.READ,
        "Dit is niet gelukt. Er is niets ingelezen. Probeer het opnieuw.",
    )
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    tasks.take_in_waiting(NOW)
    assert state(file) == (FileState.APPLIED, "")


def test_records_that_changed_between_asking_and_applying(
    cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    file = look(THREE)
    tasks.take_in_waiting(NOW)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    factory.pupil(cast.linde, "Een ander", key="1")
    assert tasks.take_in_waiting(NOW) == 1
    found, problem = state(file)
    assert found == FileState.READ
    assert problem.startswith("De gegevens zijn veranderd sinds dit bestand is nagekeken.")
    assert file.report["counts"]["pupils"] == {"new": 2, "changed": 1, "same": 0, "refused": 0}


def test_what_was_dropped_while_it_waited_is_left_alone(
    cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    file = look(THREE)
    file_acts.drop(file=file, by=cast.director, at=NOW)
    assert tasks.take_in_waiting(NOW) == 0
    assert state(file) == (FileState.DROPPED, "")


# --- a worker that dies -----------------------------------------------------------------------


def test_a_file_that_keeps_killing_its_worker_is_given_up(
    cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    file = look(THREE)
    PeopleFile.objects.update(report={"tries": 5})
    assert tasks.take_in_waiting(NOW) == 1
    assert state(file) == (FileState.REFUSED, tasks.BROKEN_OFF)
    assert tasks.take_in_waiting(NOW) == 0


def test_a_worker_killed_while_applying_leaves_nothing_half(
    append_only_lifted: None, cast: Cast, look: TakeIn, two_rows_at_once: None
) -> None:
    """A process of its own writes every row, and dies before the transaction ends."""
    file = look(THREE)
    tasks.take_in_waiting(NOW)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    child = os.fork()
    if child == 0:
        _apply_and_die()
    _child, ended = os.waitpid(child, 0)
    assert os.WTERMSIG(ended) == signal.SIGKILL
    with transaction.atomic():  # until the database has seen that the connection is gone
        left = PeopleFile.objects.select_for_update().get(pk=file.pk)
    assert (left.state, left.report["tries"]) == (FileState.APPLYING, 1)
    assert (Pupil.objects.count(), Pupil.history.count()) == (0, 0)
    assert left.document is not None
    assert tasks.take_in_waiting(NOW + MINUTE) == 1
    assert tasks.take_in_waiting(NOW + MINUTE) == 0
    assert state(file) == (FileState.APPLIED, "")
    assert (Pupil.objects.count(), Pupil.history.count()) == (3, 3)


def _apply_and_die() -> None:
    """In the child: never comes back."""
    try:
        # Kept open where there is one: closing it would end the parent's session.
        held = [connection.connection]
        connection.connection = None
        write = writing.write_plan

        def write_and_die(*given: Any, **named: Any) -> None:
            write(*given, **named)
            if held and Pupil.objects.count() == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        vars(writing)["write_plan"] = write_and_die
        tasks.take_in_waiting(NOW)
    finally:
        os._exit(1)


# --- two at once ------------------------------------------------------------------------------


def elsewhere(work: Callable[[], object]) -> list[object]:
    """Do something on a connection of its own; what it gave, or what it raised."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except Exception as problem:  # noqa: BLE001 - the test looks at it
            found.append(problem)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found


def test_while_another_file_is_applied_this_one_waits_for_the_worker(
    append_only_lifted: None, cast: Cast, look: TakeIn
) -> None:
    file = look(THREE)
    with transaction.atomic():
        assert kept._is_alone()
        asked = elsewhere(lambda: file_acts.ask_to_apply(file=file, by=cast.director, at=NOW))
        assert [getattr(each, "state", each) for each in asked] == [FileState.APPLYING]
        assert elsewhere(lambda: tasks.take_in_waiting(NOW)) == [0]
        assert state(file) == (FileState.APPLYING, "")
    assert tasks.take_in_waiting(NOW) == 1
    assert state(file) == (FileState.APPLIED, "")


def test_two_people_at_once_apply_once(
    append_only_lifted: None, cast: Cast, look: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = look(THREE)
    second: list[object] = []
    write = writing.write_plan

    def write_while_another_asks(*given: Any, **named: Any) -> None:
        write(*given, **named)
        # Does not wait for the row that the first one holds.
        second.extend(elsewhere(lambda: file_acts.ask_to_apply(file=file, by=cast.ibp, at=NOW)))

    monkeypatch.setattr(writing, "write_plan", write_while_another_asks)
    file_acts.ask_to_apply(file=file, by=cast.director, at=NOW)
    assert [str(each) for each in second] == [
        "Iemand anders is met dit bestand bezig. Ververs deze pagina."
    ]
    assert state(file) == (FileState.APPLIED, "")
    assert file.applied_by == cast.director
    assert (Pupil.objects.count(), Pupil.history.count()) == (3, 3)
    with pytest.raises(ActRefused, match="Dit bestand is al toegepast"):
        file_acts.apply(file=file, by=cast.ibp, at=NOW)


# --- forgetting -------------------------------------------------------------------------------


def test_a_file_that_nobody_applied_is_forgotten_after_thirty_days(
    cast: Cast, look: TakeIn
) -> None:
    file = look(THREE)
    # Until the end of the thirtieth day; the next day it goes.
    for days, left in ((30, 1), (31, 0), (32, 0)):
        runs.run_rules(by=None, at=NOW + days * DAY, names=["people_files"])
        assert PeopleFile.objects.filter(document__isnull=False).count() == left
    file.refresh_from_db()
    assert (file.state, file.document, file.report["rows"]) == (FileState.DROPPED, None, [])
