"""The classes of this school year, with who stands before each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, School, Teacher, User
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import school_year_of
from privacyboard.people.views.desk import holder

PER_PAGE = 50


@login_required
@never_cache
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Per class: how many pupils now, and its teachers with the account by which they sign in."""
    user = holder(request, Right.VIEW_PEOPLE)
    today = timezone.localdate()
    schools = list(School.objects.where(user, Right.VIEW_PEOPLE).order_by("sort_name"))
    school = next((each for each in schools if each.slug == request.GET.get("school")), None)
    rows = Group.objects.of_year(today).filter(school__in=[each.pk for each in schools])
    if school:
        rows = rows.filter(school=school)
    now = Count("placements", filter=running_on(today, "placements__"), distinct=True)
    teachers = Teacher.objects.order_by("sort_name", "id")
    rows = (
        rows.annotate(pupils_now=now)
        .select_related("school")
        .prefetch_related(Prefetch("teachers", queryset=teachers))
        .order_by("school__sort_name", "sort_name", "id")
    )
    page = CappedPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    addresses = {teacher.email for each in page for teacher in each.teachers.all()} - {""}
    known = User.objects.filter(email__in=addresses, is_active=True).values_list("email", flat=True)
    accounts = set(known) if addresses else set()
    for each in page:
        each.may_change = user.standing.holds_at(Right.CHANGE_PEOPLE, each.school_id)
        for teacher in each.teachers.all():
            # An address out of a file opens nothing until somebody has an account with it.
            teacher.has_account = teacher.email in accounts
    year = school_year_of(today)
    context = {
        "page": page,
        "schools": schools if len(schools) > 1 else [],
        "school": school.slug if school else "",
        "year": f"{year}-{year + 1}",
        "may_change": user.standing.holds(Right.CHANGE_PEOPLE),
    }
    return render(request, "people/groups.html", context)
