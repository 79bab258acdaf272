"""A real browser on a real server, for stories that a person could tell."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import Visitor
from tests.conftest import chromium_path

Visit = Callable[..., Visitor]
PATIENCE = 20_000  # milliseconds: two workers share two cores
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once per worker; where there is none, CI fails."""
    path = chromium_path()
    if not path and os.environ.get("CI") == "true":
        pytest.fail("no Chromium on this machine, and CI=true: no story may be skipped")
    # Who is not root cannot install a browser, and can still run the rest. CI never passes so.
    if not path:
        pytest.skip("no Chromium on this machine: the browser stories are skipped")
    # Playwright's loop lives in this thread; Django would refuse the database here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(
    chromium: Browser,
    live_server: LiveServer,
    append_only_lifted: None,
    settings: Settings,
) -> Iterator[Visit]:
    """Let somebody come in with a browser of their own.

    At the end nobody's console may hold an error; a violation of the CSP is one.
    """
    settings.BASE_URL = live_server.url
    visitors: list[Visitor] = []

    def come_in(
        *, width: int = 1280, height: int = 900, javascript: bool = True, dark: bool = False
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # no colour is measured half-way a transition
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
        )
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context.new_page(), live_server.url)
        visitors.append(visitor)
        return visitor

    yield come_in
    for visitor in visitors:
        visitor.page.context.close()
    _until_all_is_answered()
    assert [error for visitor in visitors for error in visitor.complaints] == []


def _until_all_is_answered() -> None:
    """Wait for what nobody reads any more: a page that was left while it was being made.

    Each request has a thread and a connection of its own, for which Django's server does not wait.
    After the last test such a connection would keep the database from being dropped.
    """
    for thread in threading.enumerate():
        if thread.name.endswith("(process_request_thread)"):
            thread.join(PATIENCE / 1000)
