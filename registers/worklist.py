"""What in the register needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from privacyboard.vocabulary import Tone, WorkItem
from registers.models import Agreement, ProcessingActivity, Processor
from registers.rules.agreements import EXPIRY_NOTICE_DAYS

MOST = 20


def items_for(user: User, on: date) -> list[WorkItem]:
    """Every register task of this person on this day; at most 20 of each kind."""
    standing = user.standing
    found: list[WorkItem] = []
    if standing.holds(Right.ESTABLISH_REGISTER):
        found += _to_decide(user)
    if standing.holds(Right.ADVISE_REGISTER):
        found += _to_advise(user)
    if standing.holds(Right.CHANGE_REGISTER):
        found += _reviews(user, on)
        found += _agreements_ending(user, on)
        found += _without_agreement(user, on)
    return found


def _activity_url(activity: ProcessingActivity) -> str:
    return reverse("admin:registers_processingactivity_change", args=[activity.pk])


def _to_decide(user: User) -> Iterator[WorkItem]:
    for activity in ProcessingActivity.objects.visible_to(user).awaiting_decision()[:MOST]:
        yield WorkItem(
            sentence=_("%(activity)s wacht op een besluit.") % {"activity": activity},
            url=_activity_url(activity),
            act_label=_("Beoordelen"),
            tone=Tone.ATTENTION,
        )


def _to_advise(user: User) -> Iterator[WorkItem]:
    waiting = ProcessingActivity.objects.visible_to(user).awaiting_decision().filter(fg_remark="")
    for activity in waiting[:MOST]:
        yield WorkItem(
            sentence=_("%(activity)s is voorgesteld; u kunt een opmerking geven.")
            % {"activity": activity},
            url=_activity_url(activity),
            act_label=_("Lezen"),
        )


def _reviews(user: User, on: date) -> Iterator[WorkItem]:
    due = ProcessingActivity.objects.visible_to(user).review_due_by(on).order_by("next_review_on")
    for activity in due[:MOST]:
        yield WorkItem(
            sentence=_("Controleer of %(activity)s nog klopt.") % {"activity": activity},
            url=_activity_url(activity),
            act_label=_("Controleren"),
            tone=Tone.LATE if activity.next_review_on < on else Tone.ATTENTION,
            due=activity.next_review_on,
        )


def _agreements_ending(user: User, on: date) -> Iterator[WorkItem]:
    ending = (
        Agreement.objects.visible_to(user)
        .ending_between(on, on + timedelta(days=EXPIRY_NOTICE_DAYS))
        .select_related("processor")
        .order_by("ends_on")
    )
    for agreement in ending[:MOST]:
        yield WorkItem(
            sentence=_("De overeenkomst met %(processor)s loopt af.")
            % {"processor": agreement.processor},
            url=reverse("admin:registers_agreement_change", args=[agreement.pk]),
            act_label=_("Verlengen"),
            tone=Tone.ATTENTION,
            due=agreement.ends_on,
        )


def _without_agreement(user: User, on: date) -> Iterator[WorkItem]:
    valid = Agreement.objects.valid_on(on).filter(processor=OuterRef("pk"))
    in_use = Q(recipient_lines__isnull=False) | Q(products__activities__isnull=False)
    missing = Processor.objects.visible_to(user).filter(in_use).exclude(Exists(valid)).distinct()
    for processor in missing[:MOST]:
        yield WorkItem(
            sentence=_("%(processor)s verwerkt gegevens zonder geldige overeenkomst.")
            % {"processor": processor},
            url=reverse("admin:registers_processor_change", args=[processor.pk]),
            act_label=_("Bekijken"),
            tone=Tone.LATE,
        )
