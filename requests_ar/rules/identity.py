"""Whether a number or an address is that of the person of a request, as far as anybody can tell.

A number is typed by hand: one digit beside it is another child. Before anything is erased by it,
the name that stands with it here is laid beside the name in the request.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from privacyboard.organisation.rules import sort_key
from privacyboard.people.rules.names import split_name


class Doubt(StrEnum):
    """Why a human must look before a number or an address is used."""

    UNKNOWN = "unknown"
    NAME = "name"
    BIRTH = "birth"


@dataclass(frozen=True)
class Known:
    """Somebody whom our own records have by a number or an address; `words` tells who it is."""

    first: str
    last: str
    words: str
    born_on: date | None = None


@dataclass(frozen=True)
class Means:
    """A number or an address by which a person is looked for, and who has it in our records.

    `others`: those of `known` who do not fit the person, where that is what is in doubt.
    """

    value: str
    is_number: bool
    known: tuple[Known, ...] = ()
    doubt: Doubt | None = None
    others: tuple[Known, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether the person can have it, and somebody else has it too."""
        return 0 < len(self.others) < len(self.known)


def fits(name: str, *, first: str, last: str) -> bool:
    """Whether a name as it was typed can be that of somebody with this first and last name.

    An initial fits a first name; a last name alone fits nobody: brothers and sisters share it.
    """
    typed, family = _words(name), _words(split_name(last)[2])
    if not typed & family:
        return False
    own, given = typed - family, _words(first)
    return not given or any(_same(one, other) for one in own for other in given)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", sort_key(name)))


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def doubt_about(
    known: Collection[Known], *, is_number: bool, name: str, born_on: date | None
) -> tuple[Doubt | None, tuple[Known, ...]]:
    """What is in doubt about a number or address that these people have, and who do not fit.

    One who fits does not speak for the rest: by the mailbox of a family the mail about a brother
    is found too. An address that nobody here has is that of the person: nothing else of anybody
    hangs on it. A number that nobody here has can still be that of a child who left.
    """
    if not known:
        return (Doubt.UNKNOWN if is_number else None), ()
    if others := tuple(each for each in known if not fits(name, first=each.first, last=each.last)):
        return Doubt.NAME, others
    if others := tuple(each for each in known if not _same_day(each.born_on, born_on)):
        return Doubt.BIRTH, others
    return None, ()


def _same_day(one: date | None, other: date | None) -> bool:
    return None in (one, other) or one == other
