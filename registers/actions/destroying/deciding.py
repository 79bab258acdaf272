"""What a person decides about a proposed list: keep longer, or which of two terms holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from privacyboard.audit.acts import refused
from privacyboard.organisation.models import User
from registers.choices.destruction import (
    DestructionState,
    ItemVerdict,
    KeepGround,
    LineVerdict,
)
from registers.models import DestructionItem, DestructionLine, DestructionList
from registers.models.destruction_steps import locked_in
from registers.models.destruction_texts import refuse_numbers
from registers.rules.destruction.terms import NO_TERM

BATCH = 500
_PROPOSED = {DestructionState.PROPOSED}
_WITHOUT_TERM = "beslist zonder vaste termijn"
# Kept longer is looked at again: nothing stays for ever because once there was a reason.
LONGEST = timedelta(days=5 * 366)


@transaction.atomic
def keep_longer(
    *, item: DestructionItem, ground: str, reason: str, until: date, by: User, at: datetime
) -> DestructionItem:
    """Leave one out, on a ground of OPOO 8.5.3; it comes back on a list on that day.

    Raises ActRefused without a ground, a reason, or a day within five years.
    """
    found, held = _item(item)
    _refuse_longer(ground, reason, until, at=at)
    if held.verdict == ItemVerdict.HELD:
        raise refused("Dit wordt al vastgehouden: het gaat niet weg zolang die reden loopt.")
    refuse_numbers(found, reason=reason)
    held.verdict, held.ground, held.reason = ItemVerdict.LATER, ground, reason.strip()
    held.listed_from = until
    held.record(by=by, why="langer bewaren")
    return held


def _refuse_longer(ground: str, reason: str, until: date | None, *, at: datetime) -> None:
    if ground not in KeepGround.values:
        raise refused("Kies waarom dit langer moet blijven.", "ground")
    if not reason.strip():
        raise refused("Schrijf op waarom dit langer moet blijven.", "reason")
    today = timezone.localdate(at)
    if until is None or not today < until <= today + LONGEST:
        raise refused("Kies een dag die nog komt, binnen vijf jaar.", "until")


@transaction.atomic
def destroy_after_all(*, item: DestructionItem, by: User, at: datetime) -> DestructionItem:
    """Take back that it is kept longer. Raises ActRefused where that was not decided."""
    _found, held = _item(item)
    if held.verdict != ItemVerdict.LATER:
        raise refused("Dit staat niet op langer bewaren.")
    held.verdict, held.ground = ItemVerdict.DESTROY, ""
    held.reason = _reasons_by_hand([held]).get(held.pk, "")
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
    if not held.against or held.lacks_term:
        raise refused("Voor deze gegevens geldt één termijn: er valt niets te kiezen.")
    if not reason.strip():
        raise refused("Schrijf op waarom u dit zo besluit.", "reason")
    refuse_numbers(held.list, reason=reason)
    held.verdict = LineVerdict.DESTROY if destroys else LineVerdict.KEPT
    held.reason, held.decided_by, held.decided_at = reason.strip(), by, at
    held.record(by=by, why="beslist tussen twee termijnen")
    return held


@transaction.atomic
def decide_without_term(
    *,
    line: DestructionLine,
    destroys: bool,
    reason: str,
    by: User,
    at: datetime,
    ground: str = "",
    until: date | None = None,
) -> DestructionLine:
    """Of all that was planned under a rule that has no term any more: destroy it now, or keep it.

    What is kept leaves the list with its ground (OPOO 8.5.3); on that day it is asked again. What a
    person put there with the reason why it may go was not asked about, and goes as it was. Raises
    ActRefused without a reason, and where it is kept without a ground or a day within five years.
    """
    found = locked_in(line.list, _PROPOSED)
    lines = list(found.lines.filter(rule=line.rule_id, against=NO_TERM).order_by("pk"))
    if not lines:
        raise refused("Voor deze gegevens geldt weer een vaste termijn: er valt niets te kiezen.")
    if not reason.strip():
        raise refused("Schrijf op waarom u dit zo besluit.", "reason")
    if not destroys:
        _refuse_longer(ground, reason, until, at=at)
    refuse_numbers(found, reason=reason)
    items = _kept_together(found, lines[0])
    if not destroys:
        undecided = found.items.to_destroy().planned().filter(rule=line.rule_id)
        items += list(undecided.select_for_update(of=("self",)))
    by_hand = _reasons_by_hand(items) if destroys else {}
    for item in items:
        item.verdict = ItemVerdict.DESTROY if destroys else ItemVerdict.LATER
        item.ground = "" if destroys else ground
        item.reason = by_hand.get(item.pk, "") if destroys else reason.strip()
        item.listed_from = item.listed_from if destroys else until
    bulk_update_with_history(
        items,
        DestructionItem,
        ["verdict", "ground", "reason", "listed_from"],
        batch_size=BATCH,
        default_user=by,
        default_change_reason=_WITHOUT_TERM,
    )
    for each in lines:
        each.verdict = LineVerdict.DESTROY if destroys else LineVerdict.KEPT
        each.reason, each.decided_by, each.decided_at = reason.strip(), by, at
        each.record(by=by, why=_WITHOUT_TERM)
    return lines[0]


def _kept_together(found: DestructionList, line: DestructionLine) -> list[DestructionItem]:
    """What the decision kept that is changed by this one; not what was kept by itself."""
    if line.verdict != LineVerdict.KEPT:
        return []
    rows = found.items.filter(rule=line.rule_id, verdict=ItemVerdict.LATER, reason=line.reason)
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _reasons_by_hand(items: Iterable[DestructionItem]) -> dict[int, str]:
    """With which reason each of these was put on a list by hand: the proof that it may go."""
    keys = [item.pk for item in items if item.added_by_id is not None]
    first = DestructionItem.history.filter(id__in=keys, history_type="+")
    return dict(first.values_list("id", "reason"))


def _item(item: DestructionItem) -> tuple[DestructionList, DestructionItem]:
    if item.list is None:
        raise refused("Dit staat op geen lijst meer.")
    found = locked_in(item.list, _PROPOSED)
    held: DestructionItem | None = (
        DestructionItem.objects.select_for_update(of=("self",))
        .filter(pk=item.pk, list=item.list)
        .first()
    )
    if held is None:
        raise refused("Dit staat niet meer op de lijst.")
    return found, held
