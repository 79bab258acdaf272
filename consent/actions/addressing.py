"""Somebody whom mail did not reach gets the right address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Guardian, User


@transaction.atomic
def put_address_right(*, guardian: Guardian, email: str, by: User | None, at: datetime) -> Guardian:
    """Mail goes to this address from now on; without one the person answers on paper.

    The address that did not work is refused: mail to it would come back again. Raises ActRefused.
    """
    held: Guardian = Guardian.objects.select_for_update().get(pk=guardian.pk)
    if held.unreachable_since is None:
        raise refused("Iemand anders zette dit adres al recht.")
    given = email.strip().lower()
    if given and given == held.email:
        raise refused("Dit is het adres dat niet werkte. Vul een ander adres in.", "email")
    held.email = given
    held.other_emails = [each for each in held.other_emails if each != given]
    held.unreachable_since, held.unreachable_why = None, ""
    held.record(by=by, why="adres rechtgezet" if given else "adres weggehaald: het werkte niet")
    return held
