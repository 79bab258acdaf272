"""What public forms must forget: how often a sender sent one."""

from __future__ import annotations

from enum import StrEnum

from privacyboard.clockwork import runs
from privacyboard.clockwork.rules import Term
from privacyboard.publicforms.models import FormCount

# A count serves for a day. A rule of the board, no term of a law.
COUNTS_ARE_KEPT = Term(days=1)


class Fate(StrEnum):
    """What becomes of what public forms know of a sender."""

    COUNT = "the row goes when its day and one more are over; nobody's address is in it"


# Each as `model.field`.
PERSONAL: dict[str, Fate] = {"formcount.sender": Fate.COUNT}


def register_all() -> None:
    """Tell the retention run what public forms forget."""
    runs.register(
        runs.Rule(
            name="form_counts",
            title="Tellingen van openbare formulieren",
            model=FormCount,
            default=COUNTS_ARE_KEPT,
            starts="het versturen",
            due=runs.counted_from(FormCount, "hour"),
            forget=runs.erasing(FormCount, traced=False),
        )
    )
