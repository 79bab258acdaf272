"""What holds for these pupils on a day: read from the events, never kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from consent.models.answers import Answer
from consent.models.policy import ConsentPolicy
from consent.models.questions import Question, QuestionText
from consent.rules.standing import Position, Ruling, Terms, Vote, ruling
from privacyboard.organisation.models import Guardianship, Pupil

Rulings = dict[int, dict[int, Ruling]]


def end_of(day: date) -> datetime:
    """The last moment of a day in Amsterdam."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(midnight) - timedelta(microseconds=1)


def rulings_on(pupils: Sequence[Pupil], questions: Collection[Question], *, on: date) -> Rulings:
    """What holds for each pupil and question on a day: `[pupil.pk][question.pk]`.

    At most four queries, whatever the number of pupils.
    """
    asked = {question.pk for question in questions}
    keys = [pupil.pk for pupil in pupils]
    policy = ConsentPolicy.current()
    rests_on = _rests_on(asked, on)
    authority: dict[int, set[int]] = {}
    ties = Guardianship.objects.running_on(on).filter(pupil__in=keys, has_authority=True)
    for pupil, guardian in ties.values_list("pupil", "guardian"):
        authority.setdefault(pupil, set()).add(guardian)
    votes: dict[tuple[int, int], list[Vote]] = {}
    rows = Answer.objects.last_of_each(keys, end_of(on)).values_list(
        "pupil", "question", "guardian", "kind", "text_number", "at", "valid_until"
    )
    for pupil, question, voter, kind, number, moment, until in rows:
        vote = Vote(voter, kind, number, timezone.localtime(moment), until)
        votes.setdefault((pupil, question), []).append(vote)
    return {
        pupil.pk: {
            key: ruling(
                _position(pupil, authority, on),
                votes.get((pupil.pk, key), ()),
                Terms(rests_on.get(key, 1), policy.both_must_agree, policy.reconfirm_days),
                on=on,
            )
            for key in asked
        }
        for pupil in pupils
    }


def _position(pupil: Pupil, authority: dict[int, set[int]], on: date) -> Position:
    return Position(
        born_on=pupil.born_on,
        has_curator=pupil.has_curator,
        is_enrolled=pupil.is_enrolled_on(on),
        authority=frozenset(authority.get(pupil.pk, ())),
    )


def _rests_on(questions: Collection[int], on: date) -> dict[int, int]:
    """The version on which a yes must rest: the last one by that day that asks again."""
    again = QuestionText.objects.filter(
        question__in=questions, asks_again=True, made_at__lte=end_of(on)
    )
    found = again.order_by().values("question").annotate(last=Max("number"))
    return dict(found.values_list("question", "last"))
