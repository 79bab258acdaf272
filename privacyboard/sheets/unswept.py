"""A file of thousands of rows, without the search for garbage that finds none in it.

Rows and records point at one another in no circle: what is done with them goes away by itself. Yet
their number alone makes Python look through everything that the process holds, several times; that
took a fifth of an import.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Put off the search for garbage until the work is done; also a decorator."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
