"""What every act on a destruction list shares: the lock, the step, and what the days are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from django.db.models import Max

from privacyboard.audit.acts import edition_of, last_act, refused, take_step
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork.erasing import Gone
from registers.choices import Fate
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem, DestructionList
from registers.models.destruction_holds import item_holds
from registers.rules.destruction.states import TRANSITIONS, Step, step_problem
from registers.rules.destruction.terms import RuleTerm, listed_from, window


def locked_list(found: DestructionList) -> DestructionList:
    """The list as it stands now, held until the act is done."""
    held: DestructionList = DestructionList.objects.select_for_update(of=("self",)).get(pk=found.pk)
    return held


def locked_in(found: DestructionList, states: Collection[DestructionState]) -> DestructionList:
    """The same, in one of these states. Raises ActRefused, with who changed it last."""
    held = locked_list(found)
    if held.state not in states:
        label = DestructionState(held.state).label
        raise refused(f"De lijst is “{label}”: dit kan nu niet. {last_act(held)}")
    return held


def edition_of_list(found: DestructionList) -> int:
    """Which edition of a list is on the screen: what would happen with each item and each line.

    As many items can be others by now, or be held, or be kept longer; and a term can be another.
    """
    items = list(found.items.order_by("pk"))
    holds = item_holds(found.school, items)
    lines = found.lines.order_by("pk").values_list("pk", "verdict", "against", "decided_at")
    rules = RetentionRule.history.filter(id__in={item.rule_id for item in items})
    content = (
        edition_of(found),
        rules.aggregate(last=Max("history_id"))["last"],
        [(each.pk, each.verdict, each.listed_from, each.pk in holds) for each in items],
        list(lines),
    )
    # Seven bytes: as a number it has fewer than the 18 digits that a page may send back.
    return int.from_bytes(hashlib.sha256(repr(content).encode()).digest()[:7])


def refuse_changed(held: DestructionList, *, seen: int | None) -> None:
    """Refuse to say yes to what was not on the page. Raises ActRefused.

    Without `seen` nobody looked at a page: nothing is compared.
    """
    if seen is not None and seen != edition_of_list(held):
        raise refused(
            "De lijst is veranderd sinds u hem opende. Kijk eerst wat er nu op staat. "
            f"{last_act(held)}"
        )


def step(held: DestructionList, which: Step, *, reason: str = "") -> None:
    """Move a locked list on, without saving it. Raises ActRefused with who was first."""
    problem = step_problem(which, state=held.state, reason=reason)
    take_step(held, TRANSITIONS[which], problem=problem)


def term_of(rule: RetentionRule) -> RuleTerm:
    """What a rule of the catalogue says about time."""
    return RuleTerm(
        bound=rule.bound,
        trigger=rule.trigger,
        years=rule.years,
        months=rule.months,
        weeks=rule.weeks,
        days=rule.days,
        keeps=rule.fate == Fate.KEEP,
    )


def count_days(item: DestructionItem, rule: RetentionRule) -> DestructionItem:
    """Write in an item, without saving it, what its rule says of its event now."""
    term = term_of(rule)
    found = window(term, item.event_on)
    item.not_before, item.not_after = found.not_before, found.not_after
    # What may never be destroyed stands on no list, however long ago its term was over. The row
    # waits: taken away, it would be lost when the board sets right a rule that was changed amiss.
    # So would the day until which a person keeps it (`ripe` leaves it where it is meanwhile).
    item.seal = term.seal
    if not term.keeps:
        item.listed_from = listed_from(found)
    elif item.verdict != ItemVerdict.LATER:
        item.listed_from = None
    return item


def erase_items(keys: Iterable[int], *, reason: str) -> None:
    """Take rows away with their history: of what is gone elsewhere no key stays here."""
    with forgetting(reason=reason):
        Gone(reason).erase(DestructionItem, keys, traced=False)
