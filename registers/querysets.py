"""Which records of the register: defined terms, each with its definition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, IntegerField, Max, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Substr

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, School
from registers.choices import PUBLIC_BY_DEFAULT, ActivityStatus, Fate, PublicPart, ReviewOutcome
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.rules.destruction.states import OPEN

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import User


# As the frozen content of a version says it, in a purpose or in a line about a recipient.
_BY_CONSENT = [{"basis": "consent"}]
ON_CONSENT = Q(content__purposes__contains=_BY_CONSENT) | Q(
    content__recipients__contains=_BY_CONSENT
)


class CatalogueQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> CatalogueQuerySet:
        """The lists of the board: whole, for whoever may read the register anywhere."""
        return self if user.standing.holds(Right.VIEW_REGISTER) else self.none()


class WebsiteQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> WebsiteQuerySet:
        """The board's websites, and those of schools where the user may read the register."""
        if not user.standing.holds(Right.VIEW_REGISTER):
            return self.none()
        schools = School.objects.where(user, Right.VIEW_REGISTER)
        return self.filter(Q(school__isnull=True) | Q(school__in=schools.values("pk")))

    def board_first(self) -> WebsiteQuerySet:
        """The board's own, then school by school."""
        return self.order_by(F("school__sort_name").asc(nulls_first=True), "name", "id")

    def with_cookies(self) -> WebsiteQuerySet:
        """With all that the rules on cookies ask: the cookies, and whose website it is."""
        board = Subquery(Board.objects.values("name")[:1])
        return self.select_related("school").prefetch_related("cookies").annotate(board_name=board)

    def framing(self, school: School | None) -> WebsiteQuerySet:
        """Registered to embed the statement of a school: its own sites, and the board's.

        Without a school: of the board, which only the board's own sites embed.
        """
        return self.filter(Q(school__isnull=True) | Q(school=school), may_embed=True)


class PublicFieldQuerySet(QuerySet[Any]):
    def shown(self) -> frozenset[str]:
        """The parts that the public pages show: as chosen, else as they are by default."""
        chosen = dict(self.values_list("key", "is_shown"))
        return frozenset(
            str(part.value)
            for part in PublicPart
            if chosen.get(part.value, part in PUBLIC_BY_DEFAULT)
        )


QuerySetT = TypeVar("QuerySetT", bound=QuerySet[Any])


def _readable(records: QuerySetT, user: User, prefix: str = "") -> QuerySetT:
    """Board-wide records, and those of schools where the user may read the register."""
    if not user.standing.holds(Right.VIEW_REGISTER):
        return records.none()
    if Right.VIEW_REGISTER in user.standing.everywhere:
        return records
    schools = School.objects.where(user, Right.VIEW_REGISTER).values("pk")
    # By key, not by a join: a join gives a record once per school, and DISTINCT sorts every text.
    there = records.model._base_manager.filter(**{f"{prefix}schools__in": schools}).values("pk")
    return records.filter(Q(**{f"{prefix}all_schools": True}) | Q(pk__in=there))


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

    def resting_on_consent(self) -> VersionQuerySet:
        """A purpose, or what a party outside receives, has consent as its basis (AVG 6(1)(a))."""
        return self.filter(ON_CONSENT)

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

    def of(self, school: School | None, *, audience: str, language: str) -> StatementQuerySet:
        """Those of one place (none: the board) for one audience in one language."""
        return self.filter(school=school, audience=audience, language=language)

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

    def to_handle(self) -> AccessReviewQuerySet:
        """Answered with corrections about which nobody did anything yet."""
        return self.filter(outcome=ReviewOutcome.CORRECTED, handled_at__isnull=True)

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is the report of a review that the user may read."""
        return self.visible_to(user).filter(report=document).exists()


class DeviationQuerySet(SchoolRecordQuerySet):
    def in_force(self) -> DeviationQuerySet:
        """Not ended: the school still does it otherwise."""
        return self.filter(ended_at__isnull=True)


class ParentNoticeQuerySet(SchoolRecordQuerySet):
    def unmade(self) -> ParentNoticeQuerySet:
        """Asked for by a publication, and not made by the worker yet."""
        return self.filter(letter__isnull=True).order_by("id")

    def waiting(self) -> ParentNoticeQuerySet:
        """Letters that are ready and that the school has not sent yet."""
        return self.filter(letter__isnull=False, sent_on__isnull=True)

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
        """Whether a document was read in and is still here, for who keeps the register."""
        runs = self.visible_to(user).filter(emptied_at__isnull=True)
        return runs.filter(document=document).exists()


class DestructionListQuerySet(SchoolRecordQuerySet):
    """Of schools where the user may view them; those of the board's office by a right on it."""

    view_right = Right.VIEW_DESTRUCTION

    def open(self) -> DestructionListQuerySet:
        """Not closed and not withdrawn."""
        return self.filter(state__in=OPEN)

    def proposed_for(self, school: School | None) -> DestructionListQuerySet:
        """The list to which something can still be added, of a school or of the office."""
        return self.filter(school=school, state=DestructionState.PROPOSED).order_by("-pk")

    def next_number(self, *, year: int) -> str:
        """The number after the last one of a year, such as VL-2026-0012; the board's row is held.

        Call it inside the transaction that saves.
        """
        Board.objects.select_for_update().first()
        start = f"VL-{year}-"
        serial = Cast(Substr("number", len(start) + 1), IntegerField())
        found = self.model._base_manager.filter(number__startswith=start).order_by()
        return f"{start}{(found.aggregate(last=Max(serial))['last'] or 0) + 1:04d}"

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is the certificate or a proof of a list that the user may view."""
        mine = Q(certificate=document) | Q(tasks__proof=document)
        return self.visible_to(user).filter(mine).exists()


class DestructionItemQuerySet(QuerySet[Any]):
    def waiting(self) -> DestructionItemQuerySet:
        """On no list yet."""
        return self.filter(list__isnull=True)

    def ripe(self, day: date) -> DestructionItemQuerySet:
        """On no list, and by this day they belong on one; never what its rule forbids to destroy.

        Such a row can have a day: until then a person keeps it, whatever the rule says meanwhile.
        """
        return self.waiting().filter(listed_from__lte=day).exclude(rule__fate=Fate.KEEP)

    def planned(self) -> DestructionItemQuerySet:
        """Not what a person put on the list with the reason why it may go."""
        return self.filter(Q(added_by__isnull=True) | Q(reason=""))

    def to_destroy(self) -> DestructionItemQuerySet:
        """Neither held nor kept longer."""
        return self.filter(verdict=ItemVerdict.DESTROY)
