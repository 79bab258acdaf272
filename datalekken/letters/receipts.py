"""What the reporter gets: a number and a link, and nothing of what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from datalekken.models import Breach
from privacyboard.links import Link
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting
from privacyboard.organisation.models import Board

# A file can take months; its reporter may look at how far it is until well after.
STATUS = Link(purpose="breach-status", max_age=timedelta(days=365))


@dataclass(frozen=True)
class ReceiptFacts:
    """What the mail to a reporter may say: a mailbox is read by others."""

    board_name: str
    number: str
    link: str


def present_status(pk: str) -> str | None:
    """The state of the file behind a link now; nothing when it is gone."""
    number = Breach.objects.filter(pk=pk).values_list("link_number", flat=True).first()
    return None if number is None else str(number)


def status_address(breach: Breach, *, at: datetime) -> str:
    """The address at which the reporter sees how far it is."""
    token = STATUS.make(str(breach.pk), at=at, state=str(breach.link_number))
    return f"{settings.BASE_URL}{reverse('breach_status', args=[token])}"


def report_receipt(breach: Breach, *, board: Board | None, at: datetime) -> Posting:
    """Your report is in: this is its number, and here you can follow it."""
    name = board.name if board else ""
    facts = ReceiptFacts(name, breach.number, status_address(breach, at=at))
    return Posting(
        content=compose("datalekken/receipt", facts, language=breach.language),
        to=breach.reporter_email,
        key=f"datalekken/receipt:{breach.pk}",
    )
