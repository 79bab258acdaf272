"""Requests: list, case page and register with 2,000 and with 32,000; rights; letters in a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.demo.populate import populate
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment
from requests_ar.models import Complaint, SubjectRequest
from tests.bench.boards import boards
from tests.bench.frame import Figure, seconds
from tests.bench.visits import Visits, sign_in

MAKES_BOARDS = True
COUNTS = (2_000, 32_000)
OTHERS = {
    "schools": 60,
    "users": 600,
    "suppliers": 20,
    "activities": 60,
    "disclosures": 100,
    "letters": 100,
    "entries": 100,
}
ROUNDS = 9
MOST_QUERIES, MOST_GROWTH = 12, 1.3
RIGHTS_CHECKS = 25
# A list that is not full on the small board says more on the large one; this much is no noise.
SAME_TEXT = 1.15
LISTS = (
    "/",
    "/verzoeken/",
    "/verzoeken/?toon=all",
    "/verzoeken/?toon=late",
    "/klachten/",
    "/klachten/?toon=open",
)
# Counts every request that there is: it grows with them, and is told beside the others.
COUNTING = "/verzoeken/register/"


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


def figures() -> list[Figure]:
    """Queries and growth of the pages of requests, and what rights cost."""
    with boards(2) as made:
        sessions, addresses = [], []
        for number, count in enumerate(COUNTS):
            made.use(number)
            populate({**OTHERS, "requests": count}, seed=1, at=timezone.now())
            sessions.append({role: sign_in(role) for role in Role.values})
            addresses.append({role: _addresses(role) for role in Role.values})
        visits = Visits()
        costs = _costs(made, visits, sessions, addresses)
        made.use(1)
        return [*_told(costs), _rights()]


def _addresses(role: str) -> dict[str, str]:
    """Every page with an example of what this role reads."""
    user = Appointment.objects.filter(role=role).order_by("pk")[0].user
    found = {each: each for each in (*LISTS, COUNTING)}
    rows: tuple[tuple[str, Any], ...] = (
        ("/verzoeken/", SubjectRequest.objects.visible_to(user)),
        ("/klachten/", Complaint.objects.visible_to(user)),
    )
    for start, records in rows:
        number = records.order_by("-received_on", "pk").values_list("number", flat=True).first()
        if number:
            found[f"{start}<nummer>/"] = f"{start}{number}/"
    return found


def _costs(
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


def _told(costs: list[Cost]) -> list[Figure]:
    most = max(costs, key=lambda each: max(each.queries))
    read = [each for each in costs if each.page != COUNTING]
    slowest = max(read, key=lambda each: each.growth)
    many, few = COUNTS[1], COUNTS[0]
    found = [
        Figure(
            f"most queries of {len(costs)} pages of requests and roles",
            f"{max(most.queries)} on {most.page} for {most.role}",
            str(MOST_QUERIES),
            max(most.queries) / MOST_QUERIES,
            1,
        ),
        Figure(
            f"time with {many} requests ({len(read)} pages and roles, the largest)",
            slowest.in_words(),
            f"{few} requests",
            slowest.growth,
            MOST_GROWTH,
        ),
    ]
    counting = [each for each in costs if each.page == COUNTING]
    if counting:
        worst = max(counting, key=lambda each: each.growth)
        found.append(
            Figure(
                f"time of the figures over all of {many} requests",
                worst.in_words(),
                f"{few} requests, sixteen times fewer to count",
                worst.growth,
                many / few,
            )
        )
    return found


def _rights() -> Figure:
    """Twenty-five rights checks on the requests of one page."""
    user = Appointment.objects.filter(role=Role.DIRECTOR).order_by("pk")[0].user
    cases = list(SubjectRequest.objects.select_related("school")[:RIGHTS_CHECKS])
    user.__dict__.pop("_standing", None)
    with CaptureQueriesContext(connection) as asked:
        for case in cases:
            user.has_perm(Right.HANDLE_REQUESTS, case.school)
    return Figure(
        f"queries of {RIGHTS_CHECKS} rights checks on a page", str(len(asked)), "1", len(asked), 1
    )
