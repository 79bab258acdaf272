"""What the pages of a destruction list share: who may open it, and what they may do with it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from registers.models import DestructionList
from registers.rules.destruction.states import ACTS, is_allowed


def holds(user: User, right: str, found: DestructionList) -> bool:
    """Whether a right is held at the school of the list; at the office: on the whole board."""
    if found.school_id is None:
        return right in user.standing.everywhere
    return user.standing.holds_at(right, found.school_id)


def holds_for(user: User, act: str, found: DestructionList) -> bool:
    """Whether the right of an act is held here."""
    return act in ACTS and holds(user, ACTS[act][0], found)


def is_open(user: User, act: str, found: DestructionList) -> bool:
    """Whether the act stands on the page of this list for this person now."""
    return is_allowed(act, state=found.state, holds=lambda right: holds(user, right, found))


def visible(request: HttpRequest, number: str) -> DestructionList:
    """The list of this number, for who may read it; 404 to anyone else."""
    rows = DestructionList.objects.visible_to(signed_in(request)).select_related(
        "school", "checked_by", "approved_by", "handed_by", "closed_by", "certificate"
    )
    found: DestructionList = get_object_or_404(rows, number=number)
    return found


def reader(request: HttpRequest) -> User:
    """Somebody for whom there are pages about destruction; 404 to anyone else."""
    user = signed_in(request)
    if not user.standing.holds(Right.VIEW_DESTRUCTION):
        raise Http404
    return user


def schools_to_check(user: User) -> Any:
    """The schools whose lists this person checks."""
    return School.objects.where(user, Right.CHECK_DESTRUCTION).order_by("sort_name")


def list_url(found: DestructionList, part: str = "") -> str:
    """The page of a list, or a part of it."""
    url = reverse("destruction_list", args=[found.number])
    return f"{url}#{part}" if part else url
