"""The outbox. `queue` writes a row; delivery is a hint on commit, and a sweep that never sleeps.

A letter that the server accepted before its row said so (a killed worker) is sent once more with
the same Message-ID, so that mail programs show it once.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import salted_hmac

from privacyboard.clockwork import hints
from privacyboard.mail import claims, refusals
from privacyboard.mail.content import LetterContent
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.sending import Lines, Outcome
from privacyboard.organisation.models import School

logger = logging.getLogger(__name__)

State = OutboundLetter.State
# For fewer letters than this one more connection is not opened.
_WORTH_A_CONNECTION = 5
# Else a round of thousands, or a server that says nothing, keeps the workers from all other work.
_A_RUN_SECONDS = 30
# A database that is restarted comes back; claims last longer than this.
_DATABASE_BACK_SECONDS = 120
# With waits of four hours: about five days, as RFC 5321 advises; then a person looks at it.
_MOST_ATTEMPTS = 34
# RFC 5321, 4.5.3.1.3; Django takes 320 for an address, and a column holds no more.
LONGEST_ADDRESS = 254


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
    return len(to) <= LONGEST_ADDRESS


def _hint() -> None:
    """Tell a worker that something waits. Without a broker nothing is lost: the sweep delivers."""
    hints.give("mail.deliver")


def deliver_due(at: datetime, *, most_seconds: float = _A_RUN_SECONDS) -> int:
    """Send every letter that is due, over several connections; returns how many were sent.

    After so many seconds those that had no turn wait for the next run. Each connection is one of
    MAIL_CONNECTIONS slots that all workers share. Whoever finds none free leaves the letters to
    those who have them.
    """
    claims.release_stale(at)
    with _Slots(settings.MAIL_CONNECTIONS) as slots:
        if not slots.take():
            return 0
        with Lines(_message) as lines:
            lines.add()
            return _Delivery(lines, slots, at, most_seconds).run()


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
        if self._held and connection.connection is not None:
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

    def __init__(self, lines: Lines, slots: _Slots, at: datetime, most_seconds: float) -> None:
        self._lines = lines
        self._slots = slots
        self._at = at
        self._ends = time.monotonic() + most_seconds
        # A rehearsal has a clock of its own, which goes as fast as the machine's.
        self._behind = timezone.now() - at
        self._claimed: deque[OutboundLetter] = deque()
        # Taken by the server; their rows do not say so yet.
        self._sent: list[int] = []
        self._may_grow = True
        self._is_more = True

    def run(self) -> int:
        """Until nothing is due, or the time is over; returns how many were sent."""
        try:
            return self._until_done()
        except (OperationalError, InterfaceError):
            self._leave_in_order()
            raise

    def _until_done(self) -> int:
        number = 0
        self._have_enough()
        while True:
            number += len(self._sent)
            self._turn()
            # While the letters are on their way.
            if time.monotonic() < self._ends:
                self._have_enough()
            else:
                self._give_way()
            if self._lines.busy:
                self._sort(self._lines.outcomes())
            elif not self._claimed:
                return number

    def _give_way(self) -> None:
        """What has not had its turn waits as if nobody had taken it."""
        claims.lay_back(self._claimed)
        self._claimed.clear()

    def _leave_in_order(self) -> None:
        """The database went away: wait for it, and write what it does not know yet.

        The server has taken letters of which no row tells: without this they would be sent twice.
        """
        while self._lines.busy:
            self._sent += _sent_of(self._lines.outcomes())
        for _second in range(_DATABASE_BACK_SECONDS):
            try:
                connection.close()
                claims.mark(self._sent, [], at=self._now())
                claims.lay_back(self._claimed)
                return
            except (OperationalError, InterfaceError):
                time.sleep(1)

    def _now(self) -> datetime:
        return timezone.now() - self._behind

    def _have_enough(self) -> None:
        self._claim()
        self._grow()

    def _claim(self) -> None:
        """Have enough letters at hand for every connection."""
        while self._is_more and len(self._claimed) < max(len(self._lines), 1):
            found = claims.claim(self._at)
            self._claimed.extend(found)
            self._is_more = len(found) == claims.BATCH

    def _grow(self) -> None:
        """More connections where many letters wait: a few letters are not worth a greeting."""
        waiting = len(self._claimed) + self._lines.busy
        while self._may_grow and len(self._lines) * _WORTH_A_CONNECTION < waiting:
            self._may_grow = self._slots.take()
            if self._may_grow:
                self._lines.add()

    def _turn(self) -> None:
        """Write that letters were sent, and only then give idle connections their next ones."""
        letters = list(islice(self._claimed, self._lines.idle))
        ours = claims.mark(self._sent, letters, at=self._now())
        self._sent = []
        for letter in letters:
            self._claimed.popleft()
            if letter.pk in ours:
                self._lines.send(letter)

    def _sort(self, outcomes: Sequence[Outcome]) -> None:
        """Note which letters were sent, and write what went wrong with others."""
        self._sent += _sent_of(outcomes)
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
            letters = [letter]
            if outcome.never_opened:
                # Nor would it open for any other: each would wait as long to hear it.
                letters += self._claimed
                self._claimed.clear()
            for each in letters:
                claims.own(each).update(**_after(outcome, each.attempts, self._at))


def _sent_of(outcomes: Sequence[Outcome]) -> list[int]:
    return [outcome.letter.pk for outcome in outcomes if outcome.error is None]


def _after(outcome: Outcome, attempts: int, at: datetime) -> dict[str, object]:
    """What a failure does to the row: stop for good, or wait longer each time."""
    error = outcome.error
    assert error is not None  # noqa: S101 - a failure
    # Without a connection nothing was said of the letter, whatever the error is called: a
    # certificate that expired is a ValueError to Python.
    is_of_letter = not outcome.never_opened
    permanent = (is_of_letter and refusals.is_permanent(error)) or attempts >= _MOST_ATTEMPTS
    wait = claims.WAITS_MINUTES[min(attempts, len(claims.WAITS_MINUTES)) - 1]
    return {
        "state": State.FAILED if permanent else State.QUEUED,
        "due_at": at + timedelta(minutes=wait),
        "claimed_at": None,
        "last_error": refusals.describe(error),
    }


def digest(key: str) -> str:
    """What stands in the Message-ID of a letter for its key: nobody else can make it.

    Keys count up. Who could tell the Message-ID of a letter from its key could say that it came
    back, and so stop the mail to anybody.
    """
    return salted_hmac("mail.digest", key, algorithm="sha256").hexdigest()[:40]


def message_id(digest: str) -> str:
    """The Message-ID of a letter: of the digest in its row, so that a second try has the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


def _message(letter: OutboundLetter) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        headers={
            "Message-ID": message_id(letter.digest),
            "Auto-Submitted": "auto-generated",
            # Some relays give a Message-ID of their own: what comes back is known by this.
            "X-Privacyboard-Letter": letter.digest,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message
