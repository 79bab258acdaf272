"""What in the register needs somebody, for this person, on this day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User
from privacyboard.vocabulary import Tone, WorkItem
from registers.models import (
    AccessReview,
    ActivityVersion,
    Disclosure,
    ProcessingActivity,
    Processor,
)
from registers.models.agreement_flags import flags_of
from registers.rules.agreement_flags import Flag, rank
from registers.rules.disclosures import COPY_DAYS

MOST = 20


def items_for(user: User, on: date) -> list[WorkItem]:
    """Every register task of this person on this day; at most 20 of each kind."""
    standing = user.standing
    found: list[WorkItem] = []
    if standing.holds(Right.ESTABLISH_REGISTER):
        found += _to_decide(user)
    if standing.holds(Right.ADVISE_REGISTER):
        found += _to_advise(user)
    if standing.holds(Right.DEVIATE_REGISTER):
        found += _to_answer(user)
    if standing.holds(Right.CHANGE_REGISTER):
        found += _reviews(user, on)
        found += _agreements(user, on)
    if standing.holds(Right.REVIEW_ACCESS):
        found += _access_reviews(user, on)
    if standing.holds(Right.CHANGE_DISCLOSURES):
        found += _copies_to_parents(user, on)
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


def _to_answer(user: User) -> Iterator[WorkItem]:
    """New versions of the standard that a school of this person did not answer yet."""
    if Right.DEVIATE_REGISTER in user.standing.everywhere:
        return  # the board's own people answer for no school
    for school in School.objects.where(user, Right.DEVIATE_REGISTER):
        unanswered = ActivityVersion.objects.unanswered_by(school).select_related("activity")
        for version in unanswered[:MOST]:
            yield WorkItem(
                sentence=_("%(activity)s is veranderd: wat doet %(school)s?")
                % {"activity": version.activity, "school": school},
                url=reverse("school_standard", args=[version.activity_id, school.slug]),
                act_label=_("Antwoorden"),
                tone=Tone.ATTENTION,
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


def _agreements(user: User, on: date) -> list[WorkItem]:
    """One line per processor: the gravest of what is wrong around its agreements."""
    processors = {each.pk: each for each in Processor.objects.visible_to(user)}
    found = flags_of(processors.values(), user=user, on=on)
    worst = {key: flags[0] for key, flags in found.items()}
    ranked = sorted(worst, key=lambda key: (rank(worst[key]), processors[key].sort_name))
    return [_agreement_item(processors[key], found[key]) for key in ranked[:MOST]]


def _agreement_item(processor: Processor, flags: list[Flag]) -> WorkItem:
    more = len(flags) - 1
    sentence = flags[0].sentence
    if processor.name not in sentence:
        sentence = f"{processor}: {sentence}"
    if more:
        sentence += (
            " " + ngettext("Er is nog %d ander punt.", "Er zijn nog %d andere punten.", more) % more
        )
    return WorkItem(
        sentence=sentence,
        url=reverse("admin:registers_processor_change", args=[processor.pk]),
        act_label=_("Bekijken"),
        tone=flags[0].tone,
        due=flags[0].due,
    )


def _copies_to_parents(user: User, on: date) -> Iterator[WorkItem]:
    """From the day of the disclosure: the term is as long as the look ahead."""
    due = (
        Disclosure.objects.copies_due_by(on + timedelta(days=COPY_DAYS))
        .filter(school__in=School.objects.where(user, Right.CHANGE_DISCLOSURES))
        .select_related("school", "party")
        .order_by("copy_due_on", "id")
    )
    for disclosure in due[:MOST]:
        yield WorkItem(
            sentence=_("Kopie aan ouders: onderwijskundig rapport naar %(party)s (%(school)s).")
            % {"party": disclosure.party, "school": disclosure.school},
            url=reverse("admin:registers_disclosure_change", args=[disclosure.pk]),
            act_label=_("Vastleggen"),
            tone=Tone.LATE if disclosure.copy_due_on < on else Tone.ATTENTION,
            due=disclosure.copy_due_on,
        )


def _access_reviews(user: User, on: date) -> Iterator[WorkItem]:
    waiting = (
        AccessReview.objects.waiting()
        .filter(school__in=School.objects.where(user, Right.REVIEW_ACCESS))
        .select_related("school")
        .order_by("due_on", "id")
    )
    for review in waiting[:MOST]:
        yield WorkItem(
            sentence=_("Controleer wie op %(school)s welke gegevens mag zien (%(year)s).")
            % {"school": review.school, "year": review.year},
            url=reverse("access_matrix", args=[review.school.slug]),
            act_label=_("Controleren"),
            tone=Tone.LATE if review.due_on < on else Tone.ATTENTION,
            due=review.due_on,
        )
