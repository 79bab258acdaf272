"""Several connections at once, and what a relay allows of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW
from tests.mail.conftest import queue
from tests.mail.sink import UNKNOWN, Sink


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
