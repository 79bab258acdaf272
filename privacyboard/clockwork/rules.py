"""Terms of keeping and where they end, and the stages at which somebody is told of a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from privacyboard.deadlines import AMSTERDAM, retention_end


@dataclass(frozen=True)
class Cut:
    """The last start day whose term is over: what began later stays."""

    day: date

    @property
    def before(self) -> datetime:
        """For moments: those before this one lie on the day or earlier (Amsterdam)."""
        return datetime.combine(self.day + timedelta(days=1), time.min, tzinfo=AMSTERDAM)


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long something is kept, in calendar units; at least one of them."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def ends_on(self, start: date) -> date:
        """The last day on which it may still be here (AVG 5(1)(e))."""
        return retention_end(
            start, years=self.years, months=self.months, weeks=self.weeks, days=self.days
        )

    def cut(self, today: date) -> Cut:
        """The last start whose term has passed: its last day lies before today.

        Counted by trying: months have no inverse (from 31 January a month ends on 28 February,
        and so it does from the 28th).
        """
        days = self.years * 365 + self.months * 28 + self.weeks * 7 + self.days
        start = today - timedelta(days=days)
        while self.ends_on(start) >= today:
            start -= timedelta(days=1)
        return Cut(start)

    @property
    def in_words(self) -> str:
        """In Dutch: "2 jaar", "6 maanden en 1 dag"."""
        units = (
            (self.years, "jaar", "jaar"),
            (self.months, "maand", "maanden"),
            (self.weeks, "week", "weken"),
            (self.days, "dag", "dagen"),
        )
        parts = [
            f"{number} {one if number == 1 else many}" for number, one, many in units if number
        ]
        return " en ".join(parts)


@dataclass(frozen=True)
class Stages:
    """When somebody is told of a day: so many days before it, or (below zero) after it.

    Of what passed more than `ago` days before today nothing is said any more; without it what
    nobody did stays a task.
    """

    days: tuple[int, ...]
    ago: int | None = None

    @property
    def first(self) -> int:
        """How many days ahead somebody is told at the earliest."""
        return max(self.days)

    def reached(self, due: date, today: date) -> tuple[str, ...]:
        """The stages by today, the most urgent last. Another day begins them anew."""
        left = (due - today).days
        if self.ago is not None and -left > self.ago:
            return ()
        days = sorted((each for each in self.days if left <= each), reverse=True)
        return tuple(f"{due:%Y%m%d}:{each}" for each in days)
