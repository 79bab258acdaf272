"""The clock of worker, beat and web is forty days ahead for a while, and is put right.

Whoever should be reminded by then is reminded once, however often the clock passes that day; and
the clockwork goes on, also when the clock is put back. The database keeps its own, true time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, at_most, exactly

AHEAD = timedelta(days=40)
TRUE = timedelta()
_LEAVER = "Vertrokken"
ALL_SWEPT_WITHIN = 60
OUT_WITHIN = 60

# What is due within forty days of a request that came in today, to its director; and of a report
# that nobody took up, to the IBP manager. One letter each: the most urgent. Of a late request the
# IBP manager and the FG hear too.
REMINDED = {
    ("requests_ar/reminder", "dirk@deproef.example"): 1,
    ("requests_ar/reminder", "ilse@deproef.example"): 1,
    ("requests_ar/reminder", "fenna@deproef.example"): 1,
    ("datalekken/careful", "ilse@deproef.example"): 1,
}
# A hold to look at again within those days: a line for the morning letter of its owner, and the
# letter, which goes on the first morning after it was written down.
_MORNING = "frontdesk/digest"


def findings(stage: Stage) -> Iterator[Finding]:
    """There, back, there again and back."""
    _make_cases(stage.clock.now())
    _make_pupil(stage.clock.now())
    _make_hold(stage.clock.now())
    stage.run()
    stage.swept(since=stage.clock.now() - timedelta(minutes=1), most=ALL_SWEPT_WITHIN)
    usual = _reminded()

    there = _move(stage, AHEAD)
    worked_there = stage.visitor().sign_in("dirk@deproef.example")
    first = _reminded() - usual
    kept_there = _early_leavers()
    # A letter of those days whose worker is killed, and one that never got a turn.
    stage.sink.pause = 2
    caught = stage.queue("meegenomen", 1)
    until(lambda: stage.sink.open > 0, most=20)
    stage.worker.kill()
    late = stage.queue("vooruit", 1)
    stage.sink.pause = 0
    stage.clock.set(ahead=TRUE)
    stage.worker.start()
    back = _move(stage, TRUE)
    out = until(lambda: set(stage.states()) == {"sent"}, most=OUT_WITHIN)
    works_here = stage.visitor().sign_in("dirk@deproef.example")
    again, home = _move(stage, AHEAD), _move(stage, TRUE)
    kept = (kept_there, _early_leavers())
    health = stage.visitor().get("/gezond/").status

    days = AHEAD.days
    yield at_most(
        f"clock {days} days ahead: every sweep ran well there", there, ALL_SWEPT_WITHIN, "s"
    )
    yield exactly(
        "  people sign in there, and again when it is put right",
        (worked_there, works_here),
        (True, True),
    )
    yield exactly(
        "  reminders that were due there: letters", sum(first.values()), sum(REMINDED.values())
    )
    yield exactly("  each to the right person", dict(first) == REMINDED, True)
    yield exactly(
        "  whose term has not ended is still there",
        kept,
        (1, 1),
    )
    yield at_most("  put right: every sweep ran well here", back, ALL_SWEPT_WITHIN, "s")
    yield at_most("  letters of days that are still to come are out", out, OUT_WITHIN, "s")
    yield exactly("    lost", stage.lost(caught + late), 0)
    yield at_most(
        f"  {days} days ahead once more: every sweep ran well there", again, ALL_SWEPT_WITHIN, "s"
    )
    yield at_most("  and here again", home, ALL_SWEPT_WITHIN, "s")
    yield exactly("  what monitoring hears after that", health, 200)
    yield exactly(
        "  reminders that came a second time", sum((_reminded() - usual - first).values()), 0
    )
    yield exactly("  for a morning letter: lines, letters", _for_the_morning(), (1, 1))


def _move(stage: Stage, ahead: timedelta) -> float:
    """Set the clock; the seconds until every sweep ran well by it."""
    stage.clock.set(ahead=ahead)
    return stage.swept(since=stage.clock.now(), most=ALL_SWEPT_WITHIN)


def _make_cases(at: datetime) -> None:
    from privacyboard.organisation.models import School
    from tests.factories import breaches, requests

    linde = School.objects.get(slug="de-linde")
    requests.subject_request(linde, at=at, group="guardians")
    breaches.breach(linde, at=at)


def _make_pupil(at: datetime) -> None:
    """Who left so long ago that the term of two years ends within the forty days."""
    from privacyboard.organisation.models import School
    from tests.factories import people

    left = (at - timedelta(days=2 * 365 - 21)).date()
    people.pupil(School.objects.get(slug="de-linde"), _LEAVER, left_on=left)


def _make_hold(at: datetime) -> None:
    from privacyboard.clockwork.actions import put_hold
    from privacyboard.clockwork.choices import HoldKind
    from privacyboard.organisation.models import School, User

    put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=User.objects.get(email="ilse@deproef.example"),
        review_on=(at + AHEAD / 2).date(),
        school=School.objects.get(slug="de-linde"),
        person_key="L1",
        by=None,
        at=at,
    )


def _for_the_morning() -> tuple[int, int]:
    from privacyboard.clockwork.models import DigestLine
    from privacyboard.mail.models import OutboundLetter

    letters = OutboundLetter.objects.filter(letter=_MORNING)
    return DigestLine.objects.count(), letters.count()


def _early_leavers() -> int:
    from privacyboard.organisation.models import Pupil

    return Pupil.objects.filter(first_name=_LEAVER).count()


def _reminded() -> Counter[tuple[str, str]]:
    """Letters that remind somebody, by kind and receiver, whether they left already or not."""
    from privacyboard.mail.models import OutboundLetter

    rows = OutboundLetter.objects.filter(letter__in={letter for letter, _to in REMINDED})
    return Counter(rows.values_list("letter", "to"))
