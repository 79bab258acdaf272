"""The outbox. `queue` writes a row; delivery is a hint on commit, and a sweep that never sleeps.

A letter that the server accepted before its row said so (a killed worker) is sent once more with
the same Message-ID, so that mail programs show it once.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from privacyboard.mail.content import LetterContent
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.sending import Lines, Outcome
from privacyboard.organisation.models import School

logger = logging.getLogger(__name__)

State = OutboundLetter.State
BATCH = 50
# For fewer letters than this one more connection is not opened.
_WORTH_A_CONNECTION = 5
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
    posting = Posting(content=content, to=to, key=key)
    letter, made = OutboundLetter.objects.get_or_create(
        key=key, defaults=_row_of(posting, at=at, about=about, school=school)
    )
    if made:
        transaction.on_commit(_hint, robust=True)
    return letter


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One letter of several that are queued at once; `about` and `school` where they differ."""

    content: LetterContent
    to: str
    key: str
    about: models.Model | None = None
    school: School | None = None


def queue_all(
    postings: Sequence[Posting],
    *,
    at: datetime,
    about: models.Model | None = None,
    school: School | None = None,
) -> None:
    """The same for several letters, about one record or each its own, in one statement.

    Raises NoAddress.
    """
    rows = [
        OutboundLetter(key=each.key, **_row_of(each, at=at, about=about, school=school))
        for each in postings
    ]
    if rows:
        OutboundLetter.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(_hint, robust=True)


def call_back(model: type[models.Model], keys: Any) -> int:
    """Take back the letters about these records (a query of their keys) that still wait."""
    waiting = OutboundLetter.objects.filter(
        state=State.QUEUED,
        about_type=model._meta.label_lower,
        about_id__in=keys.annotate(as_text=Cast("pk", models.CharField())).values("as_text"),
    )
    return waiting.delete()[0]


def _row_of(
    posting: Posting, *, at: datetime, about: models.Model | None, school: School | None
) -> dict[str, Any]:
    if not is_address(posting.to):
        raise NoAddress(f"no address for letter {posting.key}")
    about, school = posting.about or about, posting.school or school
    content = posting.content
    return {
        "digest": digest(posting.key),
        "letter": content.letter,
        "to": posting.to,
        "language": content.language,
        "subject": content.subject,
        "text": content.text,
        "html": content.html,
        "about_type": about._meta.label_lower if about else "",
        "about_id": str(about.pk) if about else "",
        "school": school,
        "queued_at": at,
        "due_at": at,
    }


def is_address(to: str) -> bool:
    """Whether mail can be sent to this text."""
    try:
        validate_email(to)
    except ValidationError:
        return False
    return True


def _hint() -> None:
    """Tell a worker that something waits. Without a broker nothing is lost: the sweep delivers."""
    try:
        current_app.send_task("mail.deliver", retry=False, expires=60)
    except Exception as error:  # noqa: BLE001 - any broker trouble: the row stands all the same
        logger.warning("no broker for the hint: %s", type(error).__name__)


def deliver_due(at: datetime) -> int:
    """Send every letter that is due, over several connections; returns how many were sent.

    Each connection is one of MAIL_CONNECTIONS slots that all workers share. Whoever finds none
    free leaves the letters to those who have them.
    """
    _release_stale_claims(at)
    with _Slots(settings.MAIL_CONNECTIONS) as slots:
        if not slots.take():
            return 0
        with Lines(_message) as lines:
            lines.add()
            return _Delivery(lines, slots, at).run()


class _Slots:
    """The connections that the relay allows us, as locks of the database: a killed worker frees
    its own."""

    _LOCKS = 0x6D61696C  # "mail", among the advisory locks

    def __init__(self, most: int) -> None:
        self._free = list(range(most, 0, -1))
        self._held: list[int] = []

    def __enter__(self) -> _Slots:
        return self

    def __exit__(self, *_error: object) -> None:
        with connection.cursor() as cursor:
            for number in self._held:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [self._LOCKS, number])

    def take(self) -> bool:
        """Take one more, if any is free."""
        with connection.cursor() as cursor:
            while self._free:
                number = self._free.pop()
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [self._LOCKS, number])
                if cursor.fetchone()[0]:
                    self._held.append(number)
                    return True
        return False


