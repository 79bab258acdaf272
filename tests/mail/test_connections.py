"""Several connections at once, and what a relay allows of them."""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW
from tests.mail.conftest import queue
from tests.mail.sink import TOO_MANY, UNKNOWN, Sink


def states() -> set[tuple[str, int]]:
    return set(OutboundLetter.objects.values_list("state", "attempts"))


def queue_many(number: int) -> None:
    for each in range(number):
        queue(f"n{each}")


@pytest.mark.parametrize(("letters", "used"), [(1, 1), (5, 1), (6, 2), (30, 4)])
def test_many_letters_go_over_several_connections(
    db: None, sink: Sink, settings: Any, letters: int, used: int
) -> None:
    settings.MAIL_CONNECTIONS = 4
    queue_many(letters)
    assert outbox.deliver_due(NOW) == letters
    assert sink.connections == used
    assert len(set(sink.receivers())) == len(sink.messages) == letters


def test_a_relay_that_takes_fewer_gets_every_letter_once(
    db: None, sink: Sink, settings: Any
) -> None:
    settings.MAIL_CONNECTIONS = 6
    sink.most = 1
    queue_many(40)
    assert outbox.deliver_due(NOW) == 40
    assert len(set(sink.receivers())) == len(sink.messages) == 40
    assert states() == {("sent", 1)}


def test_a_relay_that_says_goodbye_after_some_letters_gets_the_next_at_once(
    db: None, sink: Sink, settings: Any
) -> None:
    settings.MAIL_CONNECTIONS = 1
    sink.letters_each = 2
    queue_many(6)
    assert outbox.deliver_due(NOW) == 6
    assert sink.connections == 3
    assert states() == {("sent", 1)}


def test_a_relay_that_takes_no_connection_is_asked_once_for_many_letters(
    db: None, sink: Sink, settings: Any
) -> None:
    """One that hangs would keep the worker for a quarter of a minute with each of them."""
    settings.MAIL_CONNECTIONS = 1
    sink.greeting = TOO_MANY
    queue_many(30)
    assert outbox.deliver_due(NOW) == 0
    assert sink.connections == 1
    rows = OutboundLetter.objects.values_list("state", "attempts", "last_error", "due_at")
    assert set(rows) == {("queued", 1, "SMTPConnectError 421", NOW + timedelta(minutes=1))}
    sink.greeting = "220 sink.invalid ESMTP"
    assert outbox.deliver_due(NOW + timedelta(minutes=1)) == 30


class CertificateExpired(BaseEmailBackend):
    """A relay whose certificate nobody renewed."""

    def open(self) -> bool | None:
        raise ssl.SSLCertVerificationError(1, "certificate has expired")


def test_a_relay_that_cannot_be_trusted_fails_no_letter(db: None, settings: Any) -> None:
    """To Python the error is a wrong value as well; about the letter it says nothing."""
    settings.EMAIL_BACKEND = f"{__name__}.{CertificateExpired.__name__}"
    queue_many(2)
    assert outbox.deliver_due(NOW) == 0
    rows = OutboundLetter.objects.values_list("state", "attempts", "last_error")
    assert set(rows) == {("queued", 1, "SSLCertVerificationError")}


@pytest.mark.parametrize("where", ["at_rcpt", "at_data"])
def test_a_letter_that_is_refused_leaves_the_connection_open(
    db: None, sink: Sink, where: str
) -> None:
    getattr(sink, where)["n1@ontvanger.example"] = UNKNOWN
    queue_many(3)
    assert outbox.deliver_due(NOW) == 2
    assert sink.connections == 1


def test_who_finds_every_connection_taken_leaves_the_letters_to_who_has_them(
    db: None, sink: Sink, settings: Any
) -> None:
    settings.MAIL_CONNECTIONS = 2
    queue()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            for number in (1, 2):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [outbox._Slots._LOCKS, number])
        assert outbox.deliver_due(NOW) == 0
        assert states() == {("queued", 0)}
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [outbox._Slots._LOCKS, 2])
        assert outbox.deliver_due(NOW) == 1
    finally:
        other.close()


def test_a_connection_that_is_done_is_given_back(db: None, sink: Sink, settings: Any) -> None:
    settings.MAIL_CONNECTIONS = 2
    queue_many(20)
    outbox.deliver_due(NOW)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, 1)", [outbox._Slots._LOCKS])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()
