"""Complaints about privacy: the public page with the routes, the list, and a page for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.audit.timeline import timeline
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.documents import rendering
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from requests_ar.actions import complaints as acts
from requests_ar.choices import ComplaintOutcome, RemedyBody
from requests_ar.forms import complaints as typed
from requests_ar.letters import complaints as letters
from requests_ar.models import Complaint, ComplaintStep, SubjectRequest
from requests_ar.rules.complaints import SCHEME, Lies, next_body
from requests_ar.views.desk import holds

PER_PAGE = 50


@require_safe
def routes(request: HttpRequest, slug: str = "") -> HttpResponse:
    """For everyone: where one goes with a complaint about privacy, and who else can help."""
    school = get_object_or_404(School, slug=slug) if slug else None
    context = {"routes": letters.routes_for(school), "school": school}
    return render(request, "requests_ar/complaint_routes.html", context)


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not (user.standing.holds(Right.VIEW_REQUESTS) or _is_named(user)):
        raise Http404
    return user


def _is_named(user: User) -> bool:
    return Complaint.objects.filter(userpermissions__user=user).exists()


def _may_handle(user: User, complaint: Complaint) -> bool:
    return holds(user, Right.HANDLE_REQUESTS, complaint.school_id)


def _log_school(complaint: Complaint) -> School | None:
    """The log of a school does not tell of a confidential complaint."""
    return None if complaint.is_confidential else complaint.school


@login_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """The complaints that this person may read, the newest first."""
    user = _reader(request)
    rows = Complaint.objects.visible_to(user)
    shown = request.GET.get("toon", "")
    if shown == "open":
        rows = rows.open()
    running = ComplaintStep.objects.filter(ended_on__isnull=True)
    rows = rows.select_related("school").prefetch_related(
        Prefetch("steps", queryset=running, to_attr="running")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": shown,
        "may_file": user.standing.holds(Right.HANDLE_REQUESTS),
    }
    return render(request, "requests_ar/complaints.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_new(request: HttpRequest) -> HttpResponse:
    """Type a complaint over; the form can begin with the request that it is about."""
    user = signed_in(request)
    if not user.standing.holds(Right.HANDLE_REQUESTS):
        raise Http404
    first = {"received_on": timezone.localdate(), "request_number": request.GET.get("verzoek", "")}
    given = request.POST if request.method == "POST" else None
    form = typed.ComplaintForm(given, user=user, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.file_complaint(filed=form.filed(), by=user, at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            told = _("Klacht %(number)s is vastgelegd.") % {"number": made.number}
            messages.success(request, told)
            return HttpResponseRedirect(_url(made))
    return render(request, "requests_ar/complaint_new.html", {"form": form})


def _url(complaint: Complaint) -> str:
    return reverse("complaint", args=[complaint.number])


def _visible(user: User, number: str, **asked: Any) -> Complaint:
    rows = Complaint.objects.visible_to(user).select_related("school")
    found: Complaint = get_object_or_404(rows, number=number, **asked)
    return found


def _kept(user: User, number: str) -> Complaint:
    """One that is not forgotten yet: to act on, to write about, to read the history of."""
    return _visible(user, number, forgotten_at=None)


@login_required
@require_safe
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint: what it says, with whom it lies, and what can be done now."""
    user = signed_in(request)
    record = _visible(user, number)
    note_access(subject=record, act=AccessEntry.Act.OPENED, by=user, school=_log_school(record))
    return _page(request, record)


