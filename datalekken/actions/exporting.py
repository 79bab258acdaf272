"""The register on paper: the worker prints it, at a tenth of a second for each breach and more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from datalekken.choices import DocumentKind
from datalekken.letters.register import figures, register_pdf
from datalekken.models import Breach, RegisterFile
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.documents import storage
from privacyboard.documents.press import kind_of
from privacyboard.documents.rules import PDF
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User

logger = logging.getLogger(__name__)


class RegistersNotMade(RuntimeError):
    """Registers that could not be printed; who asked is told, the others were made."""


@transaction.atomic
def ask_register_file(
    *, breaches: Sequence[int], chosen: Sequence[str], by: User, at: datetime
) -> RegisterFile:
    """Ask for these breaches on paper; what this person asked and is not made yet is not doubled.

    `breaches`: keys; `chosen`: the filters in words.
    """
    User.objects.select_for_update().get(pk=by.pk)
    same = {"breaches": list(breaches), "chosen": list(chosen)}
    standing = RegisterFile.objects.waiting().filter(asked_by=by, **same).first()
    if standing is not None:
        return standing
    made: RegisterFile = RegisterFile.objects.create(asked_by=by, asked_at=at, **same)
    note_access(subject=made, act=AccessEntry.Act.EXPORTED, by=by)
    return made


def make_register_files(*, at: datetime) -> int:
    """Print every register that waits; returns how many were taken up. Raises RegistersNotMade.

    One transaction holds one row: other workers skip it, and what a killed worker held waits again.
    """
    taken = failed = 0
    while (made := _make_next(at)) is not None:
        taken += 1
        failed += not made
    if failed:
        raise RegistersNotMade(f"{failed} of {taken}")
    return taken


@transaction.atomic
def _make_next(at: datetime) -> bool | None:
    """Whether the next one was made; None when nothing waits."""
    rows = RegisterFile.objects.waiting().select_related("asked_by")
    file = rows.select_for_update(of=("self",), skip_locked=True).first()
    if file is None:
        return None
    try:
        with transaction.atomic():
            content = _printed(file)
    except Exception as problem:  # noqa: BLE001 - whatever it is, who asked is told
        logger.error("register %s could not be made: %s", file.pk, kind_of(problem))
        file.failed_at = at
        file.save(update_fields=["failed_at"])
        return False
    file.document = storage.store(
        content=content,
        title=f"Register van datalekken, {len(file.breaches)} datalekken",
        file_name=f"datalekken-{timezone.localdate(file.asked_at).isoformat()}.pdf",
        media_type=PDF,
        kind=DocumentKind.REGISTER,
        by=file.asked_by,
        at=at,
        school=None,
    )
    file.save(update_fields=["document"])
    return True


def _printed(file: RegisterFile) -> bytes:
    """As the asker may read it now: a file that was closed since is left out."""
    user = file.asked_by
    rows = Breach.objects.filter(pk__in=file.breaches).judged(file.asked_at)
    found = rows.to_export(user)
    counted = figures(
        found,
        schools=School.objects.where(user, Right.VIEW_BREACHES),
        with_board=Right.VIEW_BREACHES in user.standing.everywhere,
    )
    return register_pdf(found, counted=counted, chosen=file.chosen, at=file.asked_at)
