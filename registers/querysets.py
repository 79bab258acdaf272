"""Which records of the register: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
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

    def unanswered_by(self, school: School) -> VersionQuerySet:
        """Later versions in force of activities that hold at a school, and that it did not answer.

        A first version asks no answer: there is nothing to compare it with.
        """
        holds = Q(activity__all_schools=True) | Q(activity__schools=school)
        return (
            self.in_force()
            .filter(holds, number__gt=1)
            .exclude(answers__school=school)
            .order_by("established_at", "id")
            .distinct()
        )

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


class CoverageQuerySet(QuerySet[Any]):
    def valid_on(self, day: date) -> CoverageQuerySet:
        """What a signed agreement covers on a day."""
        return self.filter(period__contains=day)

    def clashing(
        self,
        *,
        products: Iterable[Any],
        schools: Iterable[Any],
        period: DateRange,
        but: int | None,
    ) -> CoverageQuerySet:
        """What other agreements cover already of these products at these schools, by then."""
        return (
            self.filter(product__in=products, school__in=schools, period__overlap=period)
            .exclude(agreement=but)
            .select_related("product", "school", "agreement__processor")
            .order_by("product__sort_name", "school__sort_name", "period")
        )


class SharingQuerySet(CatalogueQuerySet):
    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document belongs to a sharing agreement, for who reads the register."""
        return self.visible_to(user).filter(document=document).exists()


class StatementQuerySet(QuerySet[Any]):
    def in_force(self) -> StatementQuerySet:
        """The statements that are shown to the public now."""
        return self.filter(ended_at__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is a statement, for who reads the register: also a former one."""
        return user.standing.holds(Right.VIEW_REGISTER) and self.filter(pdf=document).exists()


class SchoolRecordQuerySet(QuerySet[Any]):
    """Records of one school each; the subclass names the right that opens them."""

    view_right: Right = Right.VIEW_REGISTER

    def visible_to(self, user: User) -> Self:
        """Records of schools where the user holds the right to view them."""
        if self.view_right in user.standing.everywhere:
            return self
        return self.filter(school__in=School.objects.where(user, self.view_right).values("pk"))


class DisclosureQuerySet(SchoolRecordQuerySet):
    view_right = Right.VIEW_DISCLOSURES

    def copies_due_by(self, day: date) -> DisclosureQuerySet:
        """Of which the parents get a copy by this day, and did not yet (OPOO 9.1.2)."""
        return self.filter(copy_due_on__lte=day, copy_given_on__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is the official request behind a disclosure that the user sees."""
        return self.visible_to(user).filter(request_file=document).exists()


class ConfidentialityQuerySet(SchoolRecordQuerySet):
    view_right = Right.VIEW_CONFIDENTIALITY


class AccessReviewQuerySet(SchoolRecordQuerySet):
    def waiting(self) -> AccessReviewQuerySet:
        """Laid ready, and not answered by the school yet."""
        return self.filter(answered_at__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is the report of a review that the user may read."""
        return self.visible_to(user).filter(report=document).exists()


class DeviationQuerySet(SchoolRecordQuerySet):
    def in_force(self) -> DeviationQuerySet:
        """Not ended: the school still does it otherwise."""
        return self.filter(ended_at__isnull=True)


class ParentNoticeQuerySet(SchoolRecordQuerySet):
    def waiting(self) -> ParentNoticeQuerySet:
        """Letters that the school has not sent yet."""
        return self.filter(sent_on__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is a letter to parents of a school that the user sees."""
        return self.visible_to(user).filter(letter=document).exists()


class RegisterFileQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> RegisterFileQuerySet:
        """The whole register in a file: for who may export it."""
        return self if user.standing.holds(Right.EXPORT_REGISTER) else self.none()

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is such a file, for who may export."""
        return self.visible_to(user).filter(document=document).exists()


class ImportQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> ImportQuerySet:
        """Files that were read in: for who keeps the register."""
        return self if user.standing.holds(Right.CHANGE_REGISTER) else self.none()

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document was read in, for who keeps the register."""
        return self.visible_to(user).filter(document=document).exists()
