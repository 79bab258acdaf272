"""The list of a class: whose groups somebody may see, and what holds for each pupil on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from consent.models.class_sheet import pupils_in
from consent.models.holding import rulings_on
from consent.models.questions import Question
from consent.rules.explaining import briefly, explain
from consent.rules.standing import Ruling
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, Pupil, School, User
from privacyboard.organisation.rules import school_year_of


@dataclass(frozen=True)
class Cell:
    """What holds for one pupil and one question."""

    question: Question
    ruling: Ruling

    @property
    def is_yes(self) -> bool:
        """Whether it may be used."""
        return self.ruling.is_yes

    @property
    def sentence(self) -> str:
        """Whether, and why."""
        return explain(self.ruling)

    @property
    def why(self) -> str:
        """Why, in a few words."""
        return briefly(self.ruling)


@dataclass(frozen=True)
class Line:
    """One pupil of the class."""

    pupil: Pupil
    cells: tuple[Cell, ...]

    @property
    def lacks_birth_date(self) -> bool:
        """Nobody can tell when this pupil decides: the parents are asked until somebody knows."""
        return self.pupil.born_on is None


@dataclass(frozen=True)
class ClassList:
    """What may be used in one class on one day."""

    group: Group
    on: date
    questions: tuple[Question, ...]
    lines: tuple[Line, ...]


def groups_for(user: User, *, on: date) -> QuerySet[Group]:
    """Groups of the school year of a day: all of a school whose consent the user may read, and the
    groups that the user teaches now."""
    readable = School.objects.where(user, Right.VIEW_CONSENT).values("pk")
    own = Group.objects.taught_by(user, Right.USE_CLASS_LISTS).values("pk")
    return _of_schools(Q(school__in=readable) | Q(pk__in=own), on)


def groups_to_check(user: User, *, on: date) -> QuerySet[Group]:
    """Groups of which the user may check a picture: an FG reads lists, and publishes nothing."""
    readable = School.objects.where(user, Right.VIEW_CONSENT).values("pk")
    usable = School.objects.where(user, Right.USE_CLASS_LISTS).values("pk")
    own = Group.objects.taught_by(user, Right.USE_CLASS_LISTS).values("pk")
    return _of_schools(Q(school__in=readable) & Q(school__in=usable) | Q(pk__in=own), on)


def _of_schools(held: Q, on: date) -> QuerySet[Group]:
    found: QuerySet[Group] = Group.objects.filter(held, school_year=school_year_of(on))
    return found.select_related("school").order_by("school__sort_name", "sort_name", "id")


def class_list(group: Group, questions: Iterable[Question], *, on: date) -> ClassList:
    """Who is in the class on a day, and what holds then. Four queries."""
    asked = tuple(questions)
    pupils = pupils_in(group, on=on)
    rulings = rulings_on(pupils, asked, on=on)
    lines = tuple(
        Line(each, tuple(Cell(question, rulings[each.pk][question.pk]) for question in asked))
        for each in pupils
    )
    return ClassList(group, on, asked, lines)
