"""Asking for pages as a server does: the real application, a session, an open connection."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.models import Appointment


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a page to read: found, allowed, and HTML."""
        return self.status == 200 and self.kind.startswith("text/html")


class Visits:
    """Requests through the WSGI application, without the instruments of the test client."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()
        self._factory = RequestFactory()

    def get(self, address: str, session: str = "") -> Answer:
        """The answer to one request, read to its end."""
        environ: dict[str, Any] = dict(self._factory.get(address).environ)
        if session:
            environ["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session}"
        told: list[Any] = []

        def start(*said: Any) -> Any:
            told.append(said)

        response = self._application(environ, start)
        body = b"".join(response)
        response.close()
        status, headers = told[0][:2]
        return Answer(int(status[:3]), dict(headers).get("Content-Type", ""), body)

    def queries(self, address: str, session: str) -> int:
        """How many queries the page asks when it is asked for again."""
        self.get(address, session)
        with CaptureQueriesContext(connection) as asked:
            self.get(address, session)
        return len(asked)


def sign_in(role: str) -> str:
    """The session of the first person with a role; it lasts as long as any other."""
    appointment = Appointment.objects.filter(role=role).select_related("user").order_by("pk")[0]
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(appointment.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = appointment.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
