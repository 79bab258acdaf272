"""Somebody with a browser: pages over HTTP, cookies, forms."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.conftest import PASSWORD

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back; status 0: nothing did. `seconds`: how long it took."""

    status: int
    body: str
    seconds: float

    @property
    def is_well(self) -> bool:
        """A page, or the way to the next one."""
        return self.status in (200, 302)


class Visitor:
    """One person; each request has a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, "")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form that was opened before."""
        token = self._cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}))

    def sign_in(self, email: str) -> bool:
        """With one's own account; whether that went well."""
        self._cookies.clear()
        self.get("/inloggen/")
        return self.post("/inloggen/", {"username": email, "password": PASSWORD}).status == 302

    def _ask(self, method: str, path: str, body: str) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        begun = time.monotonic()
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            self._keep(response.headers.get_all("Set-Cookie") or [])
            return Answer(response.status, text, time.monotonic() - begun)
        except (OSError, http.client.HTTPException):
            return Answer(0, "", time.monotonic() - begun)
        finally:
            connection.close()

    def _keep(self, set_cookies: list[str]) -> None:
        for each in set_cookies:
            for name, morsel in SimpleCookie(each).items():
                self._cookies[name] = morsel.value
