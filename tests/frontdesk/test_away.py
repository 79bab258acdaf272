"""While the database is away every page says so, in plain words; it is no error of this house."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, NoReturn

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from datalekken.letters import status_address
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db

TOLD = (
    '<html lang="nl"',
    "Deze pagina is even niet bereikbaar",
    "Dit ligt niet aan u. Probeer het over een paar minuten opnieuw.",
    "wat u typte, staat daar meestal nog",
    "Wacht dan niet: bel of mail meteen met uw bestuur.",
    '<p lang="en">This page cannot be reached for a moment.',
)
# A process of its own, as in production, whose database is a port on which nobody listens.
_AWAY = """
import json, sys
import django
from django.conf import settings
# The files of the pages are not gathered here.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
django.setup()
from django.test import Client
told = []
for path, session in json.loads(sys.stdin.read()):
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    page = client.get(path, secure=True)
    told.append([page.status_code, page.headers.get("Retry-After"), page.content.decode()])
print(json.dumps(told))
"""


def asked(settings: Settings, pages: list[tuple[str, str]]) -> list[tuple[int, str | None, str]]:
    """Pages, each a path and the number of a session: of each the status, when to try again, and
    the text."""
    away = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "privacyboard.settings",
        "DEBUG": "false",
        "SECRET_KEY": str(settings.SECRET_KEY),
        "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _AWAY],
        input=json.dumps(pages),
        env=away,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return [(status, retry, text) for status, retry, text in json.loads(done.stdout)]


def test_without_a_database_every_page_says_that_it_comes_back(
    cast: Cast, settings: Settings
) -> None:
    made = make.breach(cast.linde, at=timezone.now(), reporter_email="ouder@thuis.example")
    link = "/" + status_address(made, at=timezone.now()).split("/", 3)[3]
    session = "s" * 32
    pages = [
        (link, ""),
        (link, session),
        ("/datalek-melden/mijn/", session),
        ("/", session),
        ("/verzoek/", ""),
        ("/toestemming/een-link/", ""),
        ("/beheer/", session),
        ("/geen-pagina/", ""),
        ("/geen-pagina/", session),
    ]
    for (path, number), (status, retry, text) in zip(pages, asked(settings, pages), strict=True):
        assert (path, number, status, retry) == (path, number, 503, "120")
        for sentence in TOLD:
            assert sentence in text


@pytest.fixture
def quiet() -> Client:
    """A client that gets the page that people get, and no exception."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_goes_away_meanwhile_is_told_the_same(
    quiet: Client, cast: Cast, error: type[Exception]
) -> None:
    def cut_off(*_asked: Any) -> NoReturn:
        raise error("server closed the connection for piet at 10.0.0.1")

    with connection.execute_wrapper(cut_off):
        page = quiet.get("/verzoek/")
    assert (page.status_code, page["Retry-After"]) == (503, "120")
    assert "no-store" in page["Cache-Control"]
    assert "Deze pagina is even niet bereikbaar" in page.text
    assert "piet" not in page.text
    assert quiet.get("/verzoek/").status_code == 200


def test_an_error_of_our_own_is_no_database_that_is_away(quiet: Client, cast: Cast) -> None:
    def broken(*_asked: Any) -> NoReturn:
        raise ProgrammingError("no such column")

    with connection.execute_wrapper(broken):
        page = quiet.get("/verzoek/")
    assert page.status_code == 500
    assert "Er ging bij ons iets mis" in page.text
