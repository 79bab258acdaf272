"""Pupils who are known here and got another number after their rows were planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from privacyboard.organisation.models import Pupil
from registers.models.destruction import DestructionList, DestructionPlan


def renumbered() -> QuerySet[Any]:
    """Plans of pupils whose number is another one by now: `new_key`."""
    now = Pupil.objects.filter(pk=OuterRef("pupil")).values("key")[:1]
    found: QuerySet[Any] = DestructionPlan.objects.annotate(new_key=Subquery(now))
    return found.filter(new_key__isnull=False).exclude(new_key=F("person_key"))


def new_numbers(found: DestructionList) -> dict[int, str]:
    """Of a list that is out: the number that a pupil has by now, by the key of each row."""
    keys = found.items.exclude(person_key="").values("person_key")
    plans = list(renumbered().filter(school=found.school_id, person_key__in=keys))
    if not plans:
        return {}
    new = {(plan.person_key, plan.event_on): str(plan.new_key) for plan in plans}
    return {
        item.pk: new[item.person_key, item.event_on]
        for item in found.items.filter(planned_of(plans))
    }


def planned_of(plans: Iterable[Any]) -> Q:
    """What the machine planned of these: the number alone can be that of somebody before."""
    found = Q(pk__in=())
    for plan in plans:
        found |= Q(
            school=plan.school_id,
            person_key=plan.person_key,
            event_on=plan.event_on,
            added_by__isnull=True,
        )
    return found
