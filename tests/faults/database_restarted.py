"""The database is restarted between requests, while letters are on their way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, at_most, exactly
from tests.faults.visitor import Answer, Visitor

LETTERS = 60
AT_ONCE = 8
PAUSE_SECONDS = 0.5
WELL_WITHIN = 20
ALL_OUT_WITHIN = 60
CLAIMS_LAPSE = timedelta(minutes=6)


def findings(stage: Stage) -> Iterator[Finding]:
    """Signed-in requests before, during and after; letters; the clockwork."""
    from django.db import connection

    stage.run()
    director = stage.visitor()
    is_in = director.sign_in("dirk@deproef.example")
    before = _all_at_once(director)
    stage.sink.pause = PAUSE_SECONDS
    wanted = stage.queue("onderweg", LETTERS)
    until(lambda: len(stage.sink.messages) > LETTERS // 4, most=30)

    connection.close()
    stage.cluster.stop()
    during = _all_at_once(director)
    stage.cluster.start()

    begun = stage.clock.now()
    after = _all_at_once(director)
    swept = stage.swept("outbox", since=begun, most=WELL_WITHIN * 3)
    stage.sink.pause = 0
    out = until(lambda: stage.states() == {"sent": LETTERS}, most=ALL_OUT_WITHIN * 2)
    # A claim that was never given back lapses, and its letter would be sent once more.
    stage.clock.set(ahead=CLAIMS_LAPSE)
    stage.beats()

    yield exactly(
        "database restarted: signed in, and pages before it",
        (is_in, _well(before)),
        (True, AT_ONCE),
    )
    yield exactly("  pages while it was away", _well(during), 0)
    yield exactly("  pages right after it, over every connection", _well(after), AT_ONCE)
    yield at_most("  the next sweep ran well after", swept, WELL_WITHIN, "s")
    yield exactly(f"  of {LETTERS} letters that were on their way: lost", stage.lost(wanted), 0)
    yield exactly("  doubled", stage.doubled(), 0)
    yield at_most("  all out after", out, ALL_OUT_WITHIN, "s")


def _all_at_once(visitor: Visitor) -> list[Answer]:
    """More requests than the server has threads: each of its connections is used."""
    with ThreadPoolExecutor(AT_ONCE) as several:
        return list(several.map(visitor.get, ["/verzoeken/"] * AT_ONCE))


def _well(answers: list[Answer]) -> int:
    return sum(each.status == 200 for each in answers)
