"""Which appointments end, and which accounts nobody needs any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from privacyboard.organisation.models import Appointment, User

Rows = QuerySet[Any]


def ending(today: date) -> Rows:
    """Appointments that end, of open accounts, and that no other one of that role takes over."""
    day_after = ExpressionWrapper(OuterRef("ends_on") + timedelta(days=1), DateTimeField())
    next_one = Appointment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        Q(school=OuterRef("school")) | Q(school__isnull=True),
        user=OuterRef("user"),
        role=OuterRef("role"),
        starts_on__lte=day_after,
    )
    found = Appointment.objects.filter(ends_on__gte=today, user__is_active=True)
    return found.filter(~Exists(next_one)).select_related("school", "user")


def idle(today: date) -> Rows:
    """Open accounts whose appointments all ended, with the `last_day` of the last one."""
    runs_on = Appointment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), user=OuterRef("pk")
    )
    last = Appointment.objects.filter(user=OuterRef("pk")).order_by("-ends_on").values("ends_on")
    found = User.objects.filter(~Exists(runs_on), is_active=True)
    return found.annotate(last_day=Subquery(last[:1])).filter(last_day__isnull=False)
