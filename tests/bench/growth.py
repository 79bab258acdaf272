"""The same pages on a small board and on a large one: queries, and how much longer it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from privacyboard.organisation.choices import Role
from tests.bench.frame import Figure, seconds
from tests.bench.visits import Visits

ROUNDS = 9
MOST_QUERIES, MOST_GROWTH = 12, 1.3
# A list that is not full on the small board says more on the large one; this much is no noise.
SAME_TEXT = 1.15


@dataclass
class Cost:
    """One page for one role, on the small board and on the large one."""

    page: str
    role: str
    queries: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    times: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    @property
    def growth(self) -> float:
        """How much longer it takes on the large board; per text where the page has more to say."""
        small, large = (median(each) for each in self.times)
        more = self.sizes[1] / self.sizes[0]
        return large / small / (more if more > SAME_TEXT else 1)

    def in_words(self) -> str:
        """Where and for whom, in milliseconds."""
        small, large = (1000 * median(each) for each in self.times)
        return f"{self.page} for {self.role}: {small:.1f} and {large:.1f} ms"


def costs(
    made: Any,
    visits: Visits,
    sessions: list[dict[str, str]],
    addresses: list[dict[str, dict[str, str]]],
) -> list[Cost]:
    found = []
    for role in Role.values:
        for page in addresses[0][role]:
            cost = Cost(page, role)
            for number in (0, 1):
                made.use(number)
                address, session = addresses[number][role].get(page, ""), sessions[number][role]
                answer = visits.get(address, session) if address else None
                if answer is not None and answer.is_page:
                    cost.sizes.append(len(answer.body))
                    cost.queries.append(visits.queries(address, session))
            if len(cost.queries) == 2:
                found.append(cost)
    for _round in range(ROUNDS):
        for cost in found:
            for number in (0, 1):
                made.use(number)
                address = addresses[number][cost.role][cost.page]
                ask = partial(visits.get, address, sessions[number][cost.role])
                cost.times[number].append(seconds(ask))
    return found


def told(costs: list[Cost], *, what: str, counts: tuple[int, int], counting: str) -> list[Figure]:
    """The worst of all: queries, growth, and growth of the page that counts every row itself."""
    most = max(costs, key=lambda each: max(each.queries))
    read = [each for each in costs if each.page != counting]
    slowest = max(read, key=lambda each: each.growth)
    few, many = counts
    found = [
        Figure(
            f"most queries of {len(costs)} pages of {what} and roles",
            f"{max(most.queries)} on {most.page} for {most.role}",
            str(MOST_QUERIES),
            max(most.queries) / MOST_QUERIES,
            1,
        ),
        Figure(
            f"time with {many} {what} ({len(read)} pages and roles, the largest)",
            slowest.in_words(),
            f"{few} {what}",
            slowest.growth,
            MOST_GROWTH,
        ),
    ]
    counted = [each for each in costs if each.page == counting]
    if counted:
        worst = max(counted, key=lambda each: each.growth)
        found.append(
            Figure(
                f"time of the figures over all of {many} {what}",
                worst.in_words(),
                f"{few} {what}, sixteen times fewer to count",
                worst.growth,
                many / few,
            )
        )
    return found
