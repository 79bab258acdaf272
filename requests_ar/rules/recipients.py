"""Who must hear of a rectification, erasure or restriction (AVG 19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registers.choices import Bound, RecipientKind
from registers.content import ActivityContent
from requests_ar.choices import RequestKind

# What a recipient is told of; access and the like change nothing at a recipient.
TOLD_OF = frozenset({RequestKind.RECTIFICATION, RequestKind.ERASURE, RequestKind.RESTRICTION})
_MINIMA = frozenset({Bound.MINIMUM, Bound.MINIMUM_THEN_DESTROY})


@dataclass(frozen=True, order=True)
class Recipient:
    """An outside party of the register, by its code."""

    is_processor: bool
    code: str


@dataclass(frozen=True)
class BlockingTerm:
    """A statutory term that forbids erasure before it ends (AVG 17(3)(b))."""

    activity: str
    data: str
    term: str
    law: str


def recipients_of(contents: Iterable[ActivityContent]) -> list[Recipient]:
    """Every recipient of the activities, once: processors as well as parties."""
    found = {
        Recipient(each.kind == RecipientKind.PROCESSOR, each.party.code)
        for content in contents
        for each in content.recipients
    }
    return sorted(found)


def blocking_terms(contents: Iterable[ActivityContent]) -> list[BlockingTerm]:
    """The terms that stand in the way of erasure: of at least so long, by law."""
    found: dict[BlockingTerm, None] = {}
    for content in contents:
        for line in content.data:
            term = line.retention
            if term is not None and term.bound in _MINIMA:
                found[
                    BlockingTerm(content.name, line.category.name, term.term, term.legal_ground)
                ] = None
    return list(found)
