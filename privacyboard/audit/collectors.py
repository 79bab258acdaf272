"""What this application itself holds about a person, collected from every app (AVG 15).

An app registers a collector in its `AppConfig.ready()`; whoever answers a request asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import User


@dataclass(frozen=True)
class Sought:
    """By what a person is found: e-mail addresses, and keys of the pupil or staff administration.

    `reader` is who looks: a collector tells nothing that this user may not see.
    """

    reader: User
    emails: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reader: User, *, emails: Iterable[str], keys: Iterable[str]) -> Sought:
        """Of raw values: without spaces around them, addresses in lower case, nothing empty."""
        return cls(
            reader,
            frozenset(each.strip().lower() for each in emails if each.strip()),
            frozenset(each.strip() for each in keys if each.strip()),
        )

    @property
    def is_nobody(self) -> bool:
        """Whether there is nothing to look by."""
        return not self.emails and not self.keys


@dataclass(frozen=True)
class Held:
    """One record about the person: a sentence, its day, and where it can be read."""

    sentence: str
    on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class Collection:
    """What one part of the application holds; `has_more` where only the newest are named."""

    title: str
    held: tuple[Held, ...]
    has_more: bool = False


# A page names this many records of each kind; the rest is told to be there.
MOST = 100

Collector = Callable[[Sought], Iterable[Held]]
_collectors: dict[str, tuple[str, Collector]] = {}


def register(name: str, *, title: str, collector: Collector) -> None:
    """Add a collector: given by what a person is found, it yields the newest records first."""
    _collectors[name] = (title, collector)


def collect(sought: Sought) -> list[Collection]:
    """Everything about the person that the reader may see, part by part; empty parts included."""
    if sought.is_nobody:
        return []
    found = []
    for title, collector in _collectors.values():
        held = tuple(_first(collector(sought), MOST + 1))
        found.append(Collection(str(title), held[:MOST], len(held) > MOST))
    return found


def _first(held: Iterable[Held], most: int) -> Iterable[Held]:
    for number, each in enumerate(held):
        if number == most:
            return
        yield each
