"""Telling of decided files that nobody closed: as long as they are open, no term begins.

A file asks its lessons and its measures first, so this waits longer than a request does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from datalekken.choices import BreachState
from datalekken.models import Breach, closing_facts, people_on_duty
from datalekken.rules.closing import CLOSE_AFTER, RAISE_AFTER, closing_gaps
from privacyboard.clockwork import reminders
from privacyboard.clockwork.reminders import Reach, Watch
from privacyboard.clockwork.rules import Stages
from privacyboard.organisation.choices import Right, Role
from privacyboard.organisation.models import User

Said = tuple[str, str, tuple[int, ...]]


def remind_to_close(*, by: User | None, at: datetime) -> int:
    """Tell of every decided file that is still open by now; returns how many were told."""
    return reminders.remind(WATCHES, at=at)


def _decided(_today: date) -> QuerySet[Breach]:
    rows = Breach.objects.filter(state=BreachState.DECIDED, decided_at__isnull=False)
    return rows.select_related("handler").annotate(since=TruncDate("decided_at"))


def _say_decided(breach: Any, reach: Reach) -> Said:
    people = _people(breach, reach.day)
    if breach.is_confidential:
        words = _("Een vertrouwelijk datalek is besloten en nog niet gesloten.")
        return words, reverse("breaches"), people
    words = _("Datalek %(number)s is besloten op %(day)s en nog niet gesloten. Sluit het.")
    if closing_gaps(closing_facts(breach)):
        words = _(
            "Datalek %(number)s is besloten op %(day)s en nog niet gesloten. Doe wat nog moet, "
            "en sluit het."
        )
    told = {"number": breach.number, "day": formats.date_format(breach.since, "j F Y")}
    return words % told, reverse("breach", args=[breach.number]), people


def _people(breach: Any, day: date) -> tuple[int, ...]:
    """Who handles it, else who is on duty; after some weeks also the board, or else the FG."""
    own = [breach.handler] if breach.handler and breach.handler.is_active else []
    able = [each for each in own if each.standing_on(day).holds(Right.HANDLE_BREACHES)]
    above = _who_read(breach, User.objects.with_role(Role.BOARD_MEMBER, day)) or _who_read(
        breach, User.objects.with_role(Role.FG, day)
    )
    first = _who_read(breach, able) or _who_read(breach, people_on_duty(day)) or above
    if (day - breach.since).days < RAISE_AFTER:
        return first
    return tuple(dict.fromkeys([*first, *above]))


def _who_read(breach: Breach, people: Any) -> tuple[int, ...]:
    """Those of them who may read this file."""
    seen = (each for each in people if Breach.objects.visible_to(each).filter(pk=breach.pk))
    return tuple(each.pk for each in seen)


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
