"""Destruction lists, made by the acts that people use, at each state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from privacyboard.organisation.models import Pupil, School, User
from registers.actions.destroying import deciding, handing, listing, planning, stepping
from registers.choices import Bound, Medium, RetentionTrigger
from registers.models import DestructionItem, DestructionList, RetentionRule
from registers.models.destruction_places import places_of
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make

# Two years after this day the pupil's file must be gone: 1 August 2026.
LEFT = date(2024, 8, 1)
# Five years after this day absence may go: it may since 2 August 2025.
LEFT_LONG_AGO = date(2020, 8, 1)


def absence_rule() -> RetentionRule:
    return make.retention_rule(
        "absence_enrolment",
        name="Verzuim en in- en uitschrijving",
        data="Verzuim en verlof",
        years=5,
        bound=Bound.MINIMUM_THEN_DESTROY,
    )


def book_year_rule() -> RetentionRule:
    return make.retention_rule(
        "financial",
        name="Financiële administratie",
        data="Rekeningen",
        years=7,
        bound=Bound.MINIMUM,
        trigger=RetentionTrigger.BOOK_YEAR_END,
    )


def no_term_rule(code: str = "camera_incident", **values: Any) -> RetentionRule:
    return make.retention_rule(
        code,
        **{
            "name": "Camerabeelden van een incident",
            "data": "Beelden bij een incident",
            "years": 0,
            "bound": Bound.NONE,
            "trigger": RetentionTrigger.CASE_CLOSED,
            "condition": "Tot het incident is afgehandeld.",
            **values,
        },
    )


def kept_in(
    code: str,
    *lines: tuple[RetentionRule, str],
    at: datetime = NOW,
    schools: tuple[School, ...] = (),
    group: str = "pupils",
    systems: tuple[str, ...] = ("sis",),
    paper: bool = False,
    processor: bool = False,
) -> None:
    """An established activity that keeps these data, each (rule, code of the data), somewhere."""
    activity = make.bare_activity(
        code, schools=schools, medium=Medium.BOTH if paper else Medium.DIGITAL
    )
    make.purpose_line(activity)
    for rule, data in lines:
        make.data_line(
            activity,
            group=make.group(group, group),
            category=make.category(data, data.capitalize()),
            retention_rule=rule,
        )
    make.access_line(activity)
    make.recipient_line(activity, party=make.party(), statute="WPO 178a")
    if processor:
        make.recipient_line(activity)
        if not make.processor().agreements.exists():
            make.agreement(make.processor(), ends_on=None)
    activity.measures.set([make.measure()])
    activity.systems.set([make.system(each, each.capitalize()) for each in systems])
    make.establish(activity, at=at)


def leaver(school: School, key: str, left_on: date = LEFT, **values: Any) -> Pupil:
    return people.pupil(school, key=key, left_on=left_on, **values)


def sweep(at: datetime = NOW) -> int:
    """What the sweep does: plan, then list."""
    return planning.plan(by=None, at=at) + listing.list_due(by=None, at=at)


def proposed(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    """A list of De Linde with the file of each of these pupils."""
    if not RetentionRule.objects.filter(code="pupil_file").exists():
        kept_in("V01", (make.retention_rule(), "results"), at=at)
    for key in keys or ("1001", "1002"):
        leaver(cast.linde, key)
    sweep(at)
    return DestructionList.objects.get(school=cast.linde)


def checked(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    found = proposed(cast, *keys, at=at)
    return stepping.check(found=found, by=cast.director, at=at)


def approved(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    return stepping.approve(found=checked(cast, *keys, at=at), by=cast.ibp, at=at)


def handed(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    found = approved(cast, *keys, at=at)
    chosen = [place.key for place in places_of(found)]
    return handing.hand_over(found=found, chosen=chosen, by=cast.director, at=at)


def proven(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    found = handed(cast, *keys, at=at)
    for task in found.tasks.all():
        prove(task, by=cast.director, at=at)
    return found


def prove(task: Any, *, by: User | None, at: datetime = NOW) -> Any:
    proof = handing.Proof(done_on=at.date(), done_by="Bea Beheer", result="Gewist.")
    return handing.prove(task=task, proof=proof, by=by, at=at)


def closed(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    return handing.close(found=proven(cast, *keys, at=at), by=cast.director, at=at)


def withdrawn(cast: Cast, *keys: str, at: datetime = NOW) -> DestructionList:
    return stepping.withdraw(
        found=proposed(cast, *keys, at=at),
        reason="Verkeerde school.",
        again_on=at.date() + timedelta(days=30),
        by=cast.director,
        at=at,
    )


IN_STATE = {
    "proposed": proposed,
    "checked": checked,
    "approved": approved,
    "handed": handed,
    "closed": closed,
    "withdrawn": withdrawn,
}


def keep(item: DestructionItem, *, by: User, until: date = date(2027, 9, 1)) -> DestructionItem:
    return deciding.keep_longer(
        item=item,
        ground="litigation",
        reason="Er loopt een geschil.",
        until=until,
        by=by,
        at=NOW,
    )
