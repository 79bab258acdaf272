"""Why something stays, and the people of whom something is asked: by what a case can know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from privacyboard.clockwork.querysets import Prepared, one_of
from privacyboard.organisation.models import Guardian, Guardianship, Pupil

_NAME = ("first_name", "infix", "last_name")


@dataclass(frozen=True)
class Held:
    """Why something must stay, who owns the reason and when it is looked at again.

    The reason is read by whoever carries out a destruction: it names no confidential case.
    """

    reason: str
    owner: str = ""
    review_on: date | None = None
    # Which case it is, for the machine alone: an erasure is not stopped by its own request.
    case: str = field(default="", compare=False, repr=False)


Reasons = dict[int, list[Held]]


_PUPILS = Prepared(
    lambda pupils: (
        Pupil.objects.filter(one_of(pupils))
        .order_by()
        .values_list("pk", "school_id", "key", "email", *_NAME)
    )
)
_TIES = Prepared(
    lambda pupils, guardians: (
        Guardianship.objects.filter(Q(one_of(pupils, "pupil")) | Q(one_of(guardians, "guardian")))
        .order_by("pk")
        .values_list("pupil_id", "guardian_id", "guardian__email", "pupil__school_id", "pupil__key")
    )
)


class People:
    """Pupils and guardians, each with the keys of the records that were asked about.

    What they are known by is read when it is first asked: one query for the pupils, and one for
    who stands for whom; never one for each person.
    """

    def __init__(
        self, *, pupils: Mapping[int, Sequence[int]], guardians: Mapping[int, Sequence[int]]
    ) -> None:
        self.pupils, self.guardians = pupils, guardians

    @classmethod
    def of_pupils(cls, pupils: Iterable[int]) -> People:
        """These pupils themselves."""
        return cls(pupils={pupil: [pupil] for pupil in pupils}, guardians={})

    def __bool__(self) -> bool:
        return bool(self.pupils or self.guardians)

    def spread(self, pupils: dict[int, list[Held]], guardians: dict[int, list[Held]]) -> Reasons:
        """The holds on these people, by the keys of their records."""
        found: Reasons = {}
        for records, told in ((self.pupils, pupils), (self.guardians, guardians)):
            for person, reasons in told.items():
                for key in records.get(person, ()):
                    found.setdefault(key, []).extend(reasons)
        return found

    @cached_property
    def _known_pupils(self) -> list[tuple[int, int, str, str, str]]:
        if not self.pupils:
            return []
        rows = _PUPILS.rows(self.pupils)
        return [
            (pk, school, key, email.lower(), " ".join(part for part in parts if part).lower())
            for pk, school, key, email, *parts in rows
        ]

    @cached_property
    def numbers(self) -> dict[str, list[tuple[int, int]]]:
        """By the number of a pupil: the school where it is that, and the pupil."""
        found: dict[str, list[tuple[int, int]]] = {}
        for pk, school, number, _email, _name in self._known_pupils:
            found.setdefault(number, []).append((school, pk))
        found.pop("", None)
        return found

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Pupils by the whole name, in small letters."""
        found: dict[str, list[int]] = {}
        for pk, _school, _number, _email, name in self._known_pupils:
            found.setdefault(name, []).append(pk)
        return found

    @cached_property
    def _ties(self) -> list[tuple[Any, ...]]:
        """Pupil, guardian, the address of that guardian, the school and number of that pupil."""
        return _TIES.rows(self.pupils, self.guardians)

    @cached_property
    def pupils_at(self) -> dict[str, list[int]]:
        """Pupils by their own address or that of who stands for them, in small letters."""
        known = [(pk, email) for pk, _school, _number, email, _name in self._known_pupils]
        known += [(pupil, email) for pupil, _guardian, email, *_ in self._ties]
        found: dict[str, list[int]] = {}
        for pupil, email in known:
            if email and pupil in self.pupils:
                found.setdefault(email.lower(), []).append(pupil)
        return found

    @cached_property
    def guardians_at(self) -> dict[str, list[int]]:
        """Guardians by their address, in small letters."""
        known = {guardian: email for _pupil, guardian, email, *_ in self._ties}
        if alone := sorted(self.guardians.keys() - known.keys()):  # who stands for nobody
            known |= dict(Guardian.objects.filter(one_of(alone)).values_list("pk", "email"))
        found: dict[str, list[int]] = {}
        for guardian, email in known.items():
            if email and guardian in self.guardians:
                found.setdefault(email.lower(), []).append(guardian)
        return found

    @cached_property
    def guardians_of(self) -> dict[tuple[int, str], list[int]]:
        """Guardians by the school and the number of the pupil for whom they stand."""
        found: dict[tuple[int, str], list[int]] = {}
        for _pupil, guardian, _email, school, number in self._ties if self.guardians else ():
            if guardian in self.guardians:
                found.setdefault((school, number), []).append(guardian)
        return found
