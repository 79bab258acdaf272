"""Writing down a request that came on paper, by mouth or by e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacyboard.audit.acts import ActRefused
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from privacyboard.people.desk import find_pupils, pickable
from requests_ar.actions.receiving import receive_request
from requests_ar.choices import Relation
from requests_ar.forms.intake import IntakeForm
from requests_ar.forms.picking import Picked, picked_of
from requests_ar.models import SubjectRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form for staff; what looks like a request that stands is pointed out before it saves."""
    user = signed_in(request)
    schools = list(School.objects.where(user, Right.HANDLE_REQUESTS))
    if not user.standing.holds(Right.HANDLE_REQUESTS):
        raise Http404
    given, today = request.POST, timezone.localdate()
    rows = pickable(user)
    picked = picked_of(rows, given.get("pick", given.get("pupil", "")), on=today)
    typed: dict[str, Any] = {
        "schools": schools,
        "with_board": Right.HANDLE_REQUESTS in user.standing.everywhere,
        "today": today,
        "picked": picked,
    }
    alike: list[SubjectRequest] = []
    found = None
    if request.method != "POST":
        form = IntakeForm(**typed)
    elif "find" in given or "pick" in given:
        # Looking for a pupil is no save: what was typed stays, and nothing is wrong with it yet.
        form = IntakeForm(**typed, initial=_so_far(given, picked, schools))
        found = find_pupils(rows, given.get("words", ""), on=today) if "find" in given else None
    else:
        form = IntakeForm(given, request.FILES, **typed)
        if form.is_valid():
            alike = _alike(form, user)
            if not alike or form.cleaned_data["is_new"]:
                answer = _registered(request, form, user)
                if answer is not None:
                    return answer
    context = {
        "form": form,
        "alike": alike,
        "picked": picked,
        "may_pick": user.standing.holds(Right.VIEW_PEOPLE),
        "found": found,
    }
    return render(request, "requests_ar/intake.html", context)


def _so_far(given: Any, picked: Picked | None, schools: list[School]) -> dict[str, Any]:
    """What was typed until now; with the school of the pupil who was picked."""
    typed = {name: given.get(name) for name in IntakeForm.base_fields if name in given}
    typed["kinds"] = given.getlist("kinds")
    if picked is not None and not typed.get("school") and picked.pupil.school in schools:
        typed["school"] = picked.pupil.school.slug
    return typed


def _registered(request: HttpRequest, form: IntakeForm, user: User) -> HttpResponse | None:
    try:
        made = receive_request(received=form.received(), by=user, at=timezone.now())
    except ActRefused as refusal:
        for field, sentence in refusal.errors.items():
            form.add_error(field if field in form.fields else None, sentence)
        return None
    day = formats.date_format(made.last_day, "l j F Y")
    messages.success(
        request,
        _("Vastgelegd als %(number)s. Uiterste dag: %(day)s.")
        % {"number": made.number, "day": day},
    )
    return HttpResponseRedirect(reverse("request_case", args=[made.number]))


def _alike(form: IntakeForm, user: User) -> list[SubjectRequest]:
    """Open requests about the same person, of the same kind, that this person may read."""
    given: dict[str, Any] = form.cleaned_data
    about_self = given["relation"] == Relation.SELF
    found = SubjectRequest.objects.visible_to(user).alike(
        name=given["name"] if about_self else given["subject_name"],
        born_on=given["born_on"],
        kinds=given["kinds"],
        pupil=form.picked.pupil.pk if form.picked else None,
    )
    return list(found.prefetch_related("parts")[:5])
