"""The link by which a processor fetches its list: sent anew, or withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacyboard.audit.acts import refused
from privacyboard.mail import outbox
from privacyboard.organisation.models import User
from registers import letters
from registers.choices.destruction import DestructionState
from registers.models import DestructionTask
from registers.models.destruction_steps import locked_in


@transaction.atomic
def send_link(*, task: DestructionTask, by: User, at: datetime) -> DestructionTask:
    """Mail a link that works from now on; every older one stops.

    Raises ActRefused for what is destroyed already, and where no address is known.
    """
    held = _open_task(task)
    _stop_links(held)
    held.asked_at = at
    held.record(by=by, why="nieuwe link gestuurd")
    try:
        letter = letters.destruction_asked(held, at=at)
    except outbox.NoAddress:
        letter = None
    if letter is None:
        raise refused(f"Van {held.name} is geen e-mailadres bekend. Vul het in bij de verwerker.")
    return held


@transaction.atomic
def withdraw_link(*, task: DestructionTask, by: User, at: datetime) -> DestructionTask:
    """No link of this task works any more. Raises ActRefused where none does."""
    held = _open_task(task)
    if held.asked_at is None:
        raise refused("Er is geen link die nu werkt.")
    _stop_links(held)
    held.asked_at = None
    held.record(by=by, why="link ingetrokken")
    return held


def _open_task(task: DestructionTask) -> DestructionTask:
    locked_in(task.list, {DestructionState.HANDED})
    held: DestructionTask = (
        DestructionTask.objects.select_for_update(of=("self",))
        .select_related("list__school", "processor")
        .get(pk=task.pk)
    )
    if held.done_on is not None:
        raise refused(f"Dit is al vernietigd op {held.done_on:%d-%m-%Y}, door {held.done_by}.")
    return held


def _stop_links(held: DestructionTask) -> None:
    held.link_number += 1
    # A letter that waits would bring a link that opens nothing.
    outbox.call_back(DestructionTask, DestructionTask.objects.filter(pk=held.pk).order_by())
