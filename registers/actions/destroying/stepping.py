"""The steps of a list: checked by the school, approved by a second person, sent back, withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from privacyboard.audit.acts import refused
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, User
from registers.actions.destroying.following import follow_on
from registers.actions.destroying.listing import mark_conflicts, write_lines
from registers.actions.destroying.shortening import approve_terms, forget_approval
from registers.choices import Fate, RetentionTrigger
from registers.choices.destruction import ItemVerdict, LineVerdict
from registers.models import DestructionItem, DestructionList
from registers.models.destruction_holds import item_holds
from registers.models.destruction_numbers import left_another_day
from registers.models.destruction_steps import (
    count_days,
    erase_items,
    locked_list,
    refuse_changed,
    step,
    term_of,
)
from registers.models.destruction_texts import refuse_numbers, strike_numbers
from registers.querysets import DestructionItemQuerySet
from registers.rules.destruction.guide import kinds_of_data
from registers.rules.destruction.states import Step, approval_problem
from registers.rules.destruction.terms import NO_TERM, Window

BATCH = 500
LONGEST_PAUSE = timedelta(days=366)


def check(
    *, found: DestructionList, by: User, at: datetime, seen: int | None = None
) -> DestructionList:
    """The school looked at the list: it is what may go.

    Raises ActRefused while two terms about the same data are undecided, and for an empty list.
    """
    with transaction.atomic():
        held = locked_list(found)
        step(held, Step.CHECK)
        refuse_changed(held, seen=seen)
        settle(held=held, by=by, at=at)
        write_lines(held=held, by=by, at=at)
        undecided = held.lines.filter(verdict=LineVerdict.CONFLICT).count()
        if not undecided:
            _refuse_empty(held)
            held.checked_by, held.checked_at, held.remark = by, at, ""
            held.record(by=by, why="gecontroleerd")
            return held
    # Said when the lines are saved: else the choice that is asked for is on no page.
    raise refused(
        f"Beslis eerst over {kinds_of_data(undecided)}: er gelden twee termijnen, of geen."
    )


@transaction.atomic
def approve(
    *, found: DestructionList, because: str = "", by: User, at: datetime, seen: int | None = None
) -> DestructionList:
    """A second person approves what may go; what is held or kept longer leaves the list.

    `because`: why it may go by now, where a minimum of a law was made shorter. Raises ActRefused
    for whoever checked it or made such a term shorter, and when nothing may go any more.
    """
    held = locked_list(found)
    step(held, Step.APPROVE)
    refuse_changed(held, seen=seen)
    if problem := approval_problem(checked_by=held.checked_by_id, by=by.pk):
        raise refused(problem)
    refuse_conflicts(held=held, by=by, at=at)
    settle(held=held, by=by, at=at)
    release(held=held, by=by, at=at)
    _refuse_empty(held)
    refuse_numbers(held, because=because)
    approve_terms(held=held, because=because, by=by, at=at)
    held.approved_by, held.approved_at = by, at
    held.record(by=by, why="goedgekeurd")
    return held


@transaction.atomic
def send_back(*, found: DestructionList, reason: str, by: User, at: datetime) -> DestructionList:
    """Back to the school, with the reason: it is checked and approved anew. Raises ActRefused."""
    held = locked_list(found)
    step(held, Step.SEND_BACK, reason=reason)
    refuse_numbers(held, reason=reason)
    forget_approval(held=held, by=by, at=at)
    held.checked_by = held.checked_at = held.approved_by = held.approved_at = None
    held.remark, held.counts = reason.strip(), {}
    held.record(by=by, why="teruggestuurd")
    return held


@transaction.atomic
def withdraw(
    *, found: DestructionList, reason: str, again_on: date, by: User, at: datetime
) -> DestructionList:
    """Take a list back before anything was destroyed; its items come on a new list on that day.

    Raises ActRefused without a reason, or a day that lies within a year.
    """
    held = locked_list(found)
    step(held, Step.WITHDRAW, reason=reason)
    refuse_numbers(held, reason=reason)
    today = timezone.localdate(at)
    if not today < again_on <= today + LONGEST_PAUSE:
        raise refused("Kies een dag die nog komt, binnen een jaar.", "again_on")
    count(held=held, by=by, at=at)
    for item in held.items.select_related("rule").iterator(BATCH):
        _let_go(item, max(item.listed_from or again_on, again_on), by, "lijst ingetrokken")
    held.remark = reason.strip()
    held.record(by=by, why="ingetrokken")
    strike_numbers(held, reason=f"lijst {held.number} is ingetrokken")
    return held


@transaction.atomic
def settle(*, held: DestructionList, by: User | None, at: datetime) -> None:
    """Look again at every item: who is held now, who is back at school, whose term is longer now.

    Called by each step, on a list that is held: what changed after the proposal is never destroyed
    because it stood there.
    """
    today = timezone.localdate(at)
    Hold.objects.stand_still()
    follow_on(held=held, by=by, at=at)
    items = list(held.items.select_related("rule").order_by("pk"))
    gone = _returned(items)
    erase_items(gone, reason="leerling is terug, of ging op een andere dag van school")
    left = [item for item in items if item.pk not in set(gone)]
    holds = item_holds(held.school, left)
    changed = []
    for item in left:
        if item.seal != term_of(item.rule).seal:
            agreed = item.listed_from if item.verdict == ItemVerdict.LATER else None
            count_days(item, item.rule)
            stays = item.rule.fate == Fate.KEEP
            if stays or not Window(item.not_before, item.not_after).allows(today):
                day = item.listed_from
                _let_go(item, max(day, agreed or day) if day else None, by, "termijn is langer")
                continue
        # Kept longer is a decision of a person: a hold that comes and goes does not undo it.
        if item.verdict == ItemVerdict.LATER:
            continue
        if (item.pk in holds) != (item.verdict == ItemVerdict.HELD):
            item.verdict = ItemVerdict.HELD if item.pk in holds else ItemVerdict.DESTROY
            item.ground = ""
            changed.append(item)
    bulk_update_with_history(
        changed,
        DestructionItem,
        ["verdict", "ground"],
        batch_size=BATCH,
        default_user=by,
        default_change_reason="reden om te bewaren bekeken",
    )


def _returned(items: Iterable[DestructionItem]) -> list[int]:
    """The keys of items whose pupil is known here with another day of leaving.

    Whose number passed on to another pupil is held instead (`Holders.doubt`): nothing is known of
    the day on which the first one left.
    """
    planned = [item for item in items if item.rule.trigger == RetentionTrigger.LEAVING]
    pupils = Pupil.objects.filter(pk__in={item.pupil for item in planned if item.pupil is not None})
    days = dict(pupils.order_by().values_list("pk", "left_on"))
    return [
        item.pk
        for item in planned
        if item.pupil in days and left_another_day(item, days[item.pupil])
    ]


def refuse_conflicts(*, held: DestructionList, by: User, at: datetime) -> None:
    """Raise ActRefused where a longer term of the same data came after the check, or none."""
    if mark_conflicts(held=held, by=by, at=at):
        raise refused(
            "Sinds de controle geldt voor gegevens op deze lijst ook een langere termijn, of is er "
            "geen vaste termijn meer. De lijst moet terug naar de school."
        )


@transaction.atomic
def release(*, held: DestructionList, by: User | None, at: datetime) -> None:
    """Take from the list what does not go now; it waits for its day, or for its hold to end."""
    _open_lines(held, by)
    count(held=held, by=by, at=at)
    staying = held.items.exclude(verdict=ItemVerdict.DESTROY).select_related("rule")
    for item in staying.order_by("pk"):
        later = item.listed_from if item.verdict == ItemVerdict.LATER else timezone.localdate(at)
        _let_go(item, later, by, "niet op deze lijst")


def _open_lines(held: DestructionList, by: User | None) -> None:
    """Of a rule without a term that was kept, what a person put there with its reason goes.

    The others leave now: a line that still says "kept" would ask nobody to destroy what is left.
    """
    going = held.items.to_destroy().order_by()
    rules = set(going.values_list("rule", flat=True))
    # Nobody decided yet about what was planned and is free by now: that line is asked about again.
    rules -= set(going.planned().values_list("rule", flat=True))
    for line in held.lines.filter(verdict=LineVerdict.KEPT, against=NO_TERM, rule__in=rules):
        line.verdict, line.against, line.reason = LineVerdict.DESTROY, "", ""
        line.decided_by = line.decided_at = None
        line.record(by=by, why="wat blijft is eraf")


def _let_go(item: DestructionItem, listed_from: date | None, by: User | None, why: str) -> None:
    item.list, item.listed_from = None, listed_from
    if item.verdict == ItemVerdict.HELD:
        item.verdict = ItemVerdict.DESTROY  # whoever lists it asks again who is held
    item.record(by=by, why=why)


@transaction.atomic
def count(*, held: DestructionList, by: User | None, at: datetime) -> None:
    """Write down, on a list that is held and saved by its step, how much of each there is."""
    going = _going(held)
    by_rule = Counter(going.order_by().values_list("rule", flat=True))
    for line in held.lines.all():
        line.number = by_rule[line.rule_id] if line.verdict == LineVerdict.DESTROY else 0
        line.record(by=by, why="geteld")
    verdicts = Counter(held.items.order_by().values_list("verdict", flat=True))
    people = going.exclude(person_key="")
    held.counts = {
        **held.counts,
        "people": people.order_by().values("person_key").distinct().count(),
        "periods": going.exclude(period="").count(),
        "items": by_rule.total(),
        "held": held.counts.get("held", 0) + verdicts[ItemVerdict.HELD],
        "later": held.counts.get("later", 0) + verdicts[ItemVerdict.LATER],
    }


def _going(held: DestructionList) -> DestructionItemQuerySet:
    """What goes; not of which all the data were kept under a longer term: those go by that one."""
    lines = held.lines.filter(~Q(verdict=LineVerdict.KEPT) | Q(against=NO_TERM))
    found: DestructionItemQuerySet = held.items.filter(rule__in=lines.values("rule"))
    return found.to_destroy()


def _refuse_empty(held: DestructionList) -> None:
    if not _going(held).exists():
        raise refused("Er staat niets meer op deze lijst dat weg mag. Trek de lijst in.")
