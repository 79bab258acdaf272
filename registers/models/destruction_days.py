"""Which days of destruction lists somebody is told of: of the next step, and of proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models.destruction import DestructionItem, DestructionList, DestructionTask
from registers.rules.reminding import LATE_BEFORE, WITHOUT_MAXIMUM

Rows = QuerySet[Any]
# A letter with a link went to the processor, and the link was not withdrawn since.
_BY_LETTER = Q(asked_at__isnull=False, processor__isnull=False) & ~Q(processor__contact_email="")


def waiting(state: DestructionState) -> Callable[[date], Rows]:
    """Lists in this state, with `demanded_on`, the first maximum of what must go (or nothing), and
    `due_on`, the day to count from."""

    def rows(_today: date) -> Rows:
        demanded = (
            DestructionItem.objects.filter(
                list=OuterRef("pk"), verdict=ItemVerdict.DESTROY, not_after__isnull=False
            )
            .order_by("not_after")
            .values("not_after")[:1]
        )
        proposed = TruncDate("proposed_at")
        found = DestructionList.objects.filter(state=state).annotate(demanded_on=Subquery(demanded))
        return _counted(
            found.annotate(
                due_on=Case(
                    When(demanded_on__gte=proposed, then=F("demanded_on")),
                    When(demanded_on__isnull=True, then=_later(proposed, WITHOUT_MAXIMUM)),
                    default=_later(proposed, LATE_BEFORE),
                )
            ),
            "pk",
        ).select_related("school")

    return rows


def proven(_today: date) -> Rows:
    """Lists of which everything is proven, with `due_on`: the day of the last proof."""
    tasks = DestructionTask.objects.filter(list=OuterRef("pk")).order_by()
    last = tasks.order_by("-done_on").values("done_on")[:1]
    found = DestructionList.objects.filter(
        ~Exists(tasks.filter(done_on__isnull=True)), state=DestructionState.HANDED
    )
    return _counted(
        found.annotate(due_on=Coalesce(Subquery(last), TruncDate("handed_at"))), "pk"
    ).select_related("school")


def unproven(_today: date) -> Rows:
    """Tasks without proof that nobody has a letter about: of a colleague."""
    return _open_tasks().exclude(_BY_LETTER)


def asked_by_letter(_today: date) -> Rows:
    """Tasks without proof of a processor that has a link."""
    return _open_tasks().filter(_BY_LETTER)


def _open_tasks() -> Rows:
    found = DestructionTask.objects.filter(
        done_on__isnull=True, list__state=DestructionState.HANDED
    )
    return _counted(found, "list").select_related("list__school", "processor")


def _later(day: Any, than: timedelta) -> Func:
    """So many days after a day."""
    return Func(
        day,
        template=f"(%(expressions)s + interval '{than.days} days')::date",
        output_field=DateField(),
    )


def _counted(found: Rows, of: str) -> Rows:
    """With how many people and how many years or periods their list is about."""
    items = DestructionItem.objects.filter(list=OuterRef(of)).to_destroy().order_by()
    by_list = items.values("list")
    people = by_list.annotate(n=Count("person_key", distinct=True, filter=~Q(person_key="")))
    periods = by_list.annotate(n=Count("pk", filter=~Q(period="")))
    return found.annotate(
        people=Coalesce(Subquery(people.values("n"), output_field=IntegerField()), 0),
        periods=Coalesce(Subquery(periods.values("n"), output_field=IntegerField()), 0),
    )
