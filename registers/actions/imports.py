"""Taking a file into the register: first what each row would do, then all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from privacyboard.organisation.models import User
from privacyboard.sheets.unswept import unswept
from registers.actions.agreements import AgreementOverlaps, refresh_coverage
from registers.choices import ImportState
from registers.exchange import import_queue, kept_file
from registers.exchange.applying import discard, write_plan
from registers.exchange.holding import Overtaken
from registers.exchange.planner import make_plan
from registers.exchange.planning import Fate, Plan
from registers.exchange.reading import read_tables
from registers.models import ImportRun

_COVERING = frozenset(
    {
        *("products", "schools", "all_schools", "starts_on", "ends_on"),
        *("signed_by_board_on", "signed_by_processor_on"),
    }
)


class ImportRefused(ValueError):
    """The file cannot be applied (any more); the text says why and what to do."""


class ImportBusy(RuntimeError):
    """Another file is being applied this moment: nobody waits for it, the worker comes back."""


@unswept()
def read_import(
    *, content: bytes, file_name: str, kind: str, by: User | None, at: datetime
) -> ImportRun:
    """Look a file through and keep it with the fate of each row; the register does not change.

    Raises FileUnreadable where not even rows can be read; then nothing is kept.
    """
    plan = make_plan(read_tables(content, kind=kind, file_name=file_name))
    return kept_file.keep(content, file_name=file_name, kind=kind, plan=plan, by=by, at=at)


@unswept()
def apply_import(
    *,
    run: ImportRun,
    by: User | None,
    at: datetime,
    claim: datetime | None = None,
) -> ImportRun:
    """Carry out what was shown, as a whole: history tells who, and that it was read in.

    `claim` is the worker's. Raises ImportRefused, and changes nothing, where it was applied
    already, a row is refused, or the register changed since: then the run tells the new fates, to
    be looked at again. Raises ImportBusy while another file is applied, and ClaimLost.
    """
    kept: list[Any] = []
    try:
        with transaction.atomic():
            held = _hold(run, claim)
            plan = make_plan(kept_file.tables_of(held))
            if plan.digest() == held.fates["digest"]:
                kept += write_plan(plan, by=by, at=at)
                _refresh(plan, by, at)
                held.state, held.applied_at, held.applied_by = ImportState.APPLIED, at, by
            else:
                kept_file.note(held, plan)
            held.asked_at, held.claimed_at = None, None
            # In a request a message tells it; after the worker the page does.
            applied = held.state == ImportState.APPLIED
            held.error = "" if applied or claim is None else _changed_since()
            held.save()
    except (IntegrityError, AgreementOverlaps, Overtaken) as problem:
        discard(kept)
        told = str(problem) if isinstance(problem, AgreementOverlaps) else ""
        raise ImportRefused(
            told or _("Het register veranderde tijdens het inlezen. Lees het bestand opnieuw in.")
        ) from problem
    except BaseException:
        discard(kept)
        raise
    if held.state != ImportState.APPLIED:
        raise ImportRefused(_changed_since())
    return held


def _changed_since() -> str:
    return _(
        "Het register is veranderd sinds dit bestand is nagekeken. Er is niets ingelezen. "
        "Bekijk hieronder wat er nu zou veranderen."
    )


def _hold(run: ImportRun, claim: datetime | None) -> ImportRun:
    """Hold everybody else's import back, and this file for who may apply it."""
    # One import at a time: two of them would both find the same rows missing.
    if not import_queue.is_alone():
        raise ImportBusy(run.pk)
    runs = ImportRun.objects.select_for_update(of=("self",)).select_related("document")
    if claim is None:
        held: ImportRun = runs.get(pk=run.pk)
        refused = kept_file.why_not(held)
        if refused:
            raise ImportRefused(refused)
        return held
    claimed = runs.filter(pk=run.pk, state=ImportState.APPLYING, claimed_at=claim).first()
    if claimed is None:
        raise import_queue.ClaimLost(run.pk)
    return claimed


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
