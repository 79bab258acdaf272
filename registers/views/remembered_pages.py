"""What views ask to keep a rendered part of a page for others who read the same."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode


def page_number(text: str) -> int:
    """The page that is asked for; the first where it is no number of a page."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1


def asking(**said: str) -> HttpRequest:
    """A request with these words in its address and nobody behind it.

    The links in what is kept are for everybody: nothing else of an address may stand in them.
    """
    request = HttpRequest()
    request.GET = QueryDict(urlencode({name: value for name, value in said.items() if value}))
    return request
