"""The demo board and a large one, as they were made once in this worker."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from privacyboard.demo import loading
from privacyboard.demo.populate import populate
from tests.conftest import NOW
from tests.factories.pictures import Picture


@cache
def picture_of_the_demo() -> Picture[None]:
    """The demo board as of `NOW`: its rows, without the files that stand beside them."""
    return Picture(lambda: loading.load(at=NOW))


def put_back_large(counts: Mapping[str, int]) -> None:
    """What `manage.py populate` made of these counts."""
    _picture_of(tuple(counts.items())).put_back()


@cache
def _picture_of(counts: tuple[tuple[str, int], ...]) -> Picture[None]:
    def make() -> None:
        populate(dict(counts), seed=1, at=NOW)

    return Picture(make)
