"""What the board does for another controller: the record of AVG 30(2), its own list and file."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.documents import rendering
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board
from registers import letters
from registers.choices import ActsAs
from registers.exchange.commissioned import commissioned_csv as exchange_csv
from registers.models import ProcessingActivity


def _facts(request: HttpRequest, right: Right) -> letters.CommissionedDocument:
    """What this person may read of the list; 404 without the right."""
    user = signed_in(request)
    if not user.standing.holds(right):
        raise Http404
    activities = ProcessingActivity.objects.visible_to(user).filter(acts_as=ActsAs.PROCESSOR)
    return letters.commissioned_work(activities, on=timezone.localdate())


@login_required
@require_safe
def commissioned(request: HttpRequest) -> HttpResponse:
    """Every activity for another, also one in which something is missing."""
    facts = _facts(request, Right.VIEW_REGISTER)
    may_export = signed_in(request).standing.holds(Right.EXPORT_REGISTER)
    context = {**asdict(facts), "may_export": may_export}
    return render(request, "registers/commissioned.html", context)


@login_required
@require_safe
def commissioned_pdf(request: HttpRequest) -> HttpResponse:
    """The same list as a PDF, for who may take the register out."""
    facts = _facts(request, Right.EXPORT_REGISTER)
    pdf = rendering.render("registers/commissioned", facts)[1]
    return _file(request, pdf, "application/pdf", "in-opdracht.pdf")


@login_required
@require_safe
def commissioned_csv(request: HttpRequest) -> HttpResponse:
    """The same list for a sheet; no cell of it runs as a formula."""
    facts = _facts(request, Right.EXPORT_REGISTER)
    content = exchange_csv(facts.rows)
    return _file(request, content, "text/csv; charset=utf-8", "in-opdracht.csv")


def _file(request: HttpRequest, content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file that leaves the house; that it did stands in the access log."""
    board = Board.objects.first()
    if board is not None:
        note_access(subject=board, act=AccessEntry.Act.EXPORTED, by=signed_in(request))
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
