"""What the pages share: who may open them, and what this person may do there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, Guardian, Guardianship, Pupil, School, User


def holder(request: HttpRequest, *rights: Right) -> User:
    """Who holds one of these rights anywhere; 404 to anyone else."""
    user = signed_in(request)
    if not any(user.standing.holds(right) for right in rights):
        raise Http404
    return user


def pupil_of(request: HttpRequest, pk: int) -> Pupil:
    """This pupil, for who reads all pupils of the school; a teacher has the list alone."""
    rows = Pupil.objects.at(holder(request, Right.VIEW_PEOPLE), Right.VIEW_PEOPLE)
    found: Pupil = get_object_or_404(rows.select_related("school"), pk=pk)
    return found


def guardian_of(request: HttpRequest, pk: int) -> Guardian:
    """This parent, for who reads the pupils of a school where a child is; 404 to anyone else."""
    rows = Guardian.objects.visible_to(holder(request, Right.VIEW_PEOPLE))
    found: Guardian = get_object_or_404(rows, pk=pk)
    return found


def group_of(request: HttpRequest, pk: int) -> Group:
    """This class, for who reads the pupils of the school."""
    user = holder(request, Right.VIEW_PEOPLE)
    schools = School.objects.where(user, Right.VIEW_PEOPLE).values("pk")
    rows = Group.objects.filter(school__in=schools).select_related("school")
    found: Group = get_object_or_404(rows, pk=pk)
    return found


def may_change(user: User, at_school: Any) -> bool:
    """Whether this person keeps the pupils of the school that a pupil or a class is of."""
    return user.standing.holds_at(Right.CHANGE_PEOPLE, at_school.school_id)


def may_change_guardian(user: User, guardian: Guardian) -> bool:
    """Whether this person keeps the pupils of a school where a child of this parent is."""
    if not user.standing.holds(Right.CHANGE_PEOPLE):
        return False
    pupils = Pupil.objects.at(user, Right.CHANGE_PEOPLE).values("pk")
    return Guardianship.objects.filter(guardian=guardian, pupil__in=pupils).exists()


def schools_to_keep(user: User) -> Any:
    """The schools where this person keeps the pupils, in order."""
    return School.objects.where(user, Right.CHANGE_PEOPLE).order_by("sort_name")
