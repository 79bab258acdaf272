"""Taking a file into the register: first what each row would do, then all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from privacyboard.documents import storage
from privacyboard.organisation.models import Board, User
from registers.actions.agreements import AgreementOverlaps, refresh_coverage
from registers.choices import DocumentKind, ImportState
from registers.exchange.applying import AttachmentChanged, discard, write_plan
from registers.exchange.fates import fates_of
from registers.exchange.planner import make_plan
from registers.exchange.planning import Fate, Plan
from registers.exchange.reading import content_type, read_tables
from registers.models import ImportRun

_COVERING = frozenset(
    {
        *("products", "schools", "all_schools", "starts_on", "ends_on"),
        *("signed_by_board_on", "signed_by_processor_on"),
    }
)


class ImportRefused(ValueError):
    """The file cannot be applied (any more); the text says why and what to do."""


def read_import(
    *, content: bytes, file_name: str, kind: str, by: User | None, at: datetime
) -> ImportRun:
    """Look a file through and keep it with the fate of each row; the register does not change.

    Raises FileUnreadable where not even rows can be read; then nothing is kept.
    """
    plan = make_plan(read_tables(content, kind=kind, file_name=file_name))
    with transaction.atomic():
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
        _note(run, plan)
        run.save()
    return run


def apply_import(*, run: ImportRun, by: User | None, at: datetime) -> ImportRun:
    """Carry out what was shown, as a whole: history tells who, and that it was read in.

    Raises ImportRefused, and changes nothing, where it was applied already, a row is refused, or
    the register changed since: then the run tells the new fates, to be looked at again.
    """
    kept: list[Any] = []
    try:
        with transaction.atomic():
            held, plan = _retake(run)
            if plan.digest() == held.fates["digest"]:
                kept += write_plan(plan, by=by, at=at)
                _refresh(plan, by, at)
                held.state, held.applied_at, held.applied_by = ImportState.APPLIED, at, by
            else:
                _note(held, plan)
            held.save()
    except (IntegrityError, AgreementOverlaps, AttachmentChanged) as problem:
        discard(kept)
        told = str(problem) if isinstance(problem, AgreementOverlaps) else ""
        raise ImportRefused(
            told or _("Het register veranderde tijdens het inlezen. Lees het bestand opnieuw in.")
        ) from problem
    except BaseException:
        discard(kept)
        raise
    if held.state != ImportState.APPLIED:
        raise ImportRefused(
            _(
                "Het register is veranderd sinds dit bestand is nagekeken. Er is niets ingelezen. "
                "Bekijk hieronder wat er nu zou veranderen."
            )
        )
    return held


def _retake(run: ImportRun) -> tuple[ImportRun, Plan]:
    """Hold everybody else's import back, and see what the file would do now."""
    # One import at a time: two of them would both find the same rows missing.
    Board.objects.select_for_update().get()
    held: ImportRun = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.state == ImportState.APPLIED:
        raise ImportRefused(_("Dit bestand is al toegepast."))
    if held.state == ImportState.REFUSED:
        raise ImportRefused(_("Dit bestand heeft regels die niet kunnen. Er is niets ingelezen."))
    with held.document.file.open("rb") as file:
        content = file.read()
    tables = read_tables(content, kind=held.kind, file_name=held.document.file_name)
    return held, make_plan(tables)


def _note(run: ImportRun, plan: Plan) -> None:
    run.counts = plan.counts()
    run.fates = fates_of(plan)
    run.state = ImportState.CHECKED if plan.may_be_applied else ImportState.REFUSED


def _refresh(plan: Plan, by: User | None, at: datetime) -> None:
    """Write what the agreements cover: of all that give something up first, then of all."""
    rows = [
        each
        for each in plan.tables.get("agreements", ())
        if each.fate is Fate.NEW or (each.fate is Fate.CHANGED and _COVERING & set(each.changed))
    ]
    for each in rows:
        each.record.coverage.all().delete()
    for each in rows:
        if each.record.signed_by_both_on is not None:
            refresh_coverage(agreement=each.record, by=by, at=at)
