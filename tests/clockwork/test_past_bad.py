"""What cannot go keeps nothing else: it is passed by and told, and not tried for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, models, transaction

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.collectors import Sought
from privacyboard.clockwork import actions, holds, runs, sweeps
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import Heartbeat, Hold, RetentionLine, RetentionRun
from privacyboard.organisation.models import Placement, Pupil
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.retention_runs import erase_pupils, left_by, rule

LEFT = date(2024, 7, 31)
OVER = datetime(2026, 8, 1, 9, 0, tzinfo=NOW.tzinfo)
HOUR = timedelta(hours=1)


def left(cast: Cast, number: int) -> list[int]:
    return [people.pupil(cast.linde, f"P{n}", left_on=LEFT).pk for n in range(number)]


def names() -> list[str]:
    return list(Pupil.objects.order_by("pk").values_list("first_name", flat=True))


def fails_on(*bad: int, tries: list[list[int]] | None = None) -> Callable[..., None]:
    def forget(gone: Gone, keys: list[int], at: datetime) -> None:
        if tries is not None:
            tries.append(keys)
        if {*bad} & {*keys}:
            raise ZeroDivisionError("Noor Visser")
        erase_pupils(gone, keys, at)

    return forget


def told() -> list[tuple[int, int, int, list[int], str]]:
    lines = RetentionLine.objects.order_by("pk")
    return list(lines.values_list("found", "gone", "failed", "failed_keys", "error"))


def test_a_row_that_cannot_go_keeps_no_other(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 4)
    keys = left(cast, 10)
    runs.register(rule("stuk", forget=fails_on(keys[0], keys[5])))
    with pytest.raises(runs.RunFailed) as failed:
        sweeps.run(name="retention", at=OVER)
    assert names() == ["P0", "P5"]
    bad = [keys[0], keys[5]]
    assert str(failed.value) == f"stuk: ZeroDivisionError, 2 not done ({bad[0]}, {bad[1]})"
    assert told() == [(10, 8, 2, bad, "ZeroDivisionError")]
    assert RetentionRun.objects.get().finished_at is not None
    assert Heartbeat.objects.get(name="retention").error == "RunFailed"
    with pytest.raises(runs.RunFailed):
        sweeps.run(name="retention", at=OVER + HOUR)
    assert told()[1] == (2, 0, 2, bad, "ZeroDivisionError")


def test_one_bad_row_among_two_thousand_costs_few_tries(cast: Cast, only: None) -> None:
    tries: list[list[int]] = []
    keys = left(cast, 200)
    runs.register(rule("stuk", forget=fails_on(keys[77], tries=tries)))
    with pytest.raises(runs.RunFailed):
        runs.run_rules(by=None, at=OVER)
    assert names() == ["P77"]
    # The whole; eight by themselves; and the halves in which it is, with their other halves.
    assert len(tries) < 30


def test_what_fails_altogether_is_not_tried_thousands_of_times(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 20)
    tries: list[list[int]] = []
    keys = left(cast, 90)
    runs.register(rule("stuk", forget=fails_on(*keys, tries=tries)))
    with pytest.raises(runs.RunFailed, match="stuk: ZeroDivisionError, 60 not done"):
        runs.run_rules(by=None, at=OVER)
    # Three chunks, and of each eight rows by themselves.
    assert len(tries) == 27
    assert len(names()) == 90


def test_a_chunk_of_which_nothing_can_go_keeps_no_other(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    keys = left(cast, 8)
    runs.register(rule("stuk", forget=fails_on(*keys[:4])))
    with pytest.raises(runs.RunFailed):
        runs.run_rules(by=None, at=OVER)
    assert names() == ["P0", "P1", "P2", "P3"]


def test_a_rule_that_stopped_goes_on_behind_it_and_comes_round(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many in front cannot go, what lies behind them does; and so do other rules."""
    monkeypatch.setattr(runs, "CHUNK", 2)
    keys = left(cast, 16)
    bad = keys[:12]
    own = {"due": lambda cut: left_by(cut).filter(first_name__startswith="P")}
    runs.register(rule("stuk", forget=fails_on(*bad), **own))
    runs.register(rule("zo heel", due=lambda cut: left_by(cut).filter(first_name="Heel")))

    def run(hours: int) -> str:
        people.pupil(cast.linde, "Heel", left_on=LEFT)
        with pytest.raises(runs.RunFailed) as failed:
            sweeps.run(name="retention", at=OVER + hours * HOUR)
        assert "Heel" not in names()
        return str(failed.value)

    words = "stuk: ZeroDivisionError, 6 not done"
    assert run(0).startswith(words)
    assert run(1).startswith(words)
    assert RetentionLine.objects.filter(rule="stuk").latest("pk").stopped_after == keys[11]
    assert len(names()) == 16
    # A trial keeps no place: it looks at all as the first run did.
    assert runs.run_rules(by=None, at=OVER, trial=True, names=["stuk"]).lines.get().found == 16

    # Behind the bad ones four go; and round again, until it stops once more.
    assert run(2).endswith(f"; stopped after {keys[5]}, the next run goes on there")
    assert names() == [f"P{n}" for n in range(12)]
    late = left(cast, 1)
    run(3)
    assert Pupil.objects.filter(pk__in=late).exists()
    run(4)
    assert not Pupil.objects.filter(pk__in=late).exists()


