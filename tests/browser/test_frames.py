"""A real browser shows our statement in the frame of a registered site, and of no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registers.models import Website
from tests.browser.pages import Visitor
from tests.conftest import Cast
from tests.factories import registers as make

Visit = Callable[..., Visitor]


class SchoolSite(BaseHTTPRequestHandler):
    """A website elsewhere with one page: a frame around the address that it was asked for.

    It keeps connections open, as websites do: one that closes them at once can seem to reset them.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = f'<!doctype html><title>School</title><iframe src="{self.server.framed}"></iframe>'  # type: ignore[attr-defined]
        body = page.encode() if self.path == "/" else b""
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Silent."""


@pytest.fixture
def school_site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SchoolSite)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_registered_site_frames_the_statement_and_another_does_not(
    visit: Visit, cast: Cast, school_site: ThreadingHTTPServer
) -> None:
    make.published(timezone.now(), school=cast.linde)
    port = school_site.server_address[1]
    # The same server under two names is two origins. A real one has https: so no full_clean.
    registered = Website(
        name="Linde", school=cast.linde, origin=f"http://127.0.0.1:{port}", may_embed=True
    )
    registered.record(by=None, why="proef")
    parent = visit()
    school_site.framed = f"{parent.base}/privacyverklaring/insluiten/de-linde/"  # type: ignore[attr-defined]

    parent.page.goto(f"http://127.0.0.1:{port}/")
    inside = parent.page.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Privacyverklaring De Linde")).to_be_visible()
    assert parent.page.context.cookies() == []

    stranger = visit()
    stranger.page.goto(f"http://localhost:{port}/")
    refused = stranger.page.frame_locator("iframe")
    expect(refused.locator("h1")).not_to_contain_text("Privacyverklaring")
    [complaint] = [each for each in stranger.complaints if "frame-ancestors" in each]
    stranger.complaints.remove(complaint)
