"""What must be destroyed or kept, and waits for this person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Min, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from privacyboard.clockwork.models import Hold
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import School, User
from registers.choices.destruction import DestructionState
from registers.models import DestructionList, dated, destruction_numbers
from registers.worklist.row import MOST, NO_DAY


def _lists(user: User, right: Right, state: DestructionState) -> Any:
    """Destruction lists of schools where this person does this step.

    Who holds the right on the whole board does it for the board's office: a school checks its own.
    """
    rows = DestructionList.objects.filter(state=state)
    if right in user.standing.everywhere and right != Right.DESTROY_RECORDS:
        rows = rows.filter(school=None)
    elif right not in user.standing.everywhere:
        rows = rows.filter(school__in=School.objects.where(user, right).values("pk"))
    return rows.annotate(place=Coalesce("school__name", Value(_("Bestuurskantoor"))))


def _listed(rows: Any, kind: str, day: Any = None) -> Any:
    shown = (Value(kind), "pk", "place", "number", day or NO_DAY)
    return rows.order_by("proposed_at", "pk").values_list(*shown)[:MOST]


def lists_to_check(user: User, on: date) -> Any:
    waiting = _lists(user, Right.CHECK_DESTRUCTION, DestructionState.PROPOSED)
    return _listed(waiting.annotate(day=Min("items__not_after")), "check list", F("day"))


def lists_to_approve(user: User, on: date) -> Any:
    rows = _lists(user, Right.DESTROY_RECORDS, DestructionState.CHECKED)
    waiting = rows.exclude(checked_by=user).annotate(day=Min("items__not_after"))
    return _listed(waiting, "approve list", F("day"))


def lists_to_hand(user: User, on: date) -> Any:
    return _listed(_lists(user, Right.CHECK_DESTRUCTION, DestructionState.APPROVED), "hand list")


def lists_to_close(user: User, on: date) -> Any:
    """From the day on which the first task should be done; at once when all of them are."""
    rows = _lists(user, Right.CHECK_DESTRUCTION, DestructionState.HANDED)
    first = Min("tasks__due_on", filter=Q(tasks__done_on=None))
    waiting = rows.annotate(day=first).filter(Q(day__lte=on) | Q(day=None))
    return _listed(waiting, "close list", F("day"))


def doubts(user: User, on: date) -> Any:
    """Schools with numbers that nobody can destroy by; of a school without a director too."""
    rows = destruction_numbers.doubted(on)
    if Right.CHECK_DESTRUCTION in user.standing.everywhere:
        rows = rows.filter(~Exists(dated.led(on, Role.DIRECTOR)))
    else:
        schools = School.objects.where(user, Right.CHECK_DESTRUCTION)
        rows = rows.filter(school__in=schools.values("pk"))
    by_school = rows.order_by().values("school", "school__name")
    counted = by_school.annotate(number=Cast(Count("pk"), TextField()), day=Min("not_after"))
    shown = ("school", "school__name", "number", "day")
    return counted.order_by("school__name").values_list(Value("doubt"), *shown)[:MOST]


def holds(user: User, on: date) -> Any:
    """What this person holds and promised to look at again by now."""
    rows = Hold.objects.to_review(on).filter(owner=user).order_by("review_on", "pk")
    place = Coalesce("school__name", Value(_("Bestuurskantoor")))
    return rows.values_list(Value("hold"), "pk", place, "kind", "review_on")[:MOST]
