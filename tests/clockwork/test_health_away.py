"""A database that hangs is told within seconds: silence is never taken for health."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

AWAY = {"ok": False, "database": "does not answer", "sweeps": []}
_ASK = """
import json
import django
django.setup()
from django.test import Client
page = Client(raise_request_exception=False).get("/gezond/")
print(json.dumps([page.status_code, page.json()]))
"""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every connection, and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        yield server.getsockname()[1]


def test_a_server_that_accepts_and_says_nothing(settings: Settings, silent: int) -> None:
    away = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
        "DEBUG": "true",
        "DATABASE_URL": f"postgres://nobody:nothing@127.0.0.1:{silent}/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        env=away,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,  # without a bound of its own it would wait for ever
    )
    assert json.loads(done.stdout) == [503, AWAY]


def test_a_server_that_answers_others_and_not_this(client: Client, db: None) -> None:
    """Somebody holds the table: it waits, and gives up."""
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    with closing(psycopg2.connect(**given)) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE clockwork_heartbeat IN ACCESS EXCLUSIVE MODE NOWAIT")
        page = client.get("/gezond/")
        other.rollback()
    assert (page.status_code, page.json()) == (503, AWAY)
    assert client.get("/gezond/").json()["database"] == "ok"


def test_a_connection_is_given_up_on_and_the_address_of_the_database_can_say_when() -> None:
    shown = "import json; from privacyboard import settings; "
    shown += "print(json.dumps(settings.DATABASES['default']['OPTIONS']))"
    told = []
    for address in ("postgres://x@db/y", "postgres://x@db/y?connect_timeout=9&sslmode=require"):
        given = {**os.environ, "DATABASE_URL": address, "REDIS_URL": "redis://127.0.0.1:1/0"}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", shown],
            env={**given, "SECRET_KEY": "a-key-of-these-tests", "DEBUG": "false"},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(json.loads(done.stdout))
    assert told == [
        {"connect_timeout": 5, "tcp_user_timeout": 15_000},
        {"connect_timeout": 9, "tcp_user_timeout": 15_000, "sslmode": "require"},
    ]
