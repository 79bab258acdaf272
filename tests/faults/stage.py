"""The stage: a board with its database, broker, mail server, worker, beat and web, on loopback."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.faults.machines import Broker, Clock, Cluster, Program, free_port, python, until
from tests.faults.visitor import Visitor
from tests.mail.sink import Sink, running

CONNECTIONS = 4
STARTS_WITHIN = 120


@dataclass
class Stage:
    """Everything that a fault can touch."""

    cluster: Cluster
    broker: Broker
    sink: Sink
    clock: Clock
    web: Program
    worker: Program
    beat: Program
    port: int

    def visitor(self) -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.port)

    def run(self, *programs: Program) -> None:
        """Start these (without any: all), and wait until the board works."""
        for each in programs or (self.web, self.worker, self.beat):
            each.start()
        if self.beat.is_running and self.worker.is_running and not self.beats():
            raise RuntimeError("the sweeps do not run")
        if self.web.is_running and until(self._answers, most=STARTS_WITHIN) == float("inf"):
            raise RuntimeError("the web server does not answer")

    def _answers(self) -> bool:
        return self.visitor().get("/gezond/web/").status == 200

    def beats(self) -> bool:
        """Wait until the sweep of the outbox ran well after this moment."""
        begun = self.clock.now()
        return self.swept("outbox", since=begun, most=STARTS_WITHIN) < float("inf")

    def swept(self, *names: str, since: datetime, most: float) -> float:
        """Wait until these sweeps (without any: all) ran well since; the seconds that it took.

        What takes away does so by the true time, whatever the clock of the worker.
        """
        from privacyboard.clockwork.models import Heartbeat
        from privacyboard.clockwork.sweeps import all_sweeps

        by_true_time = {each.name for each in all_sweeps() if each.takes_away}
        wanted = set(names) or {each.name for each in all_sweeps()}

        def is_so() -> bool:
            # Not the beats of a clock that runs ahead of this one.
            ran = Heartbeat.objects.filter(good_at__lte=self.clock.now())
            by_clock = ran.filter(good_at__gte=since).exclude(name__in=by_true_time)
            true = ran.filter(good_at__gte=since - self.clock.ahead, name__in=by_true_time)
            return wanted <= {each.name for each in by_clock | true}

        return until(is_so, most=most)

    # --- letters ------------------------------------------------------------------------------

    def queue(self, name: str, number: int) -> list[str]:
        """Letters in the outbox, as an act queues them (and its hint); to whom they go."""
        from privacyboard.mail import outbox
        from privacyboard.mail.content import LetterContent

        content = LetterContent("faults/letter", "Een brief", "Geheim.", "<p>Geheim.</p>", "nl")
        to = [f"{name}{each}@ontvanger.example" for each in range(number)]
        outbox.queue_all(
            [outbox.Posting(content=content, to=each, key=f"faults:{each}") for each in to],
            at=self.clock.now(),
        )
        return to

    def arrived(self, wanted: list[str]) -> bool:
        """Whether each of these got a letter."""
        return set(wanted) <= set(self.sink.receivers())

    def lost(self, wanted: list[str]) -> int:
        """How many of these got nothing."""
        return len(set(wanted) - set(self.sink.receivers()))

    def doubled(self) -> int:
        """How many letters came more than once, of all that were accepted."""
        return sum(times - 1 for times in Counter(self._letters()).values())

    def strangers(self) -> int:
        """Doubled letters that a mail program takes for two: another Message-ID."""
        ids: dict[str, set[str]] = {}
        with self.sink.lock:
            for each in self.sink.messages:
                ids.setdefault(str(each["X-Privacyboard-Letter"]), set()).add(
                    str(each["Message-ID"])
                )
        return sum(len(found) - 1 for found in ids.values())

    def _letters(self) -> list[str]:
        with self.sink.lock:
            return [str(each["X-Privacyboard-Letter"]) for each in self.sink.messages]

    def states(self) -> dict[str, int]:
        """How many letters of the outbox are in each state."""
        from privacyboard.mail.models import OutboundLetter

        return dict(Counter(OutboundLetter.objects.values_list("state", flat=True)))


@contextmanager
def raised(cluster: Cluster, folder: Path) -> Iterator[Stage]:
    """A stage with a database of its own; nothing runs on it yet but broker and mail server."""
    from django.db import connections

    cluster.start()
    name = cluster.fresh()
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    place = folder / name
    place.mkdir()
    with ExitStack() as after:
        sink = after.enter_context(running())
        broker = Broker(place)
        after.callback(broker.program.end)
        broker.start()
        _speak_with(broker)
        clock = Clock(place)
        port = free_port()
        environment = {
            **os.environ,
            **clock.environment,
            "DATABASE_URL": cluster.url(name),
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "MAIL_CONNECTIONS": str(CONNECTIONS),
            "FILES_ROOT": str(place / "files"),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "LOG_LEVEL": "WARNING",
        }
        programs = {
            title: Program(command, environment=environment, log=place / f"{title}.log")
            for title, command in _commands(port).items()
        }
        for each in programs.values():
            after.callback(each.end)
        after.callback(connections["default"].close)
        yield Stage(cluster, broker, sink, clock, port=port, **programs)


def _commands(port: int) -> dict[str, list[str]]:
    celery = python("-m", "celery", "--app", "privacyboard", "--quiet")
    web = python("-m", "gunicorn", "privacyboard.wsgi", "--bind", f"127.0.0.1:{port}")
    return {
        "web": [*web, "--workers", "1", "--threads", "4", "--log-level", "warning"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"],
        "beat": [*celery, "beat", "--loglevel", "warning"],
    }


def _speak_with(broker: Broker) -> None:
    """Let what is queued here hint at this broker."""
    from privacyboard.celery import app

    app.conf.update(broker_url=broker.url, broker_write_url=broker.url)
    pool: Any = app.pool
    pool.force_close_all()


def make_template() -> None:
    """The tables, and the cast of the tests; made once, copied for each stage."""
    from django.core.management import call_command
    from django.db import connection

    from tests.factories import registers

    call_command("migrate", verbosity=0)
    _cast()
    registers.group("guardians", "Ouders")
    connection.close()


def _cast() -> None:
    from privacyboard.organisation.choices import Role
    from tests.conftest import make_board, make_person, make_school

    board = make_board()
    linde = make_school(board, name="De Linde", slug="de-linde", brin="12AB", public=True)
    make_person("Fenna Graaf", Role.FG)
    make_person("Ilse Beheer", Role.IBP_MANAGER)
    make_person("Bram Bestuur", Role.BOARD_MEMBER)
    make_person("Dirk Linde", Role.DIRECTOR, linde)
    make_person("Tom Techniek", Role.ADMINISTRATOR)
