"""A walk along every address of the house, as one person sees it.

Two walks are held against each other: whatever differs would tell of what changed in between. An
address that the walk does not know makes it fail: who adds a page says here how it is walked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import get_resolver
from openpyxl import load_workbook
from pypdf import PdfReader

from privacyboard.clockwork.models import Heartbeat

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# What stands for `number`, `pk` and the like in the addresses of other rooms of the house.
_SAMPLES: dict[str, tuple[str, ...]] = {
    "slug": ("de-linde",),
    "place": ("de-linde",),
    "edition": ("leerlingen",),
    "year": ("2026",),
    "group": ("ondertekenen",),
    "ending": ("csv", "xlsx", "json"),
    "act": ("herzien",),
    "app_label": ("organisation", "registers"),
    "content_type_id": ("1",),
    "version": ("1",),
    "row": ("1",),
    "guardian": ("1",),
    "uidb64": ("MQ",),
    "token": ("x:y:z",),
    "code": ("tr",),
    "url": ("nergens/",),
    "object_id": (),  # each record of the back office: filled in by the walk
}
# Addresses that leave, or that the back office has for each kind of record of the floors below: a
# form to add one, to delete one, an act. What is there cannot point to a request.
_NOT_WALKED = re.compile(r"uitloggen/|demo/|beheer/(logout|jsi18n|.*(add|delete|handeling)/)")


def patterns(found: Any = None, start: str = "") -> Iterator[str]:
    """Every address of the house, with its open places."""
    for each in (found or get_resolver()).url_patterns:
        if hasattr(each, "url_patterns"):
            yield from patterns(each, start + str(each.pattern))
        else:
            yield start + str(each.pattern)


def filled(pattern: str, *, own: list[str], pks: list[str]) -> Iterator[str]:
    """The addresses that a pattern stands for. `own`: numbers of cases that the director reads."""
    # The back office writes some of its places as regular expressions.
    pattern = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)\$?", r"<\1>", pattern).replace("$", "")
    place = re.search(r"<(?:\w+:)?(\w+)>", pattern)
    if place is None:
        yield pattern
        return
    name = place.group(1)
    chosen = {"number": own, "pk": pks, "object_id": pks}.get(name) or _SAMPLES[name]
    for each in chosen:
        rest = pattern[: place.start()] + each + pattern[place.end() :]
        yield from filled(rest, own=own, pks=pks)


def plain(answer: Any) -> str:
    """What an answer says, without what differs at every visit (tokens, moments, ids of files)."""
    kind = answer["Content-Type"]
    content: bytes = b"".join(answer) if answer.streaming else answer.content
    if kind == "application/pdf":
        pages = PdfReader(io.BytesIO(content)).pages
        return " ".join(page.extract_text() for page in pages)
    if "spreadsheet" in kind:
        book = load_workbook(io.BytesIO(content))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        return re.sub(r"\d\d-\d\d-\d{4} \d\d:\d\d", "", "\n".join(cells))
    text = content.decode()
    text = re.sub(r'value="[-\d]{10}T\d\d:\d\d"', "", text)  # a form that begins with now
    return re.sub(r'(token"|nonce=|DTSTAMP:)\S*( value="[^"]+")?', "", text)


def walk(
    client: Client,
    *,
    own: list[str],
    pks: list[str],
    feed: str,
    lists: Sequence[str],
    queries: Sequence[str],
) -> dict[str, Any]:
    """Every page with its words, and the `lists` with each of their filters (`queries`)."""
    # No sweep runs in a test. Each is late at both walks, also one that would become it in between.
    Heartbeat.objects.update(known_since=_LONG_AGO, good_at=None)
    seen: dict[str, Any] = {}
    for pattern in patterns():
        if _NOT_WALKED.match(pattern):
            continue
        # Two records can have the same key: such an address is walked once.
        for path in dict.fromkeys(filled(pattern, own=own, pks=pks)):
            answer = client.get(f"/{path}")
            # The health page says that no sweep runs.
            assert answer.status_code < 500 or path == "gezond/", path
            seen[path] = (answer.status_code, plain(answer))
    seen[feed] = plain(Client().get(feed))
    for path in lists:
        for query in queries:
            seen[path + query] = plain(client.get(f"/{path}{query}"))
    return seen


def calendar_of(client: Client) -> str:
    """The address of one's own calendar, made on its page."""
    found = re.search(
        r'value="https?://[^/]+(/agenda/[^"]+)"', client.post("/agenda/").content.decode()
    )
    assert found is not None
    return found.group(1)
