"""A worker that is killed in the middle of a round: nobody is left out, nobody is asked twice.

Real processes work on the database of the test and speak with a real mail server. The first is
held between two chunks of letters by a row that the test has written and not committed. The second
is held by the mail server, which keeps a letter on each connection and does not say so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from consent.actions import rounds as acts
from consent.models import Invitation
from consent.tasks import sweep_letters
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW, Cast
from tests.factories import consent, people
from tests.mail.sink import Sink, running

ROOT = Path(__file__).resolve().parents[2]
PARENTS = 300
CONNECTIONS = 4
AS_A_WORKER = """
import django
django.setup()
from django.utils import timezone
from consent import tasks
from consent.actions import writing
from privacyboard.mail import outbox
writing.CHUNK = 100
tasks.sweep_letters(timezone.now())
outbox.deliver_due(timezone.now())
"""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what must come."""
    give_up = monotonic() + 240
    while not is_so():
        assert monotonic() < give_up, "it never came so far"
        sleep(0.02)


@contextmanager
def worker(sink: Sink) -> Iterator[subprocess.Popen[bytes]]:
    """A process that writes and sends what waits, on this test's database."""
    server = django_settings.DATABASE_URL.rpartition("/")[0]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", AS_A_WORKER],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "DEBUG": "true",
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "MAIL_CONNECTIONS": str(CONNECTIONS),
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_alone() -> bool:
    """Whether nobody else is connected to this database any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone() is None


def somebody_waits() -> bool:
    """Whether somebody waits for a row that another holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return cursor.fetchone() is not None


@contextmanager
def held_letter(key: str) -> Iterator[None]:
    """A letter with this key that is written and not committed: who writes it too must wait."""
    held = connection.copy()
    held.set_autocommit(False)
    with held.cursor() as cursor:
        cursor.execute(
            'INSERT INTO mail_outboundletter (key, digest, letter, "to", language, subject, text,'
            " html, about_type, about_id, state, queued_at, due_at, attempts, last_error)"
            " VALUES (%s, '', '', '', 'nl', '', '', '', '', '', 'queued', now(), now(), 0, '')",
            [key],
        )
    try:
        yield
    finally:
        held.rollback()
        held.close()


def families_of(cast: Cast) -> list[str]:
    """So many parents, each with a child; their addresses."""
    group = people.group(cast.linde)
    for number in range(PARENTS):
        child = people.pupil(cast.linde, f"Kind {number}", of=group)
        people.guardian(child, first_name=f"ouder{number}")
    return [f"ouder{number}@gezin.example" for number in range(PARENTS)]


@pytest.mark.django_db(transaction=True)
def test_a_round_whose_worker_is_killed_reaches_everybody(
    append_only_lifted: None, cast: Cast, settings: Any
) -> None:
    addresses = families_of(cast)
    now = timezone.now()
    today = timezone.localdate(now)
    plan = acts.RoundPlan(
        name="Toestemming",
        schools=[cast.linde],
        questions=[consent.question(at=NOW)],
        opens_on=today,
        closes_on=today + timedelta(days=40),
        valid_until=today + timedelta(days=400),
        reminder_days=[],
    )
    asked = acts.open_round(
        asked=acts.make_round(plan=plan, by=cast.ibp, at=now), by=cast.ibp, at=now
    )
    assert acts.invite_all(asked=asked, by=None, at=now) == PARENTS
    in_second_chunk = Invitation.objects.order_by("pk")[150]

    with running() as sink:
        with held_letter(in_second_chunk.key), worker(sink) as first:
            until(somebody_waits)
            os.kill(first.pid, signal.SIGKILL)
        until(is_alone)
        # What the killed worker had finished stands; of its next chunk there is nothing.
        assert OutboundLetter.objects.count() == 100
        assert Invitation.objects.to_write().count() == 200
        assert sink.messages == []

        sink.slow.update(addresses[100 : 100 + CONNECTIONS])
        with worker(sink) as second:
            until(lambda: sink.slow <= set(sink.receivers()))
            os.kill(second.pid, signal.SIGKILL)
        until(is_alone)
        sink.go_on.set()
        accepted = len(sink.messages)
        assert CONNECTIONS <= accepted < PARENTS
        sent = OutboundLetter.objects.filter(state="sent").count()
        assert sent == accepted - CONNECTIONS

        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.DEFAULT_FROM_EMAIL = "privacy@board.example"
        settings.MAIL_CONNECTIONS = CONNECTIONS
        assert sweep_letters(timezone.now()) == 0
        # A claim of a worker that is gone lasts five minutes.
        outbox.deliver_due(timezone.now() + timedelta(minutes=6))

        assert OutboundLetter.objects.count() == PARENTS
        assert set(OutboundLetter.objects.values_list("key", flat=True)) == {
            each.key for each in Invitation.objects.all()
        }
        assert set(OutboundLetter.objects.values_list("state", flat=True)) == {"sent"}
        times = Counter(sink.receivers())
        assert set(times) == set(addresses)
        twice = {to for to, number in times.items() if number > 1}
        assert twice == sink.slow
        assert max(times.values()) == 2
        ids = {(str(each["To"]), str(each["Message-ID"])) for each in sink.messages}
        assert len(ids) == len({number for _to, number in ids}) == PARENTS
