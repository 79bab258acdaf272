"""Telling who keeps the register of days that come, and of days that passed.

Suppliers and schools are named, people never: not a pupil's number, not who may know.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from privacyboard.clockwork import reminders
from privacyboard.clockwork.reminders import Reach, Said, Watch
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from registers.actions.destroying import reminding as of_lists
from registers.models import dated
from registers.rules import reminding as stages


def remind_of_register(*, by: User | None, at: datetime) -> int:
    """Tell of every day of the register that has a stage by now; returns how many were told."""
    return reminders.remind(WATCHES, at=at)


def _day(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _page(record: Any) -> str:
    return reverse(f"admin:registers_{record._meta.model_name}_change", args=[record.pk])


def _by_then(ask: str, due: date, reach: Reach) -> str:
    """What should be done, and by which day; once it has passed, by which day it should have."""
    words = _("%(ask)s Dat moet uiterlijk op %(day)s.")
    if due < reach.day:
        words = _("%(ask)s Dat moest uiterlijk op %(day)s.")
    return words % {"ask": ask, "day": _day(due)}


def _managers(reach: Reach) -> tuple[int, ...]:
    return reach.of(Role.IBP_MANAGER)


def _say_ending(agreement: Any, reach: Reach) -> Said:
    words = _("De overeenkomst met %(name)s loopt tot en met %(day)s.")
    if agreement.ends_on < reach.day:
        words = _("De overeenkomst met %(name)s is op %(day)s afgelopen.")
    told = {"name": agreement, "day": _day(agreement.ends_on)}
    return words % told, _page(agreement), _managers(reach)


def _say_notice(agreement: Any, reach: Reach) -> Said:
    words = _("De overeenkomst met %(name)s kan tot en met %(day)s worden opgezegd.")
    if agreement.notice_on < reach.day:
        words = _("De overeenkomst met %(name)s kon tot en met %(day)s worden opgezegd.")
    told = {"name": agreement, "day": _day(agreement.notice_on)}
    return words % told, _page(agreement), _managers(reach)


def _say_sharing(agreement: Any, reach: Reach) -> Said:
    words = _("De afspraak met %(name)s loopt tot en met %(day)s.")
    if agreement.ends_on < reach.day:
        words = _("De afspraak met %(name)s is op %(day)s afgelopen.")
    told = {"name": agreement.party, "day": _day(agreement.ends_on)}
    return words % told, _page(agreement), _managers(reach)


def _say_review(activity: Any, reach: Reach) -> Said:
    ask = _("Controleer of verwerking %(name)s nog klopt.") % {"name": activity}
    return _by_then(ask, activity.next_review_on, reach), _page(activity), _managers(reach)


def _say_dpia(activity: Any, reach: Reach) -> Said:
    ask = _("Doe een nieuwe DPIA voor verwerking %(name)s.") % {"name": activity}
    return _by_then(ask, activity.dpia_due_on, reach), _page(activity), _managers(reach)


def _say_transfer(line: Any, reach: Reach) -> Said:
    words = _("Bekijk opnieuw de doorgifte (%(country)s) van verwerking %(name)s.")
    ask = words % {"name": line.activity, "country": line.country}
    return _by_then(ask, line.review_on, reach), _page(line.activity), _managers(reach)


def _say_note(note: Any, reach: Reach) -> Said:
    words = _("Bespreek opnieuw een afspraak over zeer vertrouwelijke gegevens op %(school)s.")
    return (
        _by_then(words % {"school": note.school}, note.review_on, reach),
        _page(note),
        reach.of(Role.CARE_COORDINATOR, note.school_id),
    )


def _say_access(review: Any, reach: Reach) -> Said:
    words = _("Controleer wie op %(school)s welke gegevens mag zien.")
    page = reverse("access_matrix", args=[review.school.slug])
    return (
        _by_then(words % {"school": review.school}, review.due_on, reach),
        page,
        reach.of(Role.DIRECTOR, review.school_id),
    )


def _say_hold(hold: Any, reach: Reach) -> Said:
    words = _("Kijk of er nog reden is om gegevens te bewaren (%(place)s).")
    place = hold.school or _("het hele bestuur")
    said = _by_then(words % {"place": place}, hold.review_on, reach)
    # A care coordinator can own a hold; nobody else of that role is asked about it.
    owner = (hold.owner_id,)
    people = reach.of(Role.CARE_COORDINATOR, hold.school_id, person=hold.owner_id)
    if people != owner:
        people = reach.of(Role.DIRECTOR, hold.school_id, person=hold.owner_id)
    return said, reverse("destruction_holds"), people


def _say_term(rule: Any, reach: Reach) -> Said:
    words = _(
        "De bewaartermijn “%(name)s” is gewijzigd. Is hij korter, dan gaat hier vanaf %(day)s meer "
        "weg. Kijk of dat klopt."
    )
    # Not who keeps the catalogue: a second pair of eyes.
    return (
        words % {"name": rule.name, "day": _day(rule.counts_on)},
        _page(rule),
        reach.of(Role.FG),
    )


_AGREEMENTS, _ACTIVITIES, _ACCESS = "Overeenkomsten", "Register", "Toegang op school"

WATCHES = (
    Watch(
        kind="agreement_end",
        title=_AGREEMENTS,
        rows=dated.ending,
        due="ends_on",
        stages=stages.AGREEMENT_END,
        say=_say_ending,
    ),
    Watch(
        kind="agreement_notice",
        title=_AGREEMENTS,
        rows=dated.with_notice,
        due="notice_on",
        stages=stages.AGREEMENT_NOTICE,
        say=_say_notice,
    ),
    Watch(
        kind="sharing_end",
        title=_AGREEMENTS,
        rows=dated.sharing_ending,
        due="ends_on",
        stages=stages.SHARING_END,
        say=_say_sharing,
    ),
    Watch(
        kind="activity_review",
        title=_ACTIVITIES,
        rows=dated.to_review,
        due="next_review_on",
        stages=stages.ACTIVITY_REVIEW,
        say=_say_review,
    ),
    Watch(
        kind="dpia_review",
        title=_ACTIVITIES,
        rows=dated.with_dpia,
        due="dpia_due_on",
        stages=stages.DPIA_REVIEW,
        say=_say_dpia,
    ),
    Watch(
        kind="transfer_review",
        title=_ACTIVITIES,
        rows=dated.transfers,
        due="review_on",
        stages=stages.TRANSFER_REVIEW,
        say=_say_transfer,
    ),
    Watch(
        kind="confidentiality_review",
        title=_ACCESS,
        rows=dated.notes,
        due="review_on",
        stages=stages.CONFIDENTIALITY_REVIEW,
        say=_say_note,
    ),
    Watch(
        kind="access_review",
        title=_ACCESS,
        rows=dated.access_reviews,
        due="due_on",
        stages=stages.ACCESS_REVIEW,
        say=_say_access,
    ),
    Watch(
        kind="hold_review",
        title="Bewaren en vernietigen",
        rows=dated.holds,
        due="review_on",
        stages=stages.HOLD_REVIEW,
        say=_say_hold,
    ),
    Watch(
        kind="term_change",
        title="Bewaren en vernietigen",
        rows=dated.changed_terms,
        also=dated.terms_used_here,
        due="counts_on",
        stages=stages.TERM_CHANGE,
        say=_say_term,
    ),
    *of_lists.WATCHES,
)
