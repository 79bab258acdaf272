"""Which terms were changed, as the history of the catalogue tells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from registers.choices.destruction import DestructionState
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionLine, DestructionList
from registers.models.destruction_steps import term_of
from registers.rules.destruction.shortening import Shortened, Version, last_change, shortened

_APPROVED = (DestructionState.APPROVED, DestructionState.HANDED, DestructionState.CLOSED)
_Versions = dict[int, list[Version]]


def versions_of(rules: Collection[int]) -> _Versions:
    """Every version of these rules by their keys, oldest first."""
    rows = RetentionRule.history.filter(id__in=rules).select_related("history_user")
    found: _Versions = {}
    for row in rows.order_by("history_id"):
        rule = row.instance
        found.setdefault(rule.pk, []).append(
            Version(
                number=row.history_id,
                name=rule.name,
                term=term_of(rule),
                words=rule.term,
                legal_ground=rule.legal_ground,
                by=row.history_user_id,
                by_name=str(row.history_user or _("het systeem")),
                on=timezone.localdate(row.history_date),
            )
        )
    return found


def shortened_on(
    found: DestructionList, today: date, *, versions: _Versions | None = None
) -> dict[int, Shortened]:
    """The terms, by rule, that were made shorter and on which something of this list rests."""
    on_it = found.items.to_destroy().order_by().values_list("rule")
    events = dict(on_it.annotate(last=Max("event_on")))
    known = versions_of(events) if versions is None else versions
    # What a second person approved on before: without a change since, that is the term.
    approved = dict(
        DestructionLine.objects.filter(
            rule__in=events, list__state__in=_APPROVED, approved_version__isnull=False
        )
        .exclude(list=found)
        .order_by()
        .values_list("rule")
        .annotate(last=Max("approved_version"))
    )
    judged = {
        rule: shortened(
            _since(known.get(rule, []), approved.get(rule)), event_on=event_on, today=today
        )
        for rule, event_on in events.items()
    }
    return {rule: each for rule, each in judged.items() if each is not None}


def _since(versions: list[Version], approved: int | None) -> list[Version]:
    numbers = [each.number for each in versions]
    return versions[numbers.index(approved) :] if approved in numbers else versions


def changed_since(
    rules: Collection[int], day: date, *, versions: _Versions | None = None
) -> dict[int, Version]:
    """The last change, on this day or later, of what these rules say."""
    known = versions_of(rules) if versions is None else versions
    found = {rule: last_change(known.get(rule, []), since=day) for rule in rules}
    return {rule: each for rule, each in found.items() if each is not None}


def said_shortened(found: Shortened) -> str:
    """How it was, when it was changed and by whom, in words: kept with the approved list."""
    ground = f" ({found.former.legal_ground})" if found.former.legal_ground else ""
    names = ", ".join(found.names)
    return (
        f"{found.former.words}{ground}; korter gemaakt op {found.changed_on:%d-%m-%Y} door {names}"
    )
