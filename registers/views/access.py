"""Who may see what at a school: the matrix, and the director's yearly review of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers import actions, letters
from registers.forms.desk import HandlingForm
from registers.forms.schools import AccessAnswerForm
from registers.models import AccessReview
from registers.models.remembered import Remembered


def _school(user: User, slug: str, right: str = Right.VIEW_REGISTER) -> School:
    """A school where this person holds the right; 404 to anyone else."""
    school: School = get_object_or_404(School.objects.where(user, right), slug=slug)
    return school


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The schools of this person, with where this year's review stands."""
    user = signed_in(request)
    schools = School.objects.where(user, Right.VIEW_REGISTER)
    if not user.standing.holds(Right.VIEW_REGISTER):
        raise Http404
    year = timezone.localdate().year
    reviews = AccessReview.objects.visible_to(user).filter(year=year).select_related("report")
    found = {review.school_id: review for review in reviews}
    rows = [(school, found.get(school.pk)) for school in schools]
    may_open = user.standing.holds(Right.CHANGE_REGISTER)
    context = {"rows": rows, "year": year, "may_open": may_open}
    return render(request, "registers/access_overview.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix of a school; while a review waits: the frozen one, and the director's answer."""
    user = signed_in(request)
    school = _school(user, slug)
    form = AccessAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        waiting = AccessReview.objects.waiting().filter(school=school).first()
        if waiting is None or not user.standing.holds_at(Right.REVIEW_ACCESS, school.pk):
            raise Http404
        if form.is_valid() and _answered(form, waiting, user):
            messages.success(request, _("Uw antwoord is vastgelegd. Het verslag staat hieronder."))
            return HttpResponseRedirect(reverse("access_matrix", args=[school.slug]))
    return _page(request, school, form=form)


def _page(
    request: HttpRequest,
    school: School,
    *,
    form: AccessAnswerForm | None = None,
    handling_form: HandlingForm | None = None,
) -> HttpResponse:
    standing = signed_in(request).standing
    reviews = list(
        AccessReview.objects.filter(school=school)
        .defer("matrix")
        .select_related("report", "answered_by", "handled_by")
    )
    waiting = next((each for each in reviews if each.answered_at is None), None)
    answers = waiting is not None and standing.holds_at(Right.REVIEW_ACCESS, school.pk)
    to_handle = next((each for each in reviews if each.waits_for_handling), None)
    handles = to_handle is not None and standing.holds_at(Right.CHANGE_REGISTER, school.pk)
    context = {
        "school": school,
        "waiting": waiting,
        "table": _table(signed_in(request), school, waiting),
        "form": (form or AccessAnswerForm()) if answers else None,
        "answered": [each for each in reviews if each.answered_at is not None],
        "to_handle": to_handle,
        "handling_form": (handling_form or HandlingForm()) if handles else None,
    }
    return render(request, "registers/access_matrix.html", context)


def _table(user: User, school: School, waiting: AccessReview | None) -> str:
    """The matrix as it is now, or as it was frozen for the review that waits."""

    def table() -> str:
        matrix = waiting.matrix if waiting else _current(school)
        return render_to_string("registers/access_listed.html", {"matrix": matrix})

    memory = Remembered(on=timezone.localdate(), user=user)
    review = waiting.pk if waiting else "now"
    return memory.page(f"access matrix {school.pk} {review}", table)


def _current(school: School) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(letters.access_matrix_of(school))))
    return plain


def _answered(form: AccessAnswerForm, review: AccessReview, user: User) -> bool:
    try:
        actions.answer_review(review=review, **form.cleaned_data, by=user, at=timezone.now())
    except actions.ReviewRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
@require_POST
def handle_review(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Write down what was done about the corrections of a school's director."""
    user = signed_in(request)
    school = _school(user, slug, Right.CHANGE_REGISTER)
    review = get_object_or_404(AccessReview.objects.visible_to(user), school=school, year=year)
    form = HandlingForm(request.POST)
    if not form.is_valid() or not _handled(form, review, user):
        return _page(request, school, handling_form=form)
    messages.success(request, _("Afgehandeld. Bij de controle staat wat er is gedaan."))
    return HttpResponseRedirect(reverse("access_matrix", args=[school.slug]))


def _handled(form: HandlingForm, review: AccessReview, user: User) -> bool:
    try:
        actions.handle_review(review=review, **form.cleaned_data, by=user, at=timezone.now())
    except actions.ReviewRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
@require_POST
def open_review(request: HttpRequest, slug: str) -> HttpResponse:
    """Lay this year's review of a school ready."""
    user = signed_in(request)
    school = _school(user, slug, Right.CHANGE_REGISTER)
    at = timezone.now()
    try:
        actions.open_review(school=school, year=timezone.localdate(at).year, by=user, at=at)
    except actions.ReviewRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("De controle staat klaar voor %(school)s.") % {"school": school}
        )
    return HttpResponseRedirect(reverse("access_overview"))
