"""The frame of every sweep, and the heartbeat that tells the truth."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from consent.choices import RoundState
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat, RetentionRun
from privacyboard.clockwork.tasks import run_sweep
from privacyboard.logs import Discreet
from privacyboard.organisation.models import Pupil
from tests.conftest import NOW, Cast
from tests.factories import consent, people

LATER = NOW + timedelta(hours=1)


class Work:
    """A sweep of the tests: it remembers when it ran, and fails when it is told to."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []
        self.error: Exception | None = None

    def __call__(self, at: datetime) -> int:
        self.moments.append(at)
        if self.error is not None:
            raise self.error
        return 3


@pytest.fixture
def work() -> Iterator[Work]:
    """A registered sweep that is gone after the test."""
    made = Work()
    sweeps.register(name="test-sweep", title="Proef", every=timedelta(minutes=10))(made)
    yield made
    del sweeps._sweeps["test-sweep"]


class TestRun:
    def test_a_good_run_leaves_its_moment_and_its_count(self, db: None, work: Work) -> None:
        assert sweeps.run(name="test-sweep", at=NOW) == 3
        beat = Heartbeat.objects.get(name="test-sweep")
        assert (beat.name, beat.started_at, beat.good_at, beat.error, beat.done) == (
            "test-sweep",
            NOW,
            NOW,
            "",
            3,
        )
        assert work.moments == [NOW]
        assert str(beat) == "test-sweep"

    def test_a_bad_run_is_raised_and_told_beside_the_last_good_one(
        self, db: None, work: Work
    ) -> None:
        sweeps.run(name="test-sweep", at=NOW)
        work.error = ValueError("piet@deproef.example")
        with pytest.raises(ValueError, match="piet"):
            sweeps.run(name="test-sweep", at=LATER)
        beat = Heartbeat.objects.get(name="test-sweep")
        assert (beat.started_at, beat.good_at, beat.done) == (LATER, NOW, 3)

    def test_the_error_is_its_kind_and_never_its_text(self, db: None, work: Work) -> None:
        work.error = ValueError("piet@deproef.example")
        with pytest.raises(ValueError, match="piet"):
            sweeps.run(name="test-sweep", at=NOW)
        assert Heartbeat.objects.get(name="test-sweep").error == "ValueError"

    def test_a_good_run_takes_the_error_away(self, db: None, work: Work) -> None:
        work.error = ValueError("x")
        with pytest.raises(ValueError, match="x"):
            sweeps.run(name="test-sweep", at=NOW)
        work.error = None
        sweeps.run(name="test-sweep", at=LATER)
        beat = Heartbeat.objects.get(name="test-sweep")
        assert (beat.error, beat.good_at) == ("", LATER)

    def test_a_long_run_that_ends_last_does_not_hide_a_later_one(self, db: None) -> None:
        """One worker reads a large file in; another finds nothing more to do, each minute."""

        def long(at: datetime) -> int:
            if at == NOW:
                sweeps.run(name="proef", at=NOW + timedelta(microseconds=1))
            return 3

        sweeps.register(name="proef", title="Proef", every=timedelta(minutes=1))(long)
        try:
            sweeps.run(name="proef", at=NOW)
            assert Heartbeat.objects.get(name="proef").good_at == NOW + timedelta(microseconds=1)
            # Of a clock that ran ahead it is no later one.
            Heartbeat.objects.filter(name="proef").update(good_at=NOW + timedelta(days=40))
            sweeps.run(name="proef", at=NOW + timedelta(hours=1))
            assert Heartbeat.objects.get(name="proef").good_at == NOW + timedelta(hours=1)
        finally:
            sweeps._sweeps.pop("proef")

    def test_an_unknown_name_is_refused_and_leaves_no_heartbeat(self, db: None) -> None:
        with pytest.raises(sweeps.UnknownSweep):
            sweeps.run(name="nobody-registered-this", at=NOW)
        assert not Heartbeat.objects.filter(name="nobody-registered-this").exists()


