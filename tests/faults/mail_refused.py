"""A mailbox that is busy (451) and one that is not there (550)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, exactly
from tests.mail.sink import BUSY, UNKNOWN

if TYPE_CHECKING:
    from privacyboard.mail.models import OutboundLetter

TRIES = 3
LATER = timedelta(days=10)
SWEPT_WITHIN = 30


def findings(stage: Stage) -> Iterator[Finding]:
    """Growing waits and arrival; a full stop, and what a person sees of it."""
    stage.run()
    (busy,), (nobody,) = stage.queue("bezet", 1), stage.queue("weg", 1)
    stage.sink.at_rcpt.update({busy: BUSY, nobody: UNKNOWN})
    waits = [_wait_after(stage, busy, tries) for tries in range(1, TRIES + 1)]
    stage.sink.at_rcpt.pop(busy)
    _move_to_its_moment(stage, busy)
    until(lambda: _row(busy).state == "sent", most=SWEPT_WITHIN)
    yield exactly("451: minutes until the next try, each time", waits, [1, 5, 15])
    yield exactly("  arrived, and how often", stage.sink.receivers().count(busy), 1)

    stage.clock.set(ahead=LATER)
    stage.swept("outbox", since=stage.clock.now(), most=SWEPT_WITHIN)
    row = _row(nobody)
    yield exactly("550: tried, and where it stands", (row.attempts, row.state), (1, "failed"))
    yield exactly("  its error", row.last_error, "SMTPRecipientsRefused 550")
    tom = stage.visitor()
    tom.sign_in("tom@deproef.example")
    page = tom.get("/taken-en-post/").body
    queued = f"{row.queued_at.astimezone(ZoneInfo('Europe/Amsterdam')):%Y-%m-%dT%H:%M}"
    shown = [each for each in (row.letter, queued, row.last_error) if each in page]
    yield exactly("  the beheerder sees of it: kind, moment, error", len(shown), 3)
    private = [each for each in (nobody, row.subject, row.text) if each in page]
    yield exactly("  and of receiver, subject and text", len(private), 0)


def _wait_after(stage: Stage, to: str, tries: int) -> int:
    """Let it be tried once more; the minutes until the next time."""
    if tries > 1:
        _move_to_its_moment(stage, to)
    until(lambda: (_row(to).attempts, _row(to).state) == (tries, "queued"), most=SWEPT_WITHIN)
    return round((_row(to).due_at - stage.clock.now()).total_seconds() / 60)


def _move_to_its_moment(stage: Stage, to: str) -> None:
    until_then = _row(to).due_at - stage.clock.now()
    stage.clock.set(ahead=stage.clock.ahead + until_then + timedelta(seconds=1))


def _row(to: str) -> OutboundLetter:
    from privacyboard.mail.models import OutboundLetter

    return OutboundLetter.objects.get(to=to)
