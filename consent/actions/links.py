"""A link that was sent no longer serves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacyboard.organisation.models import Guardian, Pupil, User
from privacyboard.organisation.rules import next_link_number


@transaction.atomic
def revoke_links(*, who: Guardian | Pupil, by: User | None, at: datetime) -> Guardian | Pupil:
    """Revoke every link that was sent to this guardian or pupil; what was answered stays."""
    people = Guardian.objects if isinstance(who, Guardian) else Pupil.objects
    held: Guardian | Pupil = people.select_for_update().get(pk=who.pk)
    held.link_number = next_link_number(held.link_number)
    # The history says when it was done, not when it was written.
    held.__dict__["_history_date"] = at
    held.record(by=by, why="link ingetrokken")
    return held
