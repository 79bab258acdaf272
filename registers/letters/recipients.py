"""The public lists of outside parties and processors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import Board
from registers.choices import PublicPart
from registers.content import Named
from registers.letters.facts import board_facts, own_contents
from registers.models import Agreement, Product, PublicField
from registers.rules.recipients import (
    ListedProcessor,
    OutsideParty,
    listed_processors,
    outside_parties,
)


@dataclass(frozen=True)
class RecipientsDocument:
    """What the public list of outside parties may say: no person, no school."""

    title: str
    board_name: str
    date: date
    parties: tuple[OutsideParty, ...]


@dataclass(frozen=True)
class ProcessorsDocument:
    """What the public overview of processors may say; of agreements only where that is chosen."""

    title: str
    board_name: str
    date: date
    processors: tuple[ListedProcessor, ...]
    shows_agreements: bool


def recipients(*, on: date) -> RecipientsDocument:
    """All outside parties with which the board shares data (OPOO 9.2.3)."""
    return RecipientsDocument(
        title="Met wie wij gegevens delen",
        board_name=board_facts(Board.objects.first()).name,
        date=on,
        parties=outside_parties(own_contents()),
    )


def processors(*, on: date) -> ProcessorsDocument:
    """All suppliers that work with data for the board; have they signed? (KPO annex 2)"""
    valid = Agreement.objects.valid_on(on).values_list("processor__code", "all_schools")
    products = Product.objects.select_related("processor")
    return ProcessorsDocument(
        title="Onze verwerkers",
        board_name=board_facts(Board.objects.first()).name,
        date=on,
        processors=listed_processors(
            own_contents(),
            makers={
                each.code: Named(each.processor.code, each.processor.name) for each in products
            },
            everywhere=frozenset(code for code, whole in valid if whole),
            somewhere=frozenset(code for code, whole in valid if not whole),
        ),
        shows_agreements=PublicPart.PROCESSORS_AGREEMENT in PublicField.objects.shown(),
    )
