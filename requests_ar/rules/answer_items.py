"""The ten items that an access answer tells beside the copy (KPO 13.1.a; AVG 15(1), (2)).

Composed from the established register: from what the chosen activities say at this moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from registers.choices import (
    Automation,
    DataSource,
    LegalBasis,
    RecipientKind,
    TransferInstrument,
)
from registers.content import ActivityContent, DataContent

LABELS: dict[int, str] = {
    1: "Waarvoor wij de gegevens gebruiken",
    2: "Welke soorten gegevens wij gebruiken",
    3: "Wie de gegevens krijgt",
    4: "Landen buiten Europa en internationale organisaties",
    5: "Hoe lang wij de gegevens bewaren",
    6: "Welke rechten u hebt",
    7: "Waar u een klacht kunt indienen",
    8: "Waar de gegevens vandaan komen",
    9: "Besluiten door een computer, en profielen",
    10: "Hoe gegevens buiten Europa beschermd zijn",
}
NUMBERS = tuple(LABELS)

_RIGHTS = (
    "U kunt ons vragen uw gegevens te verbeteren, aan te vullen of te verwijderen. U kunt vragen "
    "het gebruik te beperken, en u kunt bezwaar maken tegen het gebruik."
)
_COMPLAINT = (
    "Bent u het niet met ons eens? Dan kunt u een klacht indienen bij de Autoriteit "
    "Persoonsgegevens (autoriteitpersoonsgegevens.nl)."
)
_INSIDE = "Wij geven deze gegevens niet door aan landen buiten de Europese Economische Ruimte."


@dataclass(frozen=True)
class Item:
    """One item as it stands: with a text, or empty with the reason why."""

    number: int
    text: str
    why_empty: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.text.strip())

    @property
    def is_in_order(self) -> bool:
        """Whether the answer can leave with this item."""
        return self.is_told or bool(self.why_empty.strip())


def items_missing(items: Iterable[Item]) -> tuple[int, ...]:
    """Which of the ten are not there, or empty without a reason: while any is, nothing is sent."""
    in_order = {each.number for each in items if each.is_in_order}
    return tuple(number for number in NUMBERS if number not in in_order)


def compose_items(contents: Sequence[ActivityContent], *, group: str) -> dict[int, str]:
    """The text of each item for one group of people; empty where the register says nothing.

    Work for another controller stays out: that one answers about it (AVG 28(3)(e)).
    """
    own = [each for each in contents if each.is_own]
    if not own:
        return dict.fromkeys(NUMBERS, "") | {6: _RIGHTS, 7: _COMPLAINT}
    return {
        1: _lines(own, _purposes),
        2: _lines(own, lambda each: _named(line.category.name for line in _data(each, group))),
        3: _lines(own, _recipients) or "Wij geven deze gegevens aan niemand buiten de school.",
        4: _lines(own, _countries) or _INSIDE,
        5: _lines(own, lambda each: _terms(_data(each, group))),
        6: _RIGHTS,
        7: _COMPLAINT,
        8: _lines(own, lambda each: _sources(_data(each, group))),
        9: _lines(own, _automation)
        or "Een computer neemt bij deze gegevens geen besluiten en maakt geen profiel.",
        10: _lines(own, _safeguards) or _INSIDE,
    }


def _lines(contents: Iterable[ActivityContent], told: Callable[[ActivityContent], str]) -> str:
    """A line for each activity that has something to say."""
    said = ((each.name, told(each)) for each in contents)
    return "\n".join(f"{name}: {text}." for name, text in said if text)


def _named(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(each for each in names if each))


def _data(content: ActivityContent, group: str) -> tuple[DataContent, ...]:
    """The lines about this group of people; where the register has none of it, every line."""
    own = tuple(line for line in content.data if line.group.code == group)
    return own or content.data


def _purposes(content: ActivityContent) -> str:
    return _named(
        f"{each.name} ({LegalBasis(each.basis).label}{_law(each.statute)})"
        for each in content.purposes
    )


def _law(statute: str) -> str:
    return f", {statute}" if statute else ""


def _recipients(content: ActivityContent) -> str:
    return _named(
        f"{each.party.name} ({RecipientKind(each.kind).label})" for each in content.recipients
    )


def _countries(content: ActivityContent) -> str:
    return _named(
        f"{each.country} ({each.party.name})" if each.party else each.country
        for each in content.transfers
    )


def _safeguards(content: ActivityContent) -> str:
    return _named(
        f"{each.country}: {TransferInstrument(each.instrument).label}"
        + (f", {each.document}" if each.document else "")
        for each in content.transfers
    )


def _terms(lines: Iterable[DataContent]) -> str:
    by_term: dict[str, list[str]] = {}
    for line in lines:
        if line.retention:
            by_term.setdefault(line.retention.term, []).append(line.category.name)
    return "; ".join(f"{_named(names)}: {term}" for term, names in by_term.items())


def _sources(lines: Iterable[DataContent]) -> str:
    return _named(
        f"{DataSource(line.source).label}"
        + (f" ({line.source_explanation})" if line.source_explanation else "")
        for line in lines
    )


def _automation(content: ActivityContent) -> str:
    if content.automation == Automation.NONE:
        return ""
    told: Mapping[str, str] = {
        "Zo werkt het": content.automation_logic,
        "Wat het betekent": content.automation_significance,
        "Zo kijkt een mens mee": content.human_intervention,
    }
    parts = [str(Automation(content.automation).label)]
    parts += [f"{name}: {text.rstrip('.')}" for name, text in told.items() if text]
    return ". ".join(parts)
