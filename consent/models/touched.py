"""Whom a new text touches: their yes rests on an older one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from consent.choices import YES
from consent.models.answers import Answer
from consent.models.questions import Question
from consent.querysets import AnswerQuerySet
from consent.rules.sixteen import born_by
from privacyboard.organisation.models import Guardianship


class Touched(NamedTuple):
    """Somebody whose yes is asked again: a guardian, or a pupil who decides; and a school."""

    guardian: int | None
    pupil: int | None
    school: int


def _standing(question: Question, before: int, at: datetime) -> AnswerQuerySet:
    """The last word of each voter who has a say today, where it is a yes to an older text."""
    day = timezone.localdate(at)
    last = (
        Answer.objects.filter(question=question, at__lte=at)
        .order_by("pupil_id", "guardian_id", "-at", "-id")
        .distinct("pupil_id", "guardian_id")
    )
    here = Q(pupil__arrived_on__isnull=True) | Q(pupil__arrived_on__lte=day)
    here &= Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=day)
    ties = Guardianship.objects.running_on(day).filter(
        has_authority=True, pupil=OuterRef("pupil"), guardian=OuterRef("guardian")
    )
    decides = Q(pupil__has_curator=False, pupil__born_on__lte=born_by(day))
    found: AnswerQuerySet = Answer.objects.filter(
        here,
        Q(valid_until__isnull=True) | Q(valid_until__gte=day),
        Q(guardian__isnull=True) & decides | Q(Exists(ties)) & ~decides,
        pk__in=last.values("pk"),
        kind__in=YES,
        text_number__lt=before,
    )
    return found


def count_touched(question: Question, *, before: int, at: datetime) -> int:
    """How many people would be asked again by a text with this number. One query."""
    counted = _standing(question, before, at).aggregate(
        guardians=Count("guardian", distinct=True),
        pupils=Count("pupil", distinct=True, filter=Q(guardian__isnull=True)),
    )
    return int(counted["guardians"] + counted["pupils"])


def people_touched(question: Question, *, before: int, at: datetime) -> list[Touched]:
    """The same people, each once; a guardian of children at two schools at the first of them."""
    rows = _standing(question, before, at).order_by("pupil__school", "pk")
    found: dict[tuple[int | None, int | None], Touched] = {}
    for guardian, pupil, school in rows.values_list("guardian", "pupil", "pupil__school"):
        own = pupil if guardian is None else None
        found.setdefault((guardian, own), Touched(guardian, own, school))
    return list(found.values())
