"""What apps upstairs ask to be seen with an activity: a restriction that rests on its data, say.

An app registers a source in its `AppConfig.ready()`; the page of an activity asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import User
from registers.models import ProcessingActivity


@dataclass(frozen=True)
class Mark:
    """One sentence about an activity, and where more of it is read. It names no person."""

    sentence: str
    url: str = ""


# Given the activity, who reads and on which day: only what that user may know.
MarkSource = Callable[[ProcessingActivity, User, date], Iterable[Mark]]
_sources: dict[str, MarkSource] = {}


def register(name: str, source: MarkSource) -> None:
    """Add a source; a name that is there already is replaced."""
    _sources[name] = source


def marks_on(activity: ProcessingActivity, *, reader: User, on: date) -> list[Mark]:
    """Every mark on an activity that this user may know of."""
    return [mark for source in _sources.values() for mark in source(activity, reader, on)]