class _Delivery:
    """One run: letters that this worker claimed, and the connections that send them.

    A connection gets its next letter when the row of its last one is written, not before.
    """

    def __init__(self, lines: Lines, slots: _Slots, at: datetime) -> None:
        self._lines = lines
        self._slots = slots
        self._at = at
        self._claimed: deque[OutboundLetter] = deque()
        self._may_grow = True
        self._is_more = True

    def run(self) -> int:
        """Until nothing is due; returns how many were sent."""
        sent: list[int] = []
        number = 0
        self._have_enough()
        while True:
            self._turn(sent)
            number += len(sent)
            # While the letters are on their way.
            self._have_enough()
            if self._lines.busy:
                sent = self._sort(self._lines.outcomes())
            elif self._claimed:
                sent = []
            else:
                return number

    def _have_enough(self) -> None:
        self._claim()
        self._grow()

    def _claim(self) -> None:
        """Have enough letters at hand for every connection."""
        while self._is_more and len(self._claimed) < max(len(self._lines), 1):
            found = _claim(self._at)
            self._claimed.extend(found)
            self._is_more = len(found) == BATCH

    def _grow(self) -> None:
        """More connections where many letters wait: a few letters are not worth a greeting."""
        waiting = len(self._claimed) + self._lines.busy
        while self._may_grow and len(self._lines) * _WORTH_A_CONNECTION < waiting:
            self._may_grow = self._slots.take()
            if self._may_grow:
                self._lines.add()

    def _turn(self, sent: Sequence[int]) -> None:
        """Write that letters were sent, and only then give idle connections their next ones."""
        free = min(self._lines.idle, len(self._claimed))
        letters = [self._claimed.popleft() for _line in range(free)]
        ours = _mark(sent, letters)
        for letter in letters:
            if letter.pk in ours:
                self._lines.send(letter)

    def _sort(self, outcomes: Sequence[Outcome]) -> list[int]:
        """Write what went wrong; the keys of the letters that were sent."""
        for outcome in outcomes:
            if outcome.error is None:
                continue
            letter = outcome.letter
            if outcome.never_opened and len(self._lines) > 1:
                # The relay takes no more of them: the letter goes over another.
                self._lines.drop(outcome.line)
                self._may_grow = False
                self._claimed.appendleft(letter)
                continue
            claimed = OutboundLetter.objects.filter(
                pk=letter.pk, state=State.SENDING, attempts=letter.attempts
            )
            claimed.update(**_after(outcome.error, letter.attempts, self._at))
        return [outcome.letter.pk for outcome in outcomes if outcome.error is None]


def _release_stale_claims(at: datetime) -> None:
    OutboundLetter.objects.filter(state=State.SENDING, claimed_at__lt=at - CLAIM_LASTS).update(
        state=State.QUEUED, claimed_at=None
    )


@transaction.atomic
def _claim(at: datetime) -> list[OutboundLetter]:
    """Take a batch for this worker alone; other workers skip the rows that are locked."""
    due = OutboundLetter.objects.filter(state=State.QUEUED, due_at__lte=at).order_by("due_at", "id")
    letters = list(due.select_for_update(skip_locked=True)[:BATCH])
    OutboundLetter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=State.SENDING, claimed_at=at, attempts=models.F("attempts") + 1
    )
    for letter in letters:
        letter.attempts += 1
    return letters


# One statement: the database waits once for its disk, for the letters of all connections.
_MARK = """
WITH sent AS (
  UPDATE mail_outboundletter
  SET state = 'sent', sent_at = %(now)s, claimed_at = NULL, last_error = ''
  WHERE id = ANY(%(sent)s::bigint[])
)
UPDATE mail_outboundletter l SET claimed_at = %(now)s
FROM unnest(%(keys)s::bigint[], %(attempts)s::int[]) AS mine (id, attempts)
WHERE l.id = mine.id AND l.attempts = mine.attempts AND l.state = 'sending'
RETURNING l.id
"""


def _mark(sent: Sequence[int], letters: Sequence[OutboundLetter]) -> set[int]:
    """Write what was sent, and renew the claim on letters whose turn it is.

    Returns the keys of those that are still ours: letters before them can take long, and by now
    another worker may have taken one over.
    """
    if not sent and not letters:
        return set()
    facts: dict[str, Any] = {
        "now": timezone.now(),
        "sent": list(sent),
        "keys": [letter.pk for letter in letters],
        "attempts": [letter.attempts for letter in letters],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, facts)
        return {row[0] for row in cursor}


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


def digest(key: str) -> str:
    """What stands in the Message-ID of a letter for its key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def message_id(key: str) -> str:
    """The Message-ID of a letter: made of its key, so that a second try carries the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest(key)}@{domain}>"


def _message(letter: OutboundLetter) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={
            "Message-ID": message_id(letter.key),
            "Auto-Submitted": "auto-generated",
            # Some relays give a Message-ID of their own: what comes back is known by this.
            "X-Privacyboard-Letter": digest(letter.key),
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message
