"""Which sites may show a page of ours in a frame. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

NOBODY = "'none'"
_ORIGIN = re.compile(r"\Ahttps?://[a-z0-9.-]+(:[0-9]+)?\Z")
_OUTGOING = re.compile(r'<a (?=[^>]*\bhref="(?!#))')


def frame_ancestors(origins: Iterable[str]) -> list[str]:
    """The values of the CSP's frame-ancestors: registered origins, and nobody without one.

    What is no plain origin is left out: a space or a semicolon would be a rule of its own.
    """
    return [each for each in origins if _ORIGIN.match(each)] or [NOBODY]


def in_new_tabs(html: str) -> str:
    """Let every link that leaves the page open in a new tab: a frame is too small to travel in."""
    return _OUTGOING.sub('<a target="_blank" rel="noopener" ', html)
