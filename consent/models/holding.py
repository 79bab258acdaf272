"""What holds for these pupils on a day: read from the events, never kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q, Subquery
from django.utils import timezone

from consent.models.answers import Answer
from consent.models.policy import ConsentPolicy
from consent.models.questions import Question
from consent.rules.standing import Position, Ruling, Terms, Vote, decides_alone_from, ruling
from privacyboard.organisation.models import Guardianship, Pupil

Rulings = dict[int, dict[int, Ruling]]


def end_of(day: date) -> datetime:
    """The last moment of a day in Amsterdam."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(midnight) - timedelta(microseconds=1)


def rulings_on(pupils: Sequence[Pupil], questions: Collection[Question], *, on: date) -> Rulings:
    """What holds for each pupil and question on a day: `[pupil.pk][question.pk]`.

    Three queries, whatever the number of pupils.
    """
    keys = [pupil.pk for pupil in pupils]
    terms = _terms({question.pk for question in questions}, on)
    authority: dict[int, list[int]] = {}
    ties = Guardianship.objects.running_on(on).filter(pupil__in=keys, has_authority=True)
    for pupil, guardian in ties.order_by().values_list("pupil", "guardian"):
        authority.setdefault(pupil, []).append(guardian)
    said = _said(keys, terms, on)
    found: Rulings = {}
    for each in pupils:
        position = _position(each, authority.get(each.pk, ()), on)
        alone_from = decides_alone_from(each.born_on, has_curator=each.has_curator)
        # Whether something was said before the sixteenth birthday hangs on the day in Amsterdam.
        is_local = alone_from is not None and alone_from <= on
        own = said.get(each.pk, {})
        found[each.pk] = {
            question: ruling(position, _votes(own.get(question, ()), is_local), asks, on=on)
            for question, asks in terms.items()
        }
    return found


def _said(
    pupils: list[int], questions: Collection[int], on: date
) -> dict[int, dict[int, list[Vote]]]:
    """The last thing that each person said by the end of a day, per pupil and question."""
    rows = (
        Answer.objects.last_of_each(pupils, end_of(on))
        .filter(question__in=questions)
        .values_list("pupil", "question", "guardian", "kind", "text_number", "at", "valid_until")
    )
    found: dict[int, dict[int, list[Vote]]] = {}
    for row in rows:
        own = found.setdefault(row[0], {})
        own.setdefault(row[1], []).append(Vote._make(row[2:]))
    return found


def _votes(votes: Sequence[Vote], is_local: bool) -> Sequence[Vote]:
    if not is_local:
        return votes
    return [vote._replace(at=timezone.localtime(vote.at)) for vote in votes]


def _position(pupil: Pupil, authority: Collection[int], on: date) -> Position:
    return Position(
        born_on=pupil.born_on,
        has_curator=pupil.has_curator,
        is_enrolled=pupil.is_enrolled_on(on),
        authority=frozenset(authority),
    )


def _terms(questions: Collection[int], on: date) -> dict[int, Terms]:
    """For each question the board's choices, and the version on which a yes must rest.

    That is the last one by that day that asks again. One query for both.
    """
    by_then = Q(texts__asks_again=True, texts__made_at__lte=end_of(on))
    policy = ConsentPolicy.objects.filter(pk=1)
    rows = (
        Question.objects.filter(pk__in=questions)
        .order_by()
        .annotate(
            rests_on=Max("texts__number", filter=by_then),
            both=Subquery(policy.values("both_must_agree")),
            days=Subquery(policy.values("reconfirm_days")),
        )
        .values_list("pk", "rests_on", "both", "days")
    )
    default = ConsentPolicy()
    return {
        key: Terms(
            rests_on or 1,
            default.both_must_agree if both is None else both,
            default.reconfirm_days if days is None else days,
        )
        for key, rests_on, both, days in rows
    }
