"""The second person judges what rests on a term that was made shorter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import User
from registers.models import DestructionList
from registers.models.destruction_changes import said_shortened, shortened_on
from registers.rules.destruction.states import approval_problem


@transaction.atomic
def approve_terms(*, held: DestructionList, because: str, by: User, at: datetime) -> None:
    """Write with each line how its term was, on a list that is held and saved by its step.

    Raises ActRefused for who checked the list, for who made such a term shorter, and without a
    reason where the term was a minimum of a law (see `rules.destruction.shortening`).
    """
    found = shortened_on(held, timezone.localdate(at))
    changers = {person for each in found.values() for person in each.changed_by}
    if problem := approval_problem(checked_by=held.checked_by_id, by=by.pk, shortened_by=changers):
        raise refused(problem)
    if any(each.is_lawful for each in found.values()) and not because.strip():
        raise refused("Schrijf op waarom dit nu al weg mag.", "because")
    for line in held.lines.filter(rule__in=found):
        change = found[line.rule_id]
        line.former_term, line.approved_version = said_shortened(change), change.now.number
        # The list can be older than the change: what is approved is the term as it is now.
        line.term, line.legal_ground = change.now.words, change.now.legal_ground
        line.shortened_because = because.strip() if change.is_lawful else ""
        line.record(by=by, why="kortere termijn goedgekeurd")


@transaction.atomic
def forget_approval(*, held: DestructionList, by: User, at: datetime) -> None:
    """Take back what was approved about shorter terms: the list goes back."""
    for line in held.lines.filter(approved_version__isnull=False):
        line.former_term = line.shortened_because = ""
        line.approved_version = None
        line.record(by=by, why="teruggestuurd")
