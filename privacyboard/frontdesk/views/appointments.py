"""Appointments that end soon, for who decides what comes after."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacyboard.backoffice.querysets import Rows, ending
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import School, User

LOOK_AHEAD = timedelta(days=60)
A_PAGE = 50


@login_required
@require_safe
def appointments_ending(request: HttpRequest) -> HttpResponse:
    """Who, which role, where and until when, in the next sixty days; a director: of the school."""
    user = signed_in(request)
    today = timezone.localdate()
    rows = _visible(ending(today).filter(ends_on__lte=today + LOOK_AHEAD), user)
    page = Paginator(rows.order_by("ends_on", "user__sort_name", "pk"), A_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "may_change": user.standing.holds(Right.MANAGE_ACCOUNTS),
    }
    return render(request, "frontdesk/appointments_ending.html", context)


def _visible(rows: Rows, user: User) -> Rows:
    """All for who may see accounts, and for the board; a director those of the own school."""
    if user.standing.holds(Right.VIEW_ACCOUNTS) or user.standing.has_role(Role.BOARD_MEMBER):
        return rows
    if not user.standing.has_role(Role.DIRECTOR):
        raise Http404
    return rows.filter(school__in=School.objects.where(user, Right.REVIEW_ACCESS).values("pk"))
