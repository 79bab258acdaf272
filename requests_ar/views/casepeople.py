"""The people of a request as its page shows them: with what our own records know of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from privacyboard.organisation.choices import GuardianKind, Right
from privacyboard.organisation.models import Guardianship, User
from requests_ar.choices import PersonRole
from requests_ar.models import RequestPerson


def people_on(today: date) -> QuerySet[RequestPerson]:
    """With who they are in our own records, and what these say of a parent today."""
    about = RequestPerson.objects.filter(
        request=OuterRef(OuterRef("request")), role=PersonRole.SUBJECT
    )
    ties = Guardianship.objects.running_on(today).filter(
        guardian=OuterRef("guardian"), pupil__in=about.values("pupil")
    )
    rows: QuerySet[RequestPerson] = RequestPerson.objects.select_related("pupil").annotate(
        registered=ArraySubquery(
            ties.values(data=JSONObject(kind="kind", has_authority="has_authority"))
        )
    )
    return rows


def in_words(people: Mapping[str, Any]) -> None:
    """What the records say of each parent, for the page."""
    for each in people.values():
        tie = next(iter(each.registered), None)
        each.registered_kind = GuardianKind(tie["kind"]).label if tie else ""
        each.registered_authority = bool(tie and tie["has_authority"])


def reads_pupil(user: User, people: Mapping[str, RequestPerson]) -> bool:
    """Whether this person reads the pupil whom the request is linked to."""
    pupil = people[PersonRole.SUBJECT].pupil
    return pupil is not None and user.standing.holds_at(Right.VIEW_PEOPLE, pupil.school_id)
