"""All that the page of one destruction list shows, read in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import User
from registers.choices import DeviatingField
from registers.choices.destruction import DestructionState, ItemVerdict, LineVerdict
from registers.models import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionTask,
    SchoolDeviation,
)
from registers.models.destruction_changes import changed_since, shortened_on, versions_of
from registers.models.destruction_holds import item_holds
from registers.models.destruction_numbers import Doubt, new_numbers
from registers.rules.destruction import guide
from registers.rules.destruction.shortening import Shortened, Version
from registers.rules.destruction.states import ACTS
from registers.rules.destruction.terms import sentence
from registers.views.destruction.desk import holds, is_open

# So long before the list was proposed: in it lies the list of the year before.
LOOK_BACK = timedelta(days=366)


@dataclass(frozen=True)
class Group:
    """What is on a list under one rule: how much, by when, and which kinds of data."""

    rule: int
    name: str
    term: str
    legal_ground: str
    number: int
    # What goes that is not about one person: "boekjaar 2018 en eerder".
    periods: tuple[str, ...]
    held: int
    later: int
    by: date | None
    is_late: bool
    lines: tuple[DestructionLine, ...]
    # Somebody made the term shorter, and something of the list rests on that.
    shortened: Shortened | None
    # The term was changed in the year before the list.
    changed: Version | None

    @property
    def term_said(self) -> str:
        """The term as a sentence: without a bound it is one already."""
        return sentence(self.term)

    @property
    def people(self) -> int:
        """How much of what goes is about one person each."""
        return self.number - len(self.periods)

    @property
    def undecided(self) -> int:
        """How many kinds of data wait for a choice between two terms."""
        return sum(line.verdict == LineVerdict.CONFLICT for line in self.lines)

    @property
    def going(self) -> int:
        """How much goes: nothing where all the data are kept under a longer term."""
        is_kept = all(
            line.verdict == LineVerdict.KEPT and not line.lacks_term for line in self.lines
        )
        return 0 if is_kept else self.number

    @property
    def without_term(self) -> DestructionLine | None:
        """The first of its lines where the rule has no term any more; one choice is for all."""
        return next((line for line in self.lines if line.lacks_term), None)


@dataclass(frozen=True, kw_only=True)
class ListFile:
    """One list as its page shows it; `may` says for each act whether its link stands there."""

    found: DestructionList
    next: guide.Next
    next_url: str
    may: dict[str, bool]
    groups: list[Group]
    tasks: list[DestructionTask]
    today: date
    # Waiting and due, and on no list: somebody holds it.
    waiting_held: int
    # The same where the number is of another pupil by now.
    waiting_doubted: int
    # On a list that is approved or out, and held since: whoever destroys must be told.
    held_since: int
    # Who was asked to destroy it and did not say yet that it is gone.
    ask_to_wait: tuple[str, ...]
    # The same of pupils who have another number since: how many.
    renumbered: int
    deviations: list[str]
    shows_numbers: bool

    @property
    def to_destroy(self) -> int:
        """How many items go."""
        return sum(group.going for group in self.groups)


def read_list(user: User, found: DestructionList, *, at: datetime) -> ListFile:
    """Read one list for this person."""
    today = timezone.localdate(at)
    groups = _groups(found, today)
    tasks = list(found.tasks.select_related("proof", "system", "processor"))
    standing = guide.Standing(
        state=found.state,
        undecided=sum(group.undecided for group in groups),
        to_destroy=sum(group.going for group in groups),
        open_tasks=sum(task.done_on is None for task in tasks),
        may_check=holds(user, Right.CHECK_DESTRUCTION, found),
        may_approve=holds(user, Right.DESTROY_RECORDS, found),
        checked_it=found.checked_by_id == user.pk,
        shortened_it=any(
            user.pk in group.shortened.changed_by for group in groups if group.shortened
        ),
        checker=_("De directeur") if found.school_id else _("De IBP-manager"),
    )
    following = guide.next_step(standing)
    waiting_held, waiting_doubted = _waiting(found, today)
    return ListFile(
        found=found,
        next=following,
        next_url=_next_url(found, following, groups),
        may={act.replace("-", "_"): is_open(user, act, found) for act in ACTS},
        groups=groups,
        tasks=tasks,
        today=today,
        waiting_held=waiting_held,
        waiting_doubted=waiting_doubted,
        held_since=_held_since(found),
        ask_to_wait=tuple(task.name for task in tasks if task.done_on is None),
        renumbered=_renumbered(found),
        deviations=_deviations(found),
        shows_numbers=found.state not in (DestructionState.CLOSED, DestructionState.WITHDRAWN),
    )


def _next_url(found: DestructionList, following: guide.Next, groups: list[Group]) -> str:
    """Where the button of the next step leads: of a choice between two terms, to the first one."""
    if following.act != guide.DECIDE:
        return (
            reverse("destruction_act", args=[found.number, following.act]) if following.act else ""
        )
    lines = (line for group in groups for line in group.lines)
    first = next(line for line in lines if line.verdict == LineVerdict.CONFLICT)
    return reverse("destruction_act_on", args=[found.number, following.act, first.pk])


def _groups(found: DestructionList, today: date) -> list[Group]:
    counted: dict[int, Counter[str]] = {}
    days: dict[int, date | None] = {}
    periods: dict[int, list[str]] = {}
    named = ArrayAgg("period", filter=~Q(period=""), order_by="event_on", default=Value([]))
    rows = (
        found.items.order_by()
        .values("rule", "verdict")
        .annotate(number=Count("pk"), by=Min("not_after"), periods=named)
    )
    for row in rows:
        counted.setdefault(row["rule"], Counter())[row["verdict"]] = row["number"]
        if row["verdict"] == ItemVerdict.DESTROY:
            days[row["rule"]], periods[row["rule"]] = row["by"], row["periods"]
    lines: dict[int, list[DestructionLine]] = {}
    for line in found.lines.select_related("decided_by"):
        lines.setdefault(line.rule_id, []).append(line)
    is_over = found.state in (DestructionState.CLOSED, DestructionState.WITHDRAWN)
    shorter, changed = ({}, {}) if is_over else _changes(found, lines.keys(), today)
    return [
        Group(
            rule=rule,
            name=of[0].rule_name,
            term=of[0].term,
            legal_ground=of[0].legal_ground,
            number=(
                max(line.number for line in of)
                if is_over
                else counted.get(rule, Counter())[ItemVerdict.DESTROY]
            ),
            periods=tuple(periods.get(rule, ())),
            held=counted.get(rule, Counter())[ItemVerdict.HELD],
            later=counted.get(rule, Counter())[ItemVerdict.LATER],
            by=days.get(rule),
            is_late=(days.get(rule) or today) < today,
            lines=tuple(of),
            shortened=shorter.get(rule),
            changed=changed.get(rule),
        )
        for rule, of in lines.items()
        if is_over or rule in counted
    ]


def _changes(
    found: DestructionList, rules: Collection[int], today: date
) -> tuple[dict[int, Shortened], dict[int, Version]]:
    """Of terms that were changed: what rests on a shorter one, and every change of the last year.

    Once the list is approved it tells by itself what was approved.
    """
    versions = versions_of(rules)
    day = timezone.localdate(found.proposed_at) - LOOK_BACK
    changed = changed_since(rules, day, versions=versions)
    if found.state not in (DestructionState.PROPOSED, DestructionState.CHECKED):
        return {}, changed
    return shortened_on(found, today, versions=versions), changed


def _waiting(found: DestructionList, today: date) -> tuple[int, int]:
    """Due here and on no list, as the sweep lists all else: held, or of a doubted number."""
    if found.state != DestructionState.PROPOSED:
        return 0, 0
    ripe = DestructionItem.objects.ripe(today).filter(school=found.school)
    holds = item_holds(found.school, list(ripe.order_by("pk")[:1000])).values()
    doubted = sum(any(isinstance(each, Doubt) for each in reasons) for reasons in holds)
    return len(holds) - doubted, doubted


def _held_since(found: DestructionList) -> int:
    if found.state not in (DestructionState.APPROVED, DestructionState.HANDED):
        return 0
    return len(item_holds(found.school, list(found.items.all())))


def _renumbered(found: DestructionList) -> int:
    """Before a list is out its rows follow by themselves."""
    if found.state != DestructionState.HANDED:
        return 0
    return len(set(new_numbers(found).values()))


def _deviations(found: DestructionList) -> list[str]:
    """Where the school keeps data otherwise than the standard says, in its own words."""
    if found.school_id is None or found.state != DestructionState.PROPOSED:
        return []
    own = SchoolDeviation.objects.in_force().filter(
        school=found.school_id, field=DeviatingField.RETENTION
    )
    return [f"{each.activity}: {each.text}" for each in own.select_related("activity")]
