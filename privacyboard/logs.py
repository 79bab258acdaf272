"""What a log may say of an error: its kind and where it happened, never its own words.

The words of an error can be somebody's: a database repeats the row that it refused. No retention
reaches a log.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any


class Discreet(logging.Formatter):
    """Writes an error as its places in the code and its kind."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name that logging calls
        """The error and those behind it, the last one first."""
        return "\nafter ".join(_told(each) for each in _chain(ei[1]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    places: TracebackType | None = error.__traceback__
    return f"{type(error).__qualname__}\n{''.join(traceback.format_tb(places))}".rstrip()
