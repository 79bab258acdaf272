"""Telling of decided files that nobody closed: as long as they are open, no term begins.

A file asks its lessons and its measures first, so this waits longer than a request does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from datalekken.choices import BreachState
from datalekken.models import (
    Breach,
    BreachUserPermission,
    DutyTurn,
    Measure,
    Notification,
    ToldPerson,
    closing_facts_with,
)
from datalekken.rules.closing import CLOSE_AFTER, RAISE_AFTER, closing_gaps
from privacyboard.clockwork import reminders
from privacyboard.clockwork.reminders import Reach, Said, Watch
from privacyboard.clockwork.rules import Stages
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import User
from privacyboard.organisation.rules import RIGHTS


def remind_to_close(*, by: User | None, at: datetime) -> int:
    """Tell of every decided file that is still open by now; returns how many were told."""
    return reminders.remind(WATCHES, at=at)


def _decided(day: date) -> QuerySet[Breach]:
    """Decided and not closed, each with all that is asked of it: however many, in one query."""
    notified = Notification.objects.filter(breach=OuterRef("pk")).order_by("number")
    named = BreachUserPermission.objects.filter(content_object=OuterRef("pk"))
    on_duty = DutyTurn.objects.on(day).order_by("starts_on", "pk")
    return Breach.objects.filter(state=BreachState.DECIDED, decided_at__isnull=False).annotate(
        since=TruncDate("decided_at"),
        kinds=ArraySubquery(notified.values("kind")),
        letters_waiting=_count(ToldPerson.objects.to_send()),
        measure_count=_count(Measure.objects.all()),
        named=ArraySubquery(named.filter(permission__codename="open_case").values("user")),
        on_duty=ArraySubquery(on_duty.values("user")),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many of these a file has."""
    of_file = rows.filter(breach=OuterRef("pk")).order_by().values("breach")
    return Coalesce(Subquery(of_file.annotate(n=Count("pk")).values("n")), 0)


def _say_decided(breach: Any, reach: Reach) -> Said:
    people = _people(breach, reach)
    if breach.is_confidential:
        words = _("Een vertrouwelijk datalek is besloten en nog niet gesloten.")
        return words, reverse("breaches"), people
    words = _("Datalek %(number)s is besloten op %(day)s en nog niet gesloten. Sluit het.")
    facts = closing_facts_with(
        breach,
        kinds=breach.kinds,
        letters_waiting=breach.letters_waiting,
        measures=breach.measure_count,
    )
    if closing_gaps(facts):
        words = _(
            "Datalek %(number)s is besloten op %(day)s en nog niet gesloten. Doe wat nog moet, "
            "en sluit het."
        )
    told = {"number": breach.number, "day": formats.date_format(breach.since, "j F Y")}
    return words % told, reverse("breach", args=[breach.number]), people


def _people(breach: Any, reach: Reach) -> tuple[int, ...]:
    """Who handles it, else who is on duty; after some weeks also the board, or else the FG."""
    able = _holding(Right.HANDLE_BREACHES, reach)
    own = _who_read(breach, [breach.handler_id], reach)
    on_duty = [each for each in breach.on_duty if each in able] or reach.at(Role.IBP_MANAGER)
    above = _who_read(breach, reach.at(Role.BOARD_MEMBER), reach) or reach.at(Role.FG)
    first = [each for each in own if each in able] or _who_read(breach, on_duty, reach) or above
    if (reach.day - breach.since).days < RAISE_AFTER:
        return tuple(dict.fromkeys(first))
    return tuple(dict.fromkeys([*first, *above]))


def _holding(right: Right, reach: Reach) -> set[int]:
    """Who holds this right on the whole board: all who are told of a file do their work there."""
    roles = [role for role, rights in RIGHTS.items() if right in rights]
    return {person for role in roles for person in reach.at(role)}


def _who_read(breach: Any, people: Sequence[int], reach: Reach) -> list[int]:
    """Those of them who may read this file, as `visible_to` has it for who sees the whole board."""
    right = Right.VIEW_BREACHES
    if breach.is_confidential:
        right = Right.VIEW_CONFIDENTIAL_BREACHES
    readers = _holding(right, reach) | {*breach.named}
    return [each for each in people if each in readers]


WATCHES = (
    Watch(
        kind="breach_close",
        title="Datalekken",
        rows=_decided,
        due="since",
        stages=Stages((-CLOSE_AFTER, -RAISE_AFTER)),
        say=_say_decided,
    ),
)
