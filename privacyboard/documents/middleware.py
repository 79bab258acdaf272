"""An upload that is far too large is refused before it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class BodyLimitMiddleware:
    """Answers a body over BODY_LIMIT_BYTES with words, at once; it is never streamed to disk.

    A body without a length is read as empty by the server, so its length is always told. A form
    that must lose nothing that was typed has a larger bound: it reads past what it does not keep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.BODY_LIMITS.get(request.path, settings.BODY_LIMIT_BYTES)
        if told.isascii() and told.isdigit() and int(told[:18]) > most:
            page = render_to_string("413.html").encode()
            # Told here: the middleware that adds it stands further in.
            return HttpResponse(page, status=413, headers={"Content-Length": str(len(page))})
        return self.get_response(request)
