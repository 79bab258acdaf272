"""What the pages of a breach share: who may open it, and what this person may do with it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from datalekken.models import Breach
from datalekken.rules.acts import ACTS, is_allowed
from privacyboard.backoffice.records import signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User


class Forgotten(Exception):
    """The term of the file is over: what the register counts is all that is left of it."""

    def __init__(self, case: Breach) -> None:
        self.case = case
        super().__init__(case.number)


def holds(user: User, right: str, breach: Breach) -> bool:
    """Whether a right is held on the whole board, or at a school that the breach touches."""
    standing = user.standing
    if right in standing.everywhere:
        return True
    if not standing.holds(right):
        return False
    # `visible` reads the schools along: no query for each right.
    return any(standing.holds_at(right, school.pk) for school in breach.schools.all())


def holds_for(user: User, act: str, breach: Breach) -> bool:
    """Whether the right of an act is held here."""
    return act in ACTS and holds(user, ACTS[act][0], breach)


def is_open(user: User, act: str, breach: Breach) -> bool:
    """Whether the act stands on the page of this breach for this person now."""
    return is_allowed(act, state=breach.state, holds=lambda right: holds(user, right, breach))


def visible(request: HttpRequest, number: str) -> Breach:
    """The breach of this number, for who may read it; 404 to anyone else, and once forgotten."""
    rows = Breach.objects.visible_to(signed_in(request)).filter(forgotten_at=None)
    found: Breach = get_object_or_404(
        rows.select_related(
            "handler", "decided_by", "processor", "agreement", "product"
        ).prefetch_related("schools"),
        number=number,
    )
    return found


def case_url(breach: Breach, part: str = "") -> str:
    """The page of a breach, or a part of it."""
    url = reverse("breach", args=[breach.number])
    return f"{url}#{part}" if part else url


def log_school(breach: Breach) -> School | None:
    """The log of a school does not tell of a confidential breach, nor of one at several schools."""
    schools = list(breach.schools.all())
    return schools[0] if len(schools) == 1 and not breach.is_confidential else None


def may_read(user: User) -> bool:
    """Whether there is a list of breaches for this person: by right, or named on a file."""
    if user.standing.holds(Right.VIEW_BREACHES):
        return True
    return user.standing.may_sign_in and Breach.objects.visible_to(user).exists()
