"""Breaches: list, file page and register with 3,000 and with 48,000 of them."""

from __future__ import annotations

from django.utils import timezone

from datalekken.models import Breach
from privacyboard.demo.populate import populate
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment
from tests.bench.boards import boards
from tests.bench.frame import Figure
from tests.bench.growth import costs, told
from tests.bench.visits import Visits, sign_in

MAKES_BOARDS = True
COUNTS = (3_000, 48_000)
OTHERS = {
    "schools": 60,
    "users": 600,
    "suppliers": 20,
    "activities": 60,
    "disclosures": 100,
    "requests": 100,
    "letters": 100,
    "entries": 100,
}
LISTS = (
    "/",
    "/datalekken/",
    "/datalekken/?toon=all",
    "/datalekken/?toon=late",
    "/datalekken/?toon=closed",
)
# Counts every breach that there is: it grows with them, and is told beside the others.
COUNTING = "/datalekken/register/"


def figures() -> list[Figure]:
    """Queries and growth of the pages of breaches."""
    with boards(2) as made:
        sessions, addresses = [], []
        for number, count in enumerate(COUNTS):
            made.use(number)
            populate({**OTHERS, "breaches": count}, seed=1, at=timezone.now())
            sessions.append({role: sign_in(role) for role in Role.values})
            addresses.append({role: _addresses(role) for role in Role.values})
        found = costs(made, Visits(), sessions, addresses)
        return told(found, what="breaches", counts=COUNTS, counting=COUNTING)


def _addresses(role: str) -> dict[str, str]:
    """Every page, with an example of a file that this role reads."""
    user = Appointment.objects.filter(role=role).order_by("pk")[0].user
    found = {each: each for each in (*LISTS, COUNTING)}
    closed = Breach.objects.visible_to(user).filter(state="closed").order_by("-registered_at")
    number = closed.values_list("number", flat=True).first()
    if number:
        found["/datalekken/<nummer>/"] = f"/datalekken/{number}/"
        found["/datalekken/<nummer>/verloop/"] = f"/datalekken/{number}/verloop/"
    return found
