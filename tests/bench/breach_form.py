"""The report form of breaches against the same template, filled once and for all."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from datalekken.forms.reporting import ReportForm
from datalekken.rules.first_aid import first_aid
from datalekken.views.contact import contact_point
from datalekken.views.kept import FORM, remember, tongues
from privacyboard.demo.populate import populate
from privacyboard.organisation.models import Board, School
from tests.bench.boards import boards
from tests.bench.frame import Figure, interleaved
from tests.bench.visits import Visits

MAKES_BOARDS = True
SCHOOLS = 60
PAGES, ROUNDS = 5, 31
MOST = 2.0
ADDRESS, BARE = "/datalek-melden/?soort=device_lost", "/kaal/"


def bare(request: HttpRequest) -> HttpResponse:
    """The same template and the same form, made on the first visit: nothing is read or signed."""
    return render(request, FORM, _context())


@cache
def _context() -> dict[str, Any]:
    places = [(each.slug, each.name) for each in School.objects.all()]
    contact = contact_point(Board.objects.first())
    return {
        "form": ReportForm(at=timezone.now(), places=places, initial={"kind": "device_lost"}),
        "pause": None,
        "contact": contact,
        "steps": first_aid("device_lost"),
        "kept": remember(contact, places),
        **tongues("nl"),
    }


urlpatterns = [path("kaal/", bare), path("", include("privacyboard.urls"))]


def figures() -> list[Figure]:
    """One figure: the page of the form, against its template alone."""
    settings.ROOT_URLCONF = "tests.bench.breach_form"
    with boards(1) as made:
        made.use(0)
        populate({"schools": SCHOOLS, "users": 60}, seed=1, at=timezone.now())
        visits = Visits()
        ours, alone = (partial(_ask, visits, each) for each in (ADDRESS, BARE))
        ours(), alone()
        form, template = interleaved(ours, alone, rounds=ROUNDS)
    return [
        Figure(
            name=f"the report form of breaches, {SCHOOLS} schools",
            value=f"{1000 * form / PAGES:.1f} ms",
            against=f"its template alone {1000 * template / PAGES:.1f} ms",
            ratio=form / template,
            limit=MOST,
        )
    ]


def _ask(visits: Visits, address: str) -> None:
    for _page in range(PAGES):
        if not visits.get(address).is_page:
            raise RuntimeError(f"{address} is no page")
