"""Letters about accounts: an invitation, a link to choose a password, a new role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Appointment, Board, User


@dataclass(frozen=True)
class PasswordFacts:
    """What a letter with a password link may say."""

    name: str
    board_name: str
    link: str
    days: int


def password_address(user: User) -> str:
    """The address at which this person can choose a password, once, for three days."""
    number = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return f"{settings.BASE_URL}{reverse('password_new', args=[number, token])}"


def _facts(user: User) -> PasswordFacts:
    return PasswordFacts(
        name=user.first_name,
        board_name=board_name(),
        link=password_address(user),
        days=settings.PASSWORD_RESET_TIMEOUT // 86_400,
    )


def invitation(user: User, *, at: datetime) -> OutboundLetter:
    """Welcome somebody, with a link to choose a password."""
    return _send("organisation/invitation", user, at)


def password_link(user: User, *, at: datetime) -> OutboundLetter:
    """Send who forgot the password a link to choose a new one."""
    return _send("organisation/password", user, at)


@dataclass(frozen=True)
class AppointedFacts:
    """What the FG is told about a new board-wide role."""

    person: str
    role: str
    starts_on: date
    by: str
    board_name: str


def appointed(appointment: Appointment, *, by: User, at: datetime) -> OutboundLetter | None:
    """Tell the FG of a role that holds for the whole board; no letter where no FG is entered."""
    board = Board.objects.first()
    if appointment.school_id is not None or board is None or not board.fg_email:
        return None
    facts = AppointedFacts(
        person=appointment.user.name,
        role=appointment.get_role_display(),
        starts_on=appointment.starts_on,
        by=by.name,
        board_name=board.name,
    )
    key = f"organisation/appointed:{appointment.pk}"
    content = compose("organisation/appointed", facts)
    return outbox.queue(content, to=board.fg_email, key=key, at=at, about=appointment)


def _send(letter: str, user: User, at: datetime) -> OutboundLetter:
    content = compose(letter, _facts(user))
    # One letter a minute at most: an impatient finger makes one row.
    key = f"{letter}:{user.pk}:{at:%Y%m%d%H%M}"
    return outbox.queue(content, to=user.email, key=key, at=at, about=user)
