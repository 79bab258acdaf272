"""What is on a list and must stay: a hold on the person, or on everything under a rule."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from privacyboard.clockwork.holds import Held, held_people
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, School
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem, DestructionTask
from registers.models.destruction_numbers import Holders


def item_holds(school: School | None, items: Sequence[DestructionItem]) -> dict[int, list[Held]]:
    """The holds on these items of one place, by their keys; no key where nothing holds.

    What holds a number that the pupil had before, or has since, holds the pupil: an item follows
    the number, and an open request or a hold says what it was then. A number that is of somebody
    else by now holds too: in the other system it leads to the data of the wrong pupil.
    """
    holders = Holders.of(school, items)
    of_people = _of_people(school, holders, items) if school else _of_staff(items)
    of_rules = _rule_holds(school, {item.rule_id for item in items})
    found: dict[int, list[Held]] = {}
    for item in items:
        reasons = [
            *of_people.get(item.person_key, ()),
            *holders.doubt(item),
            *of_rules.get(item.rule_id, ()),
        ]
        if reasons:
            found[item.pk] = reasons
    return found


def _of_staff(items: Sequence[DestructionItem]) -> dict[str, list[Held]]:
    """The same at the board's own office, by the numbers of staff."""
    numbers = {item.person_key for item in items} - {""}
    return held_people(None, numbers) if numbers else {}


def _of_people(
    school: School, holders: Holders, items: Sequence[DestructionItem]
) -> dict[str, list[Held]]:
    """By the number of the rows: what holds any number that one of its pupils has or had."""
    now = {item.person_key: {item.person_key} for item in items if item.person_key}
    if not now:
        return {}
    rows_of: dict[int, set[str]] = {}
    for item in items:
        if item.pupil is not None:
            rows_of.setdefault(item.pupil, set()).add(item.person_key)
    for key, (pupil, _left_on) in holders.by_number.items():
        rows_of.setdefault(pupil, set()).add(key)
    past = Pupil.history.filter(id__in=rows_of).order_by().values_list("id", "key").distinct()
    present = Pupil.objects.filter(pk__in=rows_of).order_by().values_list("pk", "key")
    for pupil, key in past.union(present):
        now.setdefault(key, set()).update(rows_of[pupil])
    found: dict[str, list[Held]] = {}
    for number_held, reasons in held_people(school.pk, now.keys()).items():
        for key in now.get(number_held, ()):
            found.setdefault(key, []).extend(reasons)
    return found


def _rule_holds(school: School | None, rules: set[int]) -> dict[int, list[Held]]:
    """Holds on everything under a rule: at this place, or at the whole board."""
    running = Hold.objects.running().filter(
        Q(school=None) | Q(school=school),
        subject_type=RetentionRule._meta.label_lower,
        subject_id__in=[str(each) for each in rules],
    )
    found: dict[int, list[Held]] = {}
    for hold in running.select_related("owner").order_by("pk"):
        held = Held(str(hold.get_kind_display()), hold.owner.name, hold.review_on)
        found.setdefault(int(hold.subject_id), []).append(held)
    return found


def said(reasons: Sequence[Held]) -> str:
    """Why it stays, in words: each reason once, with who to ask."""
    words = [
        f"{each.reason} (vraag {each.owner})" if each.owner else each.reason for each in reasons
    ]
    return "; ".join(dict.fromkeys(words))


def held_items(hold: Hold) -> QuerySet[DestructionItem]:
    """All that a hold stops: of a pupil under any number, or of a rule (see `item_holds`)."""
    rows: QuerySet[DestructionItem] = DestructionItem.objects.order_by()
    if hold.school_id is not None:
        rows = rows.filter(school=hold.school_id)
    if not hold.person_key:
        if hold.subject_type != RetentionRule._meta.label_lower:
            return rows.none()
        return rows.filter(rule=int(hold.subject_id))
    past = Pupil.history.filter(key=hold.person_key, school=hold.school_id).order_by()
    now = Pupil.objects.filter(key=hold.person_key, school=hold.school_id).order_by()
    pupils = {*past.values_list("id", flat=True), *now.values_list("pk", flat=True)}
    numbers = Pupil.objects.filter(pk__in=pupils).order_by().values_list("key", flat=True)
    return rows.filter(
        Q(person_key__in={hold.person_key, *numbers}) | Q(pupil__in=pupils) & ~Q(person_key="")
    )


def busy_with(hold: Hold) -> list[DestructionTask]:
    """Where what a hold stops was asked to be destroyed already, and where that was done."""
    given = held_items(hold).filter(
        list__state=DestructionState.HANDED, verdict=ItemVerdict.DESTROY
    )
    rules: dict[int | None, set[str]] = {}
    for found, code in given.values_list("list", "rule__code").distinct():
        rules.setdefault(found, set()).add(code)
    tasks = DestructionTask.objects.filter(list__in=rules).select_related("list")
    return [
        task
        for task in tasks.order_by("list__number", "name", "pk")
        if rules[task.list_id] & {pair.split("/")[0] for pair in task.pairs}
    ]
