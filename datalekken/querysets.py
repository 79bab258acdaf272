"""Which breach files: defined terms, each with its definition."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from datalekken.choices import BreachState, NoticeMet, TargetMet, TermKept, Told, ToldWay
from datalekken.rules.acts import DOSSIER_RIGHTS
from datalekken.rules.clocks import INTERNAL_TARGET
from datalekken.rules.states import OPEN, UNDECIDED
from privacyboard.mail.models import UNDELIVERED
from privacyboard.organisation.choices import Right
from privacyboard.organisation.querysets import CaseQuerySet

if TYPE_CHECKING:
    from privacyboard.documents.models import StoredDocument
    from privacyboard.organisation.models import School, User


# What can be late at any moment: told late, or not told and not closed. An index holds these.
CAN_BE_LATE = Q(notified_at__gt=F("notify_by")) | Q(
    notified_at__isnull=True, state__in=["reported", "in_progress", "decided"]
)
# What the AP may still have to hear of: not decided, or decided to notify. An index holds these.
MAY_NOTIFY = Q(notified_at__isnull=True) & (
    Q(state__in=["reported", "in_progress"]) | Q(state="decided", notifies=True)
)


class _OneOf(Func):
    """Whether the key of a file is one of these, looked up by key.

    With IN, beside another condition, the database reads every file of the board for it.
    """

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()

    def __init__(self, keys: Any) -> None:
        super().__init__(F("pk"), ArraySubquery(keys.order_by()))


class BreachQuerySet(CaseQuerySet):
    """One file can touch several schools: who may read at one of them reads the file."""

    view_right = Right.VIEW_BREACHES
    confidential_right = Right.VIEW_CONFIDENTIAL_BREACHES

    def _naming(self, user: User) -> Q:
        return Q(_OneOf(self._named(user)))

    def _at(self, schools: QuerySet[Any, Any]) -> Q:
        if schools.query.is_empty():
            return Q(pk__in=[])
        touched = self.model.schools.through._base_manager.filter(school__in=schools)
        return Q(_OneOf(touched.values("breach")))

    def open(self) -> BreachQuerySet:
        """Not closed yet."""
        return self.filter(state__in=OPEN)

    def running(self) -> BreachQuerySet:
        """The 72 hours run: known, nobody has decided, and the AP has heard nothing."""
        return self.filter(state__in=UNDECIDED, notify_by__isnull=False, notified_at__isnull=True)

    def overdue(self, at: datetime) -> BreachQuerySet:
        """The 72 hours have passed without a decision or a notification."""
        return self.running().filter(notify_by__lt=at)

    def late(self, at: datetime) -> BreachQuerySet:
        """The AP heard of it after the term, or still has to hear while the term has passed."""
        to_tell = Q(state__in=UNDECIDED) | Q(state=BreachState.DECIDED, notifies=True)
        waits = Q(notified_at__isnull=True, notify_by__lt=at)
        # Said in the words of the index, so that the database knows where to look.
        return self.filter(CAN_BE_LATE).filter(Q(notified_at__gt=F("notify_by")) | waits & to_tell)

    def at_school(self, school: School) -> BreachQuerySet:
        """Those that touch this school."""
        touched = self.model.schools.through._base_manager.filter(school=school)
        return self.filter(pk__in=touched.values("breach"))

    def to_notify(self) -> BreachQuerySet:
        """Decided to notify, and the AP has heard nothing yet: the 72 hours still run."""
        return self.filter(state=BreachState.DECIDED, notifies=True, notified_at__isnull=True)

    def uncertain(self) -> BreachQuerySet:
        """Nobody decided, and nobody wrote down that it is certain: no term runs."""
        return self.filter(state__in=UNDECIDED, notify_by__isnull=True, notified_at__isnull=True)

    def judged(self, at: datetime) -> BreachQuerySet:
        """With how timely each was, in four columns that the database works out.

        The same as `rules.clocks` says of one file; a test holds both against each other.
        """
        return self.annotate(**_judgements(at))

    def reported_by(self, user: User) -> BreachQuerySet:
        """What this person reported: the number and the state, whatever else one may read."""
        return self.filter(reporter=user)

    def to_export(self, user: User) -> BreachQuerySet:
        """What this person may take out: readable, and at a school with the right to export."""
        found: BreachQuerySet = self.visible_to(user)
        if Right.EXPORT_BREACHES in user.standing.everywhere:
            return found
        schools: Any = self.model._meta.apps.get_model("organisation", "School").objects
        held = schools.where(user, Right.EXPORT_BREACHES).values("breaches")
        return found.filter(pk__in=held)

    def shut_to(self, user: User) -> BreachQuerySet:
        """Confidential files closed to somebody who reads the others of the same school."""
        if self.confidential_right in user.standing.everywhere:
            return self.none()
        hidden = self.filter(is_confidential=True).exclude(self._naming(user))
        if self.view_right in user.standing.everywhere:
            return hidden
        schools: Any = self.model._meta.apps.get_model("organisation", "School").objects
        return hidden.filter(self._at(schools.where(user, self.view_right).values("pk")))

    def register_must_change(self) -> BreachQuerySet:
        """The register or a DPIA must change, and somebody still has to see to it.

        Seen to is: the file is closed and every measure of it is done.
        """
        # Two ways to find them, each along an index: as one condition it is asked of every file.
        measures: Any = self.model._meta.get_field("measures").related_model
        busy = measures.objects.open().filter(_must_change("breach__")).order_by().values("breach")
        still_open = self.model.objects.open().filter(_must_change()).order_by().values("pk")
        return self.filter(pk__in=still_open.union(busy))


def _must_change(prefix: str = "") -> Q:
    names = ("register_must_change", "dpia_must_change")
    return reduce(or_, (Q(**{f"{prefix}{name}": True}) for name in names))


def _judgements(at: datetime) -> dict[str, Case]:
    decided = ~Q(state__in=UNDECIDED)
    signalled = F("reported_at") - F("first_signal_at")
    agreed = ExpressionWrapper(
        F("agreement__breach_notice_hours") * Value(timedelta(hours=1)),
        output_field=DurationField(),
    )
    noticed = F("processor_noticed_at") - F("processor_discovered_at")
    facts = Q(
        agreement__breach_notice_hours__gt=0,
        processor_discovered_at__isnull=False,
        processor_noticed_at__isnull=False,
    )
    return {
        "term_kept": _case(
            (TermKept.NOT_NOTIFIED, decided & Q(notified_at__isnull=True, notifies=False)),
            (TermKept.LATE, Q(notified_at__gt=F("notify_by"))),
            (TermKept.IN_TIME, Q(notified_at__isnull=False)),
            (TermKept.NO_TERM, Q(notify_by__isnull=True)),
            (TermKept.OVERDUE, Q(notify_by__lt=at)),
            default=TermKept.RUNNING,
        ),
        "target_met": _case(
            (TargetMet.UNKNOWN, Q(first_signal_at__isnull=True)),
            (TargetMet.MET, LessThanOrEqual(signalled, INTERNAL_TARGET)),
            default=TargetMet.MISSED,
        ),
        "notice_met": _case(
            (NoticeMet.UNKNOWN, ~facts),
            (NoticeMet.MET, LessThanOrEqual(noticed, agreed)),
            default=NoticeMet.MISSED,
        ),
        "told": _case(
            (Told.TOLD, Q(told_at__isnull=False)),
            (Told.TO_TELL, decided & Q(tells=True)),
            (Told.NOT_TELLING, decided),
            default=Told.UNDECIDED,
        ),
    }


def _case(*when: tuple[str, Any], default: str) -> Case:
    """The first that is true."""
    found = [When(condition, then=Value(str(name))) for name, condition in when]
    return Case(*found, default=Value(str(default)), output_field=CharField())


class OfBreachQuerySet(QuerySet[Any]):
    """Rows that belong to a file: read by who reads the file."""

    def visible_to(self, user: User) -> Self:
        """Rows of files that the user may read."""
        if BreachQuerySet.confidential_right in user.standing.everywhere:
            return self  # every file is read: the database need not go by them
        breaches: Any = self.model._meta.get_field("breach").related_model
        return self.filter(breach__in=breaches.objects.visible_to(user).values("pk"))


class BreachDocumentQuerySet(OfBreachQuerySet):
    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document stands in a file that the user may read."""
        return self.visible_to(user).filter(document=document).exists()


