"""Trying again well is no health while nothing leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Heartbeat
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.tasks import PostStandsStill
from tests.conftest import NOW
from tests.mail.conftest import queue
from tests.mail.sink import Sink

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("error", "waits", "stands"),
    [
        ("ConnectionRefusedError", HOUR + MINUTE, True),
        ("SMTPAuthenticationError 535", HOUR + MINUTE, True),
        ("TimeoutError", 4 * 24 * HOUR, True),
        # A server that is restarted.
        ("ConnectionRefusedError", HOUR - MINUTE, False),
        # One full mailbox.
        ("SMTPRecipientsRefused 452", 4 * 24 * HOUR, False),
        ("SMTPDataError 451", 4 * 24 * HOUR, False),
    ],
)
def test_which_letters_stand_still(db: None, error: str, waits: timedelta, stands: bool) -> None:
    queue("piet", at=NOW - waits)
    OutboundLetter.objects.update(attempts=3, last_error=error)
    assert OutboundLetter.objects.standing_still(NOW).exists() is stands


def test_a_letter_that_was_never_tried_waits_for_the_worker(db: None) -> None:
    queue("piet", at=NOW - 5 * HOUR)
    assert not OutboundLetter.objects.standing_still(NOW).exists()


def test_monitoring_turns_red_and_is_well_again_when_the_post_left(
    client: Client, db: None, sink: Sink, settings: Any
) -> None:
    now = timezone.now()
    start = now - 2 * HOUR
    settings.EMAIL_PORT = 1
    queue("piet", at=start)
    for minutes in range(0, 121, 5):
        sweeps.run(name="outbox", at=start + minutes * MINUTE)
    sweeps.make_known(at=now)
    Heartbeat.objects.update(known_since=now - HOUR, good_at=now, error="")
    Heartbeat.objects.filter(name="post_leaves").update(good_at=now - 16 * MINUTE)
    with pytest.raises(PostStandsStill):
        sweeps.run(name="post_leaves", at=now)
    answer = client.get("/gezond/")
    red = [each["name"] for each in answer.json()["sweeps"] if each["overdue"]]
    assert (answer.status_code, red) == (503, ["post_leaves"])
    assert Heartbeat.objects.get(name="post_leaves").error == "PostStandsStill"

    settings.EMAIL_PORT = sink.port
    assert outbox.deliver_due(now + 4 * HOUR) == 1
    sweeps.run(name="post_leaves", at=now)
    assert client.get("/gezond/").status_code == 200
    assert sink.receivers() == ["piet@ontvanger.example"]
