"""Outside parties and processors, as everyone may read them: from what is established."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registers.choices import RecipientKind
from registers.content import ActivityContent, Named, RecipientContent
from registers.rules.statement import basis_in_words


@dataclass(frozen=True)
class OutsideParty:
    """One party in one role, with every basis and every reason that the register names."""

    name: str
    role: str
    bases: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class ListedProcessor:
    """A supplier of the overview (KPO annex 2): is there a valid, signed agreement?"""

    name: str
    services: tuple[str, ...]
    agreement: str


FOR_THE_BOARD = "in opdracht van het bestuur (verwerkersovereenkomst)"


def outside_parties(contents: Iterable[ActivityContent]) -> tuple[OutsideParty, ...]:
    """All outside parties with which data are shared (OPOO 9.2.3), by name."""
    found: dict[tuple[str, str], list[RecipientContent]] = {}
    for content in contents:
        for line in content.recipients:
            found.setdefault((line.party.code, line.kind), []).append(line)
    rows = [_party(kind, lines) for (_code, kind), lines in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.role)))


def _party(kind: str, lines: list[RecipientContent]) -> OutsideParty:
    return OutsideParty(
        name=lines[0].party.name,
        role=str(RecipientKind(kind).label),
        bases=_once(_basis(line) for line in lines),
        purposes=_once(line.purpose for line in lines),
    )


def _basis(line: RecipientContent) -> str:
    if line.kind == RecipientKind.PROCESSOR:
        return FOR_THE_BOARD
    return basis_in_words(line.basis, line.statute) if line.basis else ""


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def listed_processors(
    contents: Iterable[ActivityContent],
    *,
    makers: Mapping[str, Named],
    everywhere: frozenset[str],
    somewhere: frozenset[str],
) -> tuple[ListedProcessor, ...]:
    """Each supplier that an established activity names, or of which it uses a product.

    `makers` gives the supplier of a product; `everywhere` and `somewhere` hold the codes of
    suppliers with a valid agreement for all schools, or for some.
    """
    names: dict[str, str] = {}
    services: dict[str, list[str]] = {}
    for content in contents:
        for line in content.recipients:
            if line.kind == RecipientKind.PROCESSOR:
                names[line.party.code] = line.party.name
                services.setdefault(line.party.code, []).append(line.service)
        for product in content.products:
            if product.code in makers:
                maker = makers[product.code]
                names.setdefault(maker.code, maker.name)
                services.setdefault(maker.code, []).append(product.name)
    rows = [
        ListedProcessor(
            name=names[code],
            services=_each_said_once(found),
            agreement=_agreement(code, everywhere, somewhere),
        )
        for code, found in services.items()
    ]
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def _each_said_once(services: list[str]) -> tuple[str, ...]:
    """A product that another text names already says nothing more: "Magister, administratie"."""
    told = _once(services)
    return tuple(
        each
        for each in told
        if not any(
            re.search(rf"(?<!\w){re.escape(each)}(?!\w)", other, re.IGNORECASE)
            for other in told
            if other != each
        )
    )


def _agreement(code: str, everywhere: frozenset[str], somewhere: frozenset[str]) -> str:
    if code in everywhere:
        return "ja"
    return "voor een deel van de scholen" if code in somewhere else "nee"
