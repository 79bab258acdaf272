"""Destruction lists over the last years: most of them closed, those of this year on their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.timezone import localdate

from privacyboard.demo.populate.making import Making
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User
from registers.choices import Bound, Fate, RetentionTrigger
from registers.choices.destruction import DestructionState, TaskKind
from registers.models import (
    DataCategory,
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionTask,
    RetentionRule,
)
from registers.models.destruction_steps import count_days
from registers.rules.destruction.terms import list_year

PEOPLE = 20  # on a list that is not closed, under each rule
WAITING = 5  # of each list so many rows wait for their day
RULES = 2
# How far the lists of this year are, in turn; one of an earlier year in nine was withdrawn.
STATES = (
    *(DestructionState.PROPOSED,) * 3,
    *(DestructionState.CHECKED, DestructionState.APPROVED, DestructionState.HANDED),
)
WITHDRAWN_EVERY = 9
# Days after the proposal: checked, approved, handed over, closed.
STEPS = tuple(timedelta(days=days) for days in (10, 20, 30, 60))
YEAR = timedelta(days=365)


def make_lists(making: Making, count: int) -> None:
    """Lists of each school in turn, the newest first. Without certificates: those take a press."""
    schools: list[School] = making.made(School)
    rules = list(
        RetentionRule.objects.filter(trigger=RetentionTrigger.LEAVING, fate=Fate.DESTROY)
        .exclude(bound=Bound.NONE)
        .order_by("code")[:RULES]
    )
    categories = list(DataCategory.objects.order_by("code")[: 2 * RULES])
    if not schools or not rules:
        return
    lists = making.keep(DestructionList, _lists(making, schools, count))
    lines = making.keep(DestructionLine, _lines(lists, rules, categories))
    making.keep(DestructionTask, _tasks(lists, lines))
    making.keep(DestructionItem, _items(lists, rules, list_year(making.today)))


def _lists(making: Making, schools: Sequence[School], count: int) -> list[DestructionList]:
    directors: dict[int, User] = {}
    managers: list[User] = []
    for each in making.made(Appointment):
        if each.role == Role.DIRECTOR and each.school_id:
            directors.setdefault(each.school_id, each.user)
        elif each.role == Role.IBP_MANAGER:
            managers.append(each.user)
    numbers: dict[int, int] = {}
    found = []
    for number in range(count):
        age, place = divmod(number, len(schools))
        school = schools[place]
        state = STATES[number % len(STATES)]
        if age:
            withdrawn = number % WITHDRAWN_EVERY == 0
            state = DestructionState.WITHDRAWN if withdrawn else DestructionState.CLOSED
        made = DestructionList(
            school=school,
            year=list_year(making.today) - age,
            state=state,
            proposed_at=making.at - age * YEAR - STEPS[-1] - timedelta(hours=place % 24),
            counts=_counts(state),
            remark="Verkeerde school (fictief)." if state == DestructionState.WITHDRAWN else "",
        )
        numbers[made.year] = numbers.get(made.year, 0) + 1
        made.number = f"VL-{made.year}-{numbers[made.year]:04d}"
        manager = managers[number % len(managers)] if managers else None
        _date(made, director=directors.get(school.pk), manager=manager)
        found.append(made)
    return found


def _counts(state: str) -> dict[str, int]:
    if state not in (DestructionState.HANDED, DestructionState.CLOSED):
        return {}
    return {"people": PEOPLE, "periods": 0, "items": RULES * PEOPLE, "held": 1, "later": 1}


def _date(made: DestructionList, *, director: User | None, manager: User | None) -> None:
    """Who took each step up to the state of the list, and when."""
    order = (*STATES[-3:], DestructionState.CLOSED)  # checked, approved, handed over, closed
    reached = order.index(made.state) + 1 if made.state in order else 0
    people = (director, manager, director, director)
    names = ("checked", "approved", "handed", "closed")
    for name, person, after in list(zip(names, people, STEPS, strict=True))[:reached]:
        setattr(made, f"{name}_by", person)
        setattr(made, f"{name}_at", made.proposed_at + after)


def _lines(
    lists: Sequence[DestructionList],
    rules: Sequence[RetentionRule],
    categories: Sequence[DataCategory],
) -> list[DestructionLine]:
    return [
        DestructionLine(
            list=each,
            rule=rule,
            rule_name=rule.name,
            term=rule.term,
            legal_ground=rule.legal_ground,
            fate=rule.fate,
            category=category,
            data=category.name,
            number=PEOPLE if each.counts else 0,
        )
        for each in lists
        for place, rule in enumerate(rules)
        for category in categories[2 * place : 2 * place + 2]
    ]


def _tasks(
    lists: Sequence[DestructionList], lines: Sequence[DestructionLine]
) -> list[DestructionTask]:
    """Two places where everything was; of a list that is out the first one is done."""
    pairs: dict[int, list[str]] = {}
    for line in lines:
        code = line.category.code if line.category else ""
        pairs.setdefault(line.list_id, []).append(f"{line.rule.code}/{code}")
    found = []
    for each in lists:
        if each.handed_at is None:
            continue
        for kind in (TaskKind.ARCHIVE, TaskKind.SCHOOL):
            done = each.state == DestructionState.CLOSED or kind == TaskKind.ARCHIVE
            day = localdate(each.handed_at)
            found.append(
                DestructionTask(
                    list=each,
                    kind=kind,
                    name=str(kind.label),
                    pairs=pairs[each.pk],
                    due_on=day + timedelta(days=28),
                    done_on=day + timedelta(days=7) if done else None,
                    done_by="De administratie (fictief)" if done else "",
                    result="Versnipperd (fictief)." if done else "",
                )
            )
    return found


def _items(
    lists: Sequence[DestructionList], rules: Sequence[RetentionRule], this_year: int
) -> list[DestructionItem]:
    """Who left, by numbers that nobody has here any more; of a list that is over none is left."""
    found: list[DestructionItem] = []
    person = 0
    for each in lists:
        is_over = each.state in (DestructionState.CLOSED, DestructionState.WITHDRAWN)
        for rule in rules:
            # Due in the year of the list; what waits is due in one that comes.
            before = rule.years + (rule.bound != Bound.MAXIMUM)
            for number in range(WAITING if is_over else PEOPLE + WAITING):
                waits = is_over or number >= PEOPLE
                person += 1
                item = DestructionItem(
                    list=None if waits else each,
                    school=each.school,
                    rule=rule,
                    person_key=f"V{person:06}",
                    event_on=date((this_year + 2 if waits else each.year) - before, 8, 1),
                )
                found.append(count_days(item, rule))
    return found
