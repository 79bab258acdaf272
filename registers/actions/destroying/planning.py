"""What must go one day: planned as soon as a pupil has left or a year is over.

Every question is "what is due and has no row yet": twice, late or by five workers at once gives
the same rows. What is planned here stays when the pupil is forgotten here: the number is then the
only way to find the data in the other system (Archiefwet: destruction goes by list).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from privacyboard.clockwork.turns import in_turn
from privacyboard.organisation.models import Pupil, School, User
from registers import letters
from registers.actions.destroying.following import follow_numbers
from registers.choices import Bound, Fate, RetentionTrigger
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.content import ActivityContent
from registers.models import DestructionItem, DestructionPlan, RetentionRule
from registers.models.destruction_steps import count_days, erase_items, term_of
from registers.rules.destruction.sources import kept_data, school_rules
from registers.rules.destruction.terms import (
    YEAR_TRIGGERS,
    newest_period,
    period_name,
    periods_since,
)

BATCH = 500
_RETURNED = "leerling is terug, of ging op een andere dag van school"


def plan(*, by: User | None, at: datetime) -> int:
    """Plan what follows from pupils who left and years that ended. Returns how many rows came.

    What a person must decide (a rule without a term, or one that forbids destruction) is not
    planned. Raises the first problem when all schools had their turn.
    """
    contents = letters.established_contents()
    today = timezone.localdate(at)
    rules = {rule.code: rule for rule in RetentionRule.objects.all()}
    follow_numbers(by=by, at=at)
    made = recount(by=by, at=at)
    with in_turn() as turn:
        with turn():
            _forget_returned()
        with turn():
            made += _plan_periods(None, contents, rules, today)
        for school in School.objects.order_by("pk"):
            with turn():
                made += _plan_periods(school, contents, rules, today)
                kept = kept_data(contents, slug=school.slug).rules() & rules.keys()
                leaving = [rules[code] for code in sorted(kept) if _is_planned(rules[code])]
                while planned := _plan_pupils(school, leaving):
                    made += planned
    return made


def _is_planned(rule: RetentionRule) -> bool:
    """Whether the machine can tell by itself when this goes: from the day of leaving."""
    return (
        rule.trigger == RetentionTrigger.LEAVING
        and rule.bound != Bound.NONE
        and rule.fate != Fate.KEEP
    )


@transaction.atomic
def _plan_pupils(school: School, rules: Sequence[RetentionRule]) -> int:
    """One batch of pupils who left and of whom not every rule is planned yet."""
    if not rules:
        return 0
    keys = sorted(rule.pk for rule in rules)
    done = DestructionPlan.objects.filter(
        pupil=OuterRef("pk"), event_on=OuterRef("left_on"), rules__contains=keys
    )
    left = Pupil.objects.filter(~Exists(done), school=school, left_on__isnull=False)
    # Whom another worker plans now is not waited for.
    pupils = list(left.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    known = DestructionPlan.objects.in_bulk([pupil.pk for pupil in pupils])
    _forget_other_days([each for each in pupils if _moved(known.get(each.pk), each.left_on)])
    _claim_typed(school, pupils)
    items, plans = [], []
    for pupil in pupils:
        assert pupil.left_on is not None  # noqa: S101 - asked above
        before = known.get(pupil.pk)
        planned = set(before.rules) if before and before.event_on == pupil.left_on else set()
        items += [
            _item(school, rule, pupil.left_on, person_key=pupil.key, pupil=pupil.pk)
            for rule in rules
            if rule.pk not in planned
        ]
        plans.append(
            DestructionPlan(
                pupil=pupil.pk,
                school=school,
                event_on=pupil.left_on,
                rules=sorted(planned | set(keys)),
            )
        )
    # What is there already of this pupil; the row of another with that number is none (`pupil`).
    DestructionItem.objects.bulk_create(items, ignore_conflicts=True, batch_size=2000)
    DestructionPlan.objects.bulk_create(
        plans,
        update_conflicts=True,
        unique_fields=["pupil"],
        update_fields=["school", "event_on", "rules"],
    )
    return len(pupils)


def _claim_typed(school: School, pupils: Sequence[Pupil]) -> None:
    """What a person typed before these pupils were known here, with their number and their day, is
    of them: it is not planned beside it."""
    left = {(pupil.key, pupil.left_on): pupil.pk for pupil in pupils}
    typed = DestructionItem.objects.filter(
        school=school,
        person_key__in=[pupil.key for pupil in pupils],
        pupil__isnull=True,
        added_by__isnull=False,
        rule__trigger=RetentionTrigger.LEAVING,
    )
    rows = [row for row in typed if (row.person_key, row.event_on) in left]
    for row in rows:
        row.pupil = left[row.person_key, row.event_on]
    DestructionItem.objects.bulk_update(rows, ["pupil"], batch_size=BATCH)


def _moved(plan: DestructionPlan | None, left_on: date | None) -> bool:
    return plan is not None and plan.event_on != left_on


def _item(
    school: School | None,
    rule: RetentionRule,
    event_on: date,
    *,
    person_key: str = "",
    pupil: int | None = None,
    period: str = "",
) -> DestructionItem:
    item = DestructionItem(
        school=school,
        rule=rule,
        event_on=event_on,
        person_key=person_key,
        pupil=pupil,
        period=period,
    )
    return count_days(item, rule)


def _forget_returned() -> None:
    """Who is back at school is planned anew on leaving again; of the forgotten nothing is known."""
    pupils = Pupil.objects.filter(pk=OuterRef("pupil"))
    gone = DestructionPlan.objects.filter(~Exists(pupils))
    gone.delete()
    back = Pupil.objects.filter(
        left_on__isnull=True, pk__in=DestructionPlan.objects.values("pupil")
    )
    with in_turn() as turn:
        for pupil in back:
            with turn(), transaction.atomic():
                _forget_other_days([pupil])
                DestructionPlan.objects.filter(pupil=pupil.pk).delete()


def _forget_other_days(pupils: Sequence[Pupil]) -> None:
    """Take away what the machine planned for these pupils from another day than they left on.

    Only where nobody has checked it: later the acts on the list look again.
    """
    days: dict[int | None, date | None] = {pupil.pk: pupil.left_on for pupil in pupils}
    free = Q(list__isnull=True) | Q(list__state=DestructionState.PROPOSED)
    planned = DestructionItem.objects.filter(
        free,
        pupil__in=days,
        added_by__isnull=True,
        rule__trigger=RetentionTrigger.LEAVING,
    )
    keys = [
        key
        for key, pupil, day in planned.values_list("pk", "pupil", "event_on")
        if day != days[pupil]
    ]
    erase_items(keys, reason=_RETURNED)


def _plan_periods(
    school: School | None,
    contents: Sequence[ActivityContent],
    rules: dict[str, RetentionRule],
    today: date,
) -> int:
    """Years that are over for a rule that counts by years; of the first one also what is older."""
    kept = kept_data(contents, slug=school.slug if school else None).rules()
    if school is not None:
        kept &= school_rules(contents)  # of staff and invoices the board's office has its own list
    mine = [rules[code] for code in sorted(kept & rules.keys()) if _by_year(rules[code])]
    planned = DestructionItem.objects.filter(
        school=school, rule__in=mine, added_by__isnull=True
    ).exclude(period="")
    rows = planned.order_by().values("rule").annotate(day=Max("event_on"))
    last = dict(rows.values_list("rule", "day"))
    items = []
    for rule in mine:
        term, before = term_of(rule), last.get(rule.pk)
        newest = newest_period(term, today)
        days = periods_since(term, before, today) if before else [newest] if newest else []
        for day in days:
            name = period_name(rule.trigger, day)
            words = name if before else f"{name} en eerder"
            items.append(_item(school, rule, day, period=words))
    return len(DestructionItem.objects.bulk_create(items, ignore_conflicts=True))


def _by_year(rule: RetentionRule) -> bool:
    return rule.trigger in YEAR_TRIGGERS and rule.bound != Bound.NONE and rule.fate != Fate.KEEP


@transaction.atomic
def recount(*, by: User | None, at: datetime) -> int:
    """Count the days anew of what waits under a rule whose term the board changed.

    Where the term is gone, a person is asked (see `listing.mark_conflicts`): on the day on which
    it would have come on a list, so that what a minimum kept is not asked about sooner.
    """
    counted, today = 0, timezone.localdate(at)
    for rule in RetentionRule.objects.all():
        term = term_of(rule)
        old = ~Q(seal=term.seal)
        if term.is_open:
            old |= Q(listed_from=None)
        waiting = DestructionItem.objects.waiting().filter(old, rule=rule)
        items = list(waiting.select_for_update(skip_locked=True, of=("self",))[: BATCH * 4])
        for item in items:
            before = item.listed_from
            count_days(item, rule)
            if term.is_open:
                item.listed_from = max(before or today, today)
            elif before and item.listed_from and item.verdict == ItemVerdict.LATER:
                item.listed_from = max(item.listed_from, before)
        # What waits has no history yet: nobody decided anything about it.
        DestructionItem.objects.bulk_update(
            items, ["not_before", "not_after", "listed_from", "seal"], batch_size=BATCH
        )
        counted += len(items)
    return counted
