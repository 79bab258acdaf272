"""Which letters a worker has for itself: taken, renewed, written as sent, and laid back.

A claim is a moment. It lapses by the clock, and a clock can be set: what lies further ahead than
any of ours can was written by one that ran ahead, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from privacyboard.clockwork.querysets import lapsed
from privacyboard.mail.models import OutboundLetter

State = OutboundLetter.State

BATCH = 50
# A worker that claimed a letter and was killed: after this its letter waits again.
CLAIM_LASTS = timedelta(minutes=5)
# Minutes until the next try: after the first failure, the second, and so on.
WAITS_MINUTES = (1, 5, 15, 60, 240)
_LONGEST_WAIT = timedelta(minutes=WAITS_MINUTES[-1])


def release_stale(at: datetime) -> None:
    """Let letters wait again whose worker is gone, and those that a wrong clock put off."""
    OutboundLetter.objects.filter(
        lapsed("claimed_at", after=CLAIM_LASTS, at=at), state=State.SENDING
    ).update(state=State.QUEUED, claimed_at=None)
    OutboundLetter.objects.filter(state=State.QUEUED, due_at__gt=at + _LONGEST_WAIT).update(
        due_at=at
    )


@transaction.atomic
def claim(at: datetime) -> list[OutboundLetter]:
    """Take a batch for this worker alone; other workers skip the rows that are locked."""
    due = OutboundLetter.objects.filter(state=State.QUEUED, due_at__lte=at).order_by("due_at", "id")
    letters = list(due.select_for_update(skip_locked=True)[:BATCH])
    OutboundLetter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=State.SENDING, claimed_at=at, attempts=models.F("attempts") + 1
    )
    for letter in letters:
        letter.attempts += 1
    return letters


# One statement: the database waits once for its disk, for the letters of all connections.
_MARK = """
WITH sent AS (
  UPDATE mail_outboundletter
  SET state = 'sent', sent_at = %(now)s, claimed_at = NULL, last_error = ''
  WHERE id = ANY(%(sent)s::bigint[])
)
UPDATE mail_outboundletter l SET claimed_at = %(now)s
FROM unnest(%(keys)s::bigint[], %(attempts)s::int[]) AS mine (id, attempts)
WHERE l.id = mine.id AND l.attempts = mine.attempts AND l.state = 'sending'
RETURNING l.id
"""


def mark(sent: Sequence[int], letters: Sequence[OutboundLetter], *, at: datetime) -> set[int]:
    """Write what was sent, and renew the claim on letters whose turn it is.

    Returns the keys of those that are still ours: letters before them can take long, and by now
    another worker may have taken one over.
    """
    if not sent and not letters:
        return set()
    facts: dict[str, Any] = {
        "now": at,
        "sent": list(sent),
        "keys": [letter.pk for letter in letters],
        "attempts": [letter.attempts for letter in letters],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, facts)
        return {row[0] for row in cursor}


def own(letter: OutboundLetter) -> models.QuerySet[OutboundLetter]:
    """The row of a letter, as long as the claim of this worker stands."""
    rows: models.QuerySet[OutboundLetter] = OutboundLetter.objects.filter(
        pk=letter.pk, state=State.SENDING, attempts=letter.attempts
    )
    return rows


def lay_back(letters: Iterable[OutboundLetter]) -> None:
    """Letters that this worker took and did not try wait again, as if nobody had."""
    for letter in letters:
        own(letter).update(state=State.QUEUED, claimed_at=None, attempts=letter.attempts - 1)
