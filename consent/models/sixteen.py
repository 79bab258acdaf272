"""Which pupils have just begun to decide for themselves."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from consent.rules.sixteen import born_between
from privacyboard.organisation.models import Pupil
from privacyboard.organisation.querysets import PupilQuerySet


def just_sixteen(day: date) -> PupilQuerySet:
    """Pupils here who turned sixteen in the past year, and decide for themselves."""
    found: PupilQuerySet = Pupil.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day),
        born_on__range=born_between(day),
        has_curator=False,
    )
    return found
