"""The register as a whole: as files that the worker makes, and as a page to read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import User
from registers.actions import files
from registers.choices import JobState
from registers.exchange.register_pdf.parts import (
    Suppliers,
    in_force_deviations,
    in_order,
    read_parts,
    read_said,
)
from registers.models import Agreement, ProcessingActivity, RegisterFile, SchoolDeviation

RECENT = 20
A_PAGE = 10
REFRESH_SECONDS = 4
_BUSY = {JobState.WAITING, JobState.RUNNING}


def _exporter(request: HttpRequest) -> User:
    """Who may take the whole register; 404 to anyone else."""
    user = signed_in(request)
    if not user.standing.holds(Right.EXPORT_REGISTER):
        raise Http404
    return user


@login_required
@require_safe
def register_files(request: HttpRequest) -> HttpResponse:
    """Ask for the register as a file, and find what was made; it looks again while one is busy."""
    user = _exporter(request)
    recent = RegisterFile.objects.visible_to(user).select_related("document", "asked_by")[:RECENT]
    response = render(request, "registers/files.html", {"files": list(recent)})
    if any(file.state in _BUSY for file in recent):
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@login_required
@require_POST
def ask_register_pdf(request: HttpRequest) -> HttpResponse:
    """Ask for the whole register as PDF; the worker makes it."""
    files.ask_register_file(by=_exporter(request), at=timezone.now())
    messages.success(request, _("Het register wordt gemaakt. Op deze pagina ziet u hoever het is."))
    return HttpResponseRedirect(reverse("register_files"))


@login_required
@require_safe
def whole_register(request: HttpRequest) -> HttpResponse:
    """Everything that the PDF says, as a page to read, as far as this person may read it."""
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_REGISTER):
        raise Http404
    visible = in_order(ProcessingActivity.objects.visible_to(user))
    page = Paginator(visible, A_PAGE).get_page(request.GET.get("page"))
    said = read_said(list(page))
    # The last page lists them all; any other only names those of its own activities.
    named_by = [each.content for each in said] if page.has_next() else None
    agreements, today = Agreement.objects.visible_to(user), timezone.localdate()
    suppliers = Suppliers(agreements, today, named_by=named_by)
    deviations = in_force_deviations(SchoolDeviation.objects.visible_to(user))
    board = board_on(request)
    read = read_parts(said, suppliers=suppliers, deviations=deviations, board=board)
    context = {
        "board_name": board.name if board else "",
        "page": page,
        "activities": list(read),
        "suppliers": suppliers.all() if not page.has_next() else (),
        "may_export": user.standing.holds(Right.EXPORT_REGISTER),
    }
    return render(request, "registers/files_whole.html", context)
