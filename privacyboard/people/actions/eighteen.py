"""At eighteen authority ends by law (BW 1:233, 1:245): the records say so from that day.

Who decides never hangs on this row: each app counts by the birthday. It is for who reads the lists,
and so that an adult's parents are not kept as people who decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from privacyboard.organisation.models import Guardianship, User
from privacyboard.organisation.rules import birthday_of

BATCH = 200
OF_AGE = 18
WHY = "18 jaar geworden: het gezag is geëindigd (BW 1:245)"


def end_authority(*, by: User | None, at: datetime) -> int:
    """End the authority over every pupil who came of age; returns how many ties were ended.

    Not over who is under curatele or mentorschap. Whom somebody is busy with, the next run has.
    """
    day, ended, after = timezone.localdate(at), 0, 0
    while keys := list(_due(day).filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        ended += _end(keys, day, by=by)
        after = keys[-1]
    return ended


def _due(day: date) -> QuerySet[Guardianship]:
    """Running authority over pupils here who are of age. Found by their birthdays."""
    found: QuerySet[Guardianship] = Guardianship.objects.running_on(day).filter(
        Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=day),
        pupil__born_on__lte=day - relativedelta(years=OF_AGE),
        pupil__has_curator=False,
        has_authority=True,
    )
    return found.exclude(ends_on=day).order_by("pk")


@transaction.atomic
def _end(keys: Sequence[int], day: date, *, by: User | None) -> int:
    rows = _due(day).select_related("pupil").select_for_update(skip_locked=True, of=("self",))
    held = list(rows.filter(pk__in=keys))
    for tie in held:
        born_on = tie.pupil.born_on
        assert born_on is not None  # noqa: S101 - found by it
        last = birthday_of(born_on, OF_AGE) - timedelta(days=1)
        # Who was only put down as having it after the birthday had it on no day: the first will do.
        tie.ends_on = max(last, tie.starts_on or last)
        tie.record(by=by, why=WHY)
    return len(held)
