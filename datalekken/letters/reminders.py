"""Reminders of the 72 hours. A number, a moment and a link: nothing of what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ReminderFacts:
    """What a reminder of the term may say. Hours are whole ones, rounded down."""

    name: str
    board_name: str
    number: str
    ends_at: datetime
    hours_left: int
    is_late: bool
    # It is decided that the AP is told, and that did not happen yet.
    is_decided: bool
    # The reader is on duty; others hear it because it is late.
    is_own: bool
    link: str


@dataclass(frozen=True)
class CarefulFacts:
    """What a reminder may say of a file of which nothing is certain."""

    name: str
    board_name: str
    number: str
    is_untouched: bool
    link: str


def term_reminder(
    breach: Breach,
    *,
    to: User,
    row: str,
    ends_at: datetime,
    is_own: bool,
    board_name: str,
    at: datetime,
) -> OutboundLetter:
    """Tell somebody until when the AP can be told in time. `row` makes it the only one."""
    facts = ReminderFacts(
        name=to.first_name,
        board_name=board_name,
        number=breach.number,
        ends_at=ends_at,
        hours_left=max(ends_at - at, timedelta(0)) // _HOUR,
        is_late=at > ends_at,
        is_decided=breach.state == BreachState.DECIDED,
        is_own=is_own,
        link=_link(breach),
    )
    return _send("datalekken/reminder", facts, breach, to=to, row=row, at=at)


def careful_reminder(
    breach: Breach, *, to: User, row: str, is_untouched: bool, board_name: str, at: datetime
) -> OutboundLetter:
    """Ask to take a report up, or to write down whether it is certain."""
    facts = CarefulFacts(to.first_name, board_name, breach.number, is_untouched, _link(breach))
    return _send("datalekken/careful", facts, breach, to=to, row=row, at=at)


def _link(breach: Breach) -> str:
    return f"{settings.BASE_URL}{reverse('breach', args=[breach.number])}"


def _send(
    letter: str,
    facts: ReminderFacts | CarefulFacts,
    breach: Breach,
    *,
    to: User,
    row: str,
    at: datetime,
) -> OutboundLetter:
    return outbox.queue(
        compose(letter, facts),
        to=to.email,
        key=f"{letter}:{breach.pk}:{row}",
        at=at,
        about=breach,
    )
