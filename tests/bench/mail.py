"""The yearly round by post: how it is dispatched, and how fast its letters leave.

Dispatched: everybody's invitation stands in the database, in chunks, against a task of the broker
for each parent that makes the same row. Delivered: through the outbox, each letter with its row,
against a loop that makes the same messages and gives them to bare smtplib, without a row. The
servers of mail are processes of their own; both sides speak with the same one.
"""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings

from tests.bench.frame import Figure, interleaved, seconds

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARENTS = 35_000
TASKS = 1_000
LETTERS = 1_000
SLOW_LETTERS = 40
MANY_LETTERS = 1_200
CONNECTIONS = 32
DISPATCH_FASTER = 40
HALF = 2.0
CONNECTIONS_FASTER = 15

_TESTS_SINK = """
from threading import Event
from tests.mail.sink import running
with running() as sink:
    print(sink.port, flush=True)
    Event().wait()
"""
# A relay that thinks 10 ms about every command; it keeps nothing.
_SLOW_RELAY = """
import asyncio

async def converse(reader, writer):
    async def say(line):
        await asyncio.sleep(0.01)
        writer.write(line + b"\\r\\n")
        await writer.drain()
    try:
        await say(b"220 slow.invalid ESMTP")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                await say(b"354 go on")
                await reader.readuntil(b"\\r\\n.\\r\\n")
                await say(b"250 OK")
            elif verb == b"QUIT":
                await say(b"221 bye")
                break
            else:
                await say(b"250 OK")
    finally:
        writer.close()

async def main():
    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=1 << 22)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def figures() -> list[Figure]:
    """Dispatch, the speed beside smtplib, and several connections beside one."""
    return [_dispatched(), _beside_smtplib(), _over_several_connections()]


def _dispatched() -> Figure:
    """Rows for 35,000 guardians, against as many tasks (measured for some, and multiplied)."""
    from consent.models import Invitation
    from consent.models.inviting import invite

    asked = _round_of_parents()

    def rows() -> None:
        Invitation.objects.all().delete()

    def dispatch() -> None:
        if invite(asked, on=date(2026, 3, 2), at=AT) != PARENTS:
            raise RuntimeError("not everybody was asked")

    tasks, ours = [], []
    with _a_task_each(asked) as dispatch_tasks:
        for _round in range(3):
            Invitation.objects.all().delete()
            tasks.append(seconds(dispatch_tasks) * PARENTS / TASKS)
            Invitation.objects.all().delete()
            ours.append(seconds(dispatch))
    naive, found = sorted(tasks)[1], sorted(ours)[1]
    return Figure(
        f"a round for {PARENTS} guardians, dispatched",
        f"{found:.2f} s",
        f"{naive:.1f} s for a task each ({TASKS} measured)",
        naive / found,
        DISPATCH_FASTER,
        at_least=True,
    )


def _round_of_parents() -> Any:
    from consent.models import Round
    from privacyboard.organisation.models import Board, Guardian, Guardianship, Pupil
    from tests.conftest import make_board, make_school
    from tests.factories import consent

    board = Board.objects.first() or make_board()
    schools = [
        make_school(board, name=f"School {n}", slug=f"school-{n}", brin=f"{n:02d}ZZ", public=True)
        for n in range(60)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_pupil (school_id, key, eck_id, first_name, infix, last_name,"
            " sort_name, born_on, email, language, has_curator, link_number)"
            " SELECT (%s::bigint[])[1 + n %% 60], 'P' || n, '', 'Kind', '', 'Achter' || n,"
            " 'achter' || n, date '2012-01-01' + n %% 3000, '', 'nl', false, 1"
            " FROM generate_series(1, %s) n",
            [[each.pk for each in schools], PARENTS // 2],
        )
        cursor.execute(
            "INSERT INTO organisation_guardian (key, first_name, infix, last_name, sort_name,"
            " email, other_emails, language, link_number, unreachable_why)"
            " SELECT 'G' || n, 'Ouder', '', 'Achter' || n, 'achter' || n,"
            " 'ouder' || n || '@gezin.example', '{}', 'nl', 1, '' FROM generate_series(1, %s) n",
            [PARENTS],
        )
        cursor.execute(
            "INSERT INTO organisation_guardianship (pupil_id, guardian_id, kind, has_authority)"
            " SELECT p.id, g.id, 'parent', true"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n"
            " FROM organisation_guardian) g"
            " JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM organisation_pupil) p"
            " ON p.n = g.n / 2"
        )
        cursor.execute("ANALYZE")
    if Guardianship.objects.count() != PARENTS or Guardian.objects.count() != PARENTS:
        raise RuntimeError(f"{Pupil.objects.count()} pupils have no two parents each")
    asked: Round = consent.round_of(consent.question(at=AT), school=schools[0])
    asked.schools.set(schools)
    return asked


@contextmanager
def _a_task_each(asked: Any) -> Iterator[Any]:
    """A task for each of some parents, on the broker of the demo, in a queue of its own.

    What a worker spends on fetching each of them is left out: it runs here, one after the other.
    """
    from celery import Celery
    from django.conf import settings

    from consent.models import Invitation
    from privacyboard.organisation.models import Guardianship

    app = Celery("bench", broker=settings.CELERY_BROKER_URL)

    @app.task(name="bench.ask")
    def ask(guardian: int) -> None:
        ties = Guardianship.objects.running_on(date(2026, 3, 2)).select_related("pupil")
        tie = ties.filter(guardian=guardian, has_authority=True).first()
        assert tie is not None
        Invitation.objects.get_or_create(
            because="round",
            round=asked,
            guardian_id=guardian,
            defaults={"school_id": tie.pupil.school_id, "made_at": AT},
        )

    parents = list(Guardianship.objects.order_by().values_list("guardian", flat=True)[:TASKS])

    def dispatch_tasks() -> None:
        for guardian in parents:
            ask.apply_async(kwargs={"guardian": guardian}, queue="bench")
        for guardian in parents:
            ask(guardian)

    try:
        yield dispatch_tasks
    finally:
        with app.connection_for_write() as broker:
            channel: Any = broker.default_channel
            channel.queue_purge("bench")


def _beside_smtplib() -> Figure:
    """Letters through the outbox, against a loop over one connection that makes the same ones."""
    from privacyboard.mail import outbox

    with _server(_TESTS_SINK) as port, _mail_over(port):
        letters = _queued("smtplib", LETTERS)

        def bare() -> None:
            with smtplib.SMTP("127.0.0.1", port) as server:
                for letter in letters:
                    made = outbox._message(letter)
                    server.sendmail(made.from_email, made.to, made.message().as_bytes())

        outbox_seconds, bare_seconds = interleaved(_delivered(LETTERS), bare, rounds=3)
    return Figure(
        f"{LETTERS} letters from the outbox to the tests' own sink",
        f"{LETTERS / outbox_seconds:.0f} a second",
        f"{LETTERS / bare_seconds:.0f} a second with bare smtplib",
        outbox_seconds / bare_seconds,
        HALF,
    )


def _over_several_connections() -> Figure:
    """A relay of 10 ms a command: letters in a second over one connection, and over several."""
    with _server(_SLOW_RELAY) as port, _mail_over(port):
        _queued("many", MANY_LETTERS)
        many, one = [], []
        for _round in range(3):
            with override_settings(MAIL_CONNECTIONS=CONNECTIONS):
                many.append(MANY_LETTERS / seconds(_delivered(MANY_LETTERS)))
            with override_settings(MAIL_CONNECTIONS=1):
                one.append(SLOW_LETTERS / seconds(_delivered(SLOW_LETTERS)))
    fast, slow = sorted(many)[1], sorted(one)[1]
    return Figure(
        f"a relay of 10 ms a command, over {CONNECTIONS} connections",
        f"{fast:.0f} letters a second",
        f"{slow:.0f} over one",
        fast / slow,
        CONNECTIONS_FASTER,
        at_least=True,
    )


def _queued(name: str, number: int) -> list[Any]:
    """Letters in the outbox as a round writes them."""
    from consent.letters.invitations import RoundFacts
    from privacyboard.mail import outbox
    from privacyboard.mail.content import compose
    from privacyboard.mail.models import OutboundLetter

    OutboundLetter.objects.all().delete()
    facts = RoundFacts(
        name="Sanne Visser",
        is_pupil=False,
        school_name="De Linde",
        board_name="Stichting De Proef",
        closes_on=date(2026, 4, 10),
        link=f"https://privacy.board.example/toestemming/{'x' * 110}/",
    )
    content = compose("consent/invitation", facts)
    outbox.queue_all(
        [
            outbox.Posting(content=content, to=f"{name}{n}@gezin.example", key=f"{name}:{n}")
            for n in range(number)
        ],
        at=AT,
    )
    return list(OutboundLetter.objects.order_by("pk"))


class _delivered:  # noqa: N801 - reads as what it does
    """Queue so many letters anew, and deliver them; only the delivery is measured by its call."""

    def __init__(self, number: int) -> None:
        from privacyboard.mail.models import OutboundLetter

        self._number = number
        self._letters = OutboundLetter.objects
        self._keys = list(self._letters.order_by("pk").values_list("pk", flat=True)[:number])
        self._letters.update(state="sent")
        self._again()

    def _again(self) -> None:
        self._letters.filter(pk__in=self._keys).update(state="queued", attempts=0)

    def __call__(self) -> None:
        from privacyboard.mail import outbox

        sent = outbox.deliver_due(AT)
        if sent != self._number:
            raise RuntimeError(f"{sent} letters left of {self._number}")
        self._again()


@contextmanager
def _mail_over(port: int) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
    ):
        yield


@contextmanager
def _server(code: str) -> Iterator[int]:
    """A mail server in a process of its own; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        yield port
    finally:
        process.kill()
        process.communicate()
