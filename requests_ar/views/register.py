"""The register of requests: figures on timeliness, and the same requests as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.documents.rules import XLSX
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School, User
from requests_ar.exchange import register_xlsx
from requests_ar.forms.register import RegisterFilterForm
from requests_ar.letters.register import figures, register_pdf
from requests_ar.models import SubjectRequest

# More than this on paper is read by nobody, and keeps a server busy.
MOST_ON_PAPER = 1000
MOST_IN_SHEET = 50_000


@login_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Timeliness per school and kind, of the requests that this person may read."""
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_REQUESTS):
        raise Http404
    return _page(request, user, RegisterFilterForm(request.GET, user=user))


def _page(
    request: HttpRequest, user: User, form: RegisterFilterForm, *, problem: str = ""
) -> HttpResponse:
    today = timezone.localdate()
    found: QuerySet[Any] = SubjectRequest.objects.visible_to(user)
    is_valid = form.is_valid()
    if is_valid:
        found = form.narrow(found, today=today)
    context = {
        "form": form,
        "figures": figures(found, today=today) if is_valid else None,
        "may_export": is_valid and user.standing.holds(Right.EXPORT_REQUESTS),
        "chosen": request.GET.urlencode(),
        "problem": problem,
    }
    status = 200 if is_valid and not problem else 422
    return render(request, "requests_ar/register.html", context, status=status)


def _exportable(user: User) -> QuerySet[Any]:
    """What this person may take out: readable, at a school with the right to export.

    Files leave the house through the FG and the IBP manager, as those of the register do; a
    director reads the own school's list and figures here, and asks them for a file.
    """
    found = SubjectRequest.objects.visible_to(user)
    if Right.EXPORT_REQUESTS in user.standing.everywhere:
        return found
    schools = School.objects.where(user, Right.EXPORT_REQUESTS)
    return found.filter(Q(school__in=schools.values("pk")))


@login_required
@require_safe
def register_file(request: HttpRequest, ending: str) -> HttpResponse:
    """The filtered register as XLSX or PDF, for who may export; it stands in the access log."""
    user = signed_in(request)
    if not user.standing.holds(Right.EXPORT_REQUESTS):
        raise Http404
    form = RegisterFilterForm(request.GET, user=user)
    if not form.is_valid():
        return _page(request, user, form)
    at = timezone.now()
    found = form.narrow(_exportable(user), today=timezone.localdate(at))
    most = MOST_ON_PAPER if ending == "pdf" else MOST_IN_SHEET
    if found.order_by()[: most + 1].count() > most:
        told = _("Dit zijn meer dan %(most)s verzoeken. Kies een kortere periode of één school.")
        return _page(request, user, form, problem=told % {"most": most})
    make = register_pdf if ending == "pdf" else register_xlsx
    content = make(found, chosen=form.in_words(), at=at)
    if board := Board.objects.first():
        note_access(subject=board, act=AccessEntry.Act.EXPORTED, by=user)
    kind = "application/pdf" if ending == "pdf" else XLSX
    response = HttpResponse(content, content_type=kind)
    name = f"verzoeken-{timezone.localdate(at).isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
