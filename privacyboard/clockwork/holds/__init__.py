"""What must stay, although its term is over: holds that people put, and open cases.

An app registers a source in its `AppConfig.ready()`; whoever is about to destroy asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextvars import ContextVar
from functools import cached_property
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models.expressions import Combinable

from privacyboard.clockwork.holds.people import Held, People, Reasons, numbers_of, staff_at
from privacyboard.clockwork.models import Hold
from privacyboard.clockwork.querysets import Prepared, one_of
from privacyboard.organisation.models import Guardian, Pupil

__all__ = [
    "Held",
    "People",
    "Reasons",
    "are_put_on",
    "each_held_by",
    "held",
    "held_people",
    "keys_by",
    "people_of",
    "register",
    "register_about",
    "register_case",
    "register_people",
    "staff_at",
    "whose",
]

Source = Callable[[type[models.Model], Sequence[int]], Reasons]
PeopleSource = Callable[[int | None, Collection[str]], dict[str, list[Held]]]
_sources: dict[str, Source] = {}
_people: dict[str, PeopleSource] = {}
# Whose records rows can be: of each, the keys of its rows.
_owners: dict[type[models.Model], None] = dict.fromkeys((Pupil, Guardian))
_Owners = dict[type[models.Model], dict[int, list[int]]]
_about: dict[type[models.Model], tuple[str | Combinable, str]] = {}
# Keys are whole numbers of 64 bits.
_MOST_DIGITS = 18
# What `held` is asking about, and what is known of it by now.
_asked: ContextVar[_Asking | None] = ContextVar("asked", default=None)


def register(name: str, source: Source) -> None:
    """Add a source: of records of one model, given by key, it tells which are held and why."""
    _sources[name] = source


def register_people(name: str, source: PeopleSource) -> None:
    """The same of the pupils of a school, by their numbers: what other systems hold of them.

    Without a school: of the staff of the board's own office.
    """
    _people[name] = source


def register_case(model: type[models.Model]) -> None:
    """Say that rows which point to this model belong to its records: `keys_by` then finds them."""
    _owners[model] = None


def register_about(
    model: type[models.Model], *, kind: str | Combinable, number: str = "subject_id"
) -> None:
    """Say that each row of this model tells of a record, whatever table that is in.

    `kind` gives the label of the table and `number` the key, as a text. What holds that record
    holds the row too.
    """
    _about[model] = (kind, number)


def held(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """All holds on these records, per primary key; no key where nothing holds."""
    token = _asked.set(_Asking(model, keys, within=_asked.get()))
    try:
        return _held(model, keys)
    finally:
        _asked.reset(token)


def _held(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    found = _put_on(model, keys)
    for source in (_put_on_pupils, _on_what_it_is_about, *_sources.values()):
        for key, reasons in source(model, keys).items():
            found.setdefault(key, []).extend(reasons)
    return {key: _once(reasons) for key, reasons in found.items()}


def _once(reasons: list[Held]) -> list[Held]:
    """Two sources can tell of the same case: of the record, and of the pupil whose it is."""
    return list({(each, each.case): each for each in reasons}.values())


def held_people(school_id: int | None, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """All holds on these pupils of a school, per pupil number; no number where nothing holds.

    Without a school: on staff of the board's own office, by their numbers.
    """
    running = Hold.objects.running().filter(school=school_id, person_key__in=person_keys)
    found: dict[str, list[Held]] = {}
    for hold in running.select_related("owner").order_by("pk"):
        found.setdefault(hold.person_key, []).append(_told(hold))
    for source in _people.values():
        for key, reasons in source(school_id, person_keys).items():
            found.setdefault(key, []).extend(reasons)
    return {key: _once(reasons) for key, reasons in found.items()}


def keys_by(
    owner: type[models.Model], model: type[models.Model], keys: Sequence[int]
) -> dict[int, list[int]]:
    """Of these records, those of each pupil, guardian or case; of a pupil's own record: itself.

    It asks the foreign keys of the model: also of an app that this one does not know.
    """
    return _asking(model, keys).owners.get(owner, {})


def people_of(model: type[models.Model], keys: Sequence[int]) -> People:
    """The pupils and guardians of these records, and by what a case can know them."""
    return _asking(model, keys).people


def are_put_on(subjects: type[models.Model]) -> bool:
    """Whether any hold runs on a record of this model; costs nothing while `held` is asking."""
    asking = _asked.get() or _Asking(subjects, (), within=None)
    return subjects._meta.label_lower in {each.subject_type for each in asking.running}


class _Running(NamedTuple):
    """A hold that runs, as far as it takes to tell what it touches."""

    pk: int
    school_id: int | None
    person_key: str
    subject_type: str
    subject_id: str


_RUNNING = Prepared(lambda: Hold.objects.running().order_by("pk").values_list(*_Running._fields))


class _Asking:
    """What `held` asks about. What all sources need to know of it is read once."""

    def __init__(
        self, model: type[models.Model], keys: Sequence[int], *, within: _Asking | None
    ) -> None:
        self.model, self.keys, self._within = model, keys, within

    @cached_property
    def running(self) -> list[_Running]:
        """All holds that run: they are few."""
        if self._within:
            return self._within.running
        return [_Running(*each) for each in _RUNNING.rows()]

    @cached_property
    def owners(self) -> _Owners:
        found = _read_owners_of(self.model, self.keys)
        if self.model in _owners:
            found[self.model] = {key: [key] for key in self.keys}
        return found

    @cached_property
    def people(self) -> People:
        return People(pupils=self.owners.get(Pupil, {}), guardians=self.owners.get(Guardian, {}))


def _asking(model: type[models.Model], keys: Sequence[int]) -> _Asking:
    asked = _asked.get()
    if asked is not None and asked.model is model and asked.keys is keys:
        return asked
    return _Asking(model, keys, within=None)


def _read_owners_of(model: type[models.Model], keys: Sequence[int]) -> _Owners:
    columns = [each for each in model._meta.concrete_fields if each.related_model in _owners]
    found: _Owners = {}
    if not columns:
        return found
    names = [each.attname for each in columns]
    if model not in _together:
        _together[model] = Prepared(lambda asked: _by_owners(model, names, asked))
    for *owners, records in _together[model].rows(keys):
        for column, owner in zip(columns, owners, strict=True):
            if owner is not None:
                of_kind = found.setdefault(cast(Any, column.related_model), {})
                of_kind.setdefault(owner, []).extend(records)
    return found


def _by_owners(model: type[models.Model], names: list[str], keys: Sequence[int]) -> Any:
    """One line for each combination of owners: of a pupil there can be a thousand records."""
    rows = model._base_manager.filter(one_of(keys)).order_by().values(*names)
    return rows.annotate(records=ArrayAgg("pk")).values_list(*names, "records")


_together: dict[type[models.Model], Prepared] = {}


def _on_what_it_is_about(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """Of rows that tell of records: the holds on those. Asked per table, never per row."""
    found: Reasons = {}
    for subject, records in _told_of(model, keys).items():
        for record, reasons in held(subject, sorted(records)).items():
            for key in records[record]:
                found.setdefault(key, []).extend(reasons)
    return found


def _told_of(model: type[models.Model], keys: Sequence[int]) -> _Owners:
    """Of rows that tell of records, by table: of each record the keys of its rows."""
    if model not in _about:
        return {}
    kind, number = _about[model]
    told: dict[str, dict[int, list[int]]] = {}
    rows = model._base_manager.filter(one_of(keys)).order_by()
    for key, label, text in rows.values_list("pk", kind, number):
        if _is_key(text):
            told.setdefault(label, {}).setdefault(int(text), []).append(key)
    tables = ((_model_of(label), records) for label, records in sorted(told.items()))
    return {subject: records for subject, records in tables if subject is not None}


def whose(model: type[models.Model], keys: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    """Of each of these records whose it is, each as (label of the table, key).

    Itself, the pupil and the guardian to whom it points, and those of what it tells of.
    """
    found = {key: {(model._meta.label_lower, key)} for key in keys}
    people = people_of(model, keys)
    for owner, records_of in ((Pupil, people.pupils), (Guardian, people.guardians)):
        for person, records in records_of.items():
            for key in records:
                found[key].add((owner._meta.label_lower, person))
    for subject, told in _told_of(model, keys).items():
        for record, owners in whose(subject, sorted(told)).items():
            for key in told[record]:
                found[key] |= owners
    return found


def _is_key(text: str | None) -> bool:
    return bool(text) and str(text).isdecimal() and len(str(text)) <= _MOST_DIGITS


def _model_of(label: str) -> type[models.Model] | None:
    """The model of that label, if there is one still and its keys are numbers."""
    try:
        model: type[models.Model] = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if isinstance(model._meta.pk, models.AutoField | models.BigAutoField) else None


def _put_on(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """The holds of the table on these records themselves."""
    label = model._meta.label_lower
    named = [hold for hold in _asking(model, keys).running if hold.subject_type == label]
    asked = {str(key): key for key in keys} if named else {}
    return _tell((asked[hold.subject_id], hold.pk) for hold in named if hold.subject_id in asked)


def _put_on_pupils(model: type[models.Model], keys: Sequence[int]) -> Reasons:
    """The holds that people put on the number of a pupil, of the records that point to that pupil
    or to whoever stands for the pupil."""
    people = people_of(model, keys)
    numbered = [hold for hold in _asking(model, keys).running if hold.person_key]
    if not (people and numbered):
        return {}
    meant = []
    for hold in numbered:
        for school, pupil in people.numbers.get(hold.person_key, ()):
            if school == hold.school_id:
                meant += [(key, hold.pk) for key in people.pupils[pupil]]
        for guardian in people.guardians_of.get((hold.school_id or 0, hold.person_key), ()):
            meant += [(key, hold.pk) for key in people.guardians[guardian]]
    return _tell(meant)


def _tell(meant: Iterable[tuple[int, int]]) -> Reasons:
    """The reasons of records, each given as its key and that of the hold on it."""
    pairs = list(meant)
    found: Reasons = {}
    if not pairs:
        return found
    holds = Hold.objects.filter(pk__in={hold for _key, hold in pairs}).select_related("owner")
    told = {hold.pk: _told(hold) for hold in holds}
    for key, hold in pairs:
        found.setdefault(key, []).append(told[hold])
    return found


def _told(hold: Hold) -> Held:
    return Held(str(hold.get_kind_display()), hold.owner.name, hold.review_on)


def each_held_by(people: Iterable[tuple[int, int, str]]) -> Reasons:
    """For records of pupils, each as (key, school, pupil number): the holds on those pupils.

    Such a record keeps the number of its day: what holds another number of that pupil holds it too.
    """
    schools: dict[int, dict[str, list[int]]] = {}
    for key, school_id, person_key in people:
        schools.setdefault(school_id, {}).setdefault(person_key, []).append(key)
    found: Reasons = {}
    for school_id, numbers in schools.items():
        same = numbers_of(school_id, numbers)
        told = held_people(school_id, set().union(*same.values()))
        for number, others in same.items():
            reasons = [each for other in sorted(others) for each in told.get(other, ())]
            for key in numbers[number] if reasons else ():
                found.setdefault(key, []).extend(reasons)
    return found
