"""A hint to the worker: nobody waits for the broker, and a lost one is no loss."""

from __future__ import annotations

import os
import signal
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from time import sleep

import pytest
from celery import Celery
from celery.app import app_or_default

from privacyboard.clockwork import hints


class Hangs(socketserver.ThreadingTCPServer):
    """A broker that takes a connection and says nothing; `gave_up` when the caller hung up."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Silence)
        self.came, self.gave_up = Event(), Event()
        self.lines: list[socket] = []
        self.url = f"redis://127.0.0.1:{self.server_address[1]}/0"


class _Silence(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Hangs)
        server.lines.append(self.request)
        server.came.set()
        while self.request.recv(1024):
            pass
        server.gave_up.set()


@contextmanager
def broker_that_hangs() -> Iterator[Hangs]:
    with Hangs() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
        for line in server.lines:
            with suppress(OSError):  # hung up already
                line.shutdown(SHUT_RDWR)


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    ours = app_or_default()
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=url)
    app.set_current()
    try:
        yield
    finally:
        ours.set_current()


@pytest.fixture
def messenger(monkeypatch: pytest.MonkeyPatch) -> Iterator[hints._Messenger]:
    """A messenger of the test's own: what hangs here holds up no other test."""
    own = hints._Messenger()
    monkeypatch.setattr(hints, "_messenger", own)
    yield own
    own.rest()


def test_who_gives_a_hint_goes_on_while_the_broker_hangs(messenger: hints._Messenger) -> None:
    with broker_that_hangs() as server, broker_at(server.url):
        for _letter in range(3):
            hints.give("mail.deliver")
        assert server.came.wait(20)
        # Who waits for this broker hangs up after five seconds.
        assert not server.gave_up.is_set()


def test_hints_that_wait_are_given_once_each(messenger: hints._Messenger) -> None:
    with broker_that_hangs() as server, broker_at(server.url):
        hints.give("mail.deliver")
        assert server.came.wait(20)
        for _letter in range(3):
            hints.give("mail.deliver")
        hints.give("registers.make_files")
        assert [task for _app, task in messenger.waiting] == [
            "mail.deliver",
            "registers.make_files",
        ]


def test_a_messenger_that_rests_says_nothing_afterwards(
    messenger: hints._Messenger, caplog: pytest.LogCaptureFixture
) -> None:
    before = {each for each in enumerate_threads() if each.name == "hints"}
    with broker_that_hangs() as server, broker_at(server.url):
        hints.give("mail.deliver")
        assert server.came.wait(20)
        hints.give("registers.make_files")
        (thread,) = {each for each in enumerate_threads() if each.name == "hints"} - before
        resting = Thread(target=messenger.rest)
        resting.start()
        while messenger.waiting:
            sleep(0.01)
    resting.join(20)
    assert not thread.is_alive()
    # Of the hint that hung; the one that waited is forgotten.
    assert caplog.messages == ["no broker for the hint: OperationalError"]
    with broker_that_hangs() as server, broker_at(server.url):
        hints.give("mail.deliver")
        assert server.came.wait(20)


def test_a_process_that_forks_gives_its_own_hints(caplog: pytest.LogCaptureFixture) -> None:
    """As the worker and the web server do: the thread of the parent is not there."""
    with broker_at("redis://127.0.0.1:1/0"):
        hints.give("mail.deliver")
    for _try in range(400):
        if caplog.messages:
            break
        sleep(0.05)
    assert caplog.messages == ["no broker for the hint: OperationalError"]
    with broker_that_hangs() as server:
        child = os.fork()
        if child == 0:
            try:
                with broker_at(server.url):
                    hints.give("mail.deliver")
                    Event().wait(20)
            finally:
                os._exit(0)
        came = server.came.wait(20)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert came
