"""Whose a number or an address is, before anything of a person is forgotten by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacyboard.audit.collectors import Sought
from privacyboard.organisation.models import Guardian, Pupil, Teacher, User
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
    """With what is in doubt. Of the person itself, where the reader may not see it, nothing is told
    either: it is as if nobody there had it."""
    pupil = person.pupil
    chosen = None if pupil is None else _record(pupil)
    fits: dict[str, Any] = {
        "is_number": means.is_number,
        "name": person.name,
        "born_on": person.birthday,
    }
    known = tuple(
        each
        for each in means.known
        if not each.is_unseen or (each.record != chosen and doubt_about([each], **fits)[1])
    )
    means = replace(means, known=known)
    if pupil is not None and means.value in {pupil.key, pupil.email.lower()}:
        known = tuple(each for each in known if each.record != chosen)
        if not known:
            return means
    doubt, others = doubt_about(known, **fits)
    return replace(means, doubt=doubt, others=others)


def _known_by(sought: Sought) -> Iterator[tuple[str, Known]]:
    """Everybody who has one of these, with what they have; also whom the reader may not see."""
    by: dict[str, Any] = {"emails": sought.emails, "keys": sought.keys, "schools": sought.schools}
    pupils = Pupil.objects.known_by(**by).select_related("school")
    for pupil, who in _seen_or_not(pupils, families.pupils_of(sought), _known_pupil):
        yield pupil.key, who
        yield pupil.email.lower(), who
    teachers = Teacher.objects.known_by(**by).select_related("school")
    for teacher, who in _seen_or_not(teachers, staff.teachers_of(sought), _known_teacher):
        yield teacher.key, who
        yield teacher.email, who
    guardians = Guardian.objects.at_addresses(sought.emails)
    for guardian, who in _seen_or_not(guardians, families.guardians_of(sought), _known_guardian):
        for email in (guardian.email, *guardian.other_emails):
            yield email, who
    users = User.objects.filter(email__in=sought.emails)
    for user, who in _seen_or_not(users, staff.accounts_of(sought), _known_user):
        yield user.email, who


def _seen_or_not(
    everybody: QuerySet[Any], seen: QuerySet[Any], known: Callable[[Any], Known]
) -> Iterator[tuple[Any, Known]]:
    """Each with how it is known; of whom the reader may not see without a word of who it is."""
    visible = set(seen.order_by().values_list("pk", flat=True))
    for each in everybody.order_by("pk"):
        who = known(each)
        is_seen = each.pk in visible
        yield each, who if is_seen else replace(who, words="", is_unseen=True)


def _record(each: Model) -> tuple[str, int]:
    return each._meta.label_lower, each.pk


def _known_pupil(pupil: Pupil) -> Known:
    return Known(
        pupil.first_name, pupil.last_name, _pupil_words(pupil), pupil.born_on, _record(pupil)
    )


def _known_teacher(teacher: Teacher) -> Known:
    words = _("%(name)s, leerkracht van %(school)s")
    words %= {"name": teacher.name, "school": teacher.school.name}
    return Known(teacher.first_name, teacher.last_name, words, record=_record(teacher))


def _known_guardian(guardian: Guardian) -> Known:
    words = _("%(name)s, ouder of verzorger") % {"name": guardian}
    return Known(guardian.first_name, guardian.last_name, words, record=_record(guardian))


def _known_user(user: User) -> Known:
    words = _("%(name)s, heeft hier een account") % {"name": user.name}
    return Known(user.first_name, user.last_name, words, record=_record(user))


def _pupil_words(pupil: Pupil) -> str:
    told = {"name": pupil.name, "school": pupil.school.name}
    if pupil.born_on is None:
        return _("%(name)s, leerling van %(school)s") % told
    told["day"] = date_format(pupil.born_on, "j F Y")
    return _("%(name)s, leerling van %(school)s, geboren op %(day)s") % told


def narrowed(
    sought: Sought, means: Collection[Means], person: RequestPerson, sure: Collection[str]
) -> Sought:
    """By what is looked and erased: without what is in doubt and nobody made sure of.

    By what somebody made sure of, nothing is found that is certainly of another who has it too.
    `sure` holds numbers and addresses, and the marks of who is the person as well (`Known.mark`).
    """
    unusable = {each.value for each in means if not each.is_usable(sure)}
    own = frozenset[tuple[str, int]]().union(*(each.are_own(sure) for each in means))
    if person.pupil is not None:
        own |= {_record(person.pupil)}
    others = {each.record for one in means for each in one.others}
    return replace(
        sought,
        keys=sought.keys - unusable,
        emails=sought.emails - unusable,
        own=own,
        others=frozenset(others) - own,
    )


def doubt_words(means: Means) -> str:
    """What is in doubt about a number or an address, in words that say who else has it here.

    Of whom the reader may not see: only that there is one, in the same words whoever it is.
    """
    parts = [_seen_words(means)] if means.seen_others or not means.others else []
    if means.is_beyond:
        unseen = _(
            "%(value)s is ook van iemand die u niet mag zien. Wij zoeken er niet mee. Vraag de "
            "IBP-manager: die kan dit nakijken en wissen."
        )
        parts.append(unseen % {"value": means.value})
    return " ".join(parts)


def _seen_words(means: Means) -> str:
    others = "; ".join(each.words for each in means.seen_others)
    told = {"value": means.value, "who": others}
    if means.doubt == Doubt.UNKNOWN:
        return _("Nummer %(value)s kennen wij niet. Het kan van een ander zijn.") % told
    if means.doubt == Doubt.BIRTH:
        if means.is_shared:
            return _("%(value)s hoort ook bij een andere geboortedatum: %(who)s.") % told
        return _("%(value)s hoort bij een andere geboortedatum: %(who)s.") % told
    if means.is_shared:
        return _("%(value)s hoort ook bij een andere naam: %(who)s.") % told
    return _("%(value)s hoort bij een andere naam: %(who)s.") % told