def test_what_can_go_again_goes_also_before_the_place_where_it_stopped(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    keys = left(cast, 8)
    runs.register(rule("stuk", forget=fails_on(*keys)))
    with pytest.raises(runs.RunFailed):
        runs.run_rules(by=None, at=OVER)
    runs.register(rule("stuk"))

    line = runs.run_rules(by=None, at=OVER + HOUR).lines.get()

    assert (line.found, line.gone, line.stopped_after) == (8, 8, None)


def test_what_goes_after_all_part_by_part_is_no_failure(cast: Cast, only: None) -> None:
    """Of two that wait for each other the database ends one: it is nobody's fault."""
    tries: list[int] = []

    def trouble(gone: Gone, keys: list[int], at: datetime) -> None:
        tries.append(len(keys))
        if len(tries) == 1:
            raise OperationalError("deadlock detected")
        erase_pupils(gone, keys, at)

    left(cast, 3)
    runs.register(rule(forget=trouble))
    line = runs.run_rules(by=None, at=OVER).lines.get()
    assert (line.found, line.gone, line.failed, line.error) == (3, 3, 0, "")


def test_a_trial_goes_past_it_too(cast: Cast, only: None) -> None:
    keys = left(cast, 3)

    def source(model: type[models.Model], asked: Sequence[int]) -> dict[int, list[Held]]:
        if keys[1] in asked:
            raise DataError
        return {}

    holds.register("proef", source)
    runs.register(rule("stuk"))
    with pytest.raises(runs.RunFailed) as failed:
        runs.run_rules(by=None, at=OVER, trial=True)
    line = failed.value.run.lines.get()
    assert (line.found, line.free, line.failed_keys) == (3, 2, [keys[1]])


@pytest.mark.django_db(transaction=True)
def test_what_the_commit_refuses_is_not_counted_as_gone(
    append_only_lifted: None, cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What still points to a row is found by the database at the commit."""
    monkeypatch.setattr(runs, "CHUNK", 2)
    keys = left(cast, 6)
    people.guardian(Pupil.objects.get(pk=keys[2]))
    runs.register(rule("stuk"))
    with pytest.raises(runs.RunFailed):
        runs.run_rules(by=None, at=OVER)
    assert names() == ["P2"]
    assert told() == [(6, 5, 1, [keys[2]], "IntegrityError")]
    line = RetentionLine.objects.get()
    assert line.tables == {"organisation_pupil": 5, "organisation_historicalpupil": 5}


@pytest.mark.django_db(transaction=True)
def test_the_run_ends_at_once_while_the_database_is_away(
    append_only_lifted: None, cast: Cast, only: None
) -> None:
    tries: list[int] = []
    host = connection.settings_dict["HOST"]

    def away(_gone: Gone, keys: list[int], _at: datetime) -> None:
        tries.append(len(keys))
        connection.settings_dict["HOST"] = "/nowhere"
        connection.connection.close()
        Pupil.objects.count()

    left(cast, 3)
    runs.register(rule("stuk", forget=away))
    runs.register(rule("heel"))
    try:
        with pytest.raises(OperationalError):
            runs.run_rules(by=None, at=OVER)
    finally:
        connection.settings_dict["HOST"] = host
    assert tries == [3]
    assert names() == ["P0", "P1", "P2"]
    assert RetentionRun.objects.get().finished_at is None


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_and_came_back_loses_nothing(
    append_only_lifted: None, cast: Cast, only: None
) -> None:
    tries: list[int] = []

    def lost_once(gone: Gone, keys: list[int], at: datetime) -> None:
        tries.append(len(keys))
        if len(tries) == 1:
            connection.connection.close()
        erase_pupils(gone, keys, at)

    left(cast, 3)
    runs.register(rule(forget=lost_once))
    assert runs.run_rules(by=None, at=OVER).lines.get().gone == 3


# --- a hold that is put while something goes --------------------------------------------------


def put(cast: Cast, **changed: Any) -> Hold:
    values: dict[str, Any] = {
        "kind": HoldKind.LAWSUIT,
        "reason": "De ouders hebben de school gedagvaard.",
        "owner": cast.director,
        "review_on": date(2026, 9, 1),
        "by": cast.director,
        "at": NOW,
    }
    return actions.put_hold(**(values | changed))


def in_a_thread(work: Callable[[], Any]) -> Callable[[], Any]:
    def closing() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return closing


def until_somebody_waits() -> None:
    """Until a session waits for one of the locks on holds."""
    for _time in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    pytest.fail("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_who_puts_a_hold_waits_for_what_is_going_and_no_longer(
    append_only_lifted: None, cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first chunk asked what is held before the hold; the second one sees it."""
    monkeypatch.setattr(runs, "CHUNK", 1)
    first = people.pupil(cast.linde, "Gaat", key="R-1", left_on=LEFT)
    second = people.pupil(cast.linde, "Blijft", key="R-2", left_on=LEFT)
    asked, go = Event(), Event()

    def slow(gone: Gone, keys: list[int], at: datetime) -> None:
        asked.set()
        assert go.wait(10)
        erase_pupils(gone, keys, at)

    runs.register(rule(forget=slow))
    on_first = {"subject": first}
    on_second = {"school": cast.linde, "person_key": "R-2"}
    with ThreadPoolExecutor(3) as threads:
        run = threads.submit(in_a_thread(lambda: runs.run_rules(by=None, at=OVER)))
        assert asked.wait(10)
        kept = threads.submit(in_a_thread(lambda: put(cast, **on_second)))
        until_somebody_waits()
        late = threads.submit(in_a_thread(lambda: put(cast, **on_first)))
        go.set()
        run.result(10)
        assert kept.result(10).person_key == "R-2"
        with pytest.raises(ActRefused, match="al weg"):
            late.result(10)
    assert list(Pupil.objects.all()) == [second]
    assert RetentionLine.objects.get().held == 1


@pytest.mark.django_db(transaction=True)
def test_an_erasure_on_request_asks_again_after_it_waited(
    append_only_lifted: None, cast: Cast, only: None
) -> None:
    """Somebody is busy with the record, and opens a case about it meanwhile."""
    pupil = people.pupil(cast.linde, "Noor", key="R-1")
    open_cases: list[int] = []
    holds.register(
        "proef", lambda _model, keys: {k: [Held("klacht")] for k in {*open_cases} & {*keys}}
    )
    runs.register(rule(of_person=lambda sought: Pupil.objects.filter(key__in=sought.keys)))
    who = Sought.of(cast.fg, emails=(), keys=["R-1"], schools=[cast.linde.pk])

    def erase() -> RetentionRun:
        return runs.run_erasure(by=cast.fg, at=NOW, sought=who, because="gewist op verzoek")

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            Pupil.objects.select_for_update().get(pk=pupil.pk)
            erased = threads.submit(in_a_thread(erase))
            until_somebody_waits()
            open_cases.append(pupil.pk)
        line = erased.result(10).lines.get()
    assert (line.found, line.gone, line.held) == (1, 0, 1)
    assert names() == ["Noor"]


def test_a_record_that_is_gone_cannot_be_held(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, "Noor")
    Placement.objects.filter(pupil=pupil).delete()
    Pupil.objects.filter(pk=pupil.pk).delete()
    with pytest.raises(ActRefused, match="Dit is al weg"):
        put(cast, subject=pupil)
    assert not Hold.objects.exists()
