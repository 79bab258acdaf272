"""Which questions, answers and tasks: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from consent.choices import InvitedBecause, RoundState
from consent.rules.standing import Vote
from privacyboard.organisation.choices import Right

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import School, User

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def _schools(model: Any, user: User, right: str) -> QuerySet[Any, Any]:
    schools: QuerySet[Any, Any] = model._meta.apps.get_model("organisation", "School").objects
    return schools.where(user, right).values("pk")  # type: ignore[attr-defined]


class QuestionQuerySet(QuerySet[Any]):
    def askable(self) -> QuestionQuerySet:
        """In use, with a text, about an activity whose version in force rests on consent."""
        versions = self.model._meta.apps.get_model("registers", "ActivityVersion").objects
        resting = versions.in_force().resting_on_consent()
        return self.filter(
            is_active=True, texts__isnull=False, activity__in=resting.values("activity")
        ).distinct()

    def with_basis(self) -> QuestionQuerySet:
        """Each with `has_basis`: whether its activity's version in force rests on consent."""
        versions = self.model._meta.apps.get_model("registers", "ActivityVersion").objects
        resting = versions.in_force().resting_on_consent().filter(activity=OuterRef("activity"))
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


def _number_of(through: Any) -> Coalesce:
    """How many of these a round has."""
    rows = through._base_manager.filter(round=OuterRef("pk")).order_by().values("round")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class RoundQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Rounds of a school where the user may read consent."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        held = self.model.schools.through._base_manager.filter(
            school__in=_schools(self.model, user, Right.VIEW_CONSENT)
        )
        return self.filter(pk__in=held.values("round"))

    def with_numbers(self) -> RoundQuerySet:
        """Each with `school_number` and `question_number`."""
        return self.annotate(
            school_number=_number_of(self.model.schools.through),
            question_number=_number_of(self.model.questions.through),
        )

    def asking_on(self, day: date) -> RoundQuerySet:
        """Opened by somebody, and this day is one of its days; also one that was closed since."""
        asked = (RoundState.OPEN, RoundState.CLOSED)
        return self.filter(state__in=asked, opens_on__lte=day, closes_on__gte=day)

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

    def reached_again(self, day: date) -> InvitationQuerySet:
        """On paper, not handed over yet, of a guardian with an address to which nobody wrote, who
        said nothing since; in a round that runs, or because a text changed."""
        apps = self.model._meta.apps
        letters = apps.get_model("mail", "OutboundLetter").objects.filter(
            about_type=self.model._meta.label_lower,
            about_id=Cast(OuterRef("pk"), CharField()),
            to=OuterRef("guardian__email"),
        )
        said = apps.get_model("consent", "Answer").objects.filter(
            guardian=OuterRef("guardian"), at__gte=OuterRef("made_at")
        )
        running = apps.get_model("consent", "Round").objects.running(day).order_by().values("pk")
        return self.filter(
            ~Q(guardian__email=""),
            ~Exists(letters),
            ~Exists(said),
            Q(because=InvitedBecause.ROUND, round__in=running) | Q(because=InvitedBecause.CHANGED),
            guardian__isnull=False,
            guardian__unreachable_since__isnull=True,
            on_paper_since__isnull=False,
            handed_on__isnull=True,
        ).order_by("pk")

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
        """Own ones of groups that the user has now, and those of schools where the user may read
        consent: an answer tells what holds today, of children whom one may no longer know."""
        if Right.VIEW_CONSENT in user.standing.everywhere:
            return self
        groups = self.model._meta.apps.get_model("organisation", "Group").objects
        own = groups.taught_by(user, Right.USE_CLASS_LISTS).values("pk")
        held = _schools(self.model, user, Right.VIEW_CONSENT)
        return self.filter(Q(asked_by=user, group__in=own) | Q(school__in=held))


class SchoolTokenQuerySet(QuerySet[Any]):
    def working(self) -> SchoolTokenQuerySet:
        """Not revoked."""
        return self.filter(revoked_at__isnull=True)
