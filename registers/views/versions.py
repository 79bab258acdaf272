"""Versions side by side, and a school's answer to the board's standard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers import actions
from registers.forms.schools import AnswerForm, DeviationForm
from registers.models import ActivityVersion, ProcessingActivity, SchoolDeviation, VersionAnswer
from registers.rules.differences import Difference, differences
from registers.rules.wording import sections


def _reader(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _activity(request: HttpRequest, pk: int) -> ProcessingActivity:
    """The activity, if this person may read it; 404 otherwise: existence tells something too."""
    visible = ProcessingActivity.objects.visible_to(_reader(request))
    activity: ProcessingActivity = get_object_or_404(visible, pk=pk)
    return activity


def _chosen(found: list[ActivityVersion], number: str | None, otherwise: int) -> ActivityVersion:
    for version in found:
        if number is not None and str(version.number) == number:
            return version
    return found[otherwise]


@login_required
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side, field by field, in words; the last two by default."""
    activity = _activity(request, pk)
    found = list(activity.versions.select_related("established_by", "proposed_by"))
    context: dict[str, Any] = {"activity": activity, "versions": found}
    if len(found) > 1:
        new = _chosen(found, request.GET.get("tot"), 0)
        old = _chosen(found, request.GET.get("van"), 1)
        context |= {"old": old, "new": new, "changes": differences(old.read(), new.read())}
    return render(request, "registers/versions.html", context)


def _school_of(request: HttpRequest, slug: str) -> School:
    mine = School.objects.where(_reader(request), Right.VIEW_REGISTER)
    school: School = get_object_or_404(mine, slug=slug)
    return school


def _changes_for_school(version: ActivityVersion) -> list[Difference]:
    """What the version in force changed, compared with the one before it."""
    former = version.activity.versions.filter(number=version.number - 1).first()
    return differences(former.read(), version.read()) if former else []


def _page(
    request: HttpRequest,
    activity: ProcessingActivity,
    school: School,
    *,
    deviation_form: forms.Form | None = None,
    answer_form: forms.Form | None = None,
) -> HttpResponse:
    version = activity.versions.in_force().first()
    if version is None or not version.read().holds_at(school.slug):
        raise Http404
    deviations = list(SchoolDeviation.objects.in_force().filter(activity=activity, school=school))
    may_deviate = _reader(request).has_perm(Right.DEVIATE_REGISTER, school)
    context = {
        "activity": activity,
        "school": school,
        "version": version,
        "sections": sections(version.read()),
        "changes": _changes_for_school(version),
        "deviations": deviations,
        "answer": VersionAnswer.objects.filter(version=version, school=school).first(),
        "may_deviate": may_deviate,
        "deviation_form": deviation_form or DeviationForm(prefix="afwijking"),
        "answer_form": answer_form or AnswerForm(prefix="antwoord", may_keep=bool(deviations)),
    }
    return render(request, "registers/school_standard.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def school_standard(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The board's standard as one school sees it, and where it deviates. POST deviates."""
    activity, school = _activity(request, pk), _school_of(request, slug)
    if request.method != "POST":
        return _page(request, activity, school)
    _must_deviate(request, school)
    form = DeviationForm(request.POST, prefix="afwijking")
    if form.is_valid():
        try:
            actions.deviate(
                activity=activity,
                school=school,
                by=_reader(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except actions.DeviationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("De afwijking van uw school is vastgelegd."))
            return HttpResponseRedirect(request.path)
    return _page(request, activity, school, deviation_form=form)


def _must_deviate(request: HttpRequest, school: School) -> None:
    if not _reader(request).has_perm(Right.DEVIATE_REGISTER, school):
        raise Http404


@login_required
@require_POST
def answer(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The school accepts the version in force, or keeps its deviation.

    The page says which version was read there: a newer one is looked at before it is answered.
    """
    activity, school = _activity(request, pk), _school_of(request, slug)
    _must_deviate(request, school)
    found = list(activity.versions.all())
    if all(each.ended_at for each in found):
        raise Http404
    version = _chosen(found, request.POST.get("versie"), -1)
    kept = SchoolDeviation.objects.in_force().filter(activity=activity, school=school).exists()
    form = AnswerForm(request.POST, prefix="antwoord", may_keep=kept)
    if form.is_valid():
        try:
            actions.answer_version(
                version=version,
                school=school,
                by=_reader(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
        except actions.AnswerRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Uw antwoord is vastgelegd."))
            return HttpResponseRedirect(reverse("school_standard", args=[pk, slug]))
    return _page(request, activity, school, answer_form=form)