class TestTask:
    def test_runs_the_sweep(self, db: None, work: Work) -> None:
        run_sweep(name="test-sweep")
        assert len(work.moments) == 1

    def test_an_unknown_name_is_logged_and_left(
        self, db: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            run_sweep(name="of-an-older-schedule")
        assert caplog.messages == ["unknown sweep of-an-older-schedule"]


class TestWhatALogSays:
    """No retention reaches a log, and the words of an error can be somebody's."""

    def test_a_task_that_failed_tells_kind_and_place(
        self, db: None, work: Work, caplog: pytest.LogCaptureFixture
    ) -> None:
        work.error = ValueError("piet@deproef.example")
        result = run_sweep.apply(kwargs={"name": "test-sweep"})
        assert repr(result.result) == "TaskFailed('ValueError')"
        told = [Discreet().format(each) for each in caplog.records]
        assert "TaskFailed('ValueError')" in told[0]
        assert "in __call__\n    raise self.error" in told[0]
        assert "piet@" not in "".join(told) + caplog.text

    def test_of_an_error_behind_an_error_too(self) -> None:
        try:
            try:
                raise KeyError("piet@deproef.example")
            except KeyError as behind:
                raise ValueError("Jansen") from behind
        except ValueError:
            record = logging.LogRecord("x", logging.ERROR, "", 1, "mis", (), sys.exc_info())
        told = Discreet().format(record)
        assert [line for line in told.splitlines() if not line.startswith("  ")] == [
            "mis",
            "ValueError",
            "after KeyError",
        ]
        assert 'raise ValueError("Jansen") from behind' in told
        assert "piet@deproef.example'" not in told

    def test_every_line_of_the_log_is_written_so(self, settings: Settings) -> None:
        root = settings.LOGGING["root"]["handlers"]
        formatters = [settings.LOGGING["handlers"][each]["formatter"] for each in root]
        assert formatters == ["line"]
        assert settings.LOGGING["formatters"]["line"]["()"] == "privacyboard.logs.Discreet"


class TestClockAhead:
    """A machine whose clock is wrong: what it takes away would not come back."""

    @pytest.mark.parametrize(("days", "runs_at"), [(40, 0), (-40, -40)])
    def test_what_takes_away_believes_the_earlier_of_two_clocks(
        self, db: None, monkeypatch: pytest.MonkeyPatch, days: int, runs_at: int
    ) -> None:
        now = timezone.now()
        moved = sweeps.moment_for("retention", now=now + timedelta(days=days))
        assert abs(moved - (now + timedelta(days=runs_at))) < timedelta(minutes=1)

    def test_what_warns_believes_its_own(self, db: None) -> None:
        ahead = timezone.now() + timedelta(days=40)
        assert sweeps.moment_for("request_reminders", now=ahead) == ahead

    def test_who_take_away(self) -> None:
        assert [each.name for each in sweeps.all_sweeps() if each.takes_away] == [
            "consent_rounds",
            "documents_orphans",
            "retention",
        ]

    def test_nobody_is_forgotten_before_the_term(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Two years after leaving; three weeks of it are left.
        left = timezone.localdate() - timedelta(days=2 * 365 - 21)
        people.pupil(cast.linde, "Vroeg", left_on=left)
        ahead = timezone.now() + timedelta(days=40)
        monkeypatch.setattr(timezone, "now", lambda: ahead)
        run_sweep(name="retention")
        assert Pupil.objects.filter(first_name="Vroeg").count() == 1

    def test_no_round_is_closed_before_its_last_day(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        first, last = (timezone.localdate(now + each * timedelta(days=20)) for each in (-1, 1))
        asked = consent.round_of(
            consent.question(at=now), school=cast.linde, opens_on=first, closes_on=last
        )
        monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=40))
        run_sweep(name="consent_rounds")
        asked.refresh_from_db()
        assert asked.state == RoundState.OPEN


class TestOverdue:
    @pytest.mark.parametrize(
        ("every", "patience"),
        [
            (timedelta(seconds=5), timedelta(minutes=2)),
            (timedelta(minutes=10), timedelta(minutes=30)),
            (timedelta(days=1), timedelta(days=3)),
        ],
    )
    def test_after_three_intervals_and_two_minutes_at_least(
        self, every: timedelta, patience: timedelta
    ) -> None:
        sweep = sweeps.Sweep(name="x", title="x", every=every, work=lambda at: 0)
        assert not sweep.is_overdue(NOW, NOW + patience)
        assert sweep.is_overdue(NOW, NOW + patience + timedelta(seconds=1))

    def test_what_never_ran_well_is_overdue(self) -> None:
        sweep = sweeps.Sweep(name="x", title="x", every=timedelta(days=1), work=lambda at: 0)
        assert sweep.is_overdue(None, NOW)


class TestSchedule:
    def test_holds_every_sweep_at_its_interval_and_expires(self, work: Work) -> None:
        schedule = sweeps.beat_schedule()
        assert set(schedule) == {sweep.name for sweep in sweeps.all_sweeps()}
        assert schedule["test-sweep"] == {
            "task": "clockwork.run_sweep",
            "schedule": timedelta(minutes=10),
            "kwargs": {"name": "test-sweep"},
            "options": {"expires": 600.0},
        }
        assert schedule["outbox"]["schedule"] == timedelta(seconds=5)
        assert schedule["outbox"]["options"] == {"expires": 30}
        assert all(row["options"]["expires"] for row in schedule.values())  # type: ignore[index]

    def test_sweeps_stand_by_name(self, work: Work) -> None:
        names = [sweep.name for sweep in sweeps.all_sweeps()]
        assert names == sorted(names)


class TestCommand:
    def test_runs_one_sweep_at_the_given_moment(
        self, db: None, work: Work, settings: Settings
    ) -> None:
        settings.DEBUG = True
        out = StringIO()
        call_command("sweep", "test-sweep", "--at", "2026-03-02T09:00:00Z", stdout=out)
        assert work.moments == [NOW]
        assert out.getvalue() == "test-sweep: 3\n"

    def test_a_moment_without_a_zone_is_of_amsterdam(
        self, db: None, work: Work, settings: Settings
    ) -> None:
        settings.DEBUG = True
        call_command("sweep", "test-sweep", "--at", "2026-03-02T10:00:00", stdout=StringIO())
        assert work.moments == [NOW]

    def test_without_a_moment_it_is_now(self, db: None, work: Work) -> None:
        call_command("sweep", "test-sweep", stdout=StringIO())
        assert len(work.moments) == 1

    def test_an_unknown_name_tells_the_known_ones(self, db: None, work: Work) -> None:
        with pytest.raises(CommandError, match=r"Unknown sweep\. Known: .*outbox.*test-sweep"):
            call_command("sweep", "nobody-registered-this")

    @pytest.mark.parametrize("moment", ["gisteren", "2026-02-30T10:00:00"])
    def test_a_text_for_a_moment_is_refused(self, db: None, work: Work, moment: str) -> None:
        with pytest.raises(CommandError, match=r"invalid _?moment value"):
            call_command("sweep", "test-sweep", "--at", moment)
        assert work.moments == []


def every_sweep_ran(at: datetime) -> None:
    """As if all ran well at this moment."""
    sweeps.make_known(at=at)
    Heartbeat.objects.update(known_since=at, started_at=at, good_at=at, error="")


class TestHealth:
    def test_all_is_well_when_every_sweep_ran_in_time(
        self, client: Client, db: None, work: Work
    ) -> None:
        every_sweep_ran(timezone.now())
        response = client.get("/gezond/")
        told = response.json()
        assert response.status_code == 200
        assert (told["ok"], told["database"]) == (True, "ok")
        assert {each["overdue"] for each in told["sweeps"]} == {False}
        assert {"outbox", "digest", "test-sweep"} <= {each["name"] for each in told["sweeps"]}
        assert "no-store" in response["Cache-Control"]

    def test_is_red_when_one_sweep_is_overdue_and_tells_nothing_about_anybody(
        self, client: Client, db: None, work: Work
    ) -> None:
        every_sweep_ran(timezone.now())
        long_ago = timezone.now() - timedelta(minutes=31)
        work.error = ValueError("piet@deproef.example")
        with pytest.raises(ValueError, match="piet"):
            sweeps.run(name="test-sweep", at=timezone.now())
        Heartbeat.objects.filter(name="test-sweep").update(good_at=long_ago)
        response = client.get("/gezond/")
        told = response.json()
        assert response.status_code == 503
        assert set(told) == {"ok", "database", "sweeps"}
        assert told["ok"] is False
        assert [each["name"] for each in told["sweeps"] if each["overdue"]] == ["test-sweep"]
        assert {tuple(sorted(each)) for each in told["sweeps"]} == {("good_at", "name", "overdue")}
        assert "piet" not in response.content.decode()

    def test_what_never_ran_well_is_red_when_it_should_have_by_now(
        self, client: Client, db: None, work: Work
    ) -> None:
        now = timezone.now()
        every_sweep_ran(now)
        beat = Heartbeat.objects.filter(name="test-sweep")
        beat.update(good_at=None, known_since=now - timedelta(minutes=29))
        assert client.get("/gezond/").status_code == 200
        beat.update(known_since=now - timedelta(minutes=31))
        assert client.get("/gezond/").status_code == 503

    def test_a_sweep_that_nobody_noted_is_red(self, client: Client, db: None, work: Work) -> None:
        every_sweep_ran(timezone.now())
        Heartbeat.objects.filter(name="test-sweep").delete()
        assert client.get("/gezond/").status_code == 503

    def test_a_good_run_in_days_to_come_is_no_health(
        self, client: Client, db: None, work: Work
    ) -> None:
        """A clock ran ahead and was set back: nothing ran well since."""
        every_sweep_ran(timezone.now())
        ahead = timezone.now() + timedelta(days=40)
        Heartbeat.objects.filter(name="test-sweep").update(good_at=ahead)
        assert client.get("/gezond/").status_code == 503

    def test_without_a_database_it_says_so(
        self, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Away:
            def all(self) -> None:
                raise OperationalError("no password for piet at 10.0.0.1")

        monkeypatch.setattr(Heartbeat, "objects", Away())
        response = client.get("/gezond/")
        assert response.status_code == 503
        assert response.json() == {"ok": False, "database": "does not answer", "sweeps": []}

    @pytest.mark.parametrize("address", ["/gezond/", "/gezond/web/"])
    def test_is_read_only(self, client: Client, db: None, address: str) -> None:
        assert client.post(address).status_code == 405

    def test_the_process_itself_is_well_without_asking_the_database(self, client: Client) -> None:
        response = client.get("/gezond/web/")
        assert (response.status_code, response.json()) == (200, {"ok": True})

    def test_one_query_and_how_long_it_may_take(
        self, client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(4):  # two of them begin and end what the bound is for
            client.get("/gezond/")


class TestKnown:
    def test_a_new_sweep_is_known_from_then_on_and_an_old_one_stays(
        self, db: None, work: Work
    ) -> None:
        sweeps.make_known(at=NOW)
        sweeps.make_known(at=LATER)
        beat = Heartbeat.objects.get(name="test-sweep")
        assert (beat.known_since, beat.started_at, beat.good_at) == (NOW, None, None)

    def test_every_sweep_is_known_after_a_migrate(self, db: None) -> None:
        known = set(Heartbeat.objects.values_list("name", flat=True))
        assert {sweep.name for sweep in sweeps.all_sweeps()} <= known


class TestRehearsal:
    @pytest.mark.parametrize("moment", ["2099-01-01T09:00:00", "2001-01-01T09:00:00"])
    def test_another_moment_is_rehearsed_nowhere_but_on_a_copy(
        self, db: None, work: Work, settings: Settings, moment: str
    ) -> None:
        settings.DEBUG = False
        for each in ("retention", "documents_orphans", "test-sweep"):
            with pytest.raises(CommandError, match="on a copy, with DEBUG"):
                call_command("sweep", each, "--at", moment)
        assert (RetentionRun.objects.count(), work.moments) == (0, [])
        settings.DEBUG = True
        call_command("sweep", "retention", "--at", moment, stdout=StringIO())
        assert RetentionRun.objects.count() == 1
