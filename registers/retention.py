"""What the register must forget by itself, and every field of it that holds data of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

from django.db import transaction
from django.db.models import Q, QuerySet

from privacyboard.clockwork.holds import holds_on
from registers.choices import ImportState
from registers.models import ImportRun

# A rule of the board, no term of a law: long enough to set a mistake right after a file was read
# in, and no longer. Such a file repeats the register and can name people (AVG 5(1)(e)).
IMPORTS_ARE_KEPT = timedelta(days=30)
_BATCH = 100
_SETTLED = (ImportState.CHECKED, ImportState.REFUSED, ImportState.APPLIED)
_ENDINGS = frozenset({".xlsx", ".zip", ".json", ".csv"})


class Fate(StrEnum):
    """What becomes of data of a person in the register."""

    EMPTIED = "removed IMPORTS_ARE_KEPT after the file was applied or handed in; figures stay"
    UNUSED = "removed when no issue of the register used it for a month"
    PROOF = "stays with what was decided: who did it is part of the account (AVG 5(2), 24)"
    RECORD = "as long as its record, of which the board's own rule tells the term"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "accessreview.answered_by": Fate.PROOF,
    "accessreview.corrections": Fate.RECORD,
    "accessreview.handled_by": Fate.PROOF,
    "accessreview.handling": Fate.RECORD,
    "accessreview.report": Fate.PROOF,
    "activityversion.content": Fate.PROOF,
    "activityversion.established_by": Fate.PROOF,
    "activityversion.fg_remark": Fate.PROOF,
    "activityversion.proposed_by": Fate.PROOF,
    "agreement.document": Fate.RECORD,
    "agreement.note": Fate.RECORD,
    "compatibilitytest.tested_by": Fate.PROOF,
    "confidentialitynote.agreed_with": Fate.RECORD,
    "confidentialitynote.pupil_key": Fate.RECORD,
    "confidentialitynote.who_may_know": Fate.RECORD,
    "disclosure.consent_reference": Fate.RECORD,
    "disclosure.minimisation": Fate.RECORD,
    "disclosure.official_request": Fate.RECORD,
    "disclosure.person_key": Fate.RECORD,
    "disclosure.proportionality": Fate.RECORD,
    "disclosure.purpose": Fate.RECORD,
    "disclosure.request_file": Fate.RECORD,
    "disclosure.subsidiarity": Fate.RECORD,
    "importrun.applied_by": Fate.PROOF,
    "importrun.asked_by": Fate.PROOF,
    "importrun.document": Fate.EMPTIED,
    "importrun.error": Fate.EMPTIED,
    "importrun.fates": Fate.EMPTIED,
    "importrun.read_by": Fate.PROOF,
    "nationaloverview.file_name": Fate.RECORD,
    "nationaloverview.read_by": Fate.PROOF,
    "nationaloverview.rows": Fate.RECORD,
    "parentnotice.letter": Fate.PROOF,
    "parentnotice.noted_by": Fate.PROOF,
    "processingactivity.fg_remark": Fate.RECORD,
    "processingactivity.fg_remark_by": Fate.PROOF,
    "processingactivity.on_behalf_contact": Fate.RECORD,
    "processingactivity.owner": Fate.RECORD,
    "processingactivity.proposed_by": Fate.PROOF,
    "processor.contact_email": Fate.RECORD,
    "publishedstatement.content": Fate.PROOF,
    "publishedstatement.pdf": Fate.PROOF,
    "publishedstatement.published_by": Fate.PROOF,
    "registerfile.asked_by": Fate.PROOF,
    "registerfile.document": Fate.RECORD,
    "renderedpart.pdf": Fate.UNUSED,
    "schooldeviation.reason": Fate.RECORD,
    "schooldeviation.text": Fate.RECORD,
    "sharingagreement.contact_point": Fate.RECORD,
    "sharingagreement.document": Fate.RECORD,
    "sharingagreement.note": Fate.RECORD,
    "versionanswer.answered_by": Fate.PROOF,
    "versionanswer.remark": Fate.RECORD,
}


def forget_imported_files(*, at: datetime) -> int:
    """Remove files that were read in a month ago, and what their rows say; the numbers stay.

    The term runs from applying, else from handing in: what was refused or left goes too. A hold
    stops it until it is lifted. Returns how many files went.
    """
    forgotten, last = 0, 0
    while keys := list(_due(at).filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        forgotten += _forget(keys, at)
        last = keys[-1]
    return forgotten


def _due(at: datetime) -> QuerySet[ImportRun]:
    day = at - IMPORTS_ARE_KEPT
    passed = Q(applied_at__lte=day) | Q(applied_at__isnull=True, read_at__lte=day)
    due = ImportRun.objects.filter(passed, emptied_at__isnull=True, state__in=_SETTLED)
    return due.order_by("pk")


@transaction.atomic
def _forget(keys: list[int], at: datetime) -> int:
    # What somebody holds is not waited for: the next run finds it again.
    locked = _due(at).filter(pk__in=keys).select_for_update(skip_locked=True, of=("self",))
    runs = list(locked.select_related("document"))
    held = holds_on(runs) if runs else {}
    free = [run for run in runs if run.pk not in held]
    for run in free:
        _empty(run, at)
    return len(free)


def _empty(run: ImportRun, at: datetime) -> None:
    document = run.document
    ending = PurePath(document.file_name).suffix.lower()
    # From the disk first: when the rows fail after this, the next run does it again.
    document.file.delete(save=False)
    # What a file was called can be a name too. Its size and hash stay: they tell which it was.
    document.title = document.file_name = f"bestand{ending if ending in _ENDINGS else ''}"
    document.save()
    run.fates = {**run.fates, "problems": [], "rows": []}
    if run.state == ImportState.CHECKED:
        run.state = ImportState.LAPSED
    run.error, run.emptied_at = "", at
    run.save()
