"""Which terms were changed, as the history of the catalogue tells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from registers.choices.destruction import DestructionState
from registers.models.catalogue import RetentionRule
from registers.models.destruction import DestructionItem, DestructionLine, DestructionList
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
    return shortened_on_each([found], today, versions=versions)[found.pk]


def shortened_on_each(
    lists: Collection[DestructionList], today: date, *, versions: _Versions | None = None
) -> dict[int, dict[int, Shortened]]:
    """The same of several lists, by their keys, with as many queries as for one."""
    on_them = DestructionItem.objects.filter(list__in=lists).to_destroy().order_by()
    last = on_them.values_list("list", "rule").annotate(last=Max("event_on"))
    events: dict[int, dict[int, date]] = {each.pk: {} for each in lists}
    for key, rule, event_on in last:
        events[key][rule] = event_on
    rules = {rule for each in events.values() for rule in each}
    known = versions_of(rules) if versions is None else versions
    approved = _approved(rules)
    judged = {
        key: {
            rule: shortened(
                _since(known.get(rule, []), _but(approved.get(rule, {}), key)),
                event_on=event_on,
                today=today,
            )
            for rule, event_on in of.items()
        }
        for key, of in events.items()
    }
    return {
        key: {rule: each for rule, each in of.items() if each is not None}
        for key, of in judged.items()
    }


def _approved(rules: Collection[int]) -> dict[int, dict[int, int]]:
    """What a second person approved on before, by rule and by list: without a change since, that
    is the term."""
    lines = DestructionLine.objects.filter(
        rule__in=rules, list__state__in=_APPROVED, approved_version__isnull=False
    )
    found: dict[int, dict[int, int]] = {}
    rows = lines.order_by().values_list("rule", "list").annotate(last=Max("approved_version"))
    for rule, key, version in rows:
        found.setdefault(rule, {})[key] = version
    return found


def _but(approved: dict[int, int], own: int) -> int | None:
    """The last of other lists."""
    return max((version for key, version in approved.items() if key != own), default=None)


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


def former_term(line: DestructionLine) -> str:
    """The last term that the rule of a line had, in words, where it has none any more.

    What the line itself says is the term of the day on which it came on the list: by then the term
    can have been gone.
    """
    versions = versions_of([line.rule_id]).get(line.rule_id, [])
    dated = [each.words for each in versions if not each.term.is_open]
    return dated[-1] if dated else line.term


def said_shortened(found: Shortened) -> str:
    """How it was, when it was changed and by whom, in words: kept with the approved list."""
    ground = f" ({found.former.legal_ground})" if found.former.legal_ground else ""
    names = ", ".join(found.names)
    return (
        f"{found.former.words}{ground}; korter gemaakt op {found.changed_on:%d-%m-%Y} door {names}"
    )
