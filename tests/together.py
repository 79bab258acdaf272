"""Doing things at the same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

from privacyboard.audit.acts import ActRefused

T = TypeVar("T")


def together(*acts: Callable[[], T]) -> list[T]:
    """What comes of each, in order; what one of them raises is raised here."""
    begin = Barrier(len(acts), timeout=60)

    def alone(act: Callable[[], T]) -> T:
        try:
            begin.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(alone, acts))


def together_or_refused(*acts: Callable[[], object]) -> list[str]:
    """Of each act why it was refused, in order; "" where it was not."""

    def trying(act: Callable[[], object]) -> Callable[[], str]:
        def tried() -> str:
            try:
                act()
            except ActRefused as refusal:
                return " ".join(refusal.errors.values())
            return ""

        return tried

    return together(*[trying(each) for each in acts])
