"""Files that wait for the worker to look them through or to apply them: each claimed by one.

Looking through tells how far it is, and so that its worker is alive. Applying is one transaction:
it holds the row, and as long as it does nobody else can take the file up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from privacyboard.clockwork.querysets import lapsed
from registers.choices import ImportState
from registers.models import ImportRun

BUSY = (ImportState.LOOKING, ImportState.APPLYING)
# After this silence of its worker a file waits again.
CLAIM_LASTS = timedelta(minutes=3)
# A file that keeps killing its worker is not tried for ever.
TRIED_FOR = timedelta(hours=1)
BROKEN_OFF = {
    ImportState.LOOKING: "Het nakijken is steeds afgebroken. Lees het bestand opnieuw in, "
    "of deel het in kleinere bestanden.",
    ImportState.APPLYING: "Het toepassen is steeds afgebroken. Er is niets ingelezen. "
    "Probeer het opnieuw, of deel het bestand in kleinere bestanden.",
}
FAILED = {
    ImportState.LOOKING: "Het nakijken is niet gelukt. Lees het bestand opnieuw in.",
    ImportState.APPLYING: "Het toepassen is niet gelukt. Er is niets ingelezen. "
    "Probeer het opnieuw.",
}
_AFTERWARDS = {
    ImportState.LOOKING: ImportState.REFUSED,
    ImportState.APPLYING: ImportState.CHECKED,
}


# The number of the lock under which files are applied, one at a time; other work waits for none.
_ONE_AT_A_TIME = 0x1A90127


class ClaimLost(RuntimeError):
    """Another worker has taken this file up: whoever was busy with it stops."""


@transaction.atomic
def claim_import(*, at: datetime) -> ImportRun | None:
    """Take the file that waits longest for this worker alone; what a killed one left waits too."""
    free = Q(claimed_at__isnull=True) | lapsed("claimed_at", after=CLAIM_LASTS, at=at)
    waiting = ImportRun.objects.filter(free, state__in=BUSY).order_by("asked_at", "pk")
    # A row that somebody holds is being applied this moment, however long ago it was claimed.
    while run := waiting.select_for_update(skip_locked=True).first():
        if run.claimed_at and run.asked_at and run.asked_at < at - TRIED_FOR:
            give_up(run=run, sentence=BROKEN_OFF[ImportState(run.state)])
            continue
        run.claimed_at, run.done = at, 0
        run.save()
        return run
    return None


def note_progress(*, run: ImportRun, done: int, total: int, at: datetime) -> None:
    """How far it is, for the page, and that its worker is alive. Raises ClaimLost."""
    if not own(run).update(done=done, total=total, claimed_at=at):
        raise ClaimLost(run.pk)
    run.done, run.total, run.claimed_at = done, total, at


def own(run: ImportRun) -> QuerySet[ImportRun]:
    """The row, as long as the claim of this worker stands."""
    return ImportRun.objects.filter(pk=run.pk, state=run.state, claimed_at=run.claimed_at)


def is_alone() -> bool:
    """Whether this transaction is now the only one that applies a file, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        return bool(cursor.fetchone()[0])


def release(run: ImportRun) -> None:
    """Lay a file back that cannot be applied yet; it keeps its turn."""
    own(run).update(claimed_at=None)


def give_up(*, run: ImportRun, sentence: str) -> None:
    """The work did not come off; the page says why. What was looked through can be tried again."""
    own(run).update(
        state=_AFTERWARDS[ImportState(run.state)],
        error=sentence,
        claimed_at=None,
        asked_at=None,
    )
