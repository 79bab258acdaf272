"""The page of an error that nobody caught: that it is ours, or that the database is away."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

UNAVAILABLE = 503
_RETRY_SECONDS = "120"


def failed(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, whatever page was asked; 500 for every other error.

    Django calls it where it caught the error. Neither page asks the database, the session or the
    account anything.
    """
    if not _is_away(sys.exc_info()[1]):
        return server_error(request)
    told = {"Retry-After": _RETRY_SECONDS, "Cache-Control": "no-store, private"}
    return HttpResponse(render_to_string("503.html"), status=UNAVAILABLE, headers=told)


def _is_away(error: BaseException | None) -> bool:
    """Refused, cut off, or too busy to answer; also where the code raised its own error from it."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__
    return False
