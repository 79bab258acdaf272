"""What is due and stands on no list, because its number is of somebody else by now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacyboard.audit.actions import note_access
from privacyboard.audit.acts import ActRefused
from privacyboard.audit.models import AccessEntry
from privacyboard.backoffice.casework import tell
from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers.actions.destroying.doubting import correct_number, drop
from registers.forms.destruction import DoubtForm
from registers.models import DestructionItem
from registers.models.destruction_numbers import Holders, doubted
from registers.views.destruction.desk import reader

PER_PAGE = 50


def _at(user: User, right: str) -> Any:
    """The doubted rows of the schools where this person holds a right."""
    rows = doubted(timezone.localdate()).select_related("school", "rule")
    return rows.filter(school__in=School.objects.where(user, right).values("pk"))


@login_required
@never_cache
@require_safe
def doubts(request: HttpRequest) -> HttpResponse:
    """Which rule, school and year; the number itself is a page further, where it is logged."""
    user = reader(request)
    rows = _at(user, Right.VIEW_DESTRUCTION).order_by("school__sort_name", "event_on", "pk")
    page = CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (item, why, user.standing.holds_at(Right.CHECK_DESTRUCTION, item.school_id or 0))
            for item, why in _with_reasons(list(page))
        ],
        "today": timezone.localdate(),
    }
    return render(request, "registers/destruction/doubts.html", context)


def _with_reasons(items: list[DestructionItem]) -> list[tuple[DestructionItem, str]]:
    schools: dict[int, list[DestructionItem]] = {}
    for item in items:
        schools.setdefault(item.school_id or 0, []).append(item)
    holders = {key: Holders.of(rows[0].school, rows) for key, rows in schools.items()}
    return [(item, _why(holders[item.school_id or 0], item)) for item in items]


def _why(holders: Holders, item: DestructionItem) -> str:
    return "; ".join(each.reason for each in holders.doubt(item))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: say which number it is, or that there is nothing left to destroy."""
    user = signed_in(request)
    item: DestructionItem = get_object_or_404(_at(user, Right.CHECK_DESTRUCTION), pk=pk)
    assert item.school is not None  # noqa: S101 - a number is of a pupil of a school
    note_access(subject=item.school, act=AccessEntry.Act.OPENED, by=user, school=item.school)
    form = DoubtForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            done = _settle(form, item, user)
        except ActRefused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("destruction_doubts"))
    [(_item, why)] = _with_reasons([item])
    context = {"form": form, "item": item, "why": why}
    return render(request, "registers/destruction/doubt.html", context)


def _settle(form: DoubtForm, item: DestructionItem, user: User) -> str:
    given, at = form.cleaned_data, timezone.now()
    if given["what"] == DoubtForm.NUMBER:
        correct_number(item=item, number=given["number"], not_bsn=form.not_bsn, by=user, at=at)
        return _("Het nummer is verbeterd. De regel komt vanzelf op een lijst.")
    drop(item=item, reason=given["reason"], by=user, at=at)
    return _("De regel is weggehaald. Wie dat deed en waarom, staat bij het verloop van de lijst.")
