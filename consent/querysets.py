"""Which questions, answers and tasks: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from consent.choices import RoundState
from consent.rules.standing import Vote
from privacyboard.organisation.choices import Right

if TYPE_CHECKING:
    from privacyboard.organisation.models import Guardian, Pupil, School, User


def _schools(model: Any, user: User, right: str) -> QuerySet[Any, Any]:
    schools: QuerySet[Any, Any] = model._meta.apps.get_model("organisation", "School").objects
    return schools.where(user, right).values("pk")  # type: ignore[attr-defined]


class QuestionQuerySet(QuerySet[Any]):
    def askable(self) -> QuestionQuerySet:
        """In use, with a text, about an activity whose version in force rests on consent."""
        versions = self.model._meta.apps.get_model("registers", "ActivityVersion").objects
        resting = versions.in_force().filter(content__purposes__contains=[{"basis": "consent"}])
        return self.filter(
            is_active=True, texts__isnull=False, activity__in=resting.values("activity")
        ).distinct()

    def at_school(self, school: School) -> QuestionQuerySet:
        """Asked at this school."""
        chosen = self.model.schools.through._base_manager.filter(school=school)
        return self.filter(Q(all_schools=True) | Q(pk__in=chosen.values("question")))


class AnswerQuerySet(QuerySet[Any]):
    def last_of_each(self, pupils: Iterable[int], at: datetime) -> AnswerQuerySet:
        """The last thing that each person had said by a moment, per pupil and question.

        One index holds all of it: DISTINCT ON reads no row of the table.
        """
        return (
            self.filter(pupil__in=pupils, at__lte=at)
            .order_by("pupil_id", "question_id", "guardian_id", "-at", "-id")
            .distinct("pupil_id", "question_id", "guardian_id")
        )

    def last_votes(self, pupil: Pupil, guardian: Guardian | None, at: datetime) -> dict[int, Vote]:
        """The last thing that this person said for this pupil, per question."""
        rows = (
            self.last_of_each([pupil.pk], at)
            .filter(guardian=guardian)
            .values_list("question", "guardian", "kind", "text_number", "at", "valid_until")
        )
        return {
            question: Vote(voter, kind, number, timezone.localtime(moment), until)
            for question, voter, kind, number, moment, until in rows
        }

    def visible_to(self, user: User) -> AnswerQuerySet:
        """Answers for pupils of schools where the user may read them one by one."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        return self.filter(pupil__school__in=_schools(self.model, user, Right.VIEW_CONSENT))


class RoundQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Rounds of a school where the user may read consent."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        held = self.model.schools.through._base_manager.filter(
            school__in=_schools(self.model, user, Right.VIEW_CONSENT)
        )
        return self.filter(pk__in=held.values("round"))

    def running(self, day: date) -> RoundQuerySet:
        """Open on this day."""
        return self.filter(state=RoundState.OPEN, opens_on__lte=day, closes_on__gte=day)


class InvitationQuerySet(QuerySet[Any]):
    def to_write(self) -> InvitationQuerySet:
        """No letter was made yet."""
        return self.filter(queued_at__isnull=True, document__isnull=True)

    def visible_to(self, user: User) -> InvitationQuerySet:
        """Of schools where the user may read consent."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        return self.filter(school__in=_schools(self.model, user, Right.VIEW_CONSENT))


class FollowingQuerySet(QuerySet[Any]):
    """Disputes and clean-ups: tasks about one pupil."""

    def visible_to(self, user: User) -> FollowingQuerySet:
        """About pupils of schools where the user may read consent."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        return self.filter(pupil__school__in=_schools(self.model, user, Right.VIEW_CONSENT))


class PhotoCheckQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> PhotoCheckQuerySet:
        """Own ones, and those of schools where the user may read consent."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        held = _schools(self.model, user, Right.VIEW_CONSENT)
        return self.filter(Q(asked_by=user) | Q(school__in=held))


class SchoolTokenQuerySet(QuerySet[Any]):
    def working(self) -> SchoolTokenQuerySet:
        """Not revoked."""
        return self.filter(revoked_at__isnull=True)
