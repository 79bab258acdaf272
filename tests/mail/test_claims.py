"""Letters that nobody works on any more wait again: a kill, a wrong clock, a lost database."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW
from tests.mail.conftest import queue
from tests.mail.sink import Sink

FORTY_DAYS = timedelta(days=40)
MINUTE = timedelta(minutes=1)


def states() -> list[str]:
    return list(OutboundLetter.objects.order_by("pk").values_list("state", flat=True))


def claimed(at: datetime) -> None:
    """A letter whose worker was killed after it was claimed at this moment."""
    letter = queue()
    OutboundLetter.objects.filter(pk=letter.pk).update(state="sending", claimed_at=at, attempts=1)


@pytest.mark.parametrize(
    ("claimed_at", "sent"),
    [
        (NOW - 6 * MINUTE, 1),
        (NOW - 4 * MINUTE, 0),
        # The clocks of two machines differ a little.
        (NOW + 4 * MINUTE, 0),
        # Nobody claims tomorrow's letters: that clock ran ahead.
        (NOW + FORTY_DAYS, 1),
    ],
)
def test_the_letter_of_a_worker_that_is_gone_waits_again(
    db: None, sink: Sink, claimed_at: datetime, sent: int
) -> None:
    claimed(claimed_at)
    assert outbox.deliver_due(NOW) == sent


def test_a_letter_of_days_that_are_still_to_come_leaves_today(db: None, sink: Sink) -> None:
    """Queued, or put off, by a clock that ran ahead: nobody waits for forty days."""
    queue(at=NOW + FORTY_DAYS)
    assert outbox.deliver_due(NOW) == 1


def test_the_longest_wait_there_is_is_waited(db: None, sink: Sink) -> None:
    queue(at=NOW + timedelta(hours=4))
    assert outbox.deliver_due(NOW) == 0
    assert outbox.deliver_due(NOW + timedelta(hours=4)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_server_took_is_written_when_the_database_is_back(
    append_only_lifted: None, sink: Sink, settings: Any
) -> None:
    """The connection is lost while a letter is on its way: it is not sent again, no other is."""
    settings.MAIL_CONNECTIONS = 1
    sink.slow.add("piet@ontvanger.example")
    queue("piet")
    queue("jan")

    def restart() -> None:
        sink.waits.wait(10)
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
        other.close()
        sink.go_on.set()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    restarting = Thread(target=restart)
    restarting.start()
    with pytest.raises(OperationalError):
        outbox.deliver_due(NOW)
    restarting.join()
    assert states() == ["sent", "queued"]
    assert outbox.deliver_due(NOW) == 1
    assert sink.receivers() == ["jan@ontvanger.example", "piet@ontvanger.example"]


def test_a_run_gives_way_to_other_work(db: None, sink: Sink, settings: Any) -> None:
    """A round of ten thousand letters keeps no reminder waiting: the next run goes on with it."""
    settings.MAIL_CONNECTIONS = 1
    for number in range(4):
        queue(f"n{number}")
    assert outbox.deliver_due(NOW, most_seconds=0) == 1
    rows = OutboundLetter.objects.order_by("pk")
    tried = rows.values_list("state", "attempts", "claimed_at")
    assert list(tried) == [("sent", 1, None), *[("queued", 0, None)] * 3]
    assert outbox.deliver_due(NOW) == 3
    assert set(tried.all()) == {("sent", 1, None)}
    assert len(sink.messages) == 4


def test_a_rehearsal_dates_everything_by_its_own_clock(db: None, sink: Sink) -> None:
    """`manage.py sweep outbox --at`: two of them on one day do not take each other's letters."""
    queue()
    outbox.deliver_due(NOW)
    sent_at = OutboundLetter.objects.get().sent_at
    assert sent_at is not None
    assert NOW <= sent_at < NOW + timedelta(minutes=1)
