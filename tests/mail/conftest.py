"""A mail server for real, and letters to send through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from privacyboard.mail import outbox
from privacyboard.mail.content import LetterContent
from privacyboard.mail.models import OutboundLetter
from tests.conftest import NOW
from tests.mail.sink import Sink, running

CONTENT = LetterContent(
    letter="tests/greeting",
    subject="Een brief",
    text="Beste Piet,\n\nTot ziens.",
    html="<p>Beste Piet,</p>",
    language="nl",
)

Queue = Callable[..., OutboundLetter]


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The mail server; the settings point to it."""
    with running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.DEFAULT_FROM_EMAIL = "Privacy <privacy@deproef.example>"
        yield server


def queue(name: str = "piet", *, key: str = "", at: datetime = NOW) -> OutboundLetter:
    """A letter to NAME@ontvanger.example."""
    return outbox.queue(
        CONTENT, to=f"{name}@ontvanger.example", key=key or f"greeting:{name}", at=at
    )
