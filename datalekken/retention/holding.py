"""What open cases hold: nothing of it is destroyed, here or elsewhere, before they are done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from datalekken.models import (
    ApNumber,
    Breach,
    Measure,
    Notification,
    NotificationPaper,
    ToldPerson,
)
from datalekken.rules.states import OPEN
from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.querysets import Prepared, one_of, one_of_texts
from privacyboard.organisation.models import Pupil


def held(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What open files hold: themselves, what belongs to them, and what is kept of whom they told.

    A file in which work is left is held too, and with what somebody put on it all that is its own.
    """
    if model is Breach:
        return _running(keys)
    if model in _OF_A_NOTIFICATION:
        return _with_the_notification(model, keys)
    found: holds.Reasons = {}
    records = holds.keys_by(Breach, model, keys)
    for breach, reasons in holds.held(Breach, sorted(records)).items() if records else ():
        for key in records[breach]:
            found.setdefault(key, []).extend(reasons)
    people = holds.people_of(model, keys)
    for key, reasons in people.spread(*_told_by_open(people)).items() if people else ():
        found.setdefault(key, []).extend(reasons)
    for key, reasons in _told_staff(holds.staff_at(model, keys)).items():
        found.setdefault(key, []).extend(reasons)
    return found


# They know their file by the notification alone.
_OF_A_NOTIFICATION = (NotificationPaper, ApNumber)


def _with_the_notification(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What holds a notification, by itself or by its file, holds its PDF and its numbers."""
    sent: dict[int, list[int]] = {}
    rows = model._base_manager.filter(one_of(keys)).order_by("pk")
    for key, notification in rows.values_list("pk", "notification"):
        sent.setdefault(notification, []).append(key)
    told = holds.held(Notification, sorted(sent)) if sent else {}
    return {key: list(reasons) for each, reasons in told.items() for key in sent[each]}


def _running(breaches: Sequence[int]) -> holds.Reasons:
    """Open, or closed with a measure that is not done."""
    found = _unfinished(breaches)
    for breach in Breach.objects.open().filter(pk__in=breaches).select_related("handler"):
        found.setdefault(breach.pk, []).append(_told(breach))
    return found


def _unfinished(breaches: Sequence[int]) -> holds.Reasons:
    """A measure that is not done outlives the closing of its file, and so does what it is about."""
    found: holds.Reasons = {}
    left = Measure.objects.open().filter(breach__in=breaches).select_related("owner")
    for measure in left:
        owner = measure.owner.name if measure.owner else measure.owner_name
        told = Held(_("Een maatregel is nog niet klaar."), owner, measure.due_on)
        found.setdefault(measure.breach_id, []).append(told)
    return found


def _meant(emails: list[str], names: list[str]) -> QuerySet[Any, Any]:
    is_meant = Q(one_of_texts(emails, Lower("email")))
    is_meant |= Q(one_of_texts(names, Lower("name"))) | Q(one_of_texts(names, Lower("about")))
    found = _told_people().filter(is_meant)
    return found.values_list("breach_id", "email", "name", "about")


def _told_people() -> QuerySet[Any]:
    return ToldPerson.objects.filter(breach__state__in=OPEN).order_by()


_MEANT = Prepared(_meant)
_ONE_TOLD = Prepared(lambda: _told_people().values_list("pk")[:1])
_ByPerson = dict[int, list[Held]]


def _told_by_open(people: holds.People) -> tuple[_ByPerson, _ByPerson]:
    """What open files hold of these pupils, and of these guardians.

    A list of letters has names and addresses alone: who is called the same is held as well. Where
    nobody is being told nobody is looked up: a retention run asks this of every chunk.
    """
    if not _ONE_TOLD.rows():
        return {}, {}
    emails = {*people.pupils_at, *people.guardians_at}
    pupils: dict[int, set[int]] = {}
    guardians: dict[int, set[int]] = {}
    for breach, email, *words in _MEANT.rows(emails, people.names):
        for pupil in people.pupils_at.get(email.lower(), ()):
            pupils.setdefault(pupil, set()).add(breach)
        for guardian in people.guardians_at.get(email.lower(), ()):
            guardians.setdefault(guardian, set()).add(breach)
        for name in words:
            for pupil in people.names.get(name.lower(), ()):
                pupils.setdefault(pupil, set()).add(breach)
    numbers = set().union(*pupils.values(), *guardians.values())
    files = Breach.objects.filter(pk__in=numbers).select_related("handler") if numbers else ()
    reasons = {breach.pk: _told(breach) for breach in files}
    return (
        {pupil: [reasons[each] for each in sorted(found)] for pupil, found in pupils.items()},
        {person: [reasons[each] for each in sorted(found)] for person, found in guardians.items()},
    )


def _told_staff(at: dict[str, list[int]]) -> holds.Reasons:
    """Of teachers and accounts, by their address: the open files that tell them."""
    found: holds.Reasons = {}
    if not at:
        return found
    told = _told_people().filter(one_of_texts(at, Lower("email")))
    breaches: dict[str, dict[int, Breach]] = {}
    for person in told.select_related("breach__handler").order_by("pk"):
        breaches.setdefault(person.email.lower(), {})[person.breach_id] = person.breach
    for email, files in breaches.items():
        for key in at[email]:
            found.setdefault(key, []).extend(_told(each) for each in files.values())
    return found


def _told(breach: Breach) -> Held:
    """Why something stays. Of a confidential file not even that it is there by its number."""
    case = f"{breach._meta.label_lower}:{breach.pk}"
    if breach.is_confidential:
        return Held(_("Er loopt nog een datalek. Vraag de FG ernaar."), _("FG"), case=case)
    words = _("Datalek %(number)s loopt nog.") % {"number": breach.number}
    return Held(words, breach.handler.name if breach.handler else "", case=case)


def held_people(school_id: int | None, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """The same of pupils by their numbers: as far as they are known here. Of staff no number is."""
    if school_id is None:
        return {}
    numbers = dict(
        Pupil.objects.filter(school=school_id, key__in=person_keys).values_list("pk", "key")
    )
    pupils, _guardians = _told_by_open(holds.People.of_pupils(numbers)) if numbers else ({}, {})
    return {numbers[pupil]: held for pupil, held in pupils.items()}