def _page(
    request: HttpRequest, record: Complaint, wrong: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """The page, with the forms that were filled in wrongly as they were typed."""
    user = signed_in(request)
    about = SubjectRequest.objects.visible_to(user).filter(pk=record.request_id).first()
    steps = list(record.steps.all())
    context: dict[str, Any] = {
        "record": record,
        "about": about,
        "steps": steps,
        "is_open": record.outcome == ComplaintOutcome.OPEN,
        "routes": letters.routes_for(record.school),
        "may_handle": not record.forgotten_at and _may_handle(user, record),
        "may_guard": not record.forgotten_at
        and Right.VIEW_CONFIDENTIAL_REQUESTS in user.standing.everywhere,
        "errors_in": list((wrong or {}).values()),
    }
    if context["may_handle"]:
        context |= _forms(record, steps, wrong or {})
    if context["may_guard"]:
        context["guard_form"] = (wrong or {}).get("guard") or typed.GuardForm()
        context["name_form"] = (wrong or {}).get("name") or typed.NamePersonForm()
        named = record.userpermissions.select_related("user").order_by("pk")
        context["named"] = [each.user for each in named] if record.is_confidential else []
    return render(request, "requests_ar/complaint.html", context, status=422 if wrong else 200)


def _forms(
    record: Complaint, steps: list[ComplaintStep], wrong: dict[str, forms.Form]
) -> dict[str, Any]:
    today = timezone.localdate()
    expected = next_body([Lies(each.body, each.began_on, each.ended_on) for each in steps])
    for each in steps:
        if each.ended_on is None:
            key = f"step{each.pk}"
            form = typed.EndStepForm(initial={"ended_on": today}, prefix=key)
            # The page shows each step with its own form.
            each.__dict__["form"] = wrong.get(key) or form
    take = typed.TakeToForm(
        initial={"body": expected or RemedyBody.AP, "began_on": today}, prefix="verder"
    )
    conclude = typed.ConcludeForm(initial={"closed_on": today}, prefix="einde")
    return {
        "take_form": wrong.get("take") or take,
        "conclude_form": wrong.get("conclude") or conclude,
        "runs_in_scheme": any(each.body in SCHEME and not each.ended_on for each in steps),
    }


def _act(
    request: HttpRequest,
    record: Complaint,
    *,
    key: str,
    form: forms.Form,
    act: Callable[..., object],
    done: str,
) -> HttpResponse:
    """Do one act with what was typed; a refusal gives the page back with everything on it."""
    if form.is_valid():
        try:
            act(**form.cleaned_data, by=signed_in(request), at=timezone.now())
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(_url(record))
    return _page(request, record, {key: form})


def _handled(request: HttpRequest, number: str) -> Complaint:
    user = signed_in(request)
    record = _kept(user, number)
    if not _may_handle(user, record):
        raise Http404
    return record


@login_required
@require_POST
def complaint_take(request: HttpRequest, number: str) -> HttpResponse:
    """The complaint goes to another body."""
    record = _handled(request, number)

    def take(**values: Any) -> object:
        return acts.take_to(complaint=record, **values)

    form = typed.TakeToForm(request.POST, prefix="verder")
    return _act(request, record, key="take", form=form, act=take, done=_("Vastgelegd."))


@login_required
@require_POST
def complaint_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A body is done with the complaint."""
    record = _handled(request, number)
    step = get_object_or_404(ComplaintStep, pk=pk, complaint=record)
    key = f"step{step.pk}"

    def end(**values: Any) -> object:
        return acts.end_step(step=step, **values)

    form = typed.EndStepForm(request.POST, prefix=key)
    return _act(request, record, key=key, form=form, act=end, done=_("De stap is afgerond."))


@login_required
@require_POST
def complaint_conclude(request: HttpRequest, number: str) -> HttpResponse:
    """The complaint is over for the board."""
    record = _handled(request, number)

    def conclude(**values: Any) -> object:
        return acts.conclude(complaint=record, **values)

    form = typed.ConcludeForm(request.POST, prefix="einde")
    done = _("De klacht is afgesloten. Geef de klager de brief met de uitkomst.")
    return _act(request, record, key="conclude", form=form, act=conclude, done=done)


@login_required
@require_POST
def complaint_guard(request: HttpRequest, number: str) -> HttpResponse:
    """Close the complaint to others, or open it again."""
    user = signed_in(request)
    record = _kept(user, number)
    if Right.VIEW_CONFIDENTIAL_REQUESTS not in user.standing.everywhere:
        raise Http404

    def guard(**values: Any) -> object:
        return acts.guard_complaint(
            complaint=record, is_confidential=not record.is_confidential, **values
        )

    form = typed.GuardForm(request.POST)
    return _act(request, record, key="guard", form=form, act=guard, done=_("Vastgelegd."))


@login_required
@require_POST
def complaint_name(request: HttpRequest, number: str) -> HttpResponse:
    """Name somebody on a confidential complaint; or (button "weg") take the name off again."""
    user = signed_in(request)
    record = _kept(user, number)
    if Right.VIEW_CONFIDENTIAL_REQUESTS not in user.standing.everywhere:
        raise Http404
    form = typed.NamePersonForm(request.POST)
    is_off = "weg" in request.POST

    def name(email: str, **values: Any) -> object:
        change = acts.unname_on_complaint if is_off else acts.name_on_complaint
        return change(complaint=record, user=form.user, **values)

    return _act(request, record, key="name", form=form, act=name, done=_("Vastgelegd."))


@login_required
@require_safe
def complaint_history(request: HttpRequest, number: str) -> HttpResponse:
    """Who changed what of a complaint, when and why."""
    record = _kept(signed_in(request), number)
    context = {"record": record, "events": timeline(record, lines=[ComplaintStep])}
    return render(request, "requests_ar/complaint_history.html", context)


@login_required
@require_safe
def complaint_letter(request: HttpRequest, number: str) -> HttpResponse:
    """The letter to the complainant as a PDF: its receipt, or its outcome; both with the routes."""
    user = signed_in(request)
    record = _kept(user, number)
    note_access(subject=record, act=AccessEntry.Act.DOWNLOADED, by=user, school=_log_school(record))
    facts = letters.complaint_document(record, on=timezone.localdate())
    pdf = rendering.render("requests_ar/complaint", facts)[1]
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="klacht-{record.number}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
