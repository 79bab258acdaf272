"""The list of requests, and the page of one: what to do next, and all that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from requests_ar.choices import ADULT_GROUPS, PersonRole, RequestKind
from requests_ar.letters.answers import decision_as_it_stands
from requests_ar.models import (
    Delivery,
    DossierFile,
    Fee,
    IdentityCheck,
    Pause,
    RecipientTask,
    RequestPart,
    RequestPerson,
    Restriction,
    SearchTask,
    SubjectRequest,
)
from requests_ar.rules.states import OPEN
from requests_ar.rules.terms import is_overdue, was_late
from requests_ar.views.casefile import CaseFile, read_case
from requests_ar.views.casepeople import reads_pupil
from requests_ar.views.desk import Forgotten, holds, log_school, may_read, visible

PER_PAGE = 50
SHOWN = {
    "open": _("Open"),
    "late": _("Te laat"),
    "done": _("Beantwoord of afgesloten"),
    "restricted": _("Met een beperking"),
    "all": _("Alle"),
}
# What the timeline tells beside the request itself.
_LINES = (
    RequestPart,
    RequestPerson,
    IdentityCheck,
    Pause,
    Fee,
    SearchTask,
    DossierFile,
    Delivery,
    RecipientTask,
    Restriction,
)


@dataclass(frozen=True)
class Row:
    """One request in the list."""

    case: SubjectRequest
    about: str
    kinds: str
    days_left: int
    is_open: bool
    tone: str
    was_late: bool
    is_restricted: bool


def _row(case: SubjectRequest, today: date) -> Row:
    is_open = case.state in OPEN
    left = (case.last_day - today).days
    late = is_overdue(state=case.state, last_day=case.last_day, today=today)
    tone = "late" if late else "attention" if is_open and left <= 7 else "calm"
    about = next((each.name for each in case.people.all()), "")
    kinds = ", ".join(str(part) for part in case.parts.all())
    answered_late = was_late(answered_on=case.answered_on, last_day=case.last_day)
    restricted = bool(case.has_restriction)  # type: ignore[attr-defined]
    return Row(case, about, kinds, left, is_open, tone, answered_late, restricted)


def _shown(rows: Any, shown: str, today: date) -> Any:
    if shown == "late":
        return rows.overdue(today)
    if shown == "restricted":
        return rows.restricted(today).order_by("-received_on", "-id")
    if shown == "done":
        return rows.exclude(state__in=OPEN).order_by("-last_day", "-id")
    return rows.order_by("-received_on", "-id") if shown == "all" else rows.open()


def _found(rows: Any, words: str) -> Any:
    """By number, or by a name of somebody in the request."""
    named = RequestPerson.objects.filter(request=OuterRef("pk"), name__icontains=words)
    return rows.filter(Q(number__icontains=words) | Exists(named))


@login_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The requests that this person may read; the first to be answered on top."""
    user = signed_in(request)
    if not may_read(user):
        raise Http404
    today = timezone.localdate()
    given = request.GET
    shown = given.get("toon") if given.get("toon") in SHOWN else "open"
    kind = given.get("soort") if given.get("soort") in RequestKind.values else ""
    words = given.get("zoek", "").replace("\x00", "").strip()[:100]
    school = given.get("school", "")
    rows = _shown(SubjectRequest.objects.visible_to(user), str(shown), today)
    if kind:
        rows = rows.filter(Exists(RequestPart.objects.filter(request=OuterRef("pk"), kind=kind)))
    if words:
        rows = _found(rows, words)
    schools = list(School.objects.where(user, Right.VIEW_REQUESTS).order_by("sort_name"))
    if chosen := next((each for each in schools if each.slug == school), None):
        rows = rows.filter(school=chosen)
    about = RequestPerson.objects.filter(role=PersonRole.SUBJECT)
    marks = Restriction.objects.running(today).filter(request=OuterRef("pk"))
    rows = rows.annotate(has_restriction=Exists(marks))
    rows = rows.select_related("school", "handler").prefetch_related(
        "parts", Prefetch("people", queryset=about)
    )
    page = CappedPaginator(rows, PER_PAGE).get_page(given.get("page"))
    context = {
        "page": page,
        "rows": [_row(case, today) for case in page],
        "shown": shown,
        "choices": SHOWN.items(),
        "kinds": RequestKind.choices,
        "kind": kind,
        "words": words,
        "schools": schools if len(schools) > 1 else [],
        "school": chosen.slug if chosen else "",
        "may_enter": user.standing.holds(Right.HANDLE_REQUESTS),
        "may_count": user.standing.holds(Right.VIEW_REQUESTS),
    }
    return render(request, "requests_ar/cases.html", context)


@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One request: the next step on top, then the term, the people, the parts and the rest."""
    user = signed_in(request)
    today = timezone.localdate()
    try:
        file = read_case(user, number, today=today)
    except Forgotten as gone:
        return _forgotten(request, gone.case)
    note_access(
        subject=file.case, act=AccessEntry.Act.OPENED, by=user, school=log_school(file.case)
    )
    context = {
        "file": file,
        "case": file.case,
        "alike": _alike(user, file),
        # Whether there are pupils to choose from, and the one who is linked may be shown.
        "may_pick": file.may["persoon"]
        and user.standing.holds(Right.VIEW_PEOPLE)
        and file.case.group.code not in ADULT_GROUPS,
        "reads_pupil": reads_pupil(user, file.people),
    }
    return render(request, "requests_ar/case.html", context)


def _forgotten(request: HttpRequest, case: SubjectRequest) -> HttpResponse:
    """What is counted is all that is left; nobody's name is among it."""
    late = was_late(answered_on=case.answered_on, last_day=case.last_day)
    context = {"case": case, "parts": case.parts.all(), "was_late": late}
    return render(request, "requests_ar/case_forgotten.html", context)


def _alike(user: User, file: CaseFile) -> list[SubjectRequest]:
    """Other open requests that look the same: the public form cannot point them out itself."""
    if not file.is_open:
        return []
    about = file.people[PersonRole.SUBJECT]
    found = SubjectRequest.objects.visible_to(user).alike(
        name=about.name,
        born_on=about.birthday,
        kinds=[part.kind for part in file.parts],
        pupil=about.pupil_id,
    )
    return list(found.exclude(pk=file.case.pk)[:5])


@login_required
@require_safe
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """The letter of the decision as it would be written now; nothing is kept or sent."""
    found = visible(request, number)
    if not holds(signed_in(request), Right.HANDLE_REQUESTS, found.school_id):
        raise Http404
    prefetch_related_objects([found], "parts", "people")
    return HttpResponse(decision_as_it_stands(found, at=timezone.now()).html)


@login_required
@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """What happened in a request: who, when, why, and what changed."""
    found = visible(request, number)
    events = timeline(found, lines=_LINES)
    context = {"case": found, "events": events}
    return render(request, "requests_ar/case_history.html", context)
