"""What one place has to destroy, as a CSV file: numbers, never names."""

from __future__ import annotations

import csv
import io

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from privacyboard.vocabulary import Language
from registers.choices.destruction import LineVerdict
from registers.exchange.cells import to_cell
from registers.models import DestructionItem, DestructionTask
from registers.models.catalogue import CatalogueEntry
from registers.models.destruction_holds import item_holds
from registers.models.destruction_numbers import new_numbers
from registers.models.destruction_places import pair_of


def rule_name(item: DestructionItem) -> str:
    """What the rule of an item is called, in the language that is spoken now."""
    return _named(item.rule, item.rule.name)


def task_items(task: DestructionTask) -> list[tuple[DestructionItem, list[str]]]:
    """What goes in this place, each with its kinds of data.

    Not what somebody holds by now, nor a number that is of another pupil by now (`item_holds`).
    """
    pairs = set(task.pairs)
    kinds: dict[int, list[str]] = {}
    lines = task.list.lines.filter(verdict=LineVerdict.DESTROY).select_related("rule", "category")
    for line in lines:
        if "/".join(pair_of(line)) in pairs:
            kinds.setdefault(line.rule_id, []).append(_named(line.category, line.data))
    rows = task.list.items.to_destroy().filter(rule__in=kinds).select_related("rule")
    items = list(rows.order_by("rule__sort_name", "period", "person_key"))
    holds = item_holds(task.list.school, items)
    return [(item, kinds[item.rule_id]) for item in items if item.pk not in holds]


def task_csv(task: DestructionTask) -> bytes:
    """One row per number (or period) and rule; semicolons and UTF-8, as Excel reads it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        [
            *(_("nummer of periode"), _("bewaartermijn"), _("gegevens")),
            *(_("loopt sinds"), _("niet voor"), _("wat ermee gebeurt")),
            _("nieuw nummer"),
        ]
    )
    new = new_numbers(task.list)
    for item, kinds in task_items(task):
        cells = [
            *(str(item), rule_name(item), ", ".join(kinds)),
            *(f"{item.event_on:%d-%m-%Y}", _day(item), str(item.rule.get_fate_display())),
            new.get(item.pk, ""),
        ]
        writer.writerow([to_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _named(entry: CatalogueEntry | None, dutch: str) -> str:
    """What the catalogue calls it, in the language that is spoken now."""
    english = entry.name_en if entry and get_language() == Language.ENGLISH else ""
    return english or dutch


def _day(item: DestructionItem) -> str:
    return f"{item.not_before:%d-%m-%Y}" if item.not_before else ""
