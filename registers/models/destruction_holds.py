"""What is on a list and must stay: a hold on the person, or on everything under a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from privacyboard.clockwork.holds import Held, held_people
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, School
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem, DestructionPlan


def item_holds(school: School | None, items: Sequence[DestructionItem]) -> dict[int, list[Held]]:
    """The holds on these items of one place, by their keys; no key where nothing holds.

    What holds a number that the pupil had before, or has since, holds the pupil: an item follows
    the number, and an open request or a hold says what it was then. A number that is of somebody
    else by now holds too: in the other system it leads to the data of the wrong pupil.
    """
    people = {item.person_key for item in items if item.person_key}
    known = _known(school, people) if school and people else _Known({}, {}, {})
    of_people = _of_people(school, known, people) if school and people else {}
    of_rules = _rule_holds(school, {item.rule_id for item in items})
    found: dict[int, list[Held]] = {}
    for item in items:
        reasons = [
            *of_people.get(item.person_key, ()),
            *known.passed_on(item),
            *of_rules.get(item.rule_id, ()),
        ]
        if reasons:
            found[item.pk] = reasons
    return found


@dataclass(frozen=True)
class _Known:
    """What is known here of the pupils behind these numbers."""

    # Of each pupil, the number under which the rows were planned.
    planned: dict[int, str]
    # Whose rows they are, by number and day.
    owners: dict[tuple[str, date], set[int]]
    # Who has the number now, with the day of leaving.
    holders: dict[str, tuple[int, date | None]]

    def passed_on(self, item: DestructionItem) -> list[Held]:
        """Why the number of an item cannot be trusted; what a person typed is not doubted."""
        holder = self.holders.get(item.person_key)
        if holder is None or item.added_by_id is not None:
            return []
        pupil, left_on = holder
        owners = self.owners.get((item.person_key, item.event_on), set())
        if owners - {pupil}:
            return [Held(_("het nummer is nu van een andere leerling"))]
        if left_on != item.event_on:
            return [Held(_("wie dit nummer nu heeft, ging niet op die dag van school"))]
        return []


def _known(school: School, people: set[str]) -> _Known:
    owners: dict[tuple[str, date], set[int]] = {}
    planned: dict[int, str] = {}
    for plan in DestructionPlan.objects.filter(school=school, person_key__in=people):
        planned[plan.pupil] = plan.person_key
        owners.setdefault((plan.person_key, plan.event_on), set()).add(plan.pupil)
    pupils = Pupil.objects.filter(school=school, key__in=people)
    holders = {pupil.key: (pupil.pk, pupil.left_on) for pupil in pupils.order_by()}
    return _Known(planned, owners, holders)


def _of_people(school: School, known: _Known, people: set[str]) -> dict[str, list[Held]]:
    """By the number of the rows: what holds any number that one of its pupils has or had."""
    rows_of: dict[int, set[str]] = {pupil: {key} for pupil, key in known.planned.items()}
    for key, (pupil, _left_on) in known.holders.items():
        rows_of.setdefault(pupil, set()).add(key)
    now = {key: {key} for key in people}
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
