"""What rows must not say together, or beside what the register holds: in sets, never per row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from privacyboard.organisation.models import School
from privacyboard.organisation.rules import periods_overlap
from registers.choices import Bound
from registers.exchange.planning import Fate, Plan, Planned
from registers.exchange.present import Present
from registers.exchange.tables import TABLE, Table
from registers.models import AgreementCoverage, Product, Purpose, SchoolProduct
from registers.rules.agreements import covered_period

Cell = tuple[int, int]
Period = tuple[date, date | None]


def check_each(table: Table, planned: Planned, present: Present) -> Iterator[tuple[str, str]]:
    """What the forms and the database ask of one record, besides its own rules."""
    record = planned.record
    if table.name == "retention_rules":
        has_term = record.years or record.months or record.weeks or record.days
        if record.bound != Bound.NONE and not has_term:
            yield "years", _("Vul een termijn in, of kies “geen vaste termijn”.")
    elif table.name == "subprocessors":
        if not re.fullmatch(r"[A-Z]{2}", record.country):
            yield "country", _("Een landcode is twee hoofdletters.")
    elif table.name == "agreements":
        if not record.all_schools and not _chosen(planned, "schools", present):
            yield "schools", _("Kies de scholen, of laat haar gelden voor alle scholen.")
        for product in planned.chosen.get("products", ()):
            if product.processor_id != record.processor_id:
                yield (
                    "products",
                    _("%(product)s is een product van een andere verwerker.")
                    % {"product": product},
                )


def _chosen(planned: Planned, name: str, present: Present) -> bool:
    if name in planned.chosen:
        return bool(planned.chosen[name])
    return bool(present.chosen.get(name, {}).get(planned.record.pk))


def check_once(plan: Plan) -> None:
    """A letter names one purpose, and a school uses a product once at a time."""
    if "purposes" in plan.tables:
        held = dict(Purpose.objects.values_list("pk", "letter"))
        _refuse_doubles(
            plan,
            "purposes",
            "letter",
            held,
            lambda record: record.letter,
            _("Deze letter is al in gebruik bij een ander doel."),
        )
    if "school_products" in plan.tables:
        open_uses = SchoolProduct.objects.filter(until=None)
        _refuse_doubles(
            plan,
            "school_products",
            "until",
            {pk: use for pk, *use in open_uses.values_list("pk", "school_id", "product_id")},
            lambda record: None if record.until else [record.school_id, record.product_id],
            _("Deze school gebruikt dit product al."),
        )


def _refuse_doubles(
    plan: Plan, name: str, column: str, held: dict[int, Any], value_of: Any, sentence: str
) -> None:
    """Refuse the rows after which two records would have the same value."""
    rows = [each for each in plan.tables[name] if each.record is not None]
    after = held | {each.record.pk: value_of(each.record) for each in rows}
    times = Counter(str(value) for value in after.values() if value is not None)
    heading = str(TABLE[name].by_name[column].heading)
    for each in rows:
        value = value_of(each.record)
        moves = each.fate is Fate.NEW or column in each.changed
        if moves and value is not None and times[str(value)] > 1:
            plan.refuse(each, heading, sentence)


def check_agreements(plan: Plan, present: Present, schools: Iterable[School]) -> None:
    """One valid agreement per product and school at any moment, in the file and the register."""
    rows = [
        each for each in plan.tables.get("agreements", ()) if each.fate in {Fate.NEW, Fate.CHANGED}
    ]
    spans = [(each, span) for each in rows if (span := _span(each.record)) is not None]
    everywhere = [school.pk for school in schools]
    covers = {id(each): _covers(each, present, everywhere) for each, _span_ in spans}
    changed = [each.record.pk for each in rows]
    held = _held({product for cells in covers.values() for product, _school in cells}, changed)
    taken: dict[Cell, list[tuple[Period, Planned]]] = defaultdict(list)
    for each, span in spans:
        sentence = ""
        for cell in covers[id(each)]:
            sentence = sentence or _clash(cell, span, held, taken)
            taken[cell].append((span, each))
        if sentence:
            heading = str(TABLE["agreements"].by_name["starts_on"].heading)
            plan.refuse(each, heading, sentence)


def _span(record: Any) -> Period | None:
    return covered_period(
        signed_on=record.signed_by_both_on, starts_on=record.starts_on, ends_on=record.ends_on
    )


def _covers(planned: Planned, present: Present, everywhere: list[int]) -> list[Cell]:
    """Product and school, by key."""
    record = planned.record
    products = _keys(planned, "products", present)
    schools = everywhere if record.all_schools else _keys(planned, "schools", present)
    return [(product, school) for product in products for school in schools]


def _keys(planned: Planned, name: str, present: Present) -> list[int]:
    if name in planned.chosen:
        return [each.pk for each in planned.chosen[name]]
    return sorted(present.chosen.get(name, {}).get(planned.record.pk, ()))


def _held(products: set[int], but: list[int]) -> dict[Cell, list[AgreementCoverage]]:
    found: dict[Cell, list[AgreementCoverage]] = defaultdict(list)
    rows = AgreementCoverage.objects.filter(product__in=[each for each in products if each > 0])
    for row in rows.exclude(agreement__in=but).order_by("pk"):
        found[row.product_id, row.school_id].append(row)
    return found


def _clash(
    cell: Cell,
    span: Period,
    held: dict[Cell, list[AgreementCoverage]],
    taken: dict[Cell, list[tuple[Period, Planned]]],
) -> str:
    for row in held.get(cell, ()):
        # The database keeps the day after the last one.
        if row.period.lower <= (span[1] or date.max) and (
            row.period.upper is None or span[0] < row.period.upper
        ):
            return row.clash_sentence()
    for other, planned in taken.get(cell, ()):
        if periods_overlap(span, other):
            return _(
                "%(product)s valt in deze periode ook onder regel %(row)s van dit bestand."
            ) % {
                "product": _product_name(cell[0], planned),
                "row": planned.row.origin.row,
            }
    return ""


def _product_name(product: int, planned: Planned) -> str:
    for each in planned.chosen.get("products", ()):
        if product == each.pk:
            return str(each)
    return str(Product.objects.get(pk=product))
