"""One pupil: who is found, what holds, every event; and the same as PDF and as a record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consent.exchange.record import consent_record
from consent.forms.office import OnDayForm
from consent.letters.pupil_file import pupil_pdf
from consent.models.pupil_file import read_pupil_file
from consent.views.office import holding, pupil_of, reads_answers
from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Pupil, School
from privacyboard.organisation.rules import sort_key

PER_PAGE = 50


@login_required
@require_safe
def pupils(request: HttpRequest) -> HttpResponse:
    """Find a pupil by name or number, at the schools where this person reads consent."""
    user = holding(request, Right.VIEW_CONSENT)
    given = request.GET
    words = given.get("zoek", "").replace("\x00", "").strip()[:100]
    schools = list(School.objects.where(user, Right.VIEW_CONSENT).order_by("sort_name"))
    chosen = next((each for each in schools if each.slug == given.get("school", "")), None)
    rows = Pupil.objects.at(user, Right.VIEW_CONSENT).select_related("school")
    if chosen:
        rows = rows.filter(school=chosen)
    if words:
        # Every word somewhere in the name, in whatever order; or the number as it is.
        named = rows
        for word in sort_key(words).split():
            named = named.filter(sort_name__contains=word)
        rows = named | rows.filter(key=words)
    page = CappedPaginator(rows.order_by("sort_name", "id"), PER_PAGE).get_page(given.get("page"))
    context = {
        "page": page,
        "words": words,
        "schools": schools if len(schools) > 1 else [],
        "school": chosen.slug if chosen else "",
        "today": timezone.localdate(),
    }
    return render(request, "consent/pupils.html", context)


def _day(request: HttpRequest) -> tuple[Any, date]:
    """The day that was asked for; today where it is none."""
    today = timezone.localdate()
    form = OnDayForm(request.GET if "op" in request.GET else None, initial={"op": today})
    if form.is_bound and form.is_valid() and form.cleaned_data["op"]:
        found: date = form.cleaned_data["op"]
        return form, found
    return form, today


@login_required
@never_cache
@require_safe
def pupil(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one pupil, with what holds on any day."""
    user = holding(request, Right.VIEW_CONSENT)
    found = pupil_of(user, pk, Right.VIEW_CONSENT)
    form, day = _day(request)
    note_access(subject=found, act=AccessEntry.Act.OPENED, by=user, school=found.school)
    context = {
        "file": read_pupil_file(found, on=day),
        "pupil": found,
        "form": form,
        "day": day,
        "is_today": day == timezone.localdate(),
        "reads_answers": reads_answers(user, found.school_id),
        "may_record": user.standing.holds_at(Right.RECORD_CONSENT, found.school_id),
        "may_people": user.standing.holds_at(Right.VIEW_PEOPLE, found.school_id),
        "may_export": user.standing.holds_at(Right.EXPORT_CONSENT, found.school_id),
    }
    status = 422 if form.errors else 200
    return render(request, "consent/pupil.html", context, status=status)


@login_required
@never_cache
@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one pupil as PDF; it stands in the access log."""
    user = holding(request, Right.EXPORT_CONSENT)
    found = pupil_of(user, pk, Right.EXPORT_CONSENT)
    _form, day = _day(request)
    note_access(subject=found, act=AccessEntry.Act.EXPORTED, by=user, school=found.school)
    content = pupil_pdf(read_pupil_file(found, on=day), at=timezone.now())
    return _attached(HttpResponse(content, content_type="application/pdf"), found, "pdf")


@login_required
@never_cache
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The consent record after ISO/IEC TS 27560 as JSON-LD; it stands in the access log."""
    user = holding(request, Right.EXPORT_CONSENT)
    found = pupil_of(user, pk, Right.EXPORT_CONSENT)
    _form, day = _day(request)
    note_access(subject=found, act=AccessEntry.Act.EXPORTED, by=user, school=found.school)
    document = consent_record(read_pupil_file(found, on=day), at=timezone.now())
    response = JsonResponse(
        document,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        content_type="application/ld+json",
    )
    return _attached(response, found, "jsonld")


def _attached(response: HttpResponse, found: Pupil, ending: str) -> HttpResponse:
    # The name of a file tells no person: a folder of downloads is read by others.
    name = f"toestemmingen-{found.school.slug}-{found.pk}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
