"""Which schools, users and appointments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet, Value

if TYPE_CHECKING:
    from privacyboard.organisation.models import User


def running_on(day: date, prefix: str = "") -> Q:
    """Appointments in force on a day: the first and the last day both count."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


class AppointmentQuerySet(QuerySet[Any]):
    def running(self, day: date) -> AppointmentQuerySet:
        """In force on this day."""
        return self.filter(running_on(day))

    def rights_of(self, user_id: int, day: date) -> QuerySet[Any, tuple[Any, ...]]:
        """Rows (role, school, rights on the board, rights at the school) of one person, one day."""
        return (
            self.running(day)
            .filter(user_id=user_id)
            .annotate(
                board_rights=ArrayAgg(
                    "group__permissions__codename",
                    filter=Q(group__permissions__isnull=False),
                    distinct=True,
                    default=Value([]),
                ),
                school_rights=ArrayAgg(
                    "group__schoolgrouppermission__permission__codename",
                    filter=Q(group__schoolgrouppermission__isnull=False),
                    distinct=True,
                    default=Value([]),
                ),
            )
            .order_by("pk")
            .values_list("role", "school_id", "board_rights", "school_rights")
        )


class SchoolQuerySet(QuerySet[Any]):
    def where(self, user: User, right: str) -> SchoolQuerySet:
        """Schools at which the user holds the right, through an appointment that runs today."""
        standing = user.standing
        if right in standing.everywhere:
            return self
        if not standing.holds(right):
            return self.none()
        # The database follows the appointments itself: no list of schools goes to and fro.
        held = Q(
            running_on(standing.on, "grouppermissions__group__appointments__"),
            grouppermissions__group__appointments__user=user.pk,
            grouppermissions__permission__codename=right,
        )
        return self.filter(pk__in=self.model._base_manager.filter(held).values("pk"))

    def visible_to(self, user: User) -> SchoolQuerySet:
        """Every school that the user may know in this application: all, for who has a role."""
        return self if user.standing.may_sign_in else self.none()


class UserQuerySet(QuerySet[Any]):
    def with_role(self, role: str, day: date, school_id: int | None = None) -> UserQuerySet:
        """Active people who hold a role on a day, board-wide (no school) or at that school."""
        return self.filter(
            running_on(day, "appointments__"),
            is_active=True,
            appointments__role=role,
            appointments__school_id=school_id,
        ).distinct()
