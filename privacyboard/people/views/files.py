"""Files with pupils and parents in: handed in, looked at, and then all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from privacyboard.organisation.rules import school_year_of
from privacyboard.people.actions import files as file_acts
from privacyboard.people.choices import FileFormat, FileState
from privacyboard.people.exchange import kept
from privacyboard.people.forms.files import ColumnsForm, UploadForm
from privacyboard.people.models import PeopleFile
from privacyboard.people.rules.mapping import Mapping
from privacyboard.people.views.desk import holder, schools_to_keep
from privacyboard.people.views.file_page import page_of

PER_PAGE = 20
REFRESH_SECONDS = 4
BUSY = (FileState.WAITING, FileState.APPLYING)
# A table can be looked through with other columns until it is applied.
CHOOSABLE = (FileState.MAPPING, FileState.READ, FileState.REFUSED)
DROPPABLE = (FileState.MAPPING, FileState.WAITING, FileState.READ, FileState.REFUSED)


def _file_of(request: HttpRequest, pk: int) -> tuple[User, PeopleFile]:
    """A file of a school whose pupils this person keeps; 404 to anyone else."""
    user = holder(request, Right.CHANGE_PEOPLE)
    rows = PeopleFile.objects.visible_to(user)
    rows = rows.select_related("school", "document", "asked_by", "applied_by")
    found: PeopleFile = get_object_or_404(rows, pk=pk)
    return user, found


def _to_file(file: PeopleFile) -> HttpResponse:
    return HttpResponseRedirect(reverse("people_file", args=[file.pk]))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Hand in a file, and see which were handed in before."""
    user = holder(request, Right.CHANGE_PEOPLE)
    now = timezone.now()
    is_given = request.method == "POST"
    form = UploadForm(
        request.POST if is_given else None,
        request.FILES if is_given else None,
        schools=schools_to_keep(user),
        this_year=school_year_of(timezone.localdate(now)),
    )
    if is_given and form.is_valid():
        given = form.cleaned_data
        upload = given["upload"]
        try:
            file = file_acts.take_file(
                school=given["school"],
                content=upload.read(),
                file_name=upload.name,
                school_year=given["school_year"],
                is_full=given["is_full"],
                by=user,
                at=now,
            )
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            return _to_file(file)
    rows = PeopleFile.objects.visible_to(user).select_related("school", "asked_by")
    rows = rows.defer("report", "mapping")
    context = {
        "form": form,
        "page": CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "days_kept": kept.FILES_ARE_KEPT.days,
    }
    return render(request, "people/files.html", context)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is: columns to choose, what it would do, or what it did."""
    _user, found = _file_of(request, pk)
    if found.state == FileState.MAPPING:
        return HttpResponseRedirect(reverse("people_file_columns", args=[pk]))
    return _shown(request, found, ticked=frozenset())


def _shown(
    request: HttpRequest, found: PeopleFile, *, ticked: frozenset[int], everybody: bool = False
) -> HttpResponse:
    told = page_of(found, shown=request.GET.get("toon", ""), ticked=ticked, at=timezone.now())
    context = {
        "file": found,
        "told": told,
        "page": Paginator(told.rows, 100).get_page(request.GET.get("page")),
        "everybody": everybody,
        "year": f"{found.school_year}-{found.school_year + 1}",
        "may_choose": found.format == FileFormat.TABLE and found.state in CHOOSABLE,
        "may_drop": found.state in DROPPABLE,
        "may_apply": found.state == FileState.READ and told.does_something,
    }
    response = render(request, "people/file.html", context)
    if found.state in BUSY:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column of a table means; then it is looked through."""
    user, found = _file_of(request, pk)
    if found.format != FileFormat.TABLE:
        raise Http404
    if found.state not in CHOOSABLE:
        # Somebody went on with it in another window: the file's page tells how far it is.
        return _to_file(found)
    now = timezone.now()
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        initial={"school_year": found.school_year, "is_full": found.is_full},
        mapping=Mapping.from_json(found.mapping),
        rows=kept.sample_rows(found),
        this_year=school_year_of(timezone.localdate(now)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            found = file_acts.choose_mapping(
                file=found,
                mapping=form.chosen,
                school_year=form.cleaned_data["school_year"],
                is_full=form.cleaned_data["is_full"],
                by=user,
                at=now,
            )
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            return _to_file(found)
    return render(request, "people/columns.html", {"file": found, "form": form})


@login_required
@never_cache
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what was shown. Who was ticked has left; nobody else does."""
    user, found = _file_of(request, pk)
    keys = (each for each in request.POST.getlist("vertrokken") if each.isascii())
    ticked = frozenset(int(each) for each in keys if each.isdigit() and len(each) < 18)
    everybody = request.POST.get("allemaal") == "ja"
    leave: Any = found.report.get("missing", []) if everybody else ticked
    if found.state in (FileState.APPLYING, FileState.APPLIED):
        # The second of two clicks: it is done once, and the page tells how it went.
        return _to_file(found)
    try:
        found = file_acts.ask_to_apply(file=found, by=user, at=timezone.now(), leave=leave)
    except ActRefused as refusal:
        found.refresh_from_db()
        if found.state != FileState.READ:
            messages.info(request, str(refusal))
            return _to_file(found)
        # What was ticked stays ticked, beside what the file would do now.
        return _shown(request, found, ticked=ticked, everybody=everybody)
    if found.state == FileState.APPLIED:
        messages.success(request, _("Het bestand is ingelezen."))
    return _to_file(found)


@login_required
@never_cache
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the file away; nobody's data change."""
    user, found = _file_of(request, pk)
    if found.state != FileState.DROPPED:
        try:
            file_acts.drop(file=found, by=user, at=timezone.now())
        except ActRefused as refusal:
            messages.error(request, str(refusal))
            return _to_file(found)
        messages.success(request, _("Het bestand is weggegooid. Er is niets ingelezen."))
    return HttpResponseRedirect(reverse("people_files"))
