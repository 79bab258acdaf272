"""The answer by link: mails that say only that a letter waits, and the code where it is mailed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from privacyboard.links import Link
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.context_processors import board_name
from requests_ar.choices import DeliveryWay
from requests_ar.models import Delivery, RequestPerson

DAYS = 30
ANSWER = Link(purpose="request-answer", max_age=timedelta(days=DAYS))


@dataclass(frozen=True)
class WaitingFacts:
    """What a mail about a waiting letter may say: nothing of the request itself."""

    board_name: str
    link: str
    days: int


@dataclass(frozen=True)
class CodeFacts:
    """What a mail with the code may say: not where it is typed."""

    board_name: str
    code: str


def answer_state(pk: str) -> str | None:
    """The state that an answer's link is bound to; None when there is no such answer."""
    if not pk.isascii() or not pk.isdigit():
        return None
    found = Delivery.objects.filter(pk=int(pk), way=DeliveryWay.LINK).values("link_number").first()
    return str(found["link_number"]) if found else None


def answer_address(delivery: Delivery, *, at: datetime) -> str:
    """Where the answer waits, behind its code."""
    token = ANSWER.make(str(delivery.pk), at=at, state=str(delivery.link_number))
    return f"{settings.BASE_URL}{reverse('answer_by_link', args=[token])}"


def answer_waits(delivery: Delivery, *, to: RequestPerson, at: datetime) -> OutboundLetter:
    """Say that a letter waits, in the language of the request. Raises outbox.NoAddress."""
    request = delivery.request
    facts = WaitingFacts(board_name(), answer_address(delivery, at=at), DAYS)
    return outbox.queue(
        compose("requests_ar/answer_waits", facts, language=request.language),
        to=to.email,
        key=f"requests_ar/answer_waits:{delivery.pk}:{delivery.link_number}",
        at=at,
        about=delivery,
        school=None if request.is_confidential else request.school,
    )


def answer_code(
    delivery: Delivery, *, to: RequestPerson, code: str, edition: int, at: datetime
) -> OutboundLetter:
    """Mail the code apart from the link: only with a reason. Raises outbox.NoAddress."""
    request = delivery.request
    return outbox.queue(
        compose(
            "requests_ar/answer_code", CodeFacts(board_name(), code), language=request.language
        ),
        to=to.email,
        key=f"requests_ar/answer_code:{delivery.pk}:{edition}",
        at=at,
        about=delivery,
        school=None if request.is_confidential else request.school,
    )
