"""The register out as a file, and files with register data in: looked at first, then applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.records import signed_in
from privacyboard.documents.rules import XLSX
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, User
from privacyboard.sheets.faults import FileUnreadable
from registers import actions
from registers.choices import ImportState
from registers.exchange.archive import write_archive
from registers.exchange.dpv import write_dpv
from registers.exchange.import_queue import BUSY
from registers.exchange.json_file import write_json
from registers.exchange.snapshot import attached_documents, read_snapshot
from registers.exchange.xlsx import write_xlsx
from registers.forms.files import ImportForm
from registers.models import ActivityVersion, ImportRun
from registers.retention import IMPORTS_ARE_KEPT

RECENT = 20
A_PAGE = 100
REFRESH_SECONDS = 4
Write = Callable[[datetime], bytes]


def _xlsx(at: datetime) -> bytes:
    return write_xlsx(read_snapshot(), made_at=at)


def _zip(at: datetime) -> bytes:
    return write_archive(read_snapshot(), made_at=at, attachments=attached_documents())


def _json(at: datetime) -> bytes:
    attached = attached_documents()
    return write_json(read_snapshot(), made_at=at.isoformat(), attachments=attached)


def _dpv(at: datetime) -> bytes:
    versions = ActivityVersion.objects.in_force().order_by("activity__code")
    return write_dpv(versions, board=Board.objects.first(), made_at=at.isoformat())


# Ending of the address and of the file, media type, and what writes it.
_FORMATS: dict[str, tuple[str, Write]] = {
    "xlsx": (XLSX, _xlsx),
    "zip": ("application/zip", _zip),
    "json": ("application/json", _json),
    "jsonld": ("application/ld+json", _dpv),
}


def _holder(request: HttpRequest, right: Right) -> User:
    """Who holds the right; 404 to anyone else."""
    user = signed_in(request)
    if not user.standing.holds(right):
        raise Http404
    return user


@login_required
@require_GET
def export(request: HttpRequest, ending: str) -> HttpResponse:
    """The register as one file; who took it stands in the access log."""
    user = _holder(request, Right.EXPORT_REGISTER)
    if ending not in _FORMATS:
        raise Http404
    media_type, write = _FORMATS[ending]
    now = timezone.localtime()
    content = write(now)
    board = Board.objects.first()
    if board is not None:
        note_access(subject=board, act=AccessEntry.Act.EXPORTED, by=user)
    response = HttpResponse(content, content_type=media_type)
    name = f"register-{now:%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Give a file to look through, and see which were given before."""
    user = _holder(request, Right.CHANGE_REGISTER)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["upload"]
        try:
            run = actions.hand_in_import(
                content=upload.read(),
                file_name=upload.name,
                kind=form.cleaned_data["kind"],
                by=user,
                at=timezone.now(),
            )
        except FileUnreadable as problem:
            form.add_error("upload", str(problem))
        else:
            return HttpResponseRedirect(reverse("import_run", args=[run.pk]))
    recent = ImportRun.objects.visible_to(user).select_related("document", "read_by")
    context = {
        "form": form,
        "runs": recent.defer("fates")[:RECENT],
        "days_kept": IMPORTS_ARE_KEPT.days,
    }
    status = 422 if form.errors else 200
    return render(request, "registers/imports.html", context, status=status)


@login_required
@require_GET
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would change (or changed): the numbers, what is wrong, and the rows."""
    user = _holder(request, Right.CHANGE_REGISTER)
    runs = ImportRun.objects.visible_to(user).select_related("document", "applied_by", "read_by")
    run = get_object_or_404(runs, pk=pk)
    found = run.fates["problems"] or run.fates["rows"]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    changes = run.counts["new"] + run.counts["changed"]
    context = {
        "run": run,
        "page": page,
        "may_apply": run.state == ImportState.CHECKED and changes > 0,
        "changes": changes,
        "shown": len(found),
    }
    response = render(request, "registers/import_run.html", context)
    if run.state in BUSY:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@login_required
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what was shown; back to the page, which tells how it went."""
    user = _holder(request, Right.CHANGE_REGISTER)
    run = get_object_or_404(ImportRun.objects.visible_to(user).select_related("document"), pk=pk)
    try:
        run = actions.ask_to_apply(run=run, by=user, at=timezone.now())
    except actions.ImportRefused as problem:
        messages.error(request, str(problem))
    else:
        # A larger file waits for the worker: the page says so itself.
        if run.state == ImportState.APPLIED:
            messages.success(request, _("Het bestand is ingelezen in het register."))
    return HttpResponseRedirect(reverse("import_run", args=[run.pk]))
