"""The files that a worker makes: claimed by one, told how far, finished or failed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacyboard.clockwork.querysets import lapsed
from privacyboard.documents import rules as files
from privacyboard.documents import storage
from registers.choices import DocumentKind, JobState
from registers.models import RegisterFile

# A worker tells after each part that it is alive. After this silence another takes the file over.
CLAIM_LASTS = timedelta(minutes=3)
# A file that keeps killing its worker is not tried for ever.
TRIED_FOR = timedelta(hours=1)
FAILED = "Het maken van het bestand is niet gelukt. Vraag het opnieuw aan."
BROKEN_OFF = "Het maken van het bestand is steeds afgebroken. Vraag het opnieuw aan."


class ClaimLost(RuntimeError):
    """Another worker has taken this file over: whoever was making it stops."""


@transaction.atomic
def claim_register_file(*, at: datetime) -> RegisterFile | None:
    """Take the file that waits longest for this worker alone; what was left half-made waits too."""
    left = RegisterFile.objects.filter(
        lapsed("claimed_at", after=CLAIM_LASTS, at=at), state=JobState.RUNNING
    )
    left.filter(asked_at__lt=at - TRIED_FOR).update(
        state=JobState.FAILED, error=BROKEN_OFF, claimed_at=None, finished_at=at
    )
    left.update(state=JobState.WAITING, claimed_at=None)
    waiting = RegisterFile.objects.filter(state=JobState.WAITING).order_by("asked_at", "pk")
    file = waiting.select_for_update(skip_locked=True).first()
    if file is None:
        return None
    file.state, file.claimed_at, file.done, file.total = JobState.RUNNING, at, 0, 0
    file.save()
    return file


def note_progress(*, file: RegisterFile, done: int, total: int, at: datetime) -> None:
    """How far it is, for the page, and that its worker is alive. Raises ClaimLost."""
    if not _own(file).update(done=done, total=total, claimed_at=at):
        raise ClaimLost(file.pk)
    file.done, file.total, file.claimed_at = done, total, at


def _own(file: RegisterFile) -> QuerySet[RegisterFile]:
    """The row, as long as this worker's claim stands."""
    return RegisterFile.objects.filter(
        pk=file.pk, state=JobState.RUNNING, claimed_at=file.claimed_at
    )


@transaction.atomic
def finish_register_file(*, file: RegisterFile, content: bytes, at: datetime) -> RegisterFile:
    """Keep the PDF behind its gate; the file is ready. Raises ClaimLost."""
    held = _own(file).select_for_update().first()
    if held is None:
        raise ClaimLost(file.pk)
    day = timezone.localdate(at)
    held.document = storage.store(
        content=content,
        title=f"Register van verwerkingen {day:%d-%m-%Y}",
        file_name=f"register-{day.isoformat()}.pdf",
        media_type=files.PDF,
        kind=DocumentKind.REGISTER_FILE,
        by=held.asked_by,
        at=at,
    )
    held.state, held.claimed_at, held.finished_at, held.error = JobState.DONE, None, at, ""
    held.done = held.total
    held.save()
    return held


def fail_register_file(*, file: RegisterFile, at: datetime) -> None:
    """It did not work out; whoever asked reads so on the page and can ask again."""
    _own(file).update(state=JobState.FAILED, error=FAILED, claimed_at=None, finished_at=at)
