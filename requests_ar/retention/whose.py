"""Whose a number or an address is, before anything of a person is forgotten by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacyboard.audit.collectors import Sought
from privacyboard.organisation.models import Pupil
from privacyboard.people.retention import families, staff
from requests_ar.models import RequestPerson
from requests_ar.rules.identity import Doubt, Known, Means, doubt_about


def means_of(sought: Sought, person: RequestPerson) -> list[Means]:
    """Each number and address by which the person is looked for, and whose it is in our records.

    What comes from a linked pupil is that pupil's, as far as nobody else has it: somebody chose
    this pupil by hand. Of people whom the reader may not see nothing is told.
    """
    known = defaultdict(list)
    for value, who in _known_by(sought):
        known[value].append(who)
    found = []
    for value, is_number in [
        *((each, True) for each in sorted(sought.keys)),
        *((each, False) for each in sorted(sought.emails)),
    ]:
        # Only the machine knows somebody by an ECK iD: it says nothing to who reads.
        if person.pupil is None or value != person.pupil.eck_id:
            people = tuple(dict.fromkeys(known[value]))
            found.append(_laid_beside(person, Means(value, is_number, people)))
    return found


def _laid_beside(person: RequestPerson, means: Means) -> Means:
    pupil, known = person.pupil, means.known
    if pupil is not None and means.value in {pupil.key, pupil.email.lower()}:
        chosen = _known_pupil(pupil)
        known = tuple(each for each in known if each != chosen)
        if not known:
            return means
    doubt, others = doubt_about(
        known, is_number=means.is_number, name=person.name, born_on=person.birthday
    )
    return replace(means, doubt=doubt, others=others)


def _known_by(sought: Sought) -> Iterator[tuple[str, Known]]:
    for pupil in families.pupils_of(sought).select_related("school"):
        who = _known_pupil(pupil)
        yield pupil.key, who
        yield pupil.email.lower(), who
    for teacher in staff.teachers_of(sought).select_related("school"):
        words = _("%(name)s, leerkracht van %(school)s")
        words %= {"name": teacher.name, "school": teacher.school.name}
        yield teacher.key, Known(teacher.first_name, teacher.last_name, words)
        yield teacher.email, Known(teacher.first_name, teacher.last_name, words)
    for guardian in families.guardians_of(sought):
        words = _("%(name)s, ouder of verzorger") % {"name": guardian}
        for email in (guardian.email, *guardian.other_emails):
            yield email, Known(guardian.first_name, guardian.last_name, words)
    for user in staff.accounts_of(sought):
        words = _("%(name)s, heeft hier een account") % {"name": user.name}
        yield user.email, Known(user.first_name, user.last_name, words)


def _known_pupil(pupil: Pupil) -> Known:
    return Known(pupil.first_name, pupil.last_name, _pupil_words(pupil), pupil.born_on)


def _pupil_words(pupil: Pupil) -> str:
    told = {"name": pupil.name, "school": pupil.school.name}
    if pupil.born_on is None:
        return _("%(name)s, leerling van %(school)s") % told
    told["day"] = date_format(pupil.born_on, "j F Y")
    return _("%(name)s, leerling van %(school)s, geboren op %(day)s") % told


def without_doubt(sought: Sought, means: Collection[Means], sure: Collection[str]) -> Sought:
    """By what is looked and erased: without what is in doubt and nobody made sure of."""
    doubtful = {each.value for each in means if each.doubt and each.value not in sure}
    return replace(sought, keys=sought.keys - doubtful, emails=sought.emails - doubtful)


def doubt_words(means: Means) -> str:
    """What is in doubt about a number or an address, in words that say who else has it here."""
    told = {"value": means.value, "who": "; ".join(each.words for each in means.others)}
    if means.doubt == Doubt.UNKNOWN:
        return _("Nummer %(value)s kennen wij niet. Het kan van een ander zijn.") % told
    if means.is_shared:
        return _shared_words(means.doubt) % told
    if means.doubt == Doubt.BIRTH:
        return _("%(value)s hoort bij een andere geboortedatum: %(who)s.") % told
    return _("%(value)s hoort bij een andere naam: %(who)s.") % told


def _shared_words(doubt: Doubt | None) -> str:
    if doubt == Doubt.BIRTH:
        return _(
            "%(value)s hoort ook bij een andere geboortedatum: %(who)s. "
            "Let op: wie hiermee wist, kan ook iets van een ander wissen."
        )
    return _(
        "%(value)s hoort ook bij een andere naam: %(who)s. "
        "Let op: wie hiermee wist, kan ook iets van een ander wissen."
    )
