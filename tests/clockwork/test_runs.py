"""The retention run: what is due goes, what is held or not due stays, and the report is true."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from privacyboard.audit.models import ForgettingCount
from privacyboard.clockwork import holds, runs, sweeps
from privacyboard.clockwork.choices import RunCause
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import Heartbeat, RetentionLine, RetentionRun
from privacyboard.clockwork.rules import Cut
from privacyboard.organisation.models import Pupil
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make
from tests.retention_runs import erase_pupils, left_by, rule

LEFT = date(2024, 7, 31)
OVER = datetime(2026, 8, 1, 9, 0, tzinfo=NOW.tzinfo)


@pytest.fixture
def three(cast: Cast, only: None) -> list[Pupil]:
    """Pupils who left on the day, a day later, and not yet."""
    runs.register(rule())
    days = [LEFT, LEFT + timedelta(days=1), None]
    return [people.pupil(cast.linde, f"P{n}", left_on=day) for n, day in enumerate(days)]


def names() -> list[str]:
    return list(Pupil.objects.order_by("pk").values_list("first_name", flat=True))


def test_a_pupil_goes_on_the_day_after_the_term_and_no_day_sooner(three: list[Pupil]) -> None:
    runs.run_rules(by=None, at=OVER - timedelta(days=1))
    assert names() == ["P0", "P1", "P2"]
    runs.run_rules(by=None, at=OVER)
    assert names() == ["P1", "P2"]
    runs.run_rules(by=None, at=OVER + timedelta(days=900))
    assert names() == ["P2"]


def test_the_report_says_what_went_and_names_nobody(cast: Cast, three: list[Pupil]) -> None:
    run = runs.run_rules(by=cast.ibp, at=OVER)
    assert (run.cause, run.by, run.started_at) == (RunCause.TERM, cast.ibp, OVER)
    assert run.finished_at is not None
    line = run.lines.get()
    assert (line.rule, line.title, line.term) == (
        "proef",
        "Leerlingen die weg zijn",
        "2 jaar na het vertrek",
    )
    assert (line.cut, line.found, line.gone, line.held, line.error) == (LEFT, 1, 1, 0, "")
    assert line.tables == {"organisation_pupil": 1, "organisation_historicalpupil": 1}
    reason = ForgettingCount.objects.get(table_name="organisation_historicalpupil").reason
    assert reason == "bewaartermijn: Leerlingen die weg zijn"


def test_a_second_run_finds_nothing(three: list[Pupil]) -> None:
    runs.run_rules(by=None, at=OVER)
    run = runs.run_rules(by=None, at=OVER)
    assert run.finished_at is not None
    assert not run.lines.exists()


def test_a_trial_tells_of_every_rule_also_of_those_with_nothing_due(three: list[Pupil]) -> None:
    runs.run_rules(by=None, at=OVER)
    line = runs.run_rules(by=None, at=OVER, trial=True).lines.get()
    assert (line.found, line.gone, line.tables) == (0, 0, {})


def test_a_trial_counts_and_takes_nothing(three: list[Pupil]) -> None:
    run = runs.run_rules(by=None, at=OVER + timedelta(days=1), trial=True)
    line = run.lines.get()
    assert (run.cause, line.found, line.gone, line.held) == (RunCause.TRIAL, 2, 0, 0)
    assert names() == ["P0", "P1", "P2"]


@pytest.mark.parametrize("trial", [False, True])
def test_what_is_held_stays_and_is_counted(three: list[Pupil], trial: bool) -> None:
    def source(model: type[models.Model], keys: Sequence[int]) -> dict[int, list[Held]]:
        assert model is Pupil
        return {three[0].pk: [Held("een rechtszaak")]} if three[0].pk in keys else {}

    holds.register("proef", source)
    line = runs.run_rules(by=None, at=OVER + timedelta(days=1), trial=trial).lines.get()
    assert (line.found, line.gone, line.held) == (2, 0 if trial else 1, 1)
    del holds._sources["proef"]
    runs.run_rules(by=None, at=OVER + timedelta(days=1))
    assert names() == ["P2"]


def test_it_goes_in_chunks_past_what_is_held(
    cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    runs.register(rule())
    left = [people.pupil(cast.linde, f"P{n}", left_on=LEFT) for n in range(5)]
    stay = {left[0].pk, left[1].pk}
    holds.register("proef", lambda _model, keys: {k: [Held("klacht")] for k in stay & {*keys}})
    line = runs.run_rules(by=None, at=OVER).lines.get()
    assert (line.found, line.gone, line.held) == (5, 3, 2)
    assert names() == ["P0", "P1"]


def test_a_rule_that_fails_stops_no_other_and_is_told(cast: Cast, only: None) -> None:
    def trouble(_gone: Gone, _keys: list[int], _at: datetime) -> None:
        raise ZeroDivisionError("Noor Visser")

    people.pupil(cast.linde, left_on=LEFT)
    runs.register(rule("stuk", forget=trouble))
    runs.register(rule("heel"))
    with pytest.raises(runs.RunFailed, match="stuk"):
        sweeps.run(name="retention", at=OVER)
    told = {line.rule: (line.gone, line.error) for line in RetentionLine.objects.all()}
    assert told == {"stuk": (0, "ZeroDivisionError"), "heel": (1, "")}
    assert names() == []
    assert Heartbeat.objects.get(name="retention").error == "RunFailed"


def test_the_boards_own_term_counts_before_the_rules(cast: Cast, only: None) -> None:
    runs.register(rule(term_of="pupil_file"))
    people.pupil(cast.linde, left_on=LEFT)
    make.retention_rule("pupil_file", years=3)
    line = runs.run_rules(by=None, at=OVER, trial=True).lines.get()
    assert (line.term, line.found) == ("3 jaar na het vertrek", 0)
    assert runs.run_rules(by=None, at=OVER.replace(year=2027)).lines.get().gone == 1


def test_a_term_without_a_length_takes_nothing(cast: Cast, only: None) -> None:
    runs.register(rule(term_of="school_years"))
    people.pupil(cast.linde, left_on=LEFT)
    make.retention_rule("school_years", years=0, bound="none")
    runs.run_rules(by=None, at=OVER.replace(year=2099))
    assert Pupil.objects.count() == 1
    line = runs.run_rules(by=None, at=OVER.replace(year=2099), trial=True).lines.get()
    assert (line.term, line.cut, line.found) == ("geen vaste termijn", None, 0)


def test_one_rule_can_be_run_by_its_name(three: list[Pupil]) -> None:
    runs.register(rule("ander"))
    assert [
        line.rule for line in runs.run_rules(by=None, at=OVER, names=["ander"]).lines.all()
    ] == ["ander"]
    with pytest.raises(runs.UnknownRule):
        runs.run_rules(by=None, at=OVER, names=["geen"])


def test_what_changed_since_it_was_found_stays(three: list[Pupil]) -> None:
    """Somebody comes back between the finding of a slice and the turn of the chunk."""
    looks: list[Cut] = []

    def comes_back(cut: Cut) -> models.QuerySet[Any]:
        looks.append(cut)
        Pupil.objects.filter(first_name="P0").update(left_on=None)
        return left_by(cut)

    runs.register(rule(still=comes_back))
    runs.run_rules(by=None, at=OVER)
    assert names() == ["P0", "P1", "P2"]
    # Asked of a chunk: so it was found.
    assert len(looks) == 1


def test_a_rule_can_tell_row_by_row_what_it_found_by_an_index(three: list[Pupil]) -> None:
    runs.register(rule(due=lambda _cut: Pupil.objects.all(), still=left_by))
    runs.run_rules(by=None, at=OVER)
    assert names() == ["P1", "P2"]


def test_chunks_are_found_several_at_a_time(
    three: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 1)
    with CaptureQueriesContext(connection) as asked:
        runs.run_rules(by=None, at=OVER + timedelta(days=1))
    assert names() == ["P2"]
    finds = [each for each in asked if each["sql"].endswith(f"LIMIT {runs.FOUND_AT_ONCE}")]
    # Two chunks, found at once; and one look that finds nothing more.
    assert len(finds) == 2


def test_nothing_due_costs_next_to_nothing(
    three: list[Pupil], django_assert_num_queries: Any
) -> None:
    # Where the last one stopped, the run, one look, the end.
    with django_assert_num_queries(4):
        runs.run_rules(by=None, at=OVER - timedelta(days=1))


def test_rows_that_something_points_to_are_needed(cast: Cast) -> None:
    group = people.group(cast.linde)
    alone, placed = people.pupil(cast.linde, "A"), people.pupil(cast.linde, "B", of=group)
    people.guardian(people.pupil(cast.linde, "C"))
    everybody = Pupil.objects.order_by("pk")
    assert list(runs.unneeded(everybody)) == [alone]
    assert list(runs.unneeded(everybody, "organisation.Placement")) == [alone, placed]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_take_each_row_once(
    append_only_lifted: None, cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 3)
    runs.register(rule())
    for number in range(20):
        people.pupil(cast.linde, f"P{number}", left_on=LEFT)

    def run(_number: int) -> int:
        try:
            return runs.run_rules(by=None, at=OVER).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(run, range(4)))
    assert names() == []
    assert sum(RetentionLine.objects.values_list("gone", flat=True)) == 20


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_whole_chunks_and_the_next_goes_on(
    append_only_lifted: None, cast: Cast, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    seen: list[int] = []

    class Killed(BaseException):
        pass

    def dies(gone: Gone, keys: list[int], at: datetime) -> None:
        erase_pupils(gone, keys, at)
        seen.extend(keys)
        if len(seen) == 4:
            raise Killed

    for number in range(5):
        people.pupil(cast.linde, f"P{number}", left_on=LEFT)
    runs.register(rule(forget=dies))
    with pytest.raises(Killed):
        runs.run_rules(by=None, at=OVER)
    assert names() == ["P2", "P3", "P4"]
    run = RetentionRun.objects.get()
    assert (run.finished_at, run.lines.get().gone) == (None, 2)
    assert runs.run_rules(by=None, at=OVER).lines.get().gone == 3
