"""What the board does for another controller, as the record that AVG 30(2) asks."""

from __future__ import annotations

from dataclasses import dataclass

from registers.choices import ActivityStatus, MeasureKind, TransferInstrument
from registers.content import ActivityContent, TransferContent
from registers.rules.completeness import Gap, gaps
from registers.rules.countries import country_name


@dataclass(frozen=True)
class Commissioned:
    """One activity for another: items a to d of AVG 30(2); `gaps` names what is empty."""

    pk: int
    code: str
    name: str
    status: str
    controller: str
    contact: str
    kinds: str
    transfers: tuple[str, ...]
    measures: tuple[str, ...]
    gaps: tuple[Gap, ...]


def commissioned(pk: int, status: str, content: ActivityContent) -> Commissioned:
    """The record of one activity. What is missing in it stays empty: it never leaves the list."""
    return Commissioned(
        pk=pk,
        code=content.code,
        name=content.name,
        status=str(ActivityStatus(status).label),
        controller=content.on_behalf_of,
        contact=content.on_behalf_contact,
        kinds=content.processing_kinds,
        transfers=tuple(_transfer(each) for each in content.transfers),
        measures=tuple(
            f"{each.name} ({MeasureKind(each.kind).label})" for each in content.measures
        ),
        gaps=tuple(gaps(content)),
    )


def _transfer(line: TransferContent) -> str:
    party = line.party.name if line.party else "een partij"
    how = str(TransferInstrument(line.instrument).label)
    return f"{party}, {country_name(line.country)}: {how}" + (
        f", {line.document}" if line.document else ""
    )
