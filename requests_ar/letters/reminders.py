"""Reminders of a term to the people of the board. A number, a day and a link: no name, no kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from requests_ar.models import SubjectRequest


class Reader(StrEnum):
    """Who reads a reminder: who handles the request, or should; who stands above; or the FG where
    nobody can handle it."""

    OWN = "own"
    ABOVE = "above"
    ALONE = "alone"


@dataclass(frozen=True)
class ReminderFacts:
    """What a reminder may say. `days_left` is below zero when the last day has passed."""

    name: str
    board_name: str
    number: str
    last_day: date
    days_left: int
    days_late: int
    is_extended: bool
    is_own: bool
    is_alone: bool
    link: str


def term_reminder(
    request: SubjectRequest,
    *,
    to: User,
    stage: str,
    reader: Reader,
    board_name: str,
    today: date,
    at: datetime,
) -> OutboundLetter:
    """Tell somebody how many days are left."""
    left = (request.last_day - today).days
    facts = ReminderFacts(
        name=to.first_name,
        board_name=board_name,
        number=request.number,
        last_day=request.last_day,
        days_left=left,
        days_late=max(-left, 0),
        is_extended=request.extended_on is not None,
        is_own=reader == Reader.OWN,
        is_alone=reader == Reader.ALONE,
        link=f"{settings.BASE_URL}{reverse('request_case', args=[request.number])}",
    )
    letter = "requests_ar/reminder"
    return outbox.queue(
        compose(letter, facts),
        to=to.email,
        key=f"{letter}:{request.pk}:{request.last_day}:{stage}:{to.pk}",
        at=at,
        about=request,
        # A confidential request leaves no trace at its school.
        school=None if request.is_confidential else request.school,
    )


def digest_words(request: SubjectRequest) -> tuple[str, str]:
    """The sentence for a morning letter, and the path of its page.

    Of a confidential request a letter that many are read beside tells not even the number.
    """
    day = formats.date_format(request.last_day, "l j F Y")
    if request.is_confidential:
        words = _("Een vertrouwelijk verzoek heeft uiterlijk op %(day)s een antwoord nodig.")
        return words % {"day": day}, reverse("requests")
    words = _("Verzoek %(number)s heeft uiterlijk op %(day)s een antwoord nodig.")
    told = {"number": request.number, "day": day}
    return words % told, reverse("request_case", args=[request.number])


def close_words(is_undone: bool) -> str:
    """What an answered request asks of somebody, with places for its number and its day."""
    if is_undone:
        return _("Verzoek %(number)s is beantwoord op %(day)s. Doe wat nog moet, en sluit het.")
    return _("Verzoek %(number)s is beantwoord op %(day)s en nog niet gesloten. Sluit het.")
