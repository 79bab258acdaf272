"""What is due gets on a list: of its school and year, once; or a person puts it there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from privacyboard.audit.acts import day_problem, refused
from privacyboard.clockwork.turns import in_turn
from privacyboard.organisation.models import Pupil, School, User
from registers import letters
from registers.choices import Bound, Fate, RetentionTrigger
from registers.choices.destruction import DestructionState, ItemVerdict, LineVerdict
from registers.models import (
    DataCategory,
    DestructionItem,
    DestructionLine,
    DestructionList,
    RetentionRule,
)
from registers.models.destruction_holds import item_holds, said
from registers.models.destruction_steps import count_days, locked_in, term_of
from registers.models.destruction_texts import refuse_numbers
from registers.rules.destruction.numbers import keys_problem
from registers.rules.destruction.sources import kept_data
from registers.rules.destruction.terms import NO_TERM, conflicts, list_year, window

BATCH = 500
_LISTED = "op de lijst gezet"


def list_due(*, by: User | None, at: datetime) -> int:
    """Put what is due on the list of its school, and make that list where none is open.

    What somebody holds waits; when the hold is lifted, the next run finds it. Returns how many
    rows were listed. Raises the first problem when all schools had their turn.
    """
    today = timezone.localdate(at)
    ripe = DestructionItem.objects.ripe(today).order_by()
    listed = 0
    with in_turn() as turn:
        for school_id in ripe.values_list("school", flat=True).distinct():
            with turn():
                school = School.objects.get(pk=school_id) if school_id else None
                last: int | None = 0
                while last is not None:
                    last, number = _list_batch(school, after=last, by=by, at=at)
                    listed += number
    return listed


@transaction.atomic
def _list_batch(
    school: School | None, *, after: int, by: User | None, at: datetime
) -> tuple[int | None, int]:
    """One batch of what is due at a place; the key to go on from (None: the end), and how many."""
    ripe = DestructionItem.objects.ripe(timezone.localdate(at)).filter(school=school, pk__gt=after)
    found = list(ripe.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    if not found:
        return None, 0
    holds = item_holds(school, found)
    free = [item for item in found if item.pk not in holds]
    if free:
        _attach(open_list(school=school, by=by, at=at), free, by=by, at=at)
    return found[-1].pk, len(free)


@transaction.atomic
def open_list(*, school: School | None, by: User | None, at: datetime) -> DestructionList:
    """The list of a school (None: the board's office) that can still grow; made where none is.

    Whoever makes one holds the board's row: two at once make one list.
    """
    number = DestructionList.objects.next_number(year=list_year(timezone.localdate(at)))
    held: DestructionList | None = (
        DestructionList.objects.proposed_for(school).select_for_update(of=("self",)).first()
    )
    if held is not None:
        return held
    year = list_year(timezone.localdate(at))
    made = DestructionList(
        number=number,
        school=school,
        year=year,
        serial=DestructionList.objects.filter(school=school, year=year).count() + 1,
        proposed_at=at,
    )
    made.record(by=by, why="voorgesteld" if by is None else "lijst begonnen")
    return made


def _attach(
    held: DestructionList, items: Sequence[DestructionItem], *, by: User | None, at: datetime
) -> None:
    """Put waiting items on a list; what was kept longer comes back with its reason in sight."""
    for item in items:
        item.list, item.verdict = held, ItemVerdict.DESTROY
    bulk_update_with_history(
        items,
        DestructionItem,
        ["list", "verdict"],
        batch_size=BATCH,
        default_user=by,
        default_change_reason=_LISTED,
    )
    write_lines(held=held, by=by, at=at, fresh={item.rule_id for item in items})


@transaction.atomic
def write_lines(
    *, held: DestructionList, by: User | None, at: datetime, fresh: Collection[int] = ()
) -> None:
    """A line for each kind of data that the register keeps under the rules of the items.

    What was decided about a line stays. Of the same data one rule can demand what another one
    forbids: such a line waits for a person. So does one whose rule has no term any more, also when
    it was decided before rows under a `fresh` rule came.
    """
    used = set(held.items.order_by().values_list("rule", flat=True).distinct())
    rules = {rule.code: rule for rule in RetentionRule.objects.all()}
    slug = held.school.slug if held.school else None
    kept = kept_data(letters.established_contents(), slug=slug)
    codes = {code for named in kept.lines.values() for code in named}
    categories = {each.code: each for each in DataCategory.objects.filter(code__in=codes)}
    mark_conflicts(held=held, by=by, at=at, fresh=fresh)
    unsure = _without_term(held)
    there = {(line.rule_id, line.category_id) for line in held.lines.all()}
    for rule in (each for each in rules.values() if each.pk in used):
        named: list[tuple[DataCategory | None, str]] = [
            (categories[code], name)
            for code, name in kept.lines.get(rule.code, {}).items()
            if code in categories
        ]
        for category, name in named or [(None, rule.data)]:
            if (rule.pk, category.pk if category else None) in there:
                continue
            line = _line(held, rule, category, name)
            longer = [
                rules[code]
                for code, data in kept.lines.items()
                if category is not None and category.code in data and code in rules
            ]
            line.against = (
                NO_TERM if rule.pk in unsure else _longer_rule(rule, longer, timezone.localdate(at))
            )
            line.verdict = LineVerdict.CONFLICT if line.against else LineVerdict.DESTROY
            line.record(by=by, why=_LISTED)


@transaction.atomic
def mark_conflicts(
    *, held: DestructionList, by: User | None, at: datetime, fresh: Collection[int] = ()
) -> int:
    """Ask a person again where a longer term of the same data came since, or where the term went;
    returns how many.

    What was decided while the same terms held stays decided.
    """
    rules = {rule.code: rule for rule in RetentionRule.objects.all()}
    slug = held.school.slug if held.school else None
    kept = kept_data(letters.established_contents(), slug=slug)
    marked, unsure = 0, _without_term(held)
    for line in held.lines.select_related("rule", "category"):
        code = line.category.code if line.category else None
        longer = [rules[each] for each, data in kept.lines.items() if code in data]
        against = _longer_rule(line.rule, longer, timezone.localdate(at))
        why = "er kwam een langere termijn"
        if line.rule_id in unsure:
            against, why = NO_TERM, "er is geen vaste termijn meer"
            again = line.rule_id in fresh or (
                line.verdict == LineVerdict.KEPT and unsure[line.rule_id]
            )
            if again and line.verdict != LineVerdict.CONFLICT:
                line.against = ""  # decided, but not of what came since
        elif line.lacks_term and not against:
            line.against, line.verdict = "", LineVerdict.DESTROY
            line.record(by=by, why="er is weer een vaste termijn")
        if against and against != line.against:
            line.against, line.verdict, line.reason = against, LineVerdict.CONFLICT, ""
            line.decided_by = line.decided_at = None
            line.record(by=by, why=why)
            marked += 1
    return marked


def _without_term(held: DestructionList) -> dict[int, bool]:
    """The rules without a term under which something was planned, and whether it would go now.

    What a person put on the list under such a rule came with its reason: it asks nothing.
    """
    rows = held.items.filter(rule__bound=Bound.NONE).exclude(rule__fate=Fate.KEEP)
    planned = rows.filter(Q(added_by__isnull=True) | Q(reason="")).order_by()
    found: dict[int, bool] = {}
    for rule, verdict in planned.values_list("rule", "verdict").distinct():
        found[rule] = found.get(rule, False) or verdict == ItemVerdict.DESTROY
    return found


def _line(
    held: DestructionList, rule: RetentionRule, category: DataCategory | None, name: str
) -> DestructionLine:
    return DestructionLine(
        list=held,
        rule=rule,
        rule_name=rule.name,
        term=rule.term,
        legal_ground=rule.legal_ground,
        fate=rule.fate,
        category=category,
        data=name[:300],
    )


def _longer_rule(rule: RetentionRule, others: Sequence[RetentionRule], day: date) -> str:
    """The rule that forbids what this one demands, of the same data and event, in words."""
    terms = [(each.code, term_of(each)) for each in {rule, *others}]
    forbids = {stays for goes, stays in conflicts(terms, day) if goes == rule.code}
    found = sorted((each for each in others if each.code in forbids), key=lambda each: each.code)
    return "; ".join(f"{each.name}: {each.term}" for each in found)


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a person puts on a list: numbers, or one period in words, with the day it starts."""

    rule: RetentionRule
    event_on: date
    keys: tuple[str, ...] = ()
    period: str = ""
    # Of a rule without a term: what shows that its condition is met.
    reason: str = ""
    # Digits that pass the check of the BSN, of which somebody said that they are none.
    not_bsn: frozenset[str] = frozenset()


@transaction.atomic
def add_items(
    *, found: DestructionList, added: Added, by: User, at: datetime
) -> tuple[DestructionList, int]:
    """Put lines on a list by hand: what the machine cannot know (a result, a recording).

    Returns the list and how many were new. Raises ActRefused before the minimum has passed, for a
    rule that forbids destruction, and for a number that can be a BSN (UAVG 46).
    """
    held = locked_in(found, {DestructionState.PROPOSED})
    _refuse_added(added, at=at, school=held.school)
    refuse_numbers(held, more=added.keys, period=added.period, reason=added.reason)
    _refuse_present(held, added)
    items = _missing(held, added, by=by)
    try:
        with transaction.atomic():
            made = bulk_create_with_history(
                items,
                DestructionItem,
                default_user=by,
                default_change_reason="met de hand toegevoegd",
            )
    except IntegrityError as taken:  # a year, or a number that nobody has here: nothing to lock
        raise refused(
            "De computer of een collega zette dit op hetzelfde moment klaar. Kijk wat er nu staat "
            "en probeer het nog eens."
        ) from taken
    holds = item_holds(held.school, made)
    for item in made:
        if item.pk in holds:
            item.verdict = ItemVerdict.HELD
            item.record(by=by, why=f"vastgehouden: {said(holds[item.pk])}"[:100])
    write_lines(held=held, by=by, at=at)
    return held, len(made)


def _missing(held: DestructionList, added: Added, *, by: User) -> list[DestructionItem]:
    """What is typed and has no row yet, unsaved.

    The pupils are held: the sweep passes by whom it cannot hold, so that it plans none of this now.
    """
    known = Pupil.objects.filter(school=held.school, key__in=added.keys).order_by("pk")
    whose = {each.key: each.pk for each in known.select_for_update(of=("self",), no_key=True)}
    subjects: list[dict[str, Any]] = [
        {"person_key": key, "pupil": whose.get(key)} for key in added.keys
    ]
    if added.period.strip():
        subjects.append({"period": added.period.strip()[:100]})
    there = set(
        DestructionItem.objects.filter(
            school=held.school, rule=added.rule, event_on=added.event_on
        ).values_list("person_key", "period", "pupil")
    )
    return [
        count_days(
            DestructionItem(
                list=held,
                school=held.school,
                rule=added.rule,
                event_on=added.event_on,
                reason=added.reason.strip(),
                added_by=by,
                **each,
            ),
            added.rule,
        )
        for each in subjects
        if (each.get("person_key", ""), each.get("period", ""), each.get("pupil")) not in there
    ]


def _refuse_added(added: Added, *, at: datetime, school: School | None) -> None:
    rule, today = added.rule, timezone.localdate(at)
    if rule.fate == Fate.KEEP:
        raise refused(
            f"Deze gegevens mogen niet worden vernietigd. {rule.condition}".strip(), "rule"
        )
    if problem := day_problem(added.event_on, at=at):
        raise refused(problem, "event_on")
    if rule.bound == Bound.NONE and not added.reason.strip():
        raise refused(
            f"Deze gegevens hebben geen vaste termijn. {rule.condition} Schrijf op waaruit "
            "blijkt dat het nu mag.",
            "reason",
        )
    days = window(term_of(rule), added.event_on)
    if not days.allows(today) and days.not_before is not None:
        raise refused(
            f"Dit moet nog blijven: {rule.term}. Het mag weg vanaf {days.not_before:%d-%m-%Y}.",
            "event_on",
        )
    known = Pupil.objects.filter(school=school, key__in=added.keys).values_list("key", flat=True)
    if problem := keys_problem(added.keys, not_bsn=added.not_bsn, known=set(known)):
        raise refused(problem, "keys")
    if not added.keys and not added.period.strip():
        raise refused("Vul nummers in, of een periode.", "keys")


def _refuse_present(held: DestructionList, added: Added) -> None:
    """Whom this application knows left no sooner than it knows. Raises ActRefused."""
    if added.rule.trigger != RetentionTrigger.LEAVING:
        return
    known = Pupil.objects.filter(school=held.school, key__in=added.keys).order_by("key")
    for pupil in known:
        if pupil.left_on is None:
            raise refused(f"Leerling {pupil.key} is nog op school.", "keys")
        if pupil.left_on > added.event_on:
            raise refused(
                f"Leerling {pupil.key} ging pas op {pupil.left_on:%d-%m-%Y} van school.", "keys"
            )
