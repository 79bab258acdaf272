"""Larger files: looked through and applied by the worker, which may die on the way."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from privacyboard.clockwork import sweeps
from privacyboard.organisation.models import User
from registers import actions, tasks
from registers.actions import import_asking, imports
from registers.choices import ImportKind, ImportState
from registers.exchange import import_queue, kept_file, planner
from registers.exchange.applying import write_plan
from registers.exchange.archive import WORKBOOK, write_archive
from registers.exchange.reading import unpacked_size
from registers.exchange.snapshot import read_snapshot
from registers.exchange.xlsx import write_xlsx
from registers.models import ImportRun, Processor
from tests.conftest import NOW, Cast
from tests.factories import registers as factory

AsUser = Callable[[User], Client]
MINUTE = timedelta(minutes=1)


def content(*rows: dict[str, Any]) -> bytes:
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": rows}}
    return json.dumps(whole).encode()


def processors(number: int) -> bytes:
    return content(*({"code": f"c{each}", "name": f"Naam {each}"} for each in range(number)))


@pytest.fixture
def two_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of three rows is a larger one: the road is the same as for 100,000."""
    monkeypatch.setattr(import_asking, "AT_ONCE_ROWS", 2)


def hand_in(cast: Cast, file: bytes, name: str = "r.json") -> ImportRun:
    return actions.hand_in_import(
        content=file, file_name=name, kind=ImportKind.REGISTER, by=cast.ibp, at=NOW
    )


def claimed(at: Any) -> ImportRun:
    run = import_queue.claim_import(at=at)
    assert run is not None
    return run


def state(run: ImportRun) -> tuple[str, str]:
    run.refresh_from_db()
    return run.state, run.error


def give(client: Client, file: bytes) -> Any:
    upload = SimpleUploadedFile("r.json", file)
    return client.post(reverse("imports"), {"kind": "register", "upload": upload}, follow=True)


# --- which file is large ----------------------------------------------------------------------


def test_up_to_five_thousand_rows_are_looked_through_at_once(cast: Cast) -> None:
    assert hand_in(cast, processors(5_000)).state == ImportState.CHECKED
    assert hand_in(cast, processors(5_001)).state == ImportState.LOOKING


def test_many_bytes_are_for_the_worker_however_few_the_rows(cast: Cast) -> None:
    four_megabytes = 4 * 1024 * 1024
    row = {"code": "a", "name": "A", "service": "x"}
    long = {**row, "service": "x" * (four_megabytes - len(content(row)) + 1)}
    assert len(content(long)) == four_megabytes
    assert hand_in(cast, content(long)).state == ImportState.REFUSED  # looked at: too long a text
    longer = {**long, "service": long["service"] + "x"}
    assert hand_in(cast, content(longer)).state == ImportState.LOOKING


def test_a_zip_weighs_what_it_unpacks_to_and_so_does_the_book_in_it(cast: Cast) -> None:
    for number in range(30):
        factory.processor(f"c{number}", "Naam " * 30)
    book = write_xlsx(read_snapshot(), made_at=NOW)
    archive = write_archive(read_snapshot(), made_at=NOW, attachments=[])
    assert unpacked_size(book) > 3 * len(book)
    assert unpacked_size(archive) > unpacked_size(book)
    assert unpacked_size(b"PK\x03\x04 broken") == 11
    assert WORKBOOK.encode() in archive


# --- the road through the worker --------------------------------------------------------------


def test_a_larger_file_is_looked_through_and_applied_by_the_worker(
    cast: Cast, as_user: AsUser, two_rows_at_once: None
) -> None:
    client = as_user(cast.ibp)
    page = give(client, processors(3))
    run = ImportRun.objects.get()
    address = reverse("import_run", args=[run.pk])
    assert page.redirect_chain == [(address, 302)]
    assert page.headers["Refresh"] == "4"
    assert "Het bestand wordt nagekeken." in page.text
    assert "U kunt deze pagina verlaten: het werk gaat door." in page.text
    assert "Toepassen" not in page.text
    assert "wordt nagekeken" in client.get(reverse("imports")).text

    assert sweeps.run(name="imports", at=NOW) == 1
    page = client.get(address)
    assert "Refresh" not in page.headers
    assert "3 regels komen in het register of veranderen daar." in page.text
    assert Processor.objects.count() == 0

    page = client.post(reverse("import_apply", args=[run.pk]), follow=True)
    assert page.headers["Refresh"] == "4"
    assert "Het bestand wordt toegepast: alles in één keer, of niets." in page.text
    assert "Toepassen" not in page.text
    assert Processor.objects.count() == 0
    page = client.post(reverse("import_apply", args=[run.pk]), follow=True)
    assert "Dit bestand wordt al toegepast. Ververs deze pagina." in page.text

    assert sweeps.run(name="imports", at=NOW) == 1
    assert sweeps.run(name="imports", at=NOW) == 0
    page = client.get(address)
    assert "Refresh" not in page.headers
    assert "Wat er veranderde" in page.text
    run.refresh_from_db()
    assert (run.state, run.applied_by, run.applied_at) == (ImportState.APPLIED, cast.ibp, NOW)
    assert {row.history_user for row in Processor.history.all()} == {cast.ibp}
    assert (Processor.objects.count(), Processor.history.count()) == (3, 3)


