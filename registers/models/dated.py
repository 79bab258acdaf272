"""Which days of the register somebody is told of, and by when: rows that still ask something."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate

from privacyboard.clockwork import runs
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment
from registers.choices import ActivityStatus, YesNo
from registers.models.access import AccessReview, ConfidentialityNote
from registers.models.activities import ProcessingActivity
from registers.models.agreements import Agreement, AgreementCoverage, SharingAgreement
from registers.models.catalogue import RetentionRule
from registers.models.lines import TransferLine
from registers.rules.policy import DPIA_YEARS
from registers.rules.reminding import SHORTER_COUNTS_AFTER

Rows = QuerySet[Any]
# What of a term in the catalogue tells how long.
LENGTH = ("years", "months", "weeks", "days", "bound", "fate")


def ending(today: date) -> Rows:
    """Signed, and what they cover is not covered on the day after by another."""
    successor = AgreementCoverage.objects.filter(
        product=OuterRef("product"),
        school=OuterRef("school"),
        period__adjacent_to=OuterRef("period"),
        period__fully_gt=OuterRef("period"),
    )
    covered = AgreementCoverage.objects.filter(agreement=OuterRef("pk"))
    signed = Agreement.objects.filter(signed_on__isnull=False, ends_on__isnull=False)
    alone = Exists(covered.exclude(Exists(successor))) | ~Exists(covered)
    return signed.filter(alone).select_related("processor")


def with_notice(today: date) -> Rows:
    """Signed, with `notice_on`: so many calendar months before its last day."""
    interval = Func(Value(0), F("notice_months"), function="make_interval")
    day = Func(
        F("ends_on"),
        interval,
        arg_joiner=" - ",
        template="(%(expressions)s)::date",
        output_field=DateField(),
    )
    found = Agreement.objects.filter(signed_on__isnull=False, ends_on__isnull=False)
    return found.exclude(notice_months=None).annotate(notice_on=day).select_related("processor")


def sharing_ending(today: date) -> Rows:
    found = SharingAgreement.objects.filter(signed_on__isnull=False, ends_on__isnull=False)
    return found.select_related("party")


def _in_force() -> Any:
    return ProcessingActivity.objects.filter(status=ActivityStatus.ESTABLISHED)


def to_review(today: date) -> Rows:
    found: Rows = _in_force().filter(next_review_on__isnull=False)
    return found


def with_dpia(today: date) -> Rows:
    """In force, with `dpia_due_on`: the day by which the DPIA is done anew."""
    day = Func(
        F("dpia_adopted_on"),
        template=f"(%(expressions)s + interval '{DPIA_YEARS} years')::date",
        output_field=DateField(),
    )
    found: Rows = _in_force().filter(dpia_needed=YesNo.YES, dpia_adopted_on__isnull=False)
    return found.annotate(dpia_due_on=day)


def transfers(today: date) -> Rows:
    found = TransferLine.objects.filter(review_on__isnull=False)
    return found.filter(activity__in=_in_force()).select_related("activity")


def notes(today: date) -> Rows:
    running = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    found = ConfidentialityNote.objects.filter(running, review_on__isnull=False)
    return found.select_related("school")


def access_reviews(today: date) -> Rows:
    return AccessReview.objects.waiting().select_related("school")


def holds(today: date) -> Rows:
    """What is held until somebody looks at it again."""
    found: Rows = Hold.objects.running().select_related("school")
    return found


def terms_used_here() -> tuple[str, ...]:
    """The codes of the terms under which this application itself keeps something."""
    return tuple(sorted({rule.term_of for rule in runs.all_rules()}))


def changed_terms(today: date) -> Rows:
    """Made of another length, of what is kept here, with `counts_on`: the day from which a shorter
    one counts. Whether it became shorter is for the reader to judge."""
    versions = RetentionRule.history.filter(id=OuterRef("pk"))
    later = RetentionRule.history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    # The version that brought the length of now: what came after it changed other things only.
    brought = versions.exclude(Exists(later.exclude(**{each: OuterRef(each) for each in LENGTH})))
    day = Subquery(brought.order_by("history_id").values(day=TruncDate("history_date"))[:1])
    counts_on = Func(
        day,
        template=f"(%(expressions)s + interval '{SHORTER_COUNTS_AFTER.days} days')::date",
        output_field=DateField(),
    )
    changed = Exists(versions.exclude(**{each: OuterRef(each) for each in LENGTH}))
    found: Rows = RetentionRule.objects.filter(changed, code__in=terms_used_here())
    return found.annotate(counts_on=counts_on)


def led(day: date, *roles: Role) -> QuerySet[Any]:
    """Appointments that run at the school of a row and hold one of these roles: for `Exists`."""
    return Appointment.objects.running(day).filter(
        role__in=roles, school=OuterRef("school"), user__is_active=True
    )
