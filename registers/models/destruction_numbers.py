"""Numbers that pass on: of pupils who got another one, and of pupils who got theirs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from privacyboard.clockwork.holds import Held
from privacyboard.organisation.models import Pupil, School
from registers.choices import RetentionTrigger
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem, DestructionList


def renumbered() -> QuerySet[DestructionItem]:
    """Rows of pupils whose number at that school is another one by now."""
    now = Pupil.objects.filter(pk=OuterRef("pupil"), school=OuterRef("school"))
    found: QuerySet[DestructionItem] = DestructionItem.objects.filter(
        Exists(now.exclude(key=OuterRef("person_key"))), pupil__isnull=False
    )
    return found


def numbers_now(pupils: Collection[int]) -> dict[tuple[int, int], str]:
    """The number that each of these pupils has by now, by the pupil and the school that gave it."""
    found = Pupil.objects.filter(pk__in=pupils).order_by().values_list("pk", "school", "key")
    return {(pupil, school): key for pupil, school, key in found}


def new_numbers(found: DestructionList) -> dict[int, str]:
    """Of a list that is out: the number that a pupil has by now, by the key of each row."""
    now = Pupil.objects.filter(pk=OuterRef("pupil")).values("key")[:1]
    rows = renumbered().filter(list=found).order_by().annotate(now=Subquery(now))
    return dict(rows.values_list("pk", "now"))


def doubted(day: date) -> QuerySet[DestructionItem]:
    """Due on no list while their number cannot be trusted: `Holders.doubt`, asked in the database.

    Of these no list asks and no hold tells: a person must find out whose number it is.
    """
    holder = Pupil.objects.filter(school=OuterRef("school"), key=OuterRef("person_key"))
    rows = DestructionItem.objects.ripe(day).exclude(person_key="")
    known = rows.annotate(
        holder=Subquery(holder.values("pk")[:1]), holder_left=Subquery(holder.values("left_on")[:1])
    ).filter(holder__isnull=False)
    leaving, present = (
        Q(rule__trigger=RetentionTrigger.LEAVING),
        Q(holder_left__isnull=True),
    )
    that_day = Q(holder_left__isnull=False, holder_left=F("event_on"))
    another = Q(pupil__isnull=False) & ~Q(pupil=F("holder"))
    unknown = Q(pupil__isnull=True) & ~(leaving & that_day)
    moved = present | Q(added_by__isnull=True) & ~that_day | Q(holder_left__gt=F("event_on"))
    found: QuerySet[DestructionItem] = known.filter(another | unknown | leaving & moved)
    return found


class Doubt(Held):
    """A number is no reason to keep anything: it is set right, and then the data go."""


@dataclass(frozen=True)
class Holders:
    """Who has these numbers at a school now, with the day of leaving."""

    by_number: dict[str, tuple[int, date | None]]
    # The rules that count from the day of leaving.
    of_leaving: frozenset[int]

    @classmethod
    def of(cls, school: School | None, items: Collection[DestructionItem]) -> Holders:
        """Who has the numbers of these rows."""
        numbers = {item.person_key for item in items if item.person_key}
        if school is None or not numbers:
            return cls({}, frozenset())
        pupils = Pupil.objects.filter(school=school, key__in=numbers).order_by()
        leaving = RetentionRule.objects.filter(trigger=RetentionTrigger.LEAVING)
        rules = leaving.filter(pk__in={item.rule_id for item in items}).values_list("pk", flat=True)
        return cls(
            {pupil.key: (pupil.pk, pupil.left_on) for pupil in pupils}, frozenset(rules.order_by())
        )

    def doubt(self, item: DestructionItem) -> list[Held]:
        """Why the number of a row cannot be trusted; nothing where nobody here has it.

        What a person typed of somebody whom nobody knew here, can be of who left on that very day.
        """
        holder = self.by_number.get(item.person_key)
        if holder is None:
            return []
        pupil, left_on = holder
        by_leaving = item.rule_id in self.of_leaving
        fits = by_leaving and left_on == item.event_on
        if item.pupil != pupil and not (item.pupil is None and fits):
            return [Doubt(_("het nummer is nu van een andere leerling"))]
        if by_leaving and left_another_day(item, left_on):
            return [Doubt(_("wie dit nummer nu heeft, ging niet op die dag van school"))]
        return []


def left_another_day(item: DestructionItem, left_on: date | None) -> bool:
    """Whether the day of leaving of a pupil is not that of the row.

    By hand an older day may stand there than we know of, never one that is earlier than it was.
    """
    if item.added_by_id is None or left_on is None:
        return left_on != item.event_on
    return left_on > item.event_on
