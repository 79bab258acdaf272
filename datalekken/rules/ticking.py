"""How much of a term is left at a moment, in whole hours and minutes: what a clock shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from datalekken.choices import BreachState
from datalekken.rules.clocks import Clock
from datalekken.rules.states import UNDECIDED

# From here on the clock is red, though nothing is late yet.
URGENT = timedelta(hours=12)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Ticking:
    """A clock as it stands now. What is left, or how much too late, is rounded down."""

    clock: Clock
    at: datetime

    @property
    def left(self) -> timedelta:
        """What is left; below zero when it is late."""
        return self.clock.ends_at - self.at

    @property
    def is_late(self) -> bool:
        """Whether the term has passed; the last moment itself is in time."""
        return self.left < timedelta()

    @property
    def is_urgent(self) -> bool:
        """Late, or so near that nobody should wait for anything."""
        return self.left < URGENT

    @property
    def hours(self) -> int:
        """Whole hours, either way."""
        return abs(self.left) // _HOUR

    @property
    def minutes(self) -> int:
        """Whole minutes beside the hours."""
        return (abs(self.left) % _HOUR) // timedelta(minutes=1)


def clock_runs(*, state: str, notifies: bool | None, notified_at: datetime | None) -> bool:
    """Whether the term still counts: until the AP heard of it, or somebody decided it need not."""
    if notified_at is not None:
        return False
    return state in UNDECIDED or (state == BreachState.DECIDED and bool(notifies))
