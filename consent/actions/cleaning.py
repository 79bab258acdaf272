"""What the clock asks to take away: after sixteen without a yes of the pupil, and after leaving.

A run that came too late does what was due, up to a year back; twice does nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from consent.actions.following import clean_up
from consent.choices import YES, CleanUpWhy, Outcome
from consent.models import Answer, CleanUp, ConsentPolicy, Question
from consent.models.holding import rulings_on
from consent.models.sixteen import just_sixteen
from consent.rules.sixteen import HEALS
from privacyboard.organisation.models import Pupil

BATCH = 200


def _used(pupil: str = "pk") -> Any:
    """Yes answers about what is published: only then something can stand there."""
    return Answer.objects.filter(
        pupil=OuterRef(pupil), kind__in=YES, question__in=_published().values("pk")
    )


def _published() -> Any:
    return Question.objects.exclude(published_at="")


def clean_up_unconfirmed(*, at: datetime) -> int:
    """Ask to take away what stands on a yes of the parents, once the time to confirm is over.

    The pupil is sixteen, said nothing, and the days that the board set have passed. Returns how
    many tasks were made.
    """
    day = timezone.localdate(at)
    asked = CleanUp.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), why=CleanUpWhy.RECONFIRM
    )
    own = Answer.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), guardian__isnull=True
    )
    pairs = (
        Answer.objects.filter(
            ~Exists(asked),
            ~Exists(own),
            pupil__in=just_sixteen(day).values("pk"),
            question__in=_published().values("pk"),
            kind__in=YES,
        )
        .order_by("pupil", "question")
        .values_list("pupil", "question")
        .distinct()
    )
    made = 0
    for keys in _batches(pairs):
        made += _unconfirmed(keys, day, at=at)
    return made


def _batches(pairs: Iterable[tuple[int, int]]) -> Iterable[dict[int, set[int]]]:
    """The questions of each pupil, a number of pupils at a time."""
    found: dict[int, set[int]] = defaultdict(set)
    for pupil, question in list(pairs):
        if len(found) == BATCH and pupil not in found:
            yield found
            found = defaultdict(set)
        found[pupil].add(question)
    if found:
        yield found


@transaction.atomic
def _unconfirmed(keys: dict[int, set[int]], day: date, *, at: datetime) -> int:
    # The pupils' rows are the lock: who confirms at this moment comes before or after.
    pupils = list(Pupil.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    questions = {each.pk: each for each in _published().filter(pk__in=set().union(*keys.values()))}
    rulings = rulings_on(pupils, list(questions.values()), on=day)
    policy, made = ConsentPolicy.current(), 0
    for pupil in pupils:
        for key in sorted(keys[pupil.pk]):
            ruling = rulings[pupil.pk][key]
            if ruling.outcome is Outcome.TO_RECONFIRM and not ruling.covers_existing(day):
                made += _ask(pupil, questions[key], CleanUpWhy.RECONFIRM, day, policy, at)
    return made


def clean_up_after_leaving(*, at: datetime) -> int:
    """Ask to take away what was published of pupils who left; returns how many tasks were made.

    Leaving ends every purpose. What was taken away after the last yes is not asked again.
    """
    day = timezone.localdate(at)
    gone = Pupil.objects.filter(Exists(_used()), left_on__range=(day - HEALS, day))
    # A task that is open, or was made since the last yes, takes care of it.
    since = Answer.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), kind__in=YES
    )
    last_yes = since.order_by("-at").values("at")[:1]
    cared = CleanUp.objects.filter(
        Q(done_on__isnull=True) | Q(since__gte=TruncDate(Subquery(last_yes))),
        pupil=OuterRef("pupil"),
        question=OuterRef("question"),
    )
    pairs = (
        Answer.objects.filter(
            ~Exists(cared),
            pupil__in=gone.values("pk"),
            question__in=_published().values("pk"),
            kind__in=YES,
        )
        .order_by("pupil", "question")
        .values_list("pupil", "question")
        .distinct()
    )
    made = 0
    for keys in _batches(pairs):
        made += _left(keys, day, at=at)
    return made


@transaction.atomic
def _left(keys: dict[int, set[int]], day: date, *, at: datetime) -> int:
    pupils = list(Pupil.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    questions = {each.pk: each for each in _published().filter(pk__in=set().union(*keys.values()))}
    policy, made = ConsentPolicy.current(), 0
    for pupil in pupils:
        for key in sorted(keys[pupil.pk]):
            made += _ask(pupil, questions[key], CleanUpWhy.LEFT, day, policy, at)
    return made


def _ask(
    pupil: Pupil,
    question: Question,
    why: CleanUpWhy,
    since: date,
    policy: ConsentPolicy,
    at: datetime,
) -> int:
    """One task, where none stands: 1 when it was made."""
    before = CleanUp.objects.filter(pupil=pupil, question=question, done_on=None).exists()
    if not before:
        clean_up(
            pupil=pupil, question=question, why=why, since=since, policy=policy, by=None, at=at
        )
    return 0 if before else 1
