"""Asking the whole register as a file; a worker makes it, and it is found on the page."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import hints
from privacyboard.organisation.models import User
from registers.choices import JobState
from registers.models import RegisterFile


@transaction.atomic
def ask_register_file(*, by: User, at: datetime) -> RegisterFile:
    """Ask for the register as PDF; what this person asked and is not ready yet is not doubled."""
    User.objects.select_for_update().get(pk=by.pk)
    busy = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING)
    file = RegisterFile.objects.filter(busy, asked_by=by).first()
    if file is None:
        file = RegisterFile.objects.create(asked_by=by, asked_at=at)
        note_access(subject=file, act=AccessEntry.Act.EXPORTED, by=by)
    transaction.on_commit(_hint, robust=True)
    return file


def _hint() -> None:
    """Tell a worker that a file is waiting. Without a broker nothing is lost: a sweep finds it."""
    hints.give("registers.make_files")
