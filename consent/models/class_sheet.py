"""A class on paper: who decides for each pupil, what is asked, and what each said last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from consent.choices import NO, YES
from consent.models.answers import Answer
from consent.models.holding import end_of
from consent.models.questions import Question, QuestionText
from consent.models.rounds import Round
from consent.rules.standing import decides_alone_from
from privacyboard.organisation.models import Group, Guardian, Guardianship, Placement, Pupil
from privacyboard.organisation.querysets import running_on


@dataclass(frozen=True)
class Voter:
    """One person who decides for one pupil; without a guardian the pupil does."""

    pupil: Pupil
    guardian: Guardian | None
    # What this person said last, per question: True for yes.
    said: dict[int, bool]

    @property
    def key(self) -> str:
        """As it stands in the name of a field."""
        return f"{self.pupil.pk}-{self.guardian.pk if self.guardian else 'p'}"

    @property
    def name(self) -> str:
        return str(self.guardian or self.pupil)


def pupils_in(group: Group, *, on: date) -> list[Pupil]:
    """Who is in a group on a day, by name."""
    placed = Placement.objects.filter(running_on(on), group=group)
    pupils = Pupil.objects.enrolled_on(on).filter(pk__in=placed.values("pupil"))
    return list(pupils.select_related("school").order_by("sort_name", "id"))


def voters_of(pupils: Collection[Pupil], *, at: datetime) -> list[Voter]:
    """Who decides for these pupils today, with what each said last. Two queries."""
    today = timezone.localdate(at)
    keys = [pupil.pk for pupil in pupils]
    ties = Guardianship.objects.running_on(today).filter(pupil__in=keys, has_authority=True)
    guardians: dict[int, list[Guardian]] = {}
    for tie in ties.select_related("guardian").order_by("guardian__sort_name", "id"):
        guardians.setdefault(tie.pupil_id, []).append(tie.guardian)
    said: dict[tuple[int, int | None], dict[int, bool]] = {}
    for pupil_key, question, vote in Answer.objects.last_said(keys, at):
        if vote.kind in YES or vote.kind in NO:
            own = said.setdefault((pupil_key, vote.guardian), {})
            own[question] = vote.kind in YES
    return [
        Voter(pupil, who, said.get((pupil.pk, who.pk if who else None), {}))
        for pupil in pupils
        for who in _deciding(pupil, guardians.get(pupil.pk, ()), today)
    ]


def _deciding(
    pupil: Pupil, guardians: Iterable[Guardian], today: date
) -> list[Guardian] | list[None]:
    alone_from = decides_alone_from(pupil.born_on, has_curator=pupil.has_curator)
    if alone_from is not None and alone_from <= today:
        return [None]
    return list(guardians)


def questions_at(pupil_or_group: Pupil | Group) -> list[Question]:
    """What is asked at the school of a pupil or a group."""
    asked = Question.objects.askable().at_school(pupil_or_group.school)
    return list(asked.order_by("place", "id"))


@dataclass(frozen=True)
class RunningRound:
    """A round that asks a question at a school, and the last day of a yes in it."""

    key: int
    until: date


def asking_on(
    day: date, *, schools: Collection[int], about: Collection[int]
) -> dict[tuple[int, int], RunningRound]:
    """The round that asked on a day, per school and question; also one that closed since.

    Of two the one whose yes holds longest. One query.
    """
    asked = Round.objects.asking_on(day)
    rows = (
        asked.filter(schools__in=schools, questions__in=about)
        .order_by("-valid_until", "pk")
        .values_list("schools", "questions", "pk", "valid_until")
    )
    found: dict[tuple[int, int], RunningRound] = {}
    for school, question, key, until in rows:
        found.setdefault((school, question), RunningRound(key, until))
    return found


def texts_on(questions: Collection[int], day: date) -> dict[int, QuestionText]:
    """The version of each question that one could read on a day. One query."""
    found = (
        QuestionText.objects.filter(question__in=questions, made_at__lte=end_of(day))
        .select_related("question")
        .order_by("question_id", "-number")
        .distinct("question_id")
    )
    return {each.question_id: each for each in found}
