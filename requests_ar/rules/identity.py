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
    """Somebody whom our own records have by a number or an address; `words` tells who it is.

    `record` is the row: label of the table and key. Of one who `is_unseen` the reader may not know
    more than that there is one: there are no words.
    """

    first: str
    last: str
    words: str
    born_on: date | None = None
    record: tuple[str, int] = ("", 0)
    is_unseen: bool = False

    @property
    def mark(self) -> str:
        """By which a form points at this one."""
        return f"{self.record[0]}:{self.record[1]}"


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

    @property
    def is_beyond(self) -> bool:
        """Whether one of the others is nobody whom the reader may see: another must look."""
        return any(each.is_unseen for each in self.others)

    @property
    def seen_others(self) -> tuple[Known, ...]:
        """The others of whom the reader may know who they are."""
        return tuple(each for each in self.others if not each.is_unseen)

    @property
    def to_point_at(self) -> tuple[Known, ...]:
        """Who can be the person under another name: somebody must say so of each."""
        return () if self.is_beyond else self.others

    def is_usable(self, sure: Collection[str]) -> bool:
        """Whether it is looked and erased by, with what somebody made sure of.

        Who points at somebody with it as the person, says that it is the person's.
        """
        if self.doubt is None:
            return True
        marks = {self.value, *(each.mark for each in self.others)}
        return not self.is_beyond and not marks.isdisjoint(sure)

    def are_own(self, sure: Collection[str]) -> frozenset[tuple[str, int]]:
        """The records that are the person's, as far as anybody can tell."""
        own = [each for each in self.known if each not in self.others or each.mark in sure]
        return frozenset(each.record for each in own)


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
    by_name = [each for each in known if not fits(name, first=each.first, last=each.last)]
    others = tuple(
        each for each in known if each in by_name or not _same_day(each.born_on, born_on)
    )
    doubt = Doubt.NAME if by_name else Doubt.BIRTH
    return (doubt, others) if others else (None, ())


def _same_day(one: date | None, other: date | None) -> bool:
    return None in (one, other) or one == other
