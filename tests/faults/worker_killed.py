"""Two hundred letters, and five times `kill -9` of the worker while they leave.

The server has taken a letter and the row does not say so yet: that letter is sent once more, with
the same Message-ID. There can be one on each open connection, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, at_most, exactly

LETTERS = 200
KILLS = 5
PAUSE_SECONDS = 0.1
# The claims of a worker that is gone lapse after five minutes: the clock is moved, nobody waits.
CLAIMS_LAPSE = timedelta(minutes=6)


def findings(stage: Stage) -> Iterator[Finding]:
    """Lost, doubled, and whether a doubled one is known as such."""
    stage.run()
    # Between taking a letter and saying so: there the kill hurts most.
    stage.sink.pause = PAUSE_SECONDS
    wanted = stage.queue("kind", LETTERS)
    under_way = met = 0
    for kill in range(1, KILLS + 1):
        enough = LETTERS * kill // (KILLS + 1)
        until(lambda enough=enough: len(set(stage.sink.receivers())) >= enough, most=60)  # type: ignore[misc]
        open_before = stage.sink.open
        stage.worker.kill()
        met += open_before > 0
        under_way += max(open_before, stage.sink.open)
        stage.clock.set(ahead=CLAIMS_LAPSE * kill)
        stage.worker.start()
    until(lambda: stage.states() == {"sent": LETTERS}, most=90)
    stage.beats()

    name = f"{LETTERS} letters over {KILLS} kills of the worker"
    yield exactly(f"{name}: kills that met letters on their way", met, KILLS)
    yield exactly("  lost", stage.lost(wanted), 0)
    yield exactly("  their rows, after that", stage.states(), {"sent": LETTERS})
    yield at_most("  doubled, against connections that were open", stage.doubled(), under_way)
    yield exactly("  doubled under another Message-ID", stage.strangers(), 0)
