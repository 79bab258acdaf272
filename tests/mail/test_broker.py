"""The broker is a hint: with it delivery starts at once, without it the row stands."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from time import sleep

import pytest
from celery import Celery, current_app
from django.db import connection, transaction

from privacyboard.celery import app as our_app
from privacyboard.mail import outbox
from privacyboard.mail.models import OutboundLetter
from tests.mail.conftest import queue

# conftest's no_broker puts a stand-in in the place of this function; here the real one is tested.
_hint_for_real: Callable[[], None] = outbox._hint
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


class HangsUp(socketserver.BaseRequestHandler):
    """A broker that ends every connection at once, and counts them."""

    def handle(self) -> None:
        callers.append(self.client_address)


callers: list[object] = []


@pytest.fixture
def hints(no_broker: None, monkeypatch: pytest.MonkeyPatch, append_only_lifted: None) -> None:
    monkeypatch.setattr("privacyboard.mail.outbox._hint", _hint_for_real)


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether it comes true: hints are given by a thread of their own."""
    for _try in range(400):
        if is_so():
            return True
        sleep(0.05)
    return False


def hints_at_the_broker() -> int:
    with our_app.connection_for_write() as broker:
        waiting = broker.default_channel.client.lrange("celery", 0, -1)  # type: ignore[attr-defined]
    return [json.loads(each)["headers"]["task"] for each in waiting].count("mail.deliver")


def queue_with_a_broker_at(url: str) -> int:
    """Queue in a thread of its own, whose Celery app has our settings and this broker."""

    def work() -> int:
        app = Celery("elsewhere", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.update(broker_url=url)
        app.set_current()
        try:
            return queue().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result(60)


def test_the_task_is_known_by_the_name_that_the_hint_uses() -> None:
    assert "mail.deliver" in current_app.tasks


@pytest.mark.django_db(transaction=True)
def test_a_hint_is_given_on_commit_once_per_letter(hints: None) -> None:
    before = hints_at_the_broker()
    with transaction.atomic():
        queue()
        assert hints_at_the_broker() == before
    assert soon(lambda: hints_at_the_broker() == before + 1)
    queue()
    queue("jan")
    assert soon(lambda: hints_at_the_broker() == before + 2)


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_letter_stands_all_the_same(
    hints: None, caplog: pytest.LogCaptureFixture
) -> None:
    number = queue_with_a_broker_at(NOBODY_LISTENS)
    assert OutboundLetter.objects.get().pk == number
    assert OutboundLetter.objects.get().state == "queued"
    assert soon(lambda: bool(caplog.messages))
    assert caplog.messages == ["no broker for the hint: OperationalError"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_ill_is_not_asked_over_and_over(
    hints: None, caplog: pytest.LogCaptureFixture
) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), HangsUp) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        queue_with_a_broker_at(f"redis://127.0.0.1:{server.server_address[1]}/0")
        assert soon(lambda: bool(caplog.messages))
        server.shutdown()
    assert OutboundLetter.objects.count() == 1
    # The client's own quick tries; with the patience of kombu it is three times as many.
    assert 1 <= len(callers) <= 4
