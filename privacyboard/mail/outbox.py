"""The outbox. `queue` writes a row; delivery is a hint on commit, and a sweep that never sleeps.

A letter that the server accepted before its row said so (a killed worker) is sent once more with
the same Message-ID, so that mail programs show it once.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone

from privacyboard.mail.content import LetterContent
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import School

logger = logging.getLogger(__name__)

State = OutboundLetter.State
BATCH = 50
# A worker that claimed a letter and was killed: after this its letter waits again.
CLAIM_LASTS = timedelta(minutes=5)
_WAITS_MINUTES = (1, 5, 15, 60, 240)
# With waits of four hours: about five days, as RFC 5321 advises; then a person looks at it.
_MOST_ATTEMPTS = 34
_ABOUT_US = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
)


class NoAddress(ValueError):
    """What the letter should go to is no e-mail address."""


def queue(
    content: LetterContent,
    *,
    to: str,
    key: str,
    at: datetime,
    about: models.Model | None = None,
    school: School | None = None,
) -> OutboundLetter:
    """Write the letter's row and hint at delivery when the transaction commits.

    The same key gives the row that stands already: a letter is made once. Raises NoAddress.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise NoAddress(f"no address for letter {key}") from None
    letter, made = OutboundLetter.objects.get_or_create(
        key=key,
        defaults={
            "letter": content.letter,
            "to": to,
            "language": content.language,
            "subject": content.subject,
            "text": content.text,
            "html": content.html,
            "about_type": about._meta.label_lower if about else "",
            "about_id": str(about.pk) if about else "",
            "school": school,
            "queued_at": at,
            "due_at": at,
        },
    )
    if made:
        transaction.on_commit(_hint, robust=True)
    return letter


def _hint() -> None:
    """Tell a worker that something waits. Without a broker nothing is lost: the sweep delivers."""
    try:
        current_app.send_task("mail.deliver", retry=False, expires=60)
    except Exception as error:  # noqa: BLE001 - any broker trouble: the row stands all the same
        logger.warning("no broker for the hint: %s", type(error).__name__)


def deliver_due(at: datetime) -> int:
    """Send every letter that is due, batch by batch; returns how many were sent."""
    _release_stale_claims(at)
    sent = 0
    while ids := _claim(at):
        sent += _send_batch(ids, at)
    return sent


def _release_stale_claims(at: datetime) -> None:
    OutboundLetter.objects.filter(state=State.SENDING, claimed_at__lt=at - CLAIM_LASTS).update(
        state=State.QUEUED, claimed_at=None
    )


@transaction.atomic
def _claim(at: datetime) -> list[int]:
    """Take a batch for this worker alone; other workers skip the rows that are locked."""
    due = OutboundLetter.objects.filter(state=State.QUEUED, due_at__lte=at).order_by("due_at", "id")
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    OutboundLetter.objects.filter(pk__in=ids).update(
        state=State.SENDING, claimed_at=at, attempts=models.F("attempts") + 1
    )
    return ids


def _send_batch(ids: Iterable[int], at: datetime) -> int:
    letters = OutboundLetter.objects.filter(pk__in=list(ids)).order_by("due_at", "id")
    connection = get_connection()
    sent = 0
    try:
        for letter in letters:
            sent += _send(letter, connection, at)
    finally:
        connection.close()
    return sent


def _send(letter: OutboundLetter, connection: BaseEmailBackend, at: datetime) -> int:
    own = OutboundLetter.objects.filter(pk=letter.pk)
    # Letters before it can take long: by now another worker may have taken this one over.
    claimed = own.filter(state=State.SENDING, attempts=letter.attempts)
    if not claimed.update(claimed_at=timezone.now()):
        return 0
    try:
        connection.open()
        connection.send_messages([_message(letter)])
        own.update(state=State.SENT, sent_at=timezone.now(), claimed_at=None, last_error="")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it stands on the row
        claimed.update(**_after(error, letter.attempts, at))
        _close_quietly(connection)
        return 0


def _close_quietly(connection: BaseEmailBackend) -> None:
    """Drop a connection that is in an unknown state; the next letter opens a new one."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("the mail server closed the connection")


def _after(error: Exception, attempts: int, at: datetime) -> dict[str, object]:
    """What a failure does to the row: stop for good, or wait longer each time."""
    permanent = _is_permanent(error) or attempts >= _MOST_ATTEMPTS
    wait = _WAITS_MINUTES[min(attempts, len(_WAITS_MINUTES)) - 1]
    return {
        "state": State.FAILED if permanent else State.QUEUED,
        "due_at": at + timedelta(minutes=wait),
        "claimed_at": None,
        "last_error": _describe(error),
    }


def _is_permanent(error: Exception) -> bool:
    """A 5xx answer about this letter is final; 4xx and a lost connection are tried again.

    A refusal of ourselves (our password, our address, our server) is put right here, not in the
    letter: it waits.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, _ABOUT_US):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _describe(error: Exception) -> str:
    """Kind and code of an error, never its text: that can repeat an address."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    return " ".join([type(error).__name__, *map(str, codes)])


def message_id(key: str) -> str:
    """The Message-ID of a letter: made of its key, so that a second try carries the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _message(letter: OutboundLetter) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={"Message-ID": message_id(letter.key), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(letter.html, "text/html")
    return message
