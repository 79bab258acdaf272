"""Parents and others who stand for a pupil: added, put right, and reached again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from privacyboard.audit.acts import refuse_second, refused
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, User
from privacyboard.organisation.rules import next_link_number
from privacyboard.people.rules.facts import GuardianFacts, Tie

MOST_OTHER_EMAILS = 5


def _check_name(facts: GuardianFacts) -> None:
    if not (facts.first_name or facts.last_name):
        raise refused(_("Vul een naam in."), "last_name")


def _check_period(tie: Tie) -> None:
    if tie.starts_on and tie.ends_on and tie.ends_on < tie.starts_on:
        raise refused(_("De laatste dag ligt voor de eerste."), "ends_on")


def _hold(guardian: Guardian, seen: int | None) -> Guardian:
    held: Guardian = Guardian.objects.select_for_update(of=("self",)).get(pk=guardian.pk)
    refuse_second(held, seen=seen)
    return held


def _same_person(pupil: Pupil, who: Guardian | GuardianFacts, email: str) -> Guardian | None:
    """Who stands for this pupil already: the same record, or the same name and address."""
    here = Guardian.objects.filter(guardianships__pupil=pupil)
    if isinstance(who, Guardian):
        found: Guardian | None = here.filter(pk=who.pk).first()
    else:
        found = here.filter(
            first_name=who.first_name,
            infix=who.infix,
            last_name=who.last_name,
            email=email.strip().lower(),
        ).first()
    return found


@transaction.atomic
def add_guardian(
    *,
    pupil: Pupil,
    who: Guardian | GuardianFacts,
    tie: Tie,
    by: User | None,
    at: datetime,
    email: str = "",
) -> Guardianship:
    """Somebody stands for this pupil: who is known already (of a brother, say), or a new person.

    Raises ActRefused where this person stands for the pupil already, or without a name.
    """
    _check_period(tie)
    # Two who add the same parent at once wait for each other here.
    Pupil.objects.select_for_update(of=("self",)).get(pk=pupil.pk)
    if other := _same_person(pupil, who, email):
        raise refused(
            _("%(name)s staat al bij deze leerling. Wijzig daar het gezag.") % {"name": other.name}
        )
    if isinstance(who, Guardian):
        guardian = who
    else:
        _check_name(who)
        guardian = Guardian(**vars(who), email=email)
        guardian.record(by=by, why=_("met de hand ingevoerd"))
    made = Guardianship(pupil=pupil, guardian=guardian, **vars(tie))
    made.record(by=by, why=_("toegevoegd"))
    return made


@transaction.atomic
def change_tie(
    *, guardianship: Guardianship, tie: Tie, by: User | None, at: datetime, seen: int | None = None
) -> Guardianship:
    """Another kind, authority or period. Raises ActRefused at "ends_on"."""
    _check_period(tie)
    held: Guardianship = Guardianship.objects.select_for_update(of=("self",)).get(
        pk=guardianship.pk
    )
    refuse_second(held, seen=seen)
    for name, value in vars(tie).items():
        setattr(held, name, value)
    held.record(by=by, why=_("gezag gewijzigd"))
    return held


@transaction.atomic
def change_guardian(
    *,
    guardian: Guardian,
    facts: GuardianFacts,
    by: User | None,
    at: datetime,
    seen: int | None = None,
) -> Guardian:
    """Put right a name or a language."""
    _check_name(facts)
    held = _hold(guardian, seen)
    for name, value in vars(facts).items():
        setattr(held, name, value)
    held.record(by=by, why=_("gegevens gewijzigd"))
    return held


@transaction.atomic
def put_address_right(
    *,
    guardian: Guardian,
    email: str,
    other_emails: Sequence[str],
    by: User | None,
    at: datetime,
    seen: int | None = None,
) -> Guardian:
    """Write to this address from now on; mail that had stopped goes again. May stay empty.

    Links that went to the old address work no more: its reader can be a stranger.
    """
    held = _hold(guardian, seen)
    plain = email.strip().lower()
    others = list(dict.fromkeys(each.strip().lower() for each in other_emails if each.strip()))
    if len(others) > MOST_OTHER_EMAILS:
        raise refused(
            _("Ten hoogste %(most)s andere adressen.") % {"most": MOST_OTHER_EMAILS},
            "other_emails",
        )
    if held.email and plain != held.email:
        held.link_number = next_link_number(held.link_number)
    held.email = plain
    held.other_emails = [each for each in others if each != plain]
    held.unreachable_since, held.unreachable_why = None, ""
    held.record(by=by, why=_("e-mailadres hersteld"))
    return held
