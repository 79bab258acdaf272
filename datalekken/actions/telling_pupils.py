"""Whom a breach about pupils is told to, as the school's own records know them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from datalekken.choices import ToldRole
from datalekken.rules.told import OF_AGE, SPEAKS_FOR_ITSELF, Candidate
from privacyboard.organisation.models import Group, Guardian, Guardianship, Placement, Pupil
from privacyboard.organisation.querysets import running_on
from privacyboard.organisation.rules import age_on, school_year_of


def candidates_of(
    rows: Any, *, groups: Iterable[Group], pupils: Iterable[Pupil], parents_reason: str, on: date
) -> list[Candidate]:
    """Of these pupils (`rows`) who is in one of the groups on this day, or named.

    Under 16 the guardians with authority, from 16 the pupil; with a reason the parents of who is
    16 or 17 too. Without a birthday the guardians, and the rule says that the age is unknown. An
    address by post is in no record: who has no e-mail address gets the letter through the school.
    """
    placed = Placement.objects.filter(running_on(on), group__in=list(groups))
    chosen = Q(pk__in=placed.values("pupil")) | Q(pk__in=[each.pk for each in pupils])
    ties = Guardianship.objects.running_on(on).filter(has_authority=True)
    places = Placement.objects.filter(running_on(on), group__school_year=school_year_of(on))
    found = rows.filter(chosen).order_by("sort_name", "id")
    found = found.prefetch_related(
        Prefetch(
            "guardianships",
            queryset=ties.select_related("guardian").order_by("pk"),
            to_attr="ties_now",
        ),
        Prefetch("placements", queryset=places.select_related("group"), to_attr="places_now"),
    )
    return [each for pupil in found for each in _told(pupil, parents_reason, on)]


def _told(pupil: Any, parents_reason: str, on: date) -> list[Candidate]:
    age = None if pupil.born_on is None else age_on(pupil.born_on, on)
    told = []
    speaks = age is not None and age >= SPEAKS_FOR_ITSELF
    with_parents = age is None or age < SPEAKS_FOR_ITSELF or (parents_reason and age < OF_AGE)
    guardians = [each.guardian for each in pupil.ties_now] if with_parents else []
    # A child of whom nobody stands in the records is named: the rule then says who is missing.
    if speaks or not guardians:
        told.append(_pupil(pupil))
    return told + [_parent(each, pupil, parents_reason) for each in guardians]


def _pupil(pupil: Any) -> Candidate:
    return Candidate(
        role=ToldRole.PUPIL,
        name=pupil.name,
        born_on=pupil.born_on,
        email=pupil.email.lower(),
        address="" if pupil.email else _through_school(pupil),
        school_id=pupil.school_id,
    )


def _parent(guardian: Guardian, pupil: Any, parents_reason: str) -> Candidate:
    return Candidate(
        role=ToldRole.PARENT,
        name=guardian.name or _("ouder of verzorger van %s") % pupil.name,
        about=pupil.name,
        born_on=pupil.born_on,
        email=guardian.email if guardian.can_be_mailed else "",
        address="" if guardian.can_be_mailed else _through_school(pupil),
        school_id=pupil.school_id,
        parents_reason=parents_reason,
    )


def _through_school(pupil: Any) -> str:
    groups = ", ".join(each.group.name for each in pupil.places_now)
    if not groups:
        return _("Via school, mee te geven aan %(name)s") % {"name": pupil.name}
    return _("Via school, mee te geven aan %(name)s (groep %(groups)s)") % {
        "name": pupil.name,
        "groups": groups,
    }
