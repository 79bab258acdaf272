"""Who asks, and about whom, picked from our own records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.organisation.choices import GuardianKind
from privacyboard.organisation.models import Guardian, Guardianship, Pupil
from privacyboard.people.desk import Match, match_of, ties_of
from privacyboard.vocabulary import Language
from requests_ar.actions.receiving import Someone
from requests_ar.choices import Relation

SELF, OTHER = "self", "other"


@dataclass(frozen=True)
class Picked:
    """The pupil of a request, and who stands for this pupil today."""

    match: Match
    ties: tuple[Guardianship, ...]

    @property
    def pupil(self) -> Pupil:
        return self.match.pupil

    @property
    def askers(self) -> list[tuple[str, Any]]:
        """Who may be asking: the registered parents, the pupil, or somebody else."""
        return [
            *((str(each.guardian_id), asker_words(each)) for each in self.ties),
            (SELF, _("%(name)s zelf") % {"name": self.pupil.name}),
            (OTHER, _("iemand anders: ik vul het in")),
        ]

    def tie(self, asker: str) -> Guardianship | None:
        """The parent who was chosen."""
        return next((each for each in self.ties if str(each.guardian_id) == asker), None)


def picked_of(rows: Any, given: str, *, on: date) -> Picked | None:
    """The one of these pupils who has this key; nobody otherwise."""
    match = match_of(rows, given, on=on)
    return None if match is None else Picked(match, tuple(ties_of(match.pupil, on=on)))


def asker_words(tie: Guardianship) -> str:
    """A parent as our own records know them; whether there is authority is still to be checked."""
    guardian = tie.guardian
    authority = _("ja") if tie.has_authority else _("nee")
    return _("%(name)s, %(kind)s (in onze administratie: gezag %(authority)s)") % {
        "name": guardian.name or guardian.email or _("zonder naam"),
        "kind": tie.get_kind_display(),
        "authority": authority,
    }


def relation_of(tie: Guardianship) -> Relation:
    """What a registered person is to the pupil, for the rule of who may ask.

    A foster parent or an institution asks as guardian only where it has the authority of one.
    """
    if tie.kind == GuardianKind.PARENT:
        return Relation.PARENT
    if tie.kind == GuardianKind.GUARDIAN or tie.has_authority:
        return Relation.GUARDIAN
    return Relation.OTHER


def someone(who: Pupil | Guardian, *, typed: Someone) -> Someone:
    """Who was picked, with what was typed first: the request keeps how it was asked."""
    mailable = who.email if isinstance(who, Pupil) or who.can_be_mailed else ""
    return Someone(
        name=typed.name or who.name or who.email,
        email=typed.email or mailable,
        phone=typed.phone,
        address=typed.address,
        guardian=who if isinstance(who, Guardian) else None,
    )


def about(pupil: Pupil) -> Someone:
    """The pupil whom a request is about, as it is copied into the request."""
    longest = 40  # the column of the request; a longer key is found through the link
    return Someone(
        name=pupil.name,
        email=pupil.email,
        born_on=pupil.born_on,
        key=pupil.key if len(pupil.key) <= longest else "",
        pupil=pupil,
    )


def language_of(who: Pupil | Guardian) -> str:
    """The family's language where letters about requests are written in it; Dutch otherwise."""
    return who.language if who.language in Language.values else Language.DUTCH
