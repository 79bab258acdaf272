"""The list of breaches, the page of one, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from datalekken.choices import BreachState, IncidentKind, Nature
from datalekken.models import Breach, BreachFile, Measure, Telling
from datalekken.rules.clocks import legal_clock
from datalekken.rules.ticking import Ticking, clock_runs
from datalekken.views.casefile import read_case
from datalekken.views.desk import Forgotten, log_school, may_read, visible
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import School

PER_PAGE = 50
SHOWN = {
    "open": _("Open"),
    **{state.value: state.label for state in BreachState},
    "late": _("Te laat gemeld, of nog te melden en te laat"),
    "all": _("Alle"),
}
# What the timeline tells beside the breach itself.
_LINES = (BreachFile, Measure, Telling)


class _InOrder(CappedPaginator):
    """Counts along the index of the list: there the late ones lie together."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[: self.most + 1].count())


@dataclass(frozen=True)
class Row:
    """One breach in the list. `ticking` stands where the 72 hours still count."""

    case: Breach
    ticking: Ticking | None
    was_late: bool

    @property
    def tone(self) -> str:
        if self.ticking is None:
            return ""
        if self.ticking.is_late:
            return "late"
        return "attention" if self.ticking.is_urgent else "calm"


def _row(case: Breach, at: datetime) -> Row:
    legal = legal_clock(case.times)
    runs = clock_runs(state=case.state, notifies=case.notifies, notified_at=case.notified_at)
    late = legal is not None and case.notified_at is not None and case.notified_at > legal.ends_at
    return Row(case, Ticking(legal, at) if legal and runs else None, late)


def _shown(rows: Any, shown: str, at: datetime) -> Any:
    if shown == "open":
        return rows.open()
    if shown == "late":
        return rows.late(at)
    return rows if shown == "all" else rows.filter(state=shown)


@login_required
@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """The breaches that this person may read, newest first."""
    user = signed_in(request)
    if not may_read(user):
        raise Http404
    at, given = timezone.now(), request.GET
    shown = given.get("toon") if given.get("toon") in SHOWN else "open"
    kind = given.get("soort") if given.get("soort") in IncidentKind.values else ""
    nature = given.get("wat") if given.get("wat") in Nature.values else ""
    words = given.get("zoek", "").replace("\x00", "").strip()[:100]
    rows = _shown(Breach.objects.visible_to(user), str(shown), at)
    if kind:
        rows = rows.filter(kind=kind)
    if nature:
        rows = rows.filter(nature=nature)
    if words:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    schools = list(School.objects.where(user, Right.VIEW_BREACHES).order_by("sort_name"))
    school = given.get("school", "")
    if chosen := next((each for each in schools if each.slug == school), None):
        rows = rows.at_school(chosen)
    rows = rows.select_related("handler").prefetch_related("schools")
    paginator = _InOrder if shown == "late" else CappedPaginator
    page = paginator(rows, PER_PAGE).get_page(given.get("page"))
    context = {
        "page": page,
        "rows": [_row(case, at) for case in page],
        "shown": shown,
        "choices": SHOWN.items(),
        "kinds": IncidentKind.choices,
        "kind": kind,
        "natures": Nature.choices,
        "nature": nature,
        "words": words,
        "schools": schools if len(schools) > 1 else [],
        "school": chosen.slug if chosen else "",
        "may_enter": user.standing.holds(Right.SUPPLEMENT_BREACHES),
        "may_count": user.standing.holds(Right.VIEW_BREACHES),
        "may_see_duty": Right.VIEW_BREACHES in user.standing.everywhere,
        "is_narrowed": bool(kind or nature or words or chosen or shown != "open"),
    }
    return render(request, "datalekken/breaches.html", context)


@login_required
@require_safe
def breach(request: HttpRequest, number: str) -> HttpResponse:
    """One breach: the next step on top, then the clocks, the facts and the rest."""
    user = signed_in(request)
    try:
        file = read_case(user, number, at=timezone.now())
    except Forgotten as gone:
        return _forgotten(request, gone.case)
    note_access(
        subject=file.case, act=AccessEntry.Act.OPENED, by=user, school=log_school(file.case)
    )
    board = board_on(request)
    context = {
        "file": file,
        "case": file.case,
        "protocol_url": board.breach_protocol_url if board else "",
    }
    return render(request, "datalekken/breach.html", context)


def _forgotten(request: HttpRequest, case: Breach) -> HttpResponse:
    """What the register counts is all that is left; nobody's name is among it."""
    context = {
        "case": case,
        "assessment": case.assessments.order_by("-id").first(),
        "notifications": case.notifications.numbered().order_by("number"),
        "was_late": bool(case.notified_at and case.notify_by and case.notified_at > case.notify_by),
    }
    return render(request, "datalekken/breach_forgotten.html", context)


@login_required
@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to a breach: who, when, why, and what changed."""
    found = visible(request, number)
    context = {"case": found, "events": timeline(found, lines=_LINES)}
    return render(request, "datalekken/breach_history.html", context)
