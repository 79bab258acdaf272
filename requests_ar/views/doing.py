"""How the page of an act calls the act, where the form has the names that the act takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from privacyboard.backoffice.casework import Doing


def on_request(perform: Callable[..., Any]) -> Callable[[Doing], Any]:
    """An act on the request itself."""
    return lambda doing: perform(request=doing.case, **doing.typed, **doing.who)


def on_target(perform: Callable[..., Any], name: str) -> Callable[[Doing], Any]:
    """The same for an act on one of its rows, which it calls `name`."""
    return lambda doing: perform(**{name: doing.target}, **doing.typed, **doing.who)
