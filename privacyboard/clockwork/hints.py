"""Hints: a worker is told that something waits, and nobody waits for the broker.

A hint can be lost, and late it is worth nothing: the row stands, and a sweep finds it. So it is
given by a thread of its own. Who asked for something goes on at once, also when the broker hangs.
"""

from __future__ import annotations

import logging
import os
from threading import Condition, Thread

from celery import Celery
from celery.app import app_or_default

logger = logging.getLogger(__name__)

_EXPIRES_SECONDS = 60


def give(task: str) -> None:
    """Tell a worker that there is work for this task. Call it when the transaction committed."""
    _messenger.take(app_or_default(), task)


class _Messenger:
    """Gives hints one after the other; the same one that still waits is not given twice."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """With nothing to do. A process that forks takes no thread along."""
        self.waiting: dict[tuple[Celery, str], None] = {}
        self._more = Condition()
        self._thread: Thread | None = None
        self._may_end = False

    def take(self, app: Celery, task: str) -> None:
        """Note it, and go back at once."""
        with self._more:
            self.waiting[app, task] = None
            if self._thread is None:
                self._thread = Thread(target=self._work, name="hints", daemon=True)
                self._thread.start()
            self._more.notify()

    def rest(self) -> None:
        """Forget what waits, and come back when the thread has ended; a later hint begins anew.

        For who closes what the log is written to: a broker that hangs is told of seconds later.
        """
        with self._more:
            self.waiting.clear()
            self._may_end = True
            self._more.notify()
        if self._thread is not None:
            self._thread.join(_EXPIRES_SECONDS)
        self.begin_anew()

    def _work(self) -> None:
        while True:
            with self._more:
                while not (self.waiting or self._may_end):
                    self._more.wait()
                if self._may_end:
                    return
                app, task = next(iter(self.waiting))
                del self.waiting[app, task]
            _send(app, task)


def _send(app: Celery, task: str) -> None:
    try:
        app.send_task(task, retry=False, expires=_EXPIRES_SECONDS)
    except Exception as error:  # noqa: BLE001 - any broker trouble: the row stands all the same
        logger.warning("no broker for the hint: %s", type(error).__name__)


_messenger = _Messenger()
os.register_at_fork(after_in_child=_messenger.begin_anew)
