"""What must stay, although its term is over: holds that people put, and open cases.

An app registers a source in its `AppConfig.ready()`; whoever is about to destroy asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from privacyboard.clockwork.models import Hold
from privacyboard.clockwork.querysets import one_of
from privacyboard.organisation.models import Guardian, Guardianship, Pupil


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
Source = Callable[[type[models.Model], Sequence[int]], Reasons]
PeopleSource = Callable[[int, Collection[str]], dict[str, list[Held]]]
_sources: dict[str, Source] = {}
_people: dict[str, PeopleSource] = {}
# What `held` is asking about, and what is known of it by now.
_asked: ContextVar[Any] = ContextVar("asked", default=(None, None, []))


def register(name: str, source: Source) -> None:
    """Add a source: of records of one model, given by key, it tells which are held and why."""
    _sources[name] = source


def register_people(name: str, source: PeopleSource) -> None:
    """The same of the pupils of a school, by their numbers: what other systems hold of them."""
    _people[name] = source


def held(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """All holds on these records, per primary key; no key where nothing holds."""
    token = _asked.set((model, keys, []))
    try:
        return _held(model, keys)
    finally:
        _asked.reset(token)


def _held(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    found = _put_on(model, keys)
    for key, reasons in _put_on_pupils(model, keys).items():
        found.setdefault(key, []).extend(reasons)
    for source in _sources.values():
        for key, reasons in source(model, keys).items():
            found.setdefault(key, []).extend(reasons)
    return {key: _once(reasons) for key, reasons in found.items()}


def _once(reasons: list[Held]) -> list[Held]:
    """Two sources can tell of the same case: of the record, and of the pupil whose it is."""
    return list({(each, each.case): each for each in reasons}.values())


def held_people(school_id: int, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """All holds on these pupils of a school, per pupil number; no number where nothing holds."""
    running = Hold.objects.running().filter(school=school_id, person_key__in=person_keys)
    found: dict[str, list[Held]] = {}
    for hold in running.select_related("owner").order_by("pk"):
        found.setdefault(hold.person_key, []).append(_told(hold))
    for source in _people.values():
        for key, reasons in source(school_id, person_keys).items():
            found.setdefault(key, []).extend(reasons)
    return {key: _once(reasons) for key, reasons in found.items()}


def keys_by(
    person: type[models.Model], model: type[models.Model], keys: Sequence[int]
) -> dict[int, list[int]]:
    """Of these records, those of each person (a pupil, a guardian); a person's own record too.

    It asks the foreign keys of the model: also of an app that this one does not know.
    """
    if model is person:
        return {key: [key] for key in keys}
    asked_model, asked_keys, known = _asked.get()
    if asked_model is not model or asked_keys is not keys:
        return _read_people_of(model, keys).get(person, {})
    if not known:  # one query for all sources that `held` asks about the same records
        known.append(_read_people_of(model, keys))
    found: dict[int, list[int]] = known[0].get(person, {})
    return found


def _read_people_of(
    model: type[models.Model], keys: Sequence[int]
) -> dict[type[models.Model], dict[int, list[int]]]:
    columns = [
        each for each in model._meta.concrete_fields if each.related_model in (Pupil, Guardian)
    ]
    found: dict[Any, dict[int, list[int]]] = {Pupil: {}, Guardian: {}}
    if not columns:
        return found
    named = model._base_manager.filter(one_of(keys))
    for key, *owners in named.values_list("pk", *(each.attname for each in columns)):
        for column, owner in zip(columns, owners, strict=True):
            if owner is not None:
                found[column.related_model].setdefault(owner, []).append(key)
    return found


def _put_on(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """The holds of the table on these records themselves."""
    asked = {str(key): key for key in keys}
    found: Reasons = {}
    # Of one kind of record few are held: which of them are asked about is told here.
    named = Hold.objects.running().filter(subject_type=model._meta.label_lower)
    for hold in named.exclude(subject_id="").select_related("owner").order_by("pk"):
        if hold.subject_id in asked:
            found.setdefault(asked[hold.subject_id], []).append(_told(hold))
    return found


def _put_on_pupils(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """The holds that people put on the number of a pupil, of the records that point to that pupil
    or to whoever stands for the pupil. Asked from the holds: they are few."""
    held: dict[tuple[int | None, str], list[Held]] = {}
    for hold in Hold.objects.running().exclude(person_key="").select_related("owner"):
        held.setdefault((hold.school_id, hold.person_key), []).append(_told(hold))
    if not held:
        return {}
    schools, numbers = zip(*held, strict=True)
    named = Pupil.objects.filter(school__in=schools, key__in=numbers)
    pupils = {
        pupil: held.get((school, number), [])
        for pupil, school, number in named.values_list("pk", "school_id", "key")
    }
    guardians: dict[int, list[Held]] = {}
    ties = Guardianship.objects.filter(pupil__in=pupils)
    for guardian, pupil in ties.values_list("guardian", "pupil"):
        guardians.setdefault(guardian, []).extend(pupils[pupil])
    found: Reasons = {}
    for person, reasons in ((Pupil, pupils), (Guardian, guardians)):
        for who, records in keys_by(person, model, keys).items():
            for record in records:
                if reasons.get(who):
                    found.setdefault(record, []).extend(reasons[who])
    return found


def _told(hold: Hold) -> Held:
    return Held(str(hold.get_kind_display()), hold.owner.name, hold.review_on)


def each_held_by(people: Iterable[tuple[int, int, str]]) -> Reasons:
    """For records of pupils, each as (key, school, pupil number): the holds on those pupils."""
    schools: dict[int, dict[str, list[int]]] = {}
    for key, school_id, person_key in people:
        schools.setdefault(school_id, {}).setdefault(person_key, []).append(key)
    found: Reasons = {}
    for school_id, numbers in schools.items():
        for number, reasons in held_people(school_id, numbers).items():
            for key in numbers[number]:
                found.setdefault(key, []).extend(reasons)
    return found
