"""Open connections to the mail server, each a thread that sends one letter at a time.

No table is touched here: a connection gets its next letter from whoever has noted what became of
the last one. A process that is killed has at most one letter on each connection of which the server
knows more than the row.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from privacyboard.mail.models import OutboundLetter

logger = logging.getLogger(__name__)

# After these the server waits for the next letter (smtplib sends RSET); after others who knows.
_ABOUT_ONE_LETTER = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    ValueError,
)
_GOODBYE = 421

Make = Callable[[OutboundLetter], EmailMessage]


@dataclass(frozen=True)
class Outcome:
    """What became of a letter; without an error the server took it.

    `never_opened`: there was no connection, and the letter was not tried.
    """

    line: Line
    letter: OutboundLetter
    error: Exception | None
    never_opened: bool = False


class Line:
    """One connection and its thread."""

    def __init__(self, make: Make, done: SimpleQueue[Outcome]) -> None:
        self._make = make
        self._done = done
        self._next: SimpleQueue[OutboundLetter | None] = SimpleQueue()
        self._has_served = False
        self._thread = Thread(target=self._work, name="mail", daemon=True)
        self._thread.start()

    def send(self, letter: OutboundLetter) -> None:
        """Send this; the outcome comes to the queue."""
        self._next.put(letter)

    def let_go(self) -> None:
        """No more letters: say goodbye to the server."""
        self._next.put(None)

    def ended(self) -> None:
        """Wait until the goodbye is said."""
        self._thread.join()

    def _work(self) -> None:
        connection = get_connection()
        while (letter := self._next.get()) is not None:
            self._done.put(self._outcome(connection, letter))
        _close_quietly(connection)

    def _outcome(self, connection: BaseEmailBackend, letter: OutboundLetter) -> Outcome:
        try:
            connection.open()
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is told
            _close_quietly(connection)
            return Outcome(self, letter, problem, never_opened=True)
        error = self._try(connection, letter)
        if self._has_served and _said_goodbye(error):
            # So many letters the server takes on one connection; of this one it took nothing.
            self._has_served = False
            return self._outcome(connection, letter)
        return Outcome(self, letter, error)

    def _try(self, connection: BaseEmailBackend, letter: OutboundLetter) -> Exception | None:
        try:
            connection.send_messages([self._make(letter)])
        except Exception as error:  # noqa: BLE001 - whatever it is, it stands on the row
            if not (isinstance(error, _ABOUT_ONE_LETTER) and _is_alive(connection)):
                _close_quietly(connection)
            return error
        self._has_served = True
        return None


def _said_goodbye(error: Exception | None) -> bool:
    return isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == _GOODBYE


def _is_alive(connection: BaseEmailBackend) -> bool:
    """Whether smtplib still has its socket: it drops it when the server says goodbye."""
    server = getattr(connection, "connection", None)
    return server is None or getattr(server, "sock", None) is not None


def _close_quietly(connection: BaseEmailBackend) -> None:
    """Drop a connection that is in an unknown state; the next letter opens a new one."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("the mail server closed the connection")


class Lines:
    """Several connections. Use it with `with`: at the end each says goodbye."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._done: SimpleQueue[Outcome] = SimpleQueue()
        self._all: list[Line] = []
        self._idle: list[Line] = []

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._all:
            line.let_go()
        if kind is None:
            for line in self._all:
                line.ended()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def idle(self) -> int:
        """How many can take a letter now."""
        return len(self._idle)

    @property
    def busy(self) -> int:
        """How many letters are on their way."""
        return len(self._all) - len(self._idle)

    def add(self) -> None:
        """One more; it connects when it gets its first letter."""
        line = Line(self._make, self._done)
        self._all.append(line)
        self._idle.append(line)

    def drop(self, line: Line) -> None:
        """One less: an idle one that got no connection."""
        self._idle.remove(line)
        self._all.remove(line)
        line.let_go()

    def send(self, letter: OutboundLetter) -> None:
        """Give a letter to one that is idle."""
        self._idle.pop().send(letter)

    def outcomes(self) -> list[Outcome]:
        """Wait for a letter that is on its way; it and all others that came back meanwhile."""
        found = [self._done.get()]
        try:
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            pass
        self._idle.extend(outcome.line for outcome in found)
        return found
