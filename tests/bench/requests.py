"""Requests: list, case page and register with 2,000 and with 32,000; rights; letters in a batch."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.demo.populate import populate
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import Appointment
from requests_ar.models import Complaint, SubjectRequest
from tests.bench.boards import boards
from tests.bench.frame import Figure
from tests.bench.growth import costs, told
from tests.bench.visits import Visits, sign_in

MAKES_BOARDS = True
COUNTS = (2_000, 32_000)
OTHERS = {
    "schools": 60,
    "users": 600,
    "suppliers": 20,
    "activities": 60,
    "disclosures": 100,
    "breaches": 100,
    "letters": 100,
    "entries": 100,
}
RIGHTS_CHECKS = 25
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
        found = costs(made, visits, sessions, addresses)
        made.use(1)
        figures = told(found, what="requests", counts=COUNTS, counting=COUNTING)
        return [*figures, _rights()]


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
