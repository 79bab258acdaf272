"""The list of pupils: names and classes for a teacher, guardians too for who keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacyboard.backoffice.paging import CappedPaginator
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import (
    Group,
    Guardianship,
    Placement,
    Pupil,
    School,
    User,
)
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import school_year_of, sort_key
from privacyboard.people.views.desk import holder

PER_PAGE = 50
SHOWN = {
    "nu": _("Ingeschreven"),
    "zonder-datum": _("Zonder geboortedatum"),
    "onbereikbaar": _("Met een ouder die geen mail krijgt"),
    "zonder-ouder": _("Zonder ouder of verzorger"),
    "van-school": _("Van school"),
    "alle": _("Alle"),
}
# What a teacher can choose: the other choices tell of data that a teacher does not see.
SHOWN_TO_TEACHERS = ("nu",)


@dataclass(frozen=True)
class Row:
    """One pupil; `ties` are empty, and `in_full` is false, where only name and class are shown."""

    pupil: Pupil
    groups: str
    ties: tuple[Guardianship, ...]
    in_full: bool
    has_left: bool


@login_required
@never_cache
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The pupils whom this person may see, by school, class, name or number."""
    user = holder(request, Right.VIEW_PEOPLE, Right.USE_CLASS_LISTS)
    today = timezone.localdate()
    in_full = user.standing.holds(Right.VIEW_PEOPLE)
    given = request.GET
    choices = {key: SHOWN[key] for key in (SHOWN if in_full else SHOWN_TO_TEACHERS)}
    shown = given.get("toon", "") if given.get("toon") in choices else "nu"
    words = given.get("zoek", "").replace("\x00", "").strip()[:100]
    schools = list(School.objects.where(user, Right.VIEW_PEOPLE).order_by("sort_name"))
    school = next((each for each in schools if each.slug == given.get("school")), None)
    groups = _groups(user, today, school, schools)
    group = next((each for each in groups if str(each.pk) == given.get("groep")), None)
    rows = _shown(Pupil.objects.visible_to(user), shown, user, today)
    if school:
        rows = rows.filter(school=school)
    if group:
        here = Placement.objects.filter(running_on(today), group=group)
        rows = rows.filter(pk__in=here.values("pupil"))
    if words:
        rows = _found(rows, words, by_key=in_full)
    page = CappedPaginator(_told(rows, today, in_full=in_full), PER_PAGE).get_page(
        given.get("page")
    )
    context = {
        "page": page,
        "rows": [_row(each, user, today) for each in page],
        "in_full": in_full,
        "shown": shown,
        "choices": choices.items(),
        "words": words,
        "schools": schools if len(schools) > 1 else [],
        "school": school.slug if school else "",
        "groups": groups,
        "group": group.pk if group else "",
        "may_change": user.standing.holds(Right.CHANGE_PEOPLE),
        "is_filtered": bool(words or school or group or shown != "nu"),
    }
    return render(request, "people/people.html", context)


def _groups(user: User, today: date, school: School | None, schools: list[School]) -> list[Group]:
    """The classes of this year to choose from: of one school, or those that the user teaches."""
    rows = Group.objects.visible_to(user).of_year(today)
    if school:
        return list(rows.filter(school=school))
    # Of a whole board there are too many: choose the school first.
    return list(rows[:100]) if len(schools) <= 1 else []


def _shown(rows: Any, shown: str, user: User, today: date) -> Any:
    if shown == "alle":
        return rows
    if shown == "van-school":
        return rows.filter(left_on__lte=today)
    rows = rows.enrolled_on(today)
    if shown == "nu":
        return rows
    # From here it is about data that are read in full only.
    rows = rows.filter(pk__in=Pupil.objects.at(user, Right.VIEW_PEOPLE).values("pk"))
    if shown == "zonder-datum":
        return rows.filter(born_on__isnull=True)
    ties = Guardianship.objects.running_on(today).filter(pupil=OuterRef("pk"))
    if shown == "zonder-ouder":
        return rows.filter(~Exists(ties))
    quiet = Q(guardian__unreachable_since__isnull=False) | Q(guardian__email="")
    return rows.filter(Exists(ties.filter(quiet)))


def _found(rows: Any, words: str, *, by_key: bool) -> Any:
    """Every word somewhere in the name, in whatever order; or the whole number."""
    named = Q()
    for word in sort_key(words).split():
        named &= Q(sort_name__contains=word)
    return rows.filter(named | Q(key=words) if by_key else named)


def _told(rows: Any, today: date, *, in_full: bool) -> Any:
    """With the classes of today, and who stands for them today where that is shown."""
    places = Placement.objects.filter(
        running_on(today), group__school_year=school_year_of(today)
    ).select_related("group")
    ties = Guardianship.objects.running_on(today).select_related("guardian").order_by("id")
    rows = rows.select_related("school").order_by("sort_name", "id")
    rows = rows.prefetch_related(Prefetch("placements", queryset=places, to_attr="places_now"))
    if not in_full:
        return rows
    return rows.prefetch_related(Prefetch("guardianships", queryset=ties, to_attr="ties_now"))


def _row(pupil: Any, user: User, today: date) -> Row:
    in_full = user.standing.holds_at(Right.VIEW_PEOPLE, pupil.school_id)
    groups = sorted((each.group for each in pupil.places_now), key=lambda each: each.is_combined)
    return Row(
        pupil=pupil,
        groups=", ".join(each.name for each in groups),
        ties=tuple(pupil.ties_now) if in_full else (),
        in_full=in_full,
        has_left=pupil.left_on is not None and pupil.left_on <= today,
    )
