"""The frame of every sweep: a name, an interval, and a heartbeat that tells the truth.

A sweep asks "what is due and has no row yet", so that a missed night heals itself and a double run
does nothing twice. `register` is called by the apps upstairs, in their `tasks.py`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from privacyboard.clockwork.models import Heartbeat

logger = logging.getLogger(__name__)

Work = Callable[[datetime], int]

# Machines differ a little. A good run further ahead than this was dated by a clock that was wrong.
_AHEAD_AT_MOST = timedelta(minutes=2)


@dataclass(frozen=True)
class Sweep:
    """One recurring task. `work` takes the moment and returns how many things it did.

    `takes_away`: what it takes does not come back. Its moment is the earlier of two clocks.
    """

    name: str
    title: str
    every: timedelta
    work: Work
    takes_away: bool = False

    @property
    def patience(self) -> timedelta:
        """How long it may be silent: three intervals, and two minutes at least."""
        return max(self.every * 3, timedelta(minutes=2))

    def is_overdue(self, good_at: datetime | None, now: datetime) -> bool:
        """Whether the last good run is too long ago, or lies in days that are still to come."""
        if good_at is None or good_at - now > _AHEAD_AT_MOST:
            return True
        return now - good_at > self.patience


@dataclass(frozen=True)
class Health:
    """How one sweep does: its last good run, the kind of its last error, and whether it is late.

    `since` is from when it should run: what never ran well is late when that is too long ago.
    """

    sweep: Sweep
    since: datetime | None
    good_at: datetime | None
    error: str
    is_overdue: bool


class UnknownSweep(KeyError):
    """No sweep of that name is registered."""


_sweeps: dict[str, Sweep] = {}


def register(
    *, name: str, title: str, every: timedelta, takes_away: bool = False
) -> Callable[[Work], Work]:
    """Make a function a sweep; it is then in the beat schedule and on the health page."""

    def enrol(work: Work) -> Work:
        _sweeps[name] = Sweep(name=name, title=title, every=every, work=work, takes_away=takes_away)
        return work

    return enrol


def all_sweeps() -> list[Sweep]:
    """Every sweep, by name."""
    return [_sweeps[name] for name in sorted(_sweeps)]


def beat_schedule() -> dict[str, dict[str, object]]:
    """The schedule for Celery beat: each sweep at its interval; a late message is worth nothing."""
    return {
        sweep.name: {
            "task": "clockwork.run_sweep",
            "schedule": sweep.every,
            "kwargs": {"name": sweep.name},
            "options": {"expires": max(sweep.every.total_seconds(), 30)},
        }
        for sweep in all_sweeps()
    }


def make_known(*, at: datetime) -> None:
    """Note since when each sweep should run, for those that are new in this database."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=sweep.name, known_since=at) for sweep in all_sweeps()],
        ignore_conflicts=True,
    )


def health_on(*, now: datetime) -> list[Health]:
    """How every sweep does now, by name; one query. What nobody ever noted is overdue."""
    beats = {beat.name: beat for beat in Heartbeat.objects.all()}
    return [_health(sweep, beats.get(sweep.name), now) for sweep in all_sweeps()]


def _health(sweep: Sweep, beat: Heartbeat | None, now: datetime) -> Health:
    if beat is None:
        return Health(sweep, None, None, "", is_overdue=True)
    last = beat.good_at or beat.known_since
    return Health(
        sweep, beat.known_since, beat.good_at, beat.error, is_overdue=sweep.is_overdue(last, now)
    )


def moment_for(name: str, *, now: datetime) -> datetime:
    """The moment at which a sweep runs: now by this machine.

    For one that takes away, never later than by the database: on a machine whose clock runs ahead
    nothing may go before its term.
    """
    sweep = _sweeps.get(name)
    if sweep is None or not sweep.takes_away:
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return min(now, cursor.fetchone()[0])


def last_good(*, name: str) -> datetime | None:
    """When a sweep last ran well, for one that does a part each time; None: never."""
    return Heartbeat.objects.filter(name=name).values_list("good_at", flat=True).first()


def run(*, name: str, at: datetime) -> int:
    """Run one sweep by name; leave a heartbeat, good or bad. Returns how many things it did.

    Raises UnknownSweep for a name nobody registered; an error of the sweep itself is raised again
    after it stands in the heartbeat.
    """
    sweep = _sweeps.get(name)
    if sweep is None:
        raise UnknownSweep(name)
    if not Heartbeat.objects.filter(name=name).update(started_at=at):
        first = Heartbeat(name=name, started_at=at, known_since=at)
        Heartbeat.objects.bulk_create([first], ignore_conflicts=True)
    begun = time.monotonic()
    try:
        done = sweep.work(at)
    except Exception as error:
        # Only the kind of error: its text can hold a name or an address.
        Heartbeat.objects.filter(name=name).update(error=type(error).__name__)
        raise
    # What another worker began later and ended sooner stands. What lies further ahead than that was
    # dated by a clock that was wrong.
    ended = at + timedelta(seconds=time.monotonic() - begun)
    beats = Heartbeat.objects.filter(name=name).exclude(good_at__gt=at, good_at__lte=ended)
    beats.update(good_at=at, error="", done=done)
    return done
