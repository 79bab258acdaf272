"""What a person decides about a proposed list: keep longer, or which of two terms holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import User
from registers.choices.destruction import (
    DestructionState,
    ItemVerdict,
    KeepGround,
    LineVerdict,
)
from registers.models import DestructionItem, DestructionLine
from registers.models.destruction_steps import locked_in

_PROPOSED = {DestructionState.PROPOSED}
# Kept longer is looked at again: nothing stays for ever because once there was a reason.
LONGEST = timedelta(days=5 * 366)


@transaction.atomic
def keep_longer(
    *, item: DestructionItem, ground: str, reason: str, until: date, by: User, at: datetime
) -> DestructionItem:
    """Leave one out, on a ground of OPOO 8.5.3; it comes back on a list on that day.

    Raises ActRefused without a ground, a reason, or a day within five years.
    """
    held = _item(item)
    if ground not in KeepGround.values:
        raise refused("Kies waarom dit langer moet blijven.", "ground")
    if not reason.strip():
        raise refused("Schrijf op waarom dit langer moet blijven.", "reason")
    today = timezone.localdate(at)
    if not today < until <= today + LONGEST:
        raise refused("Kies een dag die nog komt, binnen vijf jaar.", "until")
    if held.verdict == ItemVerdict.HELD:
        raise refused("Dit wordt al vastgehouden: het gaat niet weg zolang die reden loopt.")
    held.verdict, held.ground, held.reason = ItemVerdict.LATER, ground, reason.strip()
    held.listed_from = until
    held.record(by=by, why="langer bewaren")
    return held


@transaction.atomic
def destroy_after_all(*, item: DestructionItem, by: User, at: datetime) -> DestructionItem:
    """Take back that it is kept longer. Raises ActRefused where that was not decided."""
    held = _item(item)
    if held.verdict != ItemVerdict.LATER:
        raise refused("Dit staat niet op langer bewaren.")
    held.verdict, held.ground, held.reason = ItemVerdict.DESTROY, "", ""
    held.record(by=by, why="toch vernietigen")
    return held


@transaction.atomic
def decide_conflict(
    *, line: DestructionLine, destroys: bool, reason: str, by: User, at: datetime
) -> DestructionLine:
    """Of data under two terms: destroy under this one, or keep them under the longer one.

    What is kept comes on a list by the longer rule. Raises ActRefused without a reason.
    """
    locked_in(line.list, _PROPOSED)
    held: DestructionLine = DestructionLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if not held.against:
        raise refused("Voor deze gegevens geldt één termijn: er valt niets te kiezen.")
    if not reason.strip():
        raise refused("Schrijf op waarom u dit zo besluit.", "reason")
    held.verdict = LineVerdict.DESTROY if destroys else LineVerdict.KEPT
    held.reason, held.decided_by, held.decided_at = reason.strip(), by, at
    held.record(by=by, why="beslist tussen twee termijnen")
    return held


def _item(item: DestructionItem) -> DestructionItem:
    if item.list is None:
        raise refused("Dit staat op geen lijst meer.")
    locked_in(item.list, _PROPOSED)
    held: DestructionItem | None = (
        DestructionItem.objects.select_for_update(of=("self",))
        .filter(pk=item.pk, list=item.list)
        .first()
    )
    if held is None:
        raise refused("Dit staat niet meer op de lijst.")
    return held
