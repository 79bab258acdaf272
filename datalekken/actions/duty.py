"""Who is on duty for breaches, and until when: a deputy in the holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from datalekken.models import DutyTurn
from privacyboard.audit.acts import refused
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Board, User

# Longer than any holiday: who is meant for good is appointed as IBP manager.
LONGEST = timedelta(days=100)


@transaction.atomic
def add_turn(
    *, user: User, starts_on: date, ends_on: date, why: str = "", by: User | None, at: datetime
) -> DutyTurn:
    """From the first day to the last the alerts go to this person. Raises ActRefused.

    Turns may overlap: then both are alerted (see `DutyQuerySet.overlapping`).
    """
    if ends_on < starts_on:
        raise refused("De laatste dag ligt voor de eerste dag.", "ends_on")
    if ends_on < timezone.localdate(at):
        raise refused("Deze dag is al voorbij.", "ends_on")
    if ends_on - starts_on > LONGEST:
        raise refused(f"Kies ten hoogste {LONGEST.days} dagen.", "ends_on")
    able = user.is_active and all(
        user.standing_on(day).holds(Right.HANDLE_BREACHES) for day in (starts_on, ends_on)
    )
    if not able:
        raise refused(
            "Deze persoon mag in deze dagen geen datalekken behandelen. Kies iemand anders, of "
            "vraag de beheerder om eerst de rol IBP-manager te geven.",
            "user",
        )
    # Two at once who add the same turn: the second finds the first.
    Board.objects.select_for_update().first()
    if DutyTurn.objects.filter(user=user, starts_on=starts_on, ends_on=ends_on).exists():
        raise refused("Deze dienst staat er al.", "user")
    turn = DutyTurn(user=user, starts_on=starts_on, ends_on=ends_on, why=why)
    turn.record(by=by, why="dienst gegeven")
    return turn


@transaction.atomic
def end_turn(*, turn: DutyTurn, by: User | None, at: datetime) -> None:
    """From now on the alerts go to others again. Raises ActRefused for a turn that is over.

    A turn that began before today ends yesterday; one that did not leaves its history only.
    """
    held = DutyTurn.objects.select_for_update().filter(pk=turn.pk).first()
    today = timezone.localdate(at)
    if held is None or held.ends_on < today:
        raise refused("Deze dienst is al voorbij.")
    if held.starts_on < today:
        held.ends_on = today - timedelta(days=1)
        held.record(by=by, why="dienst beëindigd")
    else:
        held.erase(by=by, why="dienst ingetrokken")
