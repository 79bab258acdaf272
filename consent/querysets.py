"""Which questions, answers and tasks: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from consent.choices import RoundState
from consent.rules.standing import Vote
from privacyboard.organisation.choices import Right

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import School, User

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
# A purpose of an activity that rests on consent (AVG 6(1)(a)), as its frozen content says it.
_ON_CONSENT = [{"basis": "consent"}]


def _schools(model: Any, user: User, right: str) -> QuerySet[Any, Any]:
    schools: QuerySet[Any, Any] = model._meta.apps.get_model("organisation", "School").objects
    return schools.where(user, right).values("pk")  # type: ignore[attr-defined]


class QuestionQuerySet(QuerySet[Any]):
    def askable(self) -> QuestionQuerySet:
        """In use, with a text, about an activity whose version in force rests on consent."""
        versions = self.model._meta.apps.get_model("registers", "ActivityVersion").objects
        resting = versions.in_force().filter(content__purposes__contains=_ON_CONSENT)
        return self.filter(
            is_active=True, texts__isnull=False, activity__in=resting.values("activity")
        ).distinct()

    def with_basis(self) -> QuestionQuerySet:
        """Each with `has_basis`: whether its activity's version in force rests on consent."""
        versions = self.model._meta.apps.get_model("registers", "ActivityVersion").objects
        resting = versions.in_force().filter(
            activity=OuterRef("activity"), content__purposes__contains=_ON_CONSENT
        )
        return self.annotate(has_basis=Exists(resting))

    def without_basis(self) -> QuestionQuerySet:
        """In use, while the register says no longer that it rests on consent: not asked."""
        return self.filter(is_active=True).with_basis().filter(has_basis=False)

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

    def last_said(
        self, pupils: Iterable[int], at: datetime | None = None
    ) -> list[tuple[int, int, Vote]]:
        """The same as votes: (pupil, question, vote); without a moment whatever was said.

        An act asks without: who waited for a lock has an earlier moment than who went before.
        """
        rows = self.last_of_each(pupils, at or _END_OF_TIME).values_list(
            "pupil", "question", "guardian", "kind", "text_number", "at", "valid_until"
        )
        return [
            (pupil, question, Vote(voter, kind, number, timezone.localtime(moment), until))
            for pupil, question, voter, kind, number, moment, until in rows
        ]

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
        """No letter was made yet, and nobody said that it goes on paper."""
        return self.filter(queued_at__isnull=True, on_paper_since__isnull=True)

    def to_print(self) -> InvitationQuerySet:
        """On paper, and not printed yet."""
        return self.filter(on_paper_since__isnull=False, document__isnull=True)

    def to_hand_over(self) -> InvitationQuerySet:
        """Printed, and nobody noted that the school handed it over."""
        return self.filter(document__isnull=False, handed_on__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether this letter is of a school where the user may read consent."""
        return self.visible_to(user).filter(document=document).exists()

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
