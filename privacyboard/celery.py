"""The task queue: workers that carry out what the sweeps find, and the beat that asks for them."""

import os
import time
from contextlib import suppress
from typing import Any, Self

from celery import Celery, Task
from celery.app.amqp import AMQP
from celery.beat import Scheduler
from celery.exceptions import TaskPredicate
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacyboard.settings")

_JUMP_SECONDS = 10


class SoonBack(Connection):
    """Looks every two seconds whether a broker that went away is there again.

    Without this, longer and longer: half a minute of silence after its return.
    """

    def ensure_connection(self, *given: Any, **named: Any) -> Self:
        """Wait for the broker."""
        return super().ensure_connection(*given, **{"interval_step": 0, **named})

    def maybe_close_channel(self, channel: Any) -> None:
        """Let go of it.

        Kombu hands back what nobody acknowledged, stumbles where the broker is gone, and ends the
        worker by it. Nothing is kept at the broker: what it lost a sweep finds.
        """
        with suppress(AttributeError):
            super().maybe_close_channel(channel)


class Transport(AMQP):
    """How messages travel."""

    Connection = SoonBack


class TaskFailed(Exception):
    """A task went wrong; says the kind of the error only."""


class DiscreetTask(Task):
    """Celery writes the words of an error into its log, and those can be somebody's."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Carry it out; raises TaskFailed, with the places in the code, for any other error."""
        try:
            return super().__call__(*given, **named)
        except TaskPredicate:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, its words stay here
            failed = TaskFailed(type(error).__name__)
            raise failed.with_traceback(error.__traceback__) from None


app = Celery("privacyboard", amqp=Transport, task_cls=DiscreetTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule_sweeps(sender: Celery, **kwargs: object) -> None:
    """Let beat run every registered sweep; the schedule is code, never a file."""
    from privacyboard.clockwork import sweeps

    sender.conf.beat_schedule = sweeps.beat_schedule()


class SteadyScheduler(Scheduler):
    """Beat for a clock that can be set.

    Beat counts from the moment of its last message: put back by a month, such a clock would keep
    it silent for a month. Here each sweep is asked for at once when beat begins and when the clock
    jumped, either way: a sweep does what is due, and nothing twice.
    """

    _drift: float | None = None

    def tick(self, *given: Any, **named: Any) -> float:
        """One step of beat; the seconds until the next."""
        # How long the machine runs does not jump with its clock.
        drift = time.time() - time.monotonic()
        if self._drift is None or abs(drift - self._drift) > _JUMP_SECONDS:
            self._begin_anew()
        self._drift = drift
        return super().tick(*given, **named)

    def _begin_anew(self) -> None:
        for entry in self.schedule.values():
            interval: Any = entry.schedule
            entry.last_run_at = entry.default_now() - interval.run_every
        self._heap = None
