"""Which holds run, and which may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User


def lapsed(column: str, *, after: timedelta, at: datetime) -> Q:
    """Claims that no worker renewed for so long; or dated by a clock that ran ahead."""
    return Q(**{f"{column}__lt": at - after}) | Q(**{f"{column}__gt": at + after})


def one_of(keys: Sequence[int]) -> models.Func:
    """A condition on the primary key for thousands of keys: sent as one array."""
    return models.Func(
        models.F("pk"),
        models.Value(list(keys), output_field=ArrayField(models.BigIntegerField())),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


class HoldQuerySet(models.QuerySet[Any]):
    def running(self) -> HoldQuerySet:
        """Those that nobody lifted."""
        return self.filter(lifted_at__isnull=True)

    def to_review(self, day: date) -> HoldQuerySet:
        """Running ones whose review date has come by this day."""
        return self.running().filter(review_on__lte=day)

    def visible_to(self, user: User) -> HoldQuerySet:
        """Those of schools where the user may see requests, and the user's own."""
        schools = School.objects.where(user, Right.VIEW_REQUESTS)
        mine = Q(school__in=schools.values("pk")) | Q(owner=user)
        if Right.VIEW_REQUESTS in user.standing.everywhere:
            mine |= Q(school__isnull=True)
        return self.filter(mine)
