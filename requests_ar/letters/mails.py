"""E-mails to requesters. They say that something waits, never what: a mailbox is read by others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import School
from requests_ar.letters.links import status_address
from requests_ar.models import SubjectRequest


@dataclass(frozen=True)
class WaitingFacts:
    """What an e-mail to a requester may say: who writes, and where to read on."""

    board_name: str
    link: str


def confirm_mail(request: SubjectRequest, *, to: str, at: datetime) -> OutboundLetter:
    """A form was sent with this address: is it yours?"""
    return _send("confirm", request, to=to, key=f"requests_ar/confirm:{request.pk}", at=at)


def letter_mail(
    request: SubjectRequest, *, to: str, letter_pk: int, at: datetime
) -> OutboundLetter:
    """A letter waits behind the link."""
    return _send("letter", request, to=to, key=f"requests_ar/letter:{letter_pk}", at=at)


def _send(
    letter: str, request: SubjectRequest, *, to: str, key: str, at: datetime
) -> OutboundLetter:
    facts = WaitingFacts(board_name=board_name(), link=status_address(request, at=at))
    content = compose(f"requests_ar/{letter}", facts, language=request.language)
    return outbox.queue(content, to=to, key=key, at=at, about=request, school=_school(request))


def _school(request: SubjectRequest) -> School | None:
    """A confidential request leaves no trace at the school."""
    return None if request.is_confidential else request.school
