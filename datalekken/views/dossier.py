"""The dossier for the AP: to type over, on paper, as JSON; and what was sent, as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from datalekken.letters.dossier import (
    breach_facts,
    dossier_pdf,
    draft_notice,
    frozen_sections,
)
from datalekken.models import Breach, Notification
from datalekken.rules.acts import DOSSIER_RIGHTS
from datalekken.rules.notification import (
    Missing,
    ap_sections,
    digest,
    edpb_document,
    missing_fields,
)
from datalekken.views.act_table import PAGES
from datalekken.views.desk import holds, is_open, log_school, visible
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.models import User


@dataclass(frozen=True)
class Place:
    """An act by which missing answers are filled in; `url` is empty for who may not now."""

    title: str
    url: str
    sentences: tuple[str, ...]


def may_see(user: User, breach: Breach) -> bool:
    """For who handles, decides or advises; a director reads the page of the breach only."""
    return any(holds(user, right, breach) for right in DOSSIER_RIGHTS)


def _opened(request: HttpRequest, number: str) -> tuple[User, Breach]:
    user = signed_in(request)
    breach = visible(request, number)
    if not may_see(user, breach):
        raise Http404
    return user, breach


@login_required
@never_cache
@require_safe
def dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Every question of the AP's form with its answer, each to be copied."""
    user, breach = _opened(request, number)
    note_access(subject=breach, act=AccessEntry.Act.OPENED, by=user, school=log_school(breach))
    facts = breach_facts(breach)
    notice = draft_notice(breach, facts, by=user, at=timezone.now())
    missing = missing_fields(facts, notice)
    context = {
        "case": breach,
        "notice": notice,
        "sections": ap_sections(facts, notice),
        "missing": missing,
        "places": _places(user, breach, missing),
        "may_answer": is_open(user, "meldgegevens", breach),
        "may_record": is_open(user, "melden", breach),
    }
    return render(request, "datalekken/dossier.html", context)


def _places(user: User, breach: Breach, missing: Sequence[Missing]) -> list[Place]:
    """Where the missing answers are filled in, with a link to who may do that now."""
    acts = dict.fromkeys(each.act for each in missing)
    return [
        Place(
            title=str(PAGES[act].title) if act in PAGES else "",
            url=(
                reverse("breach_act", args=[breach.number, act])
                if act in PAGES and is_open(user, act, breach)
                else ""
            ),
            sentences=tuple(each.sentence for each in missing if each.act == act),
        )
        for act in acts
    ]


@login_required
@never_cache
@require_safe
def dossier_file(request: HttpRequest, number: str, ending: str) -> HttpResponse:
    """The dossier as it stands now: as PDF, or as JSON by the EDPB's template."""
    if ending not in ("pdf", "json"):
        raise Http404
    user, breach = _opened(request, number)
    at = timezone.now()
    note_access(subject=breach, act=AccessEntry.Act.EXPORTED, by=user, school=log_school(breach))
    response: HttpResponse
    if ending == "pdf":
        response = HttpResponse(dossier_pdf(breach, by=user, at=at), content_type="application/pdf")
    else:
        facts = breach_facts(breach)
        document = edpb_document(facts, draft_notice(breach, facts, by=user, at=at))
        options = {"ensure_ascii": False, "indent": 2}
        response = JsonResponse(document, json_dumps_params=options)
    response["Content-Disposition"] = f'attachment; filename="{breach.number}-dossier.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@never_cache
@require_safe
def notification(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """One notification as it was sent; its digest says that nothing changed since."""
    user, breach = _opened(request, number)
    rows = Notification.objects.select_related("sender", "paper__document").filter(breach=breach)
    found = get_object_or_404(rows, number=version)
    note_access(subject=breach, act=AccessEntry.Act.OPENED, by=user, school=log_school(breach))
    context = {
        "case": breach,
        "sent": found,
        "sections": frozen_sections(found),
        "numbers": found.numbers.select_related("recorded_by"),
        "may_number": is_open(user, "ap-nummer", breach),
        "is_unchanged": digest(found.content) == found.sha256,
    }
    return render(request, "datalekken/notification.html", context)
