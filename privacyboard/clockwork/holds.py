"""Legal holds: reasons why something may not be destroyed yet, told by the apps upstairs.

An app registers a source in its `AppConfig.ready()`; whoever is about to destroy asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models


@dataclass(frozen=True)
class Hold:
    """Why a record must stay, who owns the reason and when it is looked at again."""

    reason: str
    owner: str
    review_on: date | None = None


HoldSource = Callable[[Sequence[models.Model]], dict[int, list[Hold]]]
_sources: dict[str, HoldSource] = {}


def register(name: str, source: HoldSource) -> None:
    """Add a source: given records of one model, it returns the holds per primary key."""
    _sources[name] = source


def holds_on(records: Sequence[models.Model]) -> dict[int, list[Hold]]:
    """All holds on these records (of one model), per primary key; no key where nothing holds."""
    found: dict[int, list[Hold]] = {}
    for source in _sources.values():
        for key, holds in source(records).items():
            found.setdefault(key, []).extend(holds)
    return found
