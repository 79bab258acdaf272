"""Somebody whom mail did not reach gets the right address, and what was meant for him."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from consent.models import Invitation
from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Guardian, User
from privacyboard.people.actions import guardians as people


@transaction.atomic
def put_address_right(*, guardian: Guardian, email: str, by: User | None, at: datetime) -> Guardian:
    """Mail goes to this address from now on; without one the person answers on paper.

    Links that went to the old address work no more: its reader can be a stranger. The address that
    did not work is refused: mail to it would come back again. Raises ActRefused.
    """
    held: Guardian = Guardian.objects.select_for_update().get(pk=guardian.pk)
    if held.unreachable_since is None:
        raise refused("Iemand anders zette dit adres al recht.")
    if email.strip() and email.strip().lower() == held.email:
        raise refused("Dit is het adres dat niet werkte. Vul een ander adres in.", "email")
    return people.put_address_right(
        guardian=held, email=email, other_emails=held.other_emails, by=by, at=at
    )


@transaction.atomic
def invite_who_is_reached_again(*, by: User | None, at: datetime) -> int:
    """Write anew to who was asked on paper and has an address by now, wherever it was filled in.

    Of a round that runs, or a text that changed; who answered meanwhile, or was given the letter,
    is left alone. Returns how many are written to.
    """
    rows = Invitation.objects.reached_again(timezone.localdate(at))
    held = list(rows.select_for_update(skip_locked=True, of=("self",)))
    for each in held:
        # Another letter than the one that came back: the key of a letter stands once.
        each.number += 1 if each.queued_at is not None else 0
        each.queued_at = each.on_paper_since = each.document = None
    Invitation.objects.bulk_update(
        held, ["number", "queued_at", "on_paper_since", "document"], batch_size=500
    )
    return len(held)
