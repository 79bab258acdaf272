"""A number that cannot be trusted, of a row on no list: a person finds out whose it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Pupil, User
from registers.actions.destroying.listing import open_list
from registers.models import DestructionItem, DestructionList
from registers.models.destruction_numbers import Holders, doubted
from registers.models.destruction_steps import erase_items
from registers.models.destruction_texts import refuse_numbers
from registers.rules.destruction.numbers import keys_in, keys_problem


@transaction.atomic
def correct_number(
    *,
    item: DestructionItem,
    number: str,
    by: User,
    at: datetime,
    not_bsn: Collection[str] = (),
) -> DestructionItem:
    """Write the number under which the other system has these data; the next sweep lists the row.

    Raises ActRefused where the row is not in doubt any more, for what is no number (UAVG 46), for
    one that is of somebody else here too, and where the row would stand there twice.
    """
    held = _doubted(item, at=at)
    keys = keys_in(number)
    if len(keys) != 1:
        raise refused("Vul één nummer in.", "number")
    [key] = keys
    holder = Pupil.objects.filter(school=held.school, key=key).first()
    if problem := keys_problem(keys, not_bsn=not_bsn, known={key} if holder else ()):
        raise refused(problem, "number")
    held.person_key, held.pupil = key, holder.pk if holder else None
    if doubts := Holders.of(held.school, [held]).doubt(held):
        raise refused(f"Dit nummer klopt ook niet: {doubts[0].reason}.", "number")
    held.listed_from = timezone.localdate(at)
    try:
        with transaction.atomic():
            held.record(by=by, why="nummer verbeterd")
    except IntegrityError as taken:
        raise refused(
            "Met dit nummer staat dit al op een lijst of op de planning. Haal deze regel dan weg.",
            "number",
        ) from taken
    return held


@transaction.atomic
def drop(*, item: DestructionItem, reason: str, by: User, at: datetime) -> DestructionList:
    """Take away a row of which nothing is left to destroy, or that somebody typed amiss.

    Who did it and why stays in the history of the newest list of the school, without the number.
    Raises ActRefused without a reason, and where the row is not in doubt any more.
    """
    held = _doubted(item, at=at)
    if not reason.strip():
        raise refused("Schrijf op waarom dit niet meer hoeft.", "reason")
    lists = DestructionList.objects.filter(school=held.school).order_by("-pk")
    newest = lists.select_for_update(of=("self",)).first()
    found = newest or open_list(school=held.school, by=by, at=at)
    refuse_numbers(found, more=[held.person_key], reason=reason)
    about = f"{held.rule.name}, {held.event_on.year}"
    found.record(by=by, why=f"regel met een onzeker nummer weggehaald ({about}): {reason.strip()}")
    erase_items([held.pk], reason="onzeker nummer")
    return found


def _doubted(item: DestructionItem, *, at: datetime) -> DestructionItem:
    rows = doubted(timezone.localdate(at)).filter(pk=item.pk).select_related("school", "rule")
    held: DestructionItem | None = rows.select_for_update(of=("self",)).first()
    if held is None:
        raise refused("Over dit nummer is geen twijfel meer. U hoeft niets te doen.")
    return held
