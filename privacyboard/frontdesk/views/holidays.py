"""When the schools are closed: the list, a new one, a whole year at once, a change, and away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.acts import ActRefused, edition_of
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.records import signed_in
from privacyboard.frontdesk.actions import (
    add_holiday,
    add_holidays,
    change_holiday,
    remove_holiday,
)
from privacyboard.frontdesk.forms import DaysForm, HolidayForm, YearForm
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import SchoolHoliday, User
from privacyboard.organisation.rules import school_year_of

A_PAGE = 50


def _keeper(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.standing.holds(Right.KEEP_HOLIDAYS):
        raise Http404
    return user


@login_required
@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    """Those of this school year and later that concern the reader, by school year."""
    user = signed_in(request)
    began = date(school_year_of(timezone.localdate()), 8, 1)
    rows = SchoolHoliday.objects.visible_to(user).filter(last_day__gte=began)
    page = Paginator(rows.select_related("school").order_by("first_day", "pk"), A_PAGE)
    shown = page.get_page(request.GET.get("page"))
    for each in shown.object_list:
        each.year = school_year_of(each.first_day)
        each.may_change = _may_change(user, each)
    context = {"page": shown, "may_add": user.standing.holds(Right.KEEP_HOLIDAYS)}
    return render(request, "frontdesk/holidays.html", context)


def _may_change(user: User, holiday: SchoolHoliday) -> bool:
    if holiday.school_id is None:
        return Right.KEEP_HOLIDAYS in user.standing.everywhere
    return user.standing.holds_at(Right.KEEP_HOLIDAYS, holiday.school_id)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_new(request: HttpRequest) -> HttpResponse:
    """One holiday or day off."""
    user = _keeper(request)
    form = HolidayForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        school, at = form.cleaned_data["school"], timezone.now()
        try:
            made = add_holiday(days=form.days(), school=school, by=user, at=at)
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            return _done(request, _("Toegevoegd: %(holiday)s.") % {"holiday": made})
    return _form(request, form, _("Vakantie of vrije dag toevoegen"), _("Toevoegen"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holidays_pasted(request: HttpRequest) -> HttpResponse:
    """A whole year at once: all lines, or none."""
    user = _keeper(request)
    form = YearForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_bound and form.is_valid():
        school, at = form.cleaned_data["school"], timezone.now()
        try:
            made = add_holidays(lines=form.lines, school=school, by=user, at=at)
        except ActRefused as refusal:
            for sentence in refusal.errors.values():
                form.add_error("text", sentence)
        else:
            words = ngettext("%d vakantie toegevoegd.", "%d vakanties toegevoegd.", len(made))
            return _done(request, words % len(made))
    return _form(request, form, _("Vakanties van een heel jaar toevoegen"), _("Toevoegen"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_changed(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, or other days."""
    user, holiday = _keeper(request), _kept(request, pk)
    form = DaysForm.about(holiday, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = change_holiday(
                holiday=holiday,
                days=form.days(),
                by=user,
                at=timezone.now(),
                seen=_seen(request),
            )
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            return _done(request, _("Gewijzigd: %(holiday)s.") % {"holiday": made})
    title = _("%(name)s wijzigen") % {"name": holiday.name}
    context = {"holiday": holiday, "seen": edition_of(holiday)}
    return _form(request, form, title, _("Opslaan"), **context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_removed(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST removes."""
    user, holiday = _keeper(request), _kept(request, pk)
    if request.method == "POST":
        try:
            remove_holiday(holiday=holiday, by=user, at=timezone.now())
        except ActRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("holidays"))
        return _done(request, _("Verwijderd: %(holiday)s.") % {"holiday": holiday})
    context = {
        "title": _("%(name)s verwijderen") % {"name": holiday.name},
        "explanation": _(
            "In deze dagen sturen wij dan weer elke ochtend een bericht aan wie iets te doen heeft."
        ),
        "facts": [(_("Wat"), holiday), (_("Waar"), holiday.school or _("Alle scholen"))],
        "submit_label": _("Verwijderen"),
        "cancel_url": reverse("holidays"),
        "tone": "danger",
    }
    return render(request, "pieces/confirm.html", context)


def _kept(request: HttpRequest, pk: int) -> SchoolHoliday:
    rows = SchoolHoliday.objects.kept_by(signed_in(request)).select_related("school")
    found: SchoolHoliday = get_object_or_404(rows, pk=pk)
    return found


def _seen(request: HttpRequest) -> int | None:
    given = request.POST.get("seen", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None


def _form(
    request: HttpRequest, form: forms.Form, title: str, label: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "submit_label": label, **more}
    return render(request, "frontdesk/holiday_form.html", context)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("holidays"))
