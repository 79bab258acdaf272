"""How everything here is measured: interleaved, by medians, and said as a ratio."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One line of the report. `limit` is what the ratio may be at most, or must be at least."""

    name: str
    value: str
    against: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def line(self) -> str:
        """The figure as it is printed."""
        asked = f"{'at least' if self.at_least else 'at most'} {self.limit:g}"
        verdict = "ok" if self.is_met else "NOT MET"
        return (
            f"{verdict:8} {self.name}: {self.value}, against {self.against}: "
            f"{self.ratio:.2f} ({asked})"
        )


def seconds(work: Work) -> float:
    """How long one run takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def interleaved(first: Work, second: Work, *, rounds: int = 5) -> tuple[float, float]:
    """The median seconds of two pieces of work, taken by turns so that the machine is fair.

    Neither pays for what the other left behind in memory: a large piece of work leaves half a
    second of sweeping, which would fall on whoever comes next.
    """
    firsts: list[float] = []
    seconds_: list[float] = []
    for _round in range(rounds):
        for work, found in ((first, firsts), (second, seconds_)):
            gc.collect()
            found.append(seconds(work))
    return median(firsts), median(seconds_)
