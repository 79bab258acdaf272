"""What the front desk must forget: the addresses of calendars of who left."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet

from privacyboard.clockwork import runs
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.frontdesk.models import CalendarAddress
from privacyboard.organisation.models import User

# A rule of the board, no term of a law: nobody opens it any more from the day of leaving.
ADDRESSES_ARE_KEPT = Term(weeks=4)


class Fate(StrEnum):
    """What becomes of data of a person at the front desk."""

    LEFT = "the row goes four weeks after the last appointment of its account"


# Each as `model.field`.
PERSONAL: dict[str, Fate] = {
    "calendaraddress.token_hash": Fate.LEFT,
    "calendaraddress.user": Fate.LEFT,
}


def register_all() -> None:
    """Tell the retention run what the front desk forgets."""
    runs.register(
        runs.Rule(
            name="calendar_addresses",
            title="Adressen van agenda’s van oud-medewerkers",
            model=CalendarAddress,
            default=ADDRESSES_ARE_KEPT,
            starts="het einde van de laatste aanstelling",
            due=_due_addresses,
            forget=runs.erasing(CalendarAddress, traced=False),
        )
    )


def _due_addresses(cut: Cut) -> QuerySet[CalendarAddress]:
    left = User.objects.left_by(cut.day, before=cut.before)
    return CalendarAddress.objects.filter(user__in=left.values("pk"))
