"""A round of letters that nobody needs any more is thrown away before it is sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from datalekken.models import Telling, unsent
from privacyboard.audit.acts import refuse_second
from privacyboard.organisation.models import User


@transaction.atomic
def discard_telling(
    *, telling: Telling, seen: int | None = None, by: User | None, at: datetime
) -> None:
    """Throw a round away that nobody got, with its list. Raises ActRefused: what was sent stands.

    The text stays in the history; names and addresses of the list do not (AVG 5(1)(c)).
    """
    held = unsent(telling)
    refuse_second(held, seen=seen)
    count, _by_model = held.people.all().delete()
    words = f"{count} op de lijst" if count else "niemand op de lijst"
    held.erase(by=by, why=f"concept van het bericht weggegooid: {words}")
