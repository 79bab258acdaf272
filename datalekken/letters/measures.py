"""Whoever takes care of a measure hears that there is one: not of which breach, nor what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from datalekken.models import Measure
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name


@dataclass(frozen=True)
class MeasureFacts:
    """What the mail says: by when, and where it can be read."""

    board_name: str
    due_on: date
    link: str


def measure_asked(measure: Measure, *, at: datetime) -> OutboundLetter:
    """Something waits for you. Only for a measure of somebody with an account."""
    if measure.owner is None:
        raise ValueError(f"measure {measure.pk} has no owner with an account")
    link = f"{settings.BASE_URL}{reverse('breach_measure', args=[measure.pk])}"
    content = compose("datalekken/measure_asked", MeasureFacts(board_name(), measure.due_on, link))
    return outbox.queue(
        content,
        to=measure.owner.email,
        key=f"datalekken/measure_asked:{measure.pk}",
        at=at,
        about=measure.breach,
        school=None,
    )
