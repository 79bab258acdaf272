"""What pages cost, for every role, on a board and on one sixteen times as large."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import include, path
from django.utils import timezone

from privacyboard.demo.populate import populate
from privacyboard.organisation.choices import Role
from registers.models import ProcessingActivity
from tests.bench.addresses import forms, read_pages
from tests.bench.boards import boards
from tests.bench.frame import Figure, interleaved, seconds
from tests.bench.visits import Visits, sign_in

MAKES_BOARDS = True
TIMES = 16
ANYBODY = "anybody"
# Every list but that of the schools fills a page.
SMALL = {
    "schools": 4,
    "users": 160,
    "suppliers": 60,
    "activities": 60,
    "disclosures": 100,
    "requests": 100,
    "letters": 100,
    "entries": 500,
}
ROUNDS, MORE_ROUNDS = 3, (9, 27)
MOST_QUERIES, PER_KIND_OF_LINE, MOST_TO_ADD = 12, 2, 15
MOST_GROWTH = 1.3
LEAST_THROUGHPUT = 0.28
# A page that prints the whole register grows with it; more text than this is no noise.
SAME_TEXT = 1.15

_BARE = Template(
    "<!doctype html><html lang=nl><title>Verwerkingen</title><table>{% for each in rows %}<tr>"
    "<td>{{ each.code }}</td><td>{{ each.name }}</td><td>{{ each.get_process_group_display }}</td>"
    "<td>{{ each.get_status_display }}</td><td>{{ each.next_review_on }}</td></tr>{% endfor %}"
    "</table></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """The least that shows the page of a list: one indexed query and a template."""
    rows = ProcessingActivity.objects.order_by("code")[:50]
    return HttpResponse(_BARE.render(Context({"rows": rows})))


urlpatterns = [path("kaal/", bare), path("", include("privacyboard.urls"))]


@dataclass
class Cost:
    """One page for one role: queries, size and seconds on the small board and on the large one."""

    address: str
    role: str
    queries: tuple[int, int]
    sizes: tuple[int, int]
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
        more = self.sizes[1] / self.sizes[0]
        text = f", {more:.1f} times the text" if more > SAME_TEXT else ""
        return f"{self.address} for {self.role}: {small:.1f} and {large:.1f} ms{text}"


def figures() -> list[Figure]:
    """Queries, growth, forms, and throughput against a bare view."""
    settings.ROOT_URLCONF = "tests.bench.pages"
    with boards(2) as made:
        sessions = []
        for number, counts in enumerate((SMALL, {key: TIMES * n for key, n in SMALL.items()})):
            made.use(number)
            populate(counts, seed=1, at=timezone.now())
            sessions.append({role: sign_in(role) for role in Role.values})
        visits = Visits()
        costs = _costs(made, visits, sessions)
        made.use(0)
        return [
            *_query_figures(costs),
            *_growth_figures(costs),
            *_form_figures(visits, sessions[0]),
            *_throughput(made, visits, sessions[1]),
        ]


def _costs(made: Any, visits: Visits, sessions: list[dict[str, str]]) -> list[Cost]:
    made.use(0)
    found = []
    for address in read_pages():
        made.use(0)
        # A page for everybody is the same for everybody; home greets strangers otherwise.
        is_public = visits.get(address).is_page and address != "/"
        for role in (ANYBODY,) if is_public else Role.values:
            cost = _look(made, visits, address, role, sessions)
            if cost is not None:
                found.append(cost)
    _time(made, visits, sessions, found, ROUNDS)
    # What seems slow is looked at longer, and longer again: a busy machine is no fault of a page.
    for rounds in MORE_ROUNDS:
        doubtful = [each for each in found if each.growth > MOST_GROWTH]
        _time(made, visits, sessions, doubtful, rounds)
    return found


def _time(
    made: Any, visits: Visits, sessions: list[dict[str, str]], costs: list[Cost], rounds: int
) -> None:
    """By turns: the small board, the large one, then the next page."""
    for _round in range(rounds):
        for cost in costs:
            for number in (0, 1):
                made.use(number)
                ask = partial(visits.get, cost.address, sessions[number].get(cost.role, ""))
                cost.times[number].append(seconds(ask))


def _look(
    made: Any, visits: Visits, address: str, role: str, sessions: list[dict[str, str]]
) -> Cost | None:
    """The page on both boards; nothing where this role does not see it on both."""
    queries, sizes = [], []
    for number in (0, 1):
        made.use(number)
        answer = visits.get(address, sessions[number].get(role, ""))
        if not answer.is_page:
            if answer.status >= 500:
                raise RuntimeError(f"{address} for {role}: {answer.status}")
            return None
        queries.append(visits.queries(address, sessions[number].get(role, "")))
        sizes.append(len(answer.body))
    return Cost(address, role, (queries[0], queries[1]), (sizes[0], sizes[1]))


def _query_figures(costs: list[Cost]) -> list[Figure]:
    """Per role the page that asks most; and every page that asks too much, or more when larger."""
    found = []
    for role in (ANYBODY, *Role.values):
        own = sorted(
            (each for each in costs if each.role == role), key=lambda each: max(each.queries)
        )
        too_many = [each for each in own if max(each.queries) > MOST_QUERIES]
        for cost in too_many or own[-1:]:
            most = max(cost.queries)
            found.append(
                Figure(
                    f"most queries of {len(own)} lists and read pages for {role}",
                    f"{most} on {cost.address}",
                    f"{MOST_QUERIES}",
                    most / MOST_QUERIES,
                    1,
                )
            )
    for cost in _those(costs, lambda each: each.queries[1] / each.queries[0], 1):
        small, large = cost.queries
        found.append(
            Figure(
                f"queries on {TIMES} times the data, {cost.address} for {cost.role}",
                str(large),
                f"{small} on the small board",
                large / small,
                1,
            )
        )
    return found


def _those(costs: list[Cost], measure: Any, limit: float) -> list[Cost]:
    """Everything above a limit; the largest where nothing is."""
    ordered = sorted(costs, key=measure)
    return [each for each in ordered if measure(each) > limit] or ordered[-1:]


def _growth_figures(costs: list[Cost]) -> list[Figure]:
    return [
        Figure(
            f"time on {TIMES} times the data ({len(costs)} pages and roles, the largest)",
            cost.in_words(),
            "the small board",
            cost.growth,
            MOST_GROWTH,
        )
        for cost in _those(costs, lambda each: each.growth, MOST_GROWTH)
    ]


def _form_figures(visits: Visits, sessions: dict[str, str]) -> list[Figure]:
    """Per role the form that asks most of what it may ask."""
    found: list[Figure] = []
    for role, session in sessions.items():
        own = []
        for add, change, kinds in forms():
            most = MOST_QUERIES + PER_KIND_OF_LINE * kinds
            for address, limit in ((add, MOST_TO_ADD if not kinds else most), (change, most)):
                if address and visits.get(address, session).is_page:
                    asked = visits.queries(address, session)
                    name = f"queries of {address} for {role}"
                    own.append(Figure(name, str(asked), str(limit), asked / limit, 1))
        own.sort(key=lambda figure: figure.ratio)
        found += [figure for figure in own if not figure.is_met] or own[-1:]
    return found


def _throughput(made: Any, visits: Visits, sessions: dict[str, str]) -> list[Figure]:
    made.use(1)
    session = sessions[Role.IBP_MANAGER]
    address = "/beheer/registers/processingactivity/"
    once, own = interleaved(
        lambda: visits.get("/kaal/"), lambda: visits.get(address, session), rounds=100
    )
    return [
        Figure(
            f"requests per second of {address}, signed in",
            f"{1 / own:.0f}",
            f"{1 / once:.0f} of a bare view of the same fifty rows",
            once / own,
            LEAST_THROUGHPUT,
            at_least=True,
        )
    ]
