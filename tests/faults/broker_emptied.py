"""Somebody empties the broker while letters wait: the rows are what counts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, at_most, exactly

LETTERS = 50
ACTS = 10
OUT_WITHIN = 20


def findings(stage: Stage) -> Iterator[Finding]:
    """Lost, doubled, and whether the clockwork goes on."""
    stage.run()
    stage.worker.signal(signal.SIGSTOP)
    wanted = [each for act in range(ACTS) for each in stage.queue(f"wacht{act}-", LETTERS // ACTS)]
    client = stage.broker.client()
    until(lambda: client.llen("celery") > 0, most=5)
    hints = client.llen("celery")
    client.flushall()
    stage.worker.signal(signal.SIGCONT)
    took = until(lambda: stage.states() == {"sent": LETTERS}, most=OUT_WITHIN * 3)
    since = stage.clock.now() + timedelta(seconds=1)
    again = stage.swept("outbox", since=since, most=60)

    yield exactly(
        f"broker emptied, {hints} hints in it, {LETTERS} letters: lost", stage.lost(wanted), 0
    )
    yield exactly("  doubled", stage.doubled(), 0)
    yield at_most("  all out after that", took, OUT_WITHIN, "s")
    yield at_most("  the next sweep ran well", again, OUT_WITHIN, "s")
