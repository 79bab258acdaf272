"""How timely requests are answered: counts, and the share that was in time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timeliness:
    """Counts of one school, of one kind, or of all. `days`: on average, from receipt to answer."""

    label: str
    total: int = 0
    in_time: int = 0
    late: int = 0
    running: int = 0
    overdue: int = 0
    withdrawn: int = 0
    extended: int = 0
    days: int | None = None

    @property
    def share(self) -> int | None:
        """Of every hundred that had to be answered, how many were in time; None where none had.

        What is overdue counts as not in time. Rounded down: only all is a hundred.
        """
        asked = self.in_time + self.late + self.overdue
        return self.in_time * 100 // asked if asked else None