def test_the_worker_is_told_when_the_row_stands(
    cast: Cast,
    two_rows_at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    hints: list[str] = []
    monkeypatch.setattr(import_asking, "_hint", lambda: hints.append("hint"))
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(cast, processors(3))
        hand_in(cast, processors(2))  # small: nobody is needed
        assert hints == []
    assert hints == ["hint"]


def test_the_page_shows_how_far_the_worker_is(
    cast: Cast, as_user: AsUser, two_rows_at_once: None
) -> None:
    run = hand_in(cast, processors(3))
    import_queue.note_progress(run=claimed(NOW), done=1, total=3, at=NOW)
    page = as_user(cast.ibp).get(reverse("import_run", args=[run.pk])).text
    assert '<progress id="progress" value="1" max="3">' in page
    assert "1 van 3 klaar." in page


def test_progress_is_told_while_rows_are_looked_at(
    cast: Cast, two_rows_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "TELL_EVERY", 2)
    told: list[tuple[int, int]] = []
    note = import_queue.note_progress

    def listen(**values: Any) -> None:
        told.append((values["done"], values["total"]))
        note(**values)

    monkeypatch.setattr(import_queue, "note_progress", listen)
    run = hand_in(cast, processors(5))
    assert tasks.take_in_waiting(NOW) == 1
    assert told == [(0, 5), (2, 5), (4, 5)]
    run.refresh_from_db()
    assert (run.state, run.done, run.total, run.claimed_at) == (ImportState.CHECKED, 5, 5, None)


def test_a_larger_file_that_cannot_be_read_says_so_on_its_page(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_asking, "AT_ONCE_BYTES", 3)
    run = hand_in(cast, b'{"format": ')
    tasks.take_in_waiting(NOW)
    assert state(run)[0] == ImportState.REFUSED
    page = as_user(cast.ibp).get(reverse("import_run", args=[run.pk])).text
    assert "Dit is geen geldige JSON: het gaat mis op regel 1" in page
    assert "fouten gevonden" not in page
    assert "Toepassen" not in page


def test_a_larger_file_with_a_bad_row_is_refused(
    cast: Cast, as_user: AsUser, two_rows_at_once: None
) -> None:
    bad = {"code": "x", "name": ""}
    run = hand_in(cast, content(bad, {"code": "y", "name": "Y"}, {"code": "z", "name": "Z"}))
    tasks.take_in_waiting(NOW)
    client = as_user(cast.ibp)
    page = client.get(reverse("import_run", args=[run.pk])).text
    assert "Er is 1 fout gevonden. Er is niets ingelezen." in page
    assert "Verwerkers, regel 1" in page
    page = client.post(reverse("import_apply", args=[run.pk]), follow=True).text
    assert "Dit bestand heeft regels die niet kunnen." in page
    assert state(run) == (ImportState.REFUSED, "")
    assert Processor.objects.count() == 0


def test_the_register_changed_between_asking_and_applying(
    cast: Cast, as_user: AsUser, two_rows_at_once: None
) -> None:
    run = hand_in(cast, processors(3))
    tasks.take_in_waiting(NOW)
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    factory.processor("c1", "Een ander")
    assert tasks.take_in_waiting(NOW) == 1
    found, error = state(run)
    assert found == ImportState.CHECKED
    assert error.startswith("Het register is veranderd sinds dit bestand is nagekeken.")
    assert (run.counts["new"], run.counts["changed"]) == (2, 1)
    page = as_user(cast.ibp).get(reverse("import_run", args=[run.pk])).text
    assert "Het register is veranderd sinds dit bestand is nagekeken." in page
    assert Processor.objects.get().name == "Een ander"
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    tasks.take_in_waiting(NOW)
    assert state(run) == (ImportState.APPLIED, "")


def test_what_fails_in_the_worker_is_told_and_can_be_tried_again(
    cast: Cast, as_user: AsUser, two_rows_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: Any, **__: Any) -> None:
        raise MemoryError

    run = hand_in(cast, processors(3))
    tasks.take_in_waiting(NOW)
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(imports, "_refresh", fall)  # after every row was written
        assert tasks.take_in_waiting(NOW) == 1
    assert (Processor.objects.count(), Processor.history.count()) == (0, 0)
    page = as_user(cast.ibp).get(reverse("import_run", args=[run.pk])).text
    assert "Het toepassen is niet gelukt. Er is niets ingelezen. Probeer het opnieuw." in page
    assert "Toepassen" in page
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    tasks.take_in_waiting(NOW)
    assert state(run) == (ImportState.APPLIED, "")
    assert Processor.objects.count() == 3


# --- a worker that dies -----------------------------------------------------------------------


def test_what_a_killed_worker_left_is_taken_up_again(cast: Cast, two_rows_at_once: None) -> None:
    hand_in(cast, processors(3))
    first = claimed(NOW)
    assert import_queue.claim_import(at=NOW + 3 * MINUTE) is None
    import_queue.note_progress(run=first, done=1, total=3, at=NOW + 2 * MINUTE)
    assert import_queue.claim_import(at=NOW + 5 * MINUTE) is None
    second = claimed(NOW + 6 * MINUTE)
    assert (second, second.done) == (first, 0)
    with pytest.raises(import_queue.ClaimLost):
        kept_file.look_through(first, clock=lambda: NOW + 6 * MINUTE)
    import_queue.give_up(run=first, sentence="Te laat.")
    kept_file.look_through(second, clock=lambda: NOW + 6 * MINUTE)
    assert state(second) == (ImportState.CHECKED, "")


def test_a_late_worker_does_not_apply_what_another_took_over(
    cast: Cast, two_rows_at_once: None
) -> None:
    run = hand_in(cast, processors(3))
    tasks.take_in_waiting(NOW)
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    first, second = claimed(NOW), claimed(NOW + 4 * MINUTE)
    for late in (True, False):
        work = first if late else second
        if late:
            with pytest.raises(import_queue.ClaimLost):
                actions.apply_import(run=work, by=cast.ibp, at=NOW, claim=work.claimed_at)
        else:
            actions.apply_import(run=work, by=cast.ibp, at=NOW, claim=work.claimed_at)
    with pytest.raises(import_queue.ClaimLost):
        actions.apply_import(run=second, by=cast.ibp, at=NOW, claim=second.claimed_at)
    assert (Processor.objects.count(), Processor.history.count()) == (3, 3)


def test_a_file_that_keeps_killing_its_worker_is_given_up(
    cast: Cast, two_rows_at_once: None
) -> None:
    looked, applied = hand_in(cast, processors(3)), hand_in(cast, processors(4))
    kept_file.look_through(claimed(NOW), clock=lambda: NOW)
    kept_file.look_through(claimed(NOW), clock=lambda: NOW)
    actions.ask_to_apply(run=applied, by=cast.ibp, at=NOW)
    ImportRun.objects.filter(pk=looked.pk).update(state=ImportState.LOOKING, asked_at=NOW)
    claimed(NOW + 59 * MINUTE)
    claimed(NOW + 59 * MINUTE)
    assert import_queue.claim_import(at=NOW + 63 * MINUTE) is None
    assert state(looked) == (
        ImportState.REFUSED,
        "Het nakijken is steeds afgebroken. Lees het bestand opnieuw in, of deel het in kleinere "
        "bestanden.",
    )
    assert state(applied) == (
        ImportState.CHECKED,
        "Het toepassen is steeds afgebroken. Er is niets ingelezen. Probeer het opnieuw, of deel "
        "het bestand in kleinere bestanden.",
    )


def test_a_worker_killed_while_applying_leaves_nothing_half(
    append_only_lifted: None, cast: Cast, two_rows_at_once: None
) -> None:
    """A process of its own writes every row, and dies before the transaction ends."""
    run = hand_in(cast, processors(3))
    tasks.take_in_waiting(NOW)
    actions.ask_to_apply(run=run, by=cast.ibp, at=NOW)
    child = os.fork()
    if child == 0:
        _apply_and_die()
    _child, ended = os.waitpid(child, 0)
    assert os.WTERMSIG(ended) == signal.SIGKILL
    with transaction.atomic():  # until the database has seen that the connection is gone
        left = ImportRun.objects.select_for_update().get(pk=run.pk)
    assert (left.state, left.claimed_at) == (ImportState.APPLYING, NOW)
    assert (Processor.objects.count(), Processor.history.count()) == (0, 0)
    assert tasks.take_in_waiting(NOW + MINUTE) == 0
    assert tasks.take_in_waiting(NOW + 4 * MINUTE) == 1
    assert tasks.take_in_waiting(NOW + 8 * MINUTE) == 0
    assert state(run) == (ImportState.APPLIED, "")
    assert (Processor.objects.count(), Processor.history.count()) == (3, 3)


def _apply_and_die() -> None:
    """In the child: never comes back."""
    try:
        # Kept open where there is one: closing it would end the parent's session.
        kept = [connection.connection]
        connection.connection = None

        def write_and_die(*given: Any, **named: Any) -> Any:
            write_plan(*given, **named)
            if kept and Processor.objects.count() == 3:
                os.kill(os.getpid(), signal.SIGKILL)

        vars(imports)["write_plan"] = write_and_die
        tasks.take_in_waiting(NOW)
    finally:
        os._exit(1)
