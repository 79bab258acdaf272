"""A file that was handed in, as it is kept: read again, looked through, and what was seen in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.documents import storage
from privacyboard.organisation.models import User
from privacyboard.sheets.unswept import unswept
from registers.choices import DocumentKind, ImportState
from registers.exchange import import_queue
from registers.exchange.fates import fates_of
from registers.exchange.planner import make_plan
from registers.exchange.planning import Plan
from registers.exchange.reading import content_type, read_tables
from registers.exchange.rows import Tables
from registers.models import ImportRun


@transaction.atomic
def keep(
    content: bytes, *, file_name: str, kind: str, plan: Plan | None, by: User | None, at: datetime
) -> ImportRun:
    """Keep a file with what was seen in it; without a plan it waits to be looked through."""
    document = storage.store(
        content=content,
        title=file_name[-200:],
        file_name=file_name,
        media_type=content_type(file_name),
        kind=DocumentKind.IMPORT_FILE,
        by=by,
        at=at,
    )
    run = ImportRun(kind=kind, document=document, read_at=at, read_by=by)
    note(run, plan or Plan())
    if plan is None:
        run.state, run.asked_at, run.asked_by = ImportState.LOOKING, at, by
    run.save()
    return run


def content_of(run: ImportRun) -> bytes:
    """The file as it was handed in."""
    with run.document.file.open("rb") as file:
        return bytes(file.read())


def tables_of(run: ImportRun) -> Tables:
    """What the file says; raises FileUnreadable."""
    return read_tables(content_of(run), kind=run.kind, file_name=run.document.file_name)


def note(run: ImportRun, plan: Plan) -> None:
    """Write down what the rows would do, and whether that can be done."""
    run.counts = plan.counts()
    run.fates = fates_of(plan)
    run.state = ImportState.CHECKED if plan.may_be_applied else ImportState.REFUSED


@unswept()
def look_through(run: ImportRun, *, clock: Callable[[], datetime]) -> None:
    """The worker's part of looking at a larger file; raises FileUnreadable and ClaimLost."""
    tables = tables_of(run)
    total = tables.count()
    import_queue.note_progress(run=run, done=0, total=total, at=clock())
    plan = make_plan(
        tables,
        tell=lambda done: import_queue.note_progress(run=run, done=done, total=total, at=clock()),
    )
    with transaction.atomic():
        held = import_queue.own(run).select_for_update().first()
        if held is None:
            raise import_queue.ClaimLost(run.pk)
        note(held, plan)
        held.done, held.claimed_at, held.asked_at = total, None, None
        held.save()


def why_not(run: ImportRun) -> str:
    """Why the file cannot be applied as it stands; empty where it can."""
    return {
        ImportState.LOOKING: _("Dit bestand wordt nog nagekeken. Wacht tot dat klaar is."),
        ImportState.REFUSED: _("Dit bestand heeft regels die niet kunnen. Er is niets ingelezen."),
        ImportState.APPLYING: _("Dit bestand wordt al toegepast. Ververs deze pagina."),
        ImportState.APPLIED: _("Dit bestand is al toegepast."),
        ImportState.LAPSED: _("Dit bestand is verwijderd. Lees het opnieuw in."),
    }.get(ImportState(run.state), "")
