"""One bad thing keeps no other waiting: it is passed by, and told when all had their turn."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

Thing = TypeVar("Thing")
Turn = Callable[[], AbstractContextManager[None]]
# Of a batch that fails so many are tried one by one. When none of these can be done, it is not
# because of one of them.
_PROBES = 8
# So often a batch may fail in parts: enough to find eight bad ones among two thousand.
_MOST_FAILURES = 100


def is_away(problem: Exception) -> bool:
    """Whether the database is away: then nothing else can be done either."""
    return isinstance(problem, OperationalError | InterfaceError) and not connection.is_usable()


@contextmanager
def in_turn() -> Iterator[Turn]:
    """Give each thing a turn of its own: what fails is passed by.

    The first problem is raised when all had their turn; at once while the database is away.
    """
    first: list[Exception] = []

    @contextmanager
    def turn() -> Iterator[None]:
        try:
            yield
        except Exception as problem:
            if is_away(problem):
                raise
            # Only the kind: the text of an error can hold a name.
            logger.warning("passed by: %s", type(problem).__name__)
            if not first:
                first.append(problem)

    yield turn
    if first:
        raise first[0]


@dataclass
class PassedBy(Generic[Thing]):
    """What of a batch could not be done: those known to be bad, and those that stood beside one
    when it had failed too often; and why."""

    bad: list[Thing] = field(default_factory=list)
    beside: int = 0
    problem: Exception | None = None
    # Not one of it could be done: it is not because of one of them.
    is_all: bool = False

    @property
    def number(self) -> int:
        """How many could not be done."""
        return len(self.bad) + self.beside

    def tell(self) -> None:
        """Raise why something could not be done; nothing, when all could be after all."""
        if self.problem and self.number:
            raise self.problem


def past_bad(batch: Sequence[Thing], do: Callable[[Sequence[Thing]], object]) -> PassedBy[Thing]:
    """Do a batch at once. Where that fails, in halves and halves of those, past what is bad.

    `do` does all it is given or nothing. Raises only while the database is away.
    """
    passed: PassedBy[Thing] = PassedBy()
    failures = 0

    def fails(part: Sequence[Thing]) -> bool:
        nonlocal failures
        try:
            do(part)
        except Exception as problem:
            if is_away(problem):
                raise
            passed.problem = problem
            failures += 1
            if len(part) == 1:
                passed.bad.append(part[0])
            return True
        return False

    if not fails(batch) or len(batch) == 1:
        passed.is_all = bool(passed.bad)
        return passed
    # In no order: else the same ones would stand beside what is bad each time.
    mixed = random.sample(batch, len(batch))
    probes, rest = mixed[:_PROBES], mixed[_PROBES:]
    if sum(fails([each]) for each in probes) == len(probes):
        passed.is_all, passed.beside = True, len(rest)
        return passed
    parts = [rest] if rest else []
    while parts and failures < _MOST_FAILURES:
        part = parts.pop()
        if fails(part) and len(part) > 1:
            half = len(part) // 2
            parts += [part[:half], part[half:]]
    passed.beside = sum(map(len, parts))
    return passed