class NotificationQuerySet(BreachDocumentQuerySet):
    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether it is a dossier of a file that the user handles, decides on or advises on."""
        may = any(user.standing.holds(right) for right in DOSSIER_RIGHTS)
        return may and self.visible_to(user).filter(paper__document=document).exists()

    def numbered(self) -> Self:
        """With `known_number`: what the AP gave later, else what stood in the notification."""
        numbers: Any = self.model._meta.get_field("numbers").related_model
        later = numbers.objects.filter(notification=OuterRef("pk")).order_by("-id")
        return self.annotate(
            known_number=Coalesce(Subquery(later.values("ap_number")[:1]), F("ap_number"))
        )


class TellingQuerySet(OfBreachQuerySet):
    def counted(self) -> TellingQuerySet:
        """With how far the letters of each round came, in numbers.

        `people` in all: `made` by the worker; of the e-mails `mails`, how many `mails_sent` and
        `mails_failed`; of the letters on paper `papers`, how many `posted`. `waiting`: whoever is
        not told yet, or not with certainty.
        """
        by_mail, on_paper = Q(people__way=ToldWay.EMAIL), Q(people__way=ToldWay.PAPER)
        made, failed = Q(people__made_at__isnull=False), Q(people__mail__state__in=UNDELIVERED)
        posted = Q(people__posted_on__isnull=False)
        numbers = {
            "people_count": Q(),
            "made": made,
            "mails": by_mail,
            "mails_sent": by_mail & Q(people__mail__state="sent"),
            "mails_failed": by_mail & failed,
            "papers": on_paper,
            "posted": on_paper & posted,
            "waiting": (on_paper & ~posted) | (by_mail & (~made | failed)),
        }
        return self.annotate(
            **{name: Count("people", filter=asked) for name, asked in numbers.items()}
        )


class ToldPersonQuerySet(BreachDocumentQuerySet):
    def to_make(self) -> ToldPersonQuerySet:
        """Letters of a round that was sent, which the worker has not made yet."""
        return self.filter(telling__sent_at__isnull=False, made_at__isnull=True)

    def to_post(self) -> ToldPersonQuerySet:
        """Letters on paper that nobody posted or handed over yet."""
        return self.filter(telling__sent_at__isnull=False, way=ToldWay.PAPER, posted_on=None)

    def to_send(self) -> ToldPersonQuerySet:
        """Whoever was to be told and is not yet, or not with certainty."""
        on_paper = Q(way=ToldWay.PAPER, posted_on__isnull=True)
        by_mail = Q(way=ToldWay.EMAIL) & (Q(made_at__isnull=True) | Q(mail__state__in=UNDELIVERED))
        return self.filter(Q(telling__sent_at__isnull=False) & (on_paper | by_mail))

    def undelivered(self) -> ToldPersonQuerySet:
        """E-mails that did not arrive, and that nobody sent by post instead."""
        return self.filter(mail__state__in=UNDELIVERED, posted_on__isnull=True)

    def to_bind(self) -> ToldPersonQuerySet:
        """Letters on paper that are made, still lie here, and stand in no file with others yet."""
        return self.to_post().filter(document__isnull=False, bundle__isnull=True)

    def to_handle(self, user: User) -> Self:
        """Who is told, for who handles the file: names and addresses are nobody else's business."""
        schools: Any = self.model._meta.apps.get_model("organisation", "School").objects
        rows = self.visible_to(user)
        if Right.HANDLE_BREACHES in user.standing.everywhere:
            return rows
        held = schools.where(user, Right.HANDLE_BREACHES).values("pk")
        return rows.filter(Q(breach__schools__in=held)).distinct()

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a letter, or a file of letters, is of a breach that the user handles."""
        is_it = Q(document=document) | Q(bundle=document)
        return self.to_handle(user).filter(is_it).exists()


class PrintedRegisterQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """What this person asked, as long as he or she may export."""
        may = user.standing.holds(Right.EXPORT_BREACHES)
        return self.filter(asked_by=user) if may else self.none()

    def waiting(self) -> Self:
        """What the worker still has to make, the oldest first."""
        return self.filter(document=None, failed_at=None).order_by("asked_at", "id")

    def lets_open(self, document: StoredDocument, user: User) -> bool:
        """Whether a document is a register that this person asked."""
        return self.visible_to(user).filter(document=document).exists()


class MeasureQuerySet(OfBreachQuerySet):
    def open(self) -> MeasureQuerySet:
        """Not done yet."""
        return self.filter(done_on__isnull=True)

    def owned_by(self, user: User) -> MeasureQuerySet:
        """Those of this person, whether or not the file may be read; none of whom is shut out."""
        breaches: Any = self.model._meta.get_field("breach").related_model
        # Asked of the file of each measure, not of every confidential file.
        shut = breaches.objects.shut_to(user).filter(pk=OuterRef("breach"))
        return self.filter(~Exists(shut), owner=user)

    def of_owner(self, user: User) -> MeasureQuerySet:
        """Open ones that this person takes care of (see `owned_by`)."""
        return self.open().owned_by(user)

    def overdue(self, day: date) -> MeasureQuerySet:
        """Not done, and the last day has passed; closing the file does not end a measure."""
        return self.open().filter(due_on__lt=day)


class DutyQuerySet(QuerySet[Any]):
    def on(self, day: date) -> DutyQuerySet:
        """Turns on this day: the first and the last day both count."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def sharing_a_day(self, first: date, last: date) -> DutyQuerySet:
        """Turns that share a day with this period."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)
