"""Which records of the register: defined terms, each with its definition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q, QuerySet

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from registers.choices import ActivityStatus

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import User


class CatalogueQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> CatalogueQuerySet:
        """The lists of the board: whole, for whoever may read the register anywhere."""
        return self if user.standing.holds(Right.VIEW_REGISTER) else self.none()


QuerySetT = TypeVar("QuerySetT", bound=QuerySet[Any])


def _readable(records: QuerySetT, user: User, prefix: str = "") -> QuerySetT:
    """Board-wide records, and those of schools where the user may read the register."""
    if not user.standing.holds(Right.VIEW_REGISTER):
        return records.none()
    if Right.VIEW_REGISTER in user.standing.everywhere:
        return records
    schools = School.objects.where(user, Right.VIEW_REGISTER).values("pk")
    at_schools = Q(**{f"{prefix}all_schools": True}) | Q(**{f"{prefix}schools__in": schools})
    return records.filter(at_schools).distinct()


class ActivityQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> ActivityQuerySet:
        """Activities that hold at a school where the user may read the register."""
        return _readable(self, user)

    def established(self) -> ActivityQuerySet:
        """With a version in force, also while a next one is being written."""
        return self.filter(versions__ended_at__isnull=True, versions__isnull=False).distinct()

    def awaiting_decision(self) -> ActivityQuerySet:
        """Proposed, and not yet established or sent back."""
        return self.filter(status=ActivityStatus.IN_REVIEW)

    def review_due_by(self, day: date) -> ActivityQuerySet:
        """In force, with a review date on or before the day."""
        return self.filter(status=ActivityStatus.ESTABLISHED, next_review_on__lte=day)

    def holding_at(self, school: School) -> ActivityQuerySet:
        """Board-wide, or for this school."""
        return self.filter(Q(all_schools=True) | Q(schools=school)).distinct()


class ActivityLineQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> ActivityLineQuerySet:
        """Lines of activities that the user may read."""
        return _readable(self, user, "activity__")


class VersionQuerySet(QuerySet[Any]):
    def in_force(self) -> VersionQuerySet:
        """Established and not ended by a later version or by expiry."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: User) -> VersionQuerySet:
        """Versions of activities that the user may read."""
        return _readable(self, user, "activity__")


class AgreementQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> AgreementQuerySet:
        """Agreements that hold at a school where the user may read the register."""
        return _readable(self, user)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document belongs to an agreement that the user may read."""
        return self.visible_to(user).filter(document=document).exists()

    def valid_on(self, day: date) -> AgreementQuerySet:
        """Signed, begun, and not ended: the last day counts."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            signed_on__lte=day,
            starts_on__lte=day,
        )

    def ending_between(self, first: date, last: date) -> AgreementQuerySet:
        """Signed agreements whose last day lies in this period, both days included."""
        return self.filter(signed_on__isnull=False, ends_on__range=(first, last))


class StatementQuerySet(QuerySet[Any]):
    def in_force(self) -> StatementQuerySet:
        """The statements that are shown to the public now."""
        return self.filter(ended_at__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is a statement, for who reads the register: also a former one."""
        return user.standing.holds(Right.VIEW_REGISTER) and self.filter(pdf=document).exists()


class SchoolRecordQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> SchoolRecordQuerySet:
        """Records of schools where the user may read the register."""
        if Right.VIEW_REGISTER in user.standing.everywhere:
            return self
        return self.filter(school__in=School.objects.where(user, Right.VIEW_REGISTER).values("pk"))


class DeviationQuerySet(SchoolRecordQuerySet):
    def in_force(self) -> DeviationQuerySet:
        """Not ended: the school still does it otherwise."""
        return self.filter(ended_at__isnull=True)
