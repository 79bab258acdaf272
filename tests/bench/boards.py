"""Databases of the bench's own: one to fill small, one sixteen times as large, one per module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import setup_databases, teardown_databases


class Boards:
    """Empty databases with the same tables; one of them at a time is the default."""

    def __init__(self, count: int) -> None:
        original = self.original = connections["default"]
        self.wrappers: list[BaseDatabaseWrapper] = []
        for number in range(1, count + 1):
            wrapper: Any = connections.create_connection("default")
            wrapper.settings_dict = original.creation.get_test_db_clone_settings(str(number))
            self.wrappers.append(wrapper)

    def use(self, number: int) -> None:
        """Let everything that follows speak with this board; its connection stays open."""
        connections["default"] = self.wrappers[number]

    def close(self) -> None:
        """Close every connection, so that the databases can be dropped."""
        for wrapper in self.wrappers:
            wrapper.close()
        connections["default"] = self.original


@contextmanager
def boards(count: int) -> Iterator[Boards]:
    """That many empty databases, gone afterwards."""
    connections["default"].settings_dict["TEST"]["NAME"] = f"bench_privacyboard_{os.getpid()}"
    old = setup_databases(verbosity=0, interactive=False, parallel=max(2, count))
    made = Boards(count)
    try:
        yield made
    finally:
        made.close()
        teardown_databases(old, verbosity=0, parallel=max(2, count))
