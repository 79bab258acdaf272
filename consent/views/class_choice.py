"""Which school, class, questions and day somebody chose in an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from consent.choices import CARE, PICTURES
from consent.forms.class_list import DayForm
from consent.models import Question
from consent.models.class_sheet import questions_at
from consent.views.office import key_of
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Group, School, User

GroupsOf = Callable[..., QuerySet[Group]]


@dataclass(frozen=True)
class ClassChoice:
    """What was chosen, and what there is to choose from."""

    form: DayForm
    on: date
    schools: list[School]
    school: School | None
    groups: list[Group]
    group: Group | None
    questions: list[Question]
    chosen: list[Question]

    @property
    def address(self) -> str:
        """The same choice as the end of an address."""
        if self.group is None:
            return ""
        parts = [f"groep={self.group.pk}", f"op={self.on:%Y-%m-%d}"]
        return "&".join([*parts, *(f"vraag={each.pk}" for each in self.chosen)])


def chosen_class(request: HttpRequest, user: User, *, groups_of: GroupsOf) -> ClassChoice:
    """What this person chose; raises Http404 for what is not theirs to choose."""
    given = request.GET
    form = DayForm(given if "op" in given else {})
    on: date = (form.is_valid() and form.cleaned_data["op"]) or timezone.localdate()
    mine = groups_of(user, on=on)
    group = _one(mine, given["groep"]) if given.get("groep") else None
    found = School.objects.filter(pk__in=mine.order_by().values("school"))
    schools = list(found.order_by("sort_name", "id"))
    school = group.school if group else None
    if given.get("school"):
        school = next((each for each in schools if each.slug == given["school"]), None)
        if school is None:
            raise Http404
    elif school is None and len(schools) == 1:
        school = schools[0]
    groups = list(mine.filter(school=school)) if school else []
    if group is not None and group.school_id != (school.pk if school else None):
        group = None  # another school was chosen since
    if group is None and len(groups) == 1:
        group = groups[0]
    questions = _questions(user, group) if group else []
    return ClassChoice(
        form, on, schools, school, groups, group, questions, _asked(questions, given)
    )


def _one(groups: QuerySet[Group], given: str) -> Group:
    if not given.isascii() or not given.isdigit():
        raise Http404
    found = groups.filter(pk=key_of(int(given))).first()
    if found is None:
        raise Http404
    return found


def _questions(user: User, group: Group) -> list[Question]:
    """What is asked at the school; about care only for who may read consent there."""
    reads_all = user.standing.holds_at(Right.VIEW_CONSENT, group.school_id)
    return [each for each in questions_at(group) if reads_all or each.means not in CARE]


def _asked(questions: list[Question], given: Any) -> list[Question]:
    """The questions that were ticked; else those of pictures, else all of them."""
    keys = set(given.getlist("vraag"))
    ticked = [each for each in questions if str(each.pk) in keys]
    pictures = [each for each in questions if each.means in PICTURES]
    return ticked or pictures or questions
