"""Which pupils have just begun to decide for themselves, and who have just come of age."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from consent.rules.sixteen import born_between
from consent.rules.standing import DECIDES_FROM, PARENTS_UNTIL
from privacyboard.organisation.models import Pupil
from privacyboard.organisation.querysets import PupilQuerySet


def just_sixteen(day: date) -> PupilQuerySet:
    """Pupils here who turned sixteen in the past year, and decide for themselves."""
    return _turned(DECIDES_FROM, day)


def just_eighteen(day: date) -> PupilQuerySet:
    """Pupils here who turned eighteen in the past year: nobody has authority over them (BW 1:245).

    Not who is under curatele or mentorschap: a representative goes on deciding.
    """
    return _turned(PARENTS_UNTIL, day)


def _turned(age: int, day: date) -> PupilQuerySet:
    found: PupilQuerySet = Pupil.objects.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day),
        born_on__range=born_between(day, age),
        has_curator=False,
    )
    return found
