"""What a person asks of a file: a small one is done at once, a larger one by the worker.

A web request is over in a minute at most, and 100,000 rows take longer than anybody should wait.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.clockwork import hints
from privacyboard.organisation.models import User
from privacyboard.sheets.unswept import unswept
from registers.actions.imports import ImportBusy, ImportRefused, apply_import
from registers.choices import ImportState
from registers.exchange import kept_file
from registers.exchange.planner import make_plan
from registers.exchange.reading import read_tables, unpacked_size
from registers.models import ImportRun

logger = logging.getLogger(__name__)

# Both hold for what is done within the request: a few rows can be long, and many can be short.
AT_ONCE_BYTES = 4 * 1024 * 1024  # as unpacked
AT_ONCE_ROWS = 5_000


@unswept()
def hand_in_import(
    *, content: bytes, file_name: str, kind: str, by: User, at: datetime
) -> ImportRun:
    """Keep a file and look it through, or let the worker do that; the register does not change.

    Raises FileUnreadable where a small file cannot be read; of a larger one the page tells it.
    """
    plan = None
    if unpacked_size(content) <= AT_ONCE_BYTES:
        tables = read_tables(content, kind=kind, file_name=file_name)
        plan = make_plan(tables) if tables.count() <= AT_ONCE_ROWS else None
    with transaction.atomic():
        run = kept_file.keep(content, file_name=file_name, kind=kind, plan=plan, by=by, at=at)
        if plan is None:
            transaction.on_commit(_hint, robust=True)
    return run


def ask_to_apply(*, run: ImportRun, by: User, at: datetime) -> ImportRun:
    """Apply a file, or let the worker do that where it is large or another one is busy.

    Raises ImportRefused.
    """
    # As it stands now: the worker may have looked it through since the page was made.
    if _is_small(ImportRun.objects.select_related("document").get(pk=run.pk)):
        try:
            return apply_import(run=run, by=by, at=at)
        except ImportBusy:
            logger.info("another file is being applied: file %s waits for the worker", run.pk)
    with transaction.atomic():
        # Held by somebody: it is being applied this moment.
        held = ImportRun.objects.select_for_update(skip_locked=True).filter(pk=run.pk).first()
        if held is None:
            raise ImportRefused(_("Dit bestand wordt al toegepast. Ververs deze pagina."))
        refused = kept_file.why_not(held)
        if refused:
            raise ImportRefused(refused)
        held.state, held.asked_at, held.asked_by = ImportState.APPLYING, at, by
        held.claimed_at, held.done, held.error = None, 0, ""
        held.save()
        transaction.on_commit(_hint, robust=True)
    return held


def _is_small(run: ImportRun) -> bool:
    rows = sum(run.counts[fate] for fate in ("new", "changed", "same", "refused"))
    if rows > AT_ONCE_ROWS or not run.document.file:
        return False
    return unpacked_size(kept_file.content_of(run)) <= AT_ONCE_BYTES


def _hint() -> None:
    """Tell a worker that a file is waiting. Without a broker nothing is lost: a sweep finds it."""
    hints.give("registers.take_in_files")
