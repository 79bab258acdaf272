"""What open cases hold: nothing of it is destroyed, here or elsewhere, before they are done."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from datalekken.models import (
    Breach,
    Measure,
    Telling,
    ToldPerson,
)
from datalekken.rules.states import OPEN
from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Held
from privacyboard.organisation.models import Guardian, Guardianship, Pupil


def held(model: type[Model], keys: Sequence[int]) -> holds.Reasons:
    """What open files hold: what is kept of whom they told; and files in which work is left."""
    if model is Breach:
        return _unfinished(keys)
    if model is Telling:
        return _with_their_files(keys)
    found: holds.Reasons = {}
    # Where nobody is being told nobody is looked up: a retention run asks this of every chunk.
    if not ToldPerson.objects.filter(breach__state__in=OPEN).exists():
        return found
    for person, names in ((Pupil, _of_pupils), (Guardian, _of_guardians)):
        if records := holds.keys_by(person, model, keys):
            for key, reasons in _told_by_open(names(records)).items():
                for record in records[key]:
                    found.setdefault(record, []).extend(reasons)
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


def _with_their_files(tellings: Sequence[int]) -> holds.Reasons:
    """What somebody put on a file holds its list of people too."""
    files = dict(Telling.objects.filter(pk__in=tellings).values_list("pk", "breach"))
    held = holds.held(Breach, sorted(set(files.values())))
    return {key: held[breach] for key, breach in files.items() if breach in held}


# Of a person: the addresses and the names by which a list of letters knows somebody.
_Known = dict[int, tuple[set[str], set[str]]]


def _of_pupils(pupils: Collection[int]) -> _Known:
    known: _Known = {
        pupil.pk: ({pupil.email.lower()} - {""}, {pupil.name.lower()})
        for pupil in Pupil.objects.filter(pk__in=pupils)
    }
    ties = Guardianship.objects.filter(pupil__in=pupils).exclude(guardian__email="")
    for pupil, email in ties.values_list("pupil", "guardian__email"):
        known[pupil][0].add(email.lower())
    return known


def _of_guardians(guardians: Collection[int]) -> _Known:
    people = Guardian.objects.filter(pk__in=guardians).exclude(email="")
    return {each.pk: ({each.email.lower()}, set()) for each in people}


def _told_by_open(known: _Known) -> dict[int, list[Held]]:
    """A list of letters has names and addresses alone: who is called the same is held as well."""
    emails: set[str] = set().union(*(each[0] for each in known.values()))
    names: set[str] = set().union(*(each[1] for each in known.values()))
    told = ToldPerson.objects.filter(breach__state__in=OPEN).alias(
        lower_email=Lower("email"), lower_name=Lower("name"), lower_about=Lower("about")
    )
    meant = Q(lower_email__in=emails) | Q(lower_name__in=names) | Q(lower_about__in=names)
    cases: dict[str, dict[int, Breach]] = {}
    for person in told.filter(meant).select_related("breach__handler"):
        for word in {person.email.lower(), person.name.lower(), person.about.lower()} - {""}:
            cases.setdefault(word, {})[person.breach_id] = person.breach
    found: dict[int, list[Held]] = {}
    for key, (addresses, called) in known.items():
        meaning = {
            pk: case for word in addresses | called for pk, case in cases.get(word, {}).items()
        }
        if meaning:
            found[key] = [_told(meaning[pk]) for pk in sorted(meaning)]
    return found


def _told(breach: Breach) -> Held:
    """Why something stays. Of a confidential file not even that it is there by its number."""
    case = f"{breach._meta.label_lower}:{breach.pk}"
    if breach.is_confidential:
        return Held(_("Er loopt nog een datalek. Vraag de FG ernaar."), _("FG"), case=case)
    words = _("Datalek %(number)s loopt nog.") % {"number": breach.number}
    return Held(words, breach.handler.name if breach.handler else "", case=case)


def held_people(school_id: int, person_keys: Collection[str]) -> dict[str, list[Held]]:
    """The same of pupils by their numbers: as far as they are known here."""
    numbers = dict(
        Pupil.objects.filter(school=school_id, key__in=person_keys).values_list("pk", "key")
    )
    return {numbers[key]: held for key, held in _told_by_open(_of_pupils(numbers)).items()}
