"""The ten items that an access answer tells beside the copy (KPO 13.1.a; AVG 15(1), (2)).

Composed from the established register: from what the chosen activities say at this moment. Fixed
words stand in the language that is active; what the register has in Dutch only is quoted so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacyboard.vocabulary import Language
from registers.choices import (
    Automation,
    DataSource,
    LegalBasis,
    RecipientKind,
    TransferInstrument,
)
from registers.content import ActivityContent, DataContent, Named
from registers.rules.countries import country_name

LABELS: dict[int, Any] = {
    1: gettext_lazy("Waarvoor wij de gegevens gebruiken"),
    2: gettext_lazy("Welke soorten gegevens wij gebruiken"),
    3: gettext_lazy("Wie de gegevens krijgt"),
    4: gettext_lazy("Landen buiten Europa en internationale organisaties"),
    5: gettext_lazy("Hoe lang wij de gegevens bewaren"),
    6: gettext_lazy("Welke rechten u hebt"),
    7: gettext_lazy("Waar u een klacht kunt indienen"),
    8: gettext_lazy("Waar de gegevens vandaan komen"),
    9: gettext_lazy("Besluiten door een computer, en profielen"),
    10: gettext_lazy("Hoe gegevens buiten Europa beschermd zijn"),
}
NUMBERS = tuple(LABELS)


def _rights() -> str:
    return _(
        "U kunt ons vragen uw gegevens te verbeteren, aan te vullen of te verwijderen. U kunt "
        "vragen het gebruik te beperken, en u kunt bezwaar maken tegen het gebruik."
    )


def _complaint() -> str:
    return _(
        "Bent u het niet met ons eens? Dan kunt u een klacht indienen bij de Autoriteit "
        "Persoonsgegevens (autoriteitpersoonsgegevens.nl)."
    )


def _inside() -> str:
    return _("Wij geven deze gegevens niet door aan landen buiten de Europese Economische Ruimte.")


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


def compose_items(
    contents: Sequence[ActivityContent], *, group: str, language: str = Language.DUTCH
) -> dict[int, str]:
    """The text of each item for one group of people; empty where the register says nothing.

    Work for another controller stays out: that one answers about it (AVG 28(3)(e)). `language` is
    the one that is active: names of the register that exist in it are told in it.
    """
    own = [each for each in contents if each.is_own]
    if not own:
        return dict.fromkeys(NUMBERS, "") | {6: _rights(), 7: _complaint()}
    words = _Words(group, is_english=language == Language.ENGLISH)
    return {
        1: words.lines(own, words.purposes),
        2: words.lines(own, words.categories),
        3: words.lines(own, words.recipients)
        or _("Wij geven deze gegevens aan niemand buiten de school."),
        4: words.lines(own, words.countries) or _inside(),
        5: words.lines(own, words.terms),
        6: _rights(),
        7: _complaint(),
        8: words.lines(own, words.sources),
        9: words.lines(own, _automation)
        or _("Een computer neemt bij deze gegevens geen besluiten en maakt geen profiel."),
        10: words.lines(own, words.safeguards) or _inside(),
    }


def _named(names: Iterable[str]) -> str:
    """With semicolons: a name can hold a comma, as "Naam, geboortedatum en geslacht" does."""
    return "; ".join(dict.fromkeys(each for each in names if each))


@dataclass(frozen=True)
class _Words:
    """What an activity says to one group of people, in one language."""

    group: str
    is_english: bool

    def lines(
        self, contents: Iterable[ActivityContent], told: Callable[[ActivityContent], str]
    ) -> str:
        """A line for each activity that has something to say."""
        said = ((self._title(each), told(each)) for each in contents)
        return "\n".join(f"{title}: {text}." for title, text in said if text)

    def _title(self, content: ActivityContent) -> str:
        english = (each.name for each in content.texts if each.language == Language.ENGLISH)
        return (self.is_english and next(filter(None, english), "")) or content.name

    def _name(self, entry: Named) -> str:
        return (self.is_english and entry.name_en) or entry.name

    def _data(self, content: ActivityContent) -> tuple[DataContent, ...]:
        """The lines about this group; where the register has none of it, every line."""
        own = tuple(line for line in content.data if line.group.code == self.group)
        return own or content.data

    def purposes(self, content: ActivityContent) -> str:
        return _named(
            f"{(self.is_english and each.name_en) or each.name} "
            f"({LegalBasis(each.basis).label}{_law(each.statute)})"
            for each in content.purposes
        )

    def categories(self, content: ActivityContent) -> str:
        return _named(self._name(line.category) for line in self._data(content))

    def recipients(self, content: ActivityContent) -> str:
        return _named(
            f"{self._name(each.party)} ({RecipientKind(each.kind).label})"
            for each in content.recipients
        )

    def countries(self, content: ActivityContent) -> str:
        return _named(
            country_name(each.country) + (f" ({self._name(each.party)})" if each.party else "")
            for each in content.transfers
        )

    def safeguards(self, content: ActivityContent) -> str:
        return _named(
            f"{country_name(each.country)}: {TransferInstrument(each.instrument).label}"
            + (f", {each.document}" if each.document else "")
            for each in content.transfers
        )

    def terms(self, content: ActivityContent) -> str:
        by_term: dict[str, list[str]] = {}
        for line in self._data(content):
            if line.retention:
                term = (self.is_english and line.retention.term_en) or line.retention.term
                by_term.setdefault(term, []).append(self._name(line.category))
        return ". ".join(f"{_named(names)}: {term.rstrip('.')}" for term, names in by_term.items())

    def sources(self, content: ActivityContent) -> str:
        return _named(
            f"{DataSource(line.source).label}"
            + (f" ({line.source_explanation.rstrip('.')})" if line.source_explanation else "")
            for line in self._data(content)
        )


def _law(statute: str) -> str:
    return f", {statute}" if statute else ""


def _automation(content: ActivityContent) -> str:
    if content.automation == Automation.NONE:
        return ""
    told: Mapping[str, str] = {
        _("Zo werkt het"): content.automation_logic,
        _("Wat het betekent"): content.automation_significance,
        _("Zo kijkt een mens mee"): content.human_intervention,
    }
    parts = [str(Automation(content.automation).label)]
    parts += [f"{name}: {text.rstrip('.')}" for name, text in told.items() if text]
    return ". ".join(parts)
