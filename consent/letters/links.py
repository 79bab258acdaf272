"""The link of a family: one for each guardian, for all children; one for a pupil who decides.

It is bound to the number on the guardian or the pupil, not to the answers: it serves to change
them on any day. Raising the number revokes every link that was sent (`actions.links`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from privacyboard.links import Link
from privacyboard.organisation.models import Guardian, Pupil

# A link that was sent at the opening of one yearly round serves until after the next.
FAMILY = Link(purpose="consent-family", max_age=timedelta(days=550))

_GUARDIAN = "g"
_PUPIL = "p"


def family_link(who: Guardian | Pupil, at: datetime) -> str:
    """The address at which a guardian, or a pupil, answers. `who` is saved."""
    return f"{settings.BASE_URL}{reverse('family', args=[family_token(who, at)])}"


def family_token(who: Guardian | Pupil, at: datetime) -> str:
    """The token in that address."""
    letter = _GUARDIAN if isinstance(who, Guardian) else _PUPIL
    return FAMILY.make(f"{letter}:{who.pk}", at=at, state=str(who.link_number))


def family_of(
    token: str, *, at: datetime, beside: Mapping[str, Any] | None = None
) -> Guardian | Pupil:
    """Whose link this is, with what is to be read `beside` the person, in one query.

    Raises LinkAltered, LinkExpired or LinkSpent.
    """
    found: list[Guardian | Pupil] = []

    def state(subject: str) -> str | None:
        letter, _colon, key = subject.partition(":")
        people = Guardian.objects if letter == _GUARDIAN else Pupil.objects
        who: Guardian | Pupil | None = people.annotate(**(beside or {})).filter(pk=key).first()
        if who is None:
            return None
        found.append(who)
        return str(who.link_number)

    FAMILY.read(token, at=at, state=state)
    return found[0]
