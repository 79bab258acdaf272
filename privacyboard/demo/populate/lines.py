"""The lines of activities: purposes, data, access, recipients and transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from privacyboard.demo.populate.making import Making
from registers.choices import TransferInstrument
from registers.models import (
    AccessLine,
    DataCategory,
    DataLine,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    ProcessingActivity,
    Processor,
    Product,
    Purpose,
    PurposeLine,
    RecipientLine,
    RetentionRule,
    TransferLine,
)

Row = dict[str, Any]
OUTSIDE = "US"


@dataclass(frozen=True)
class Draft:
    """An activity, the pattern it follows, and who is processor in the place of the pattern's."""

    activity: ProcessingActivity
    row: Row
    processors: list[Processor]


def write_lines(making: Making, drafts: list[Draft]) -> None:
    """Every line of every activity; a processor outside the EEA is a transfer too."""
    making.keep(PurposeLine, _purposes(making, drafts))
    making.keep(DataLine, _data(making, drafts))
    making.keep(AccessLine, _access(making, drafts))
    found = list(_recipients(making, drafts))
    recipients = making.keep(RecipientLine, [line for line, _data in found])
    data = {line.pk: making.codes.find_all(DataCategory, codes) for line, codes in found}
    making.choose(RecipientLine, "data", data)
    making.keep(TransferLine, [_transfer(each) for each in recipients if _is_outside(each)])
    _use_products(making, drafts)


def _purposes(making: Making, drafts: list[Draft]) -> Iterator[PurposeLine]:
    for draft in drafts:
        for line in draft.row.get("purposes", []):
            purpose = making.codes.find(Purpose, line["purpose"])
            yield PurposeLine(activity=draft.activity, **{**line, "purpose": purpose})


def _data(making: Making, drafts: list[Draft]) -> Iterator[DataLine]:
    codes = making.codes
    for draft in drafts:
        for line in draft.row.get("data", []):
            values = dict(line)
            yield DataLine(
                activity=draft.activity,
                group=codes.find(DataSubjectGroup, values.pop("group")),
                category=codes.find(DataCategory, values.pop("category")),
                retention_rule=codes.find_or_none(RetentionRule, values.pop("retention")),
                **values,
            )


def _access(making: Making, drafts: list[Draft]) -> Iterator[AccessLine]:
    for draft in drafts:
        for line in draft.row.get("access", []):
            yield AccessLine(
                activity=draft.activity,
                role=making.codes.find(InternalRole, line["role"]),
                category=making.codes.find_or_none(DataCategory, line["category"]),
                level=line["level"],
            )


def _recipients(making: Making, drafts: list[Draft]) -> Iterator[tuple[RecipientLine, list[str]]]:
    """Each recipient with the codes of its data; a small board can lack a processor for a line."""
    for draft in drafts:
        processors = iter(draft.processors)
        for line in draft.row.get("recipients", []):
            processor = next(processors, None) if line["processor"] else None
            if processor is None and not line["party"]:
                continue
            made = RecipientLine(
                activity=draft.activity,
                **{name: line[name] for name in ("kind", "basis", "statute", "purpose")},
                processor=processor,
                party=making.codes.find_or_none(ExternalParty, line["party"]),
            )
            yield made, line["data"]


def _is_outside(line: RecipientLine) -> bool:
    return line.processor is not None and line.processor.country == OUTSIDE


def _transfer(line: RecipientLine) -> TransferLine:
    return TransferLine(
        activity=line.activity,
        country=OUTSIDE,
        processor=line.processor,
        instrument=TransferInstrument.DPF,
        document="Lijst van deelnemers (fictief)",
    )


def _use_products(making: Making, drafts: list[Draft]) -> None:
    products: defaultdict[int, list[Product]] = defaultdict(list)
    for product in making.made(Product):
        products[product.processor_id].append(product)
    used = {
        each.activity.pk: [product for one in each.processors for product in products[one.pk]]
        for each in drafts
    }
    making.choose(ProcessingActivity, "products", used)
