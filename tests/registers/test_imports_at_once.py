"""Two people with one file, or two files, at the same moment: each on a connection of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from registers import actions, tasks
from registers.actions import imports
from registers.choices import ImportKind, ImportState
from registers.exchange import import_queue
from registers.exchange.applying import write_plan
from registers.models import ImportRun, Processor
from registers.models.remembered import Remembered
from tests.conftest import NOW, TODAY, Cast
from tests.factories import registers as factory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds; only a test that fails waits so long


def processors(*names: str) -> bytes:
    rows = [{"code": name, "name": name.title()} for name in names]
    whole = {"format": "privacyboard-register", "version": 1, "tables": {"processors": rows}}
    return json.dumps(whole).encode()


def hand_in(cast: Cast, *names: str) -> ImportRun:
    return actions.hand_in_import(
        content=processors(*names),
        file_name="r.json",
        kind=ImportKind.REGISTER,
        by=cast.ibp,
        at=NOW,
    )


def apply(run: ImportRun, by: Any) -> str:
    """What somebody is told who presses the button."""
    try:
        return str(actions.ask_to_apply(run=run, by=by, at=NOW).state)
    except actions.ImportRefused as problem:
        return str(problem)


@contextmanager
def half_way(monkeypatch: pytest.MonkeyPatch, run: ImportRun, by: Any) -> Iterator[list[str]]:
    """Somebody has written every row of a file and is not through yet; what that one is told."""
    written, go_on = Event(), Event()
    told: list[str] = []

    def write_and_wait(*given: Any, **named: Any) -> Any:
        kept = write_plan(*given, **named)
        written.set()
        assert go_on.wait(PATIENCE)
        return kept

    def first() -> None:
        try:
            told.append(apply(run, by))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with monkeypatch.context() as slow:
            slow.setattr(imports, "write_plan", write_and_wait)
            busy = pool.submit(first)
            assert written.wait(PATIENCE)
        try:
            yield told
        finally:
            go_on.set()
            busy.result(PATIENCE)


def test_the_second_who_applies_a_file_is_told_and_nothing_is_doubled(
    append_only_lifted: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hand_in(cast, "een", "twee")
    with half_way(monkeypatch, run, cast.ibp) as first:
        second = apply(run, cast.fg)
        assert Processor.objects.count() == 0  # the first is not through
    assert (first, second) == (
        ["applied"],
        "Dit bestand wordt al toegepast. Ververs deze pagina.",
    )
    run.refresh_from_db()
    assert (run.state, run.applied_by) == (ImportState.APPLIED, cast.ibp)
    assert (Processor.objects.count(), Processor.history.count()) == (2, 2)
    assert apply(run, cast.fg) == "Dit bestand is al toegepast."


def test_another_file_does_not_wait_in_its_request_but_for_the_worker(
    append_only_lifted: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both name the same supplier: the second is shown anew what it would do."""
    first, second = hand_in(cast, "een", "twee"), hand_in(cast, "twee", "drie")
    with half_way(monkeypatch, first, cast.ibp):
        assert apply(second, cast.fg) == ImportState.APPLYING
        assert tasks.take_in_waiting(NOW) == 0  # laid back: it keeps its turn
        second.refresh_from_db()
        assert (second.state, second.claimed_at) == (ImportState.APPLYING, None)
    assert tasks.take_in_waiting(NOW) == 1
    second.refresh_from_db()
    assert second.state == ImportState.CHECKED
    assert second.error.startswith("Het register is veranderd sinds dit bestand is nagekeken.")
    assert (second.counts["new"], second.counts["same"]) == (1, 1)
    assert sorted(each.code for each in Processor.objects.all()) == ["een", "twee"]
    assert apply(second, cast.fg) == ImportState.APPLIED
    assert Processor.history.count() == 3


def test_a_worker_does_not_take_what_is_being_applied_however_long_it_lasts(
    append_only_lifted: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hand_in(cast, "een")
    ImportRun.objects.update(state=ImportState.APPLYING, asked_at=NOW, asked_by=cast.ibp)
    claimed = import_queue.claim_import(at=NOW)
    assert claimed is not None
    long_after = NOW + 20 * import_queue.CLAIM_LASTS

    def by_the_worker(*, run: ImportRun, by: Any, at: Any) -> ImportRun:
        return actions.apply_import(run=run, by=by, at=at, claim=NOW)

    with monkeypatch.context() as working:
        working.setattr(actions, "ask_to_apply", by_the_worker)
        with half_way(monkeypatch, run, cast.ibp):
            assert import_queue.claim_import(at=long_after) is None
    run.refresh_from_db()
    assert (run.state, run.error) == (ImportState.APPLIED, "")


def test_what_is_remembered_meanwhile_is_made_anew_when_the_import_is_through(
    append_only_lifted: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows took their numbers first and are seen last: the last ten are somebody else's."""
    cache.clear()

    def known() -> int:
        return Remembered(on=TODAY).recall("suppliers", Processor.objects.count)

    with half_way(monkeypatch, hand_in(cast, "een", "twee"), cast.ibp):
        for number in range(12):
            factory.processor(f"c{number}", f"Naam {number}")
        assert known() == 12
    assert known() == 14


@pytest.mark.parametrize("rows", [1, 40])
def test_many_who_press_at_once_apply_it_once(
    append_only_lifted: None, cast: Cast, rows: int
) -> None:
    run = hand_in(cast, *(f"naam{each}" for each in range(rows)))
    told = together(*[lambda: apply(run, cast.ibp) for _each in range(4)])
    tasks.take_in_waiting(NOW)  # where one found the other busy
    refused = {
        "Dit bestand is al toegepast.",
        "Dit bestand wordt al toegepast. Ververs deze pagina.",
    }
    assert set(told) - refused <= {"applied", "applying"}
    assert len([each for each in told if each not in refused]) == 1
    run.refresh_from_db()
    assert run.state == ImportState.APPLIED
    assert (Processor.objects.count(), Processor.history.count()) == (rows, rows)


def test_two_workers_take_each_its_own_file(append_only_lifted: None, cast: Cast) -> None:
    for name in ("een", "twee", "drie"):
        hand_in(cast, name)
    ImportRun.objects.update(state=ImportState.LOOKING, asked_at=NOW)
    claims = together(*[lambda: import_queue.claim_import(at=NOW) for _each in range(3)])
    assert len({run.pk for run in claims if run}) == 3
    assert import_queue.claim_import(at=NOW) is None
