"""Why something stays, and the people of whom something is asked: by what a case can know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from privacyboard.clockwork.querysets import Prepared, one_of
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, Teacher, User

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
        .values_list(
            *("pupil_id", "guardian_id", "pupil__school_id", "pupil__key"),
            *("guardian__email", "guardian__other_emails"),
        )
    )
)
_NOW = Pupil.objects.filter(pk=OuterRef("id"), school=OuterRef("school"), key=OuterRef("key"))
_FORMER = Prepared(
    lambda pupils: (
        Pupil.history.filter(~Exists(_NOW), one_of(pupils, "id"))
        .order_by()
        .values_list("id", "school_id", "key")
        .distinct()
    )
)


class People:
    """Pupils and guardians, each with the keys of the records that were asked about.

    What they are known by is read when it is first asked: one query for the pupils, one for who
    stands for whom, and one for the numbers of before; never one for each person.
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
        """By the number of a pupil, also one of before: the school where it is that, and the pupil.

        A hold and a request say what the number was on their day.
        """
        found: dict[str, list[tuple[int, int]]] = {}
        for pk, school, number, _email, _name in self._known_pupils:
            found.setdefault(number, []).append((school, pk))
        for pk, school, number in self._former:
            if pk in self.pupils:
                found.setdefault(number, []).append((school, pk))
        found.pop("", None)
        return found

    @cached_property
    def _former(self) -> list[tuple[Any, ...]]:
        """Pupil, school and number, of each number that is another one by now."""
        tied = {tie[0] for tie in self._ties} if self.guardians else set()
        return _FORMER.rows(tied.union(self.pupils))

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """Pupils by the whole name, in small letters."""
        found: dict[str, list[int]] = {}
        for pk, _school, _number, _email, name in self._known_pupils:
            found.setdefault(name, []).append(pk)
        return found

    @cached_property
    def _ties(self) -> list[tuple[Any, ...]]:
        """Pupil, guardian, the school and number of that pupil, the addresses of that guardian."""
        return _TIES.rows(self.pupils, self.guardians)

    @cached_property
    def pupils_at(self) -> dict[str, list[int]]:
        """Pupils by their own address or that of who stands for them, in small letters."""
        known = [(pk, email) for pk, _school, _number, email, _name in self._known_pupils]
        for pupil, _guardian, _school, _number, email, others in self._ties:
            known += [(pupil, each) for each in (email, *others)]
        found: dict[str, list[int]] = {}
        for pupil, email in known:
            if email and pupil in self.pupils:
                found.setdefault(email.lower(), []).append(pupil)
        return found

    @cached_property
    def guardians_at(self) -> dict[str, list[int]]:
        """Guardians by their addresses, in small letters."""
        known = {tie[1]: (tie[4], *tie[5]) for tie in self._ties}
        if alone := sorted(self.guardians.keys() - known.keys()):  # who stands for nobody
            rows = Guardian.objects.filter(one_of(alone)).values_list("pk", "email", "other_emails")
            known |= {guardian: (email, *others) for guardian, email, others in rows}
        found: dict[str, list[int]] = {}
        for guardian, emails in known.items():
            for email in dict.fromkeys(each.lower() for each in emails if each):
                if guardian in self.guardians:
                    found.setdefault(email, []).append(guardian)
        return found

    @cached_property
    def guardians_of(self) -> dict[tuple[int, str], list[int]]:
        """Guardians by the school and the numbers of the pupil for whom they stand."""
        found: dict[tuple[int, str], list[int]] = {}
        of_pupil: dict[int, list[int]] = {}
        for pupil, guardian, school, number, *_ in self._ties if self.guardians else ():
            if guardian in self.guardians:
                found.setdefault((school, number), []).append(guardian)
                of_pupil.setdefault(pupil, []).append(guardian)
        for pupil, school, number in self._former if self.guardians else ():
            found.setdefault((school, number), []).extend(of_pupil.get(pupil, ()))
        return found


def numbers_of(school_id: int, numbers: Collection[str]) -> dict[str, set[str]]:
    """Of each number at a school: it, and what who has or had it has or had as well."""
    past = Pupil.history.filter(school=school_id).order_by()
    now = Pupil.objects.filter(school=school_id).order_by()
    whose = set(past.filter(key__in=numbers).values_list("id", flat=True))
    whose |= set(now.filter(key__in=numbers).values_list("pk", flat=True))
    of_pupil: dict[int, set[str]] = {}
    rows = past.filter(id__in=whose).values_list("id", "key")
    for pupil, key in rows.union(now.filter(pk__in=whose).values_list("pk", "key")):
        of_pupil.setdefault(pupil, set()).add(key)
    found = {number: {number} for number in numbers}
    for keys in of_pupil.values():
        for number in keys & found.keys():
            found[number] |= keys - {""}
    return found


def staff_at(model: type[Model], keys: Sequence[int]) -> dict[str, list[int]]:
    """Of teachers or accounts: their keys by their address, in small letters; of others nothing."""
    found: dict[str, list[int]] = {}
    if model in (Teacher, User):
        rows = model._base_manager.filter(one_of(keys)).values_list("pk", "email")
        for pk, email in rows.order_by("pk"):
            if email:
                found.setdefault(email.lower(), []).append(pk)
    return found
