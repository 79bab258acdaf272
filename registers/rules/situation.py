"""Gaps that depend on more than the activity itself: the board, its instruments, its statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from registers.choices import Bound, LegalBasis, TransferInstrument
from registers.content import ActivityContent, DataContent
from registers.rules.completeness import Gap, gaps


@dataclass(frozen=True)
class Situation:
    """What an activity is held against: the board's nature, and what fell or is published.

    `fallen` holds (instrument, country); an empty country stands for every country. `published`
    holds the codes of activities that a published statement covers; None where none is published.
    """

    is_public_authority: bool = False
    fallen: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    published: frozenset[str] | None = None


def all_gaps(content: ActivityContent, situation: Situation) -> list[Gap]:
    """Every gap of an activity in its situation, those that stop establishing first."""
    found = [*gaps(content), *_fallen_transfers(content, situation)]
    if content.is_own:  # else these are the other controller's
        found += [
            *_interest_of_an_authority(content, situation),
            *_retention_conflicts(content),
            *_not_in_a_statement(content, situation),
        ]
    return sorted(found, key=lambda gap: not gap.blocks)


def _interest_of_an_authority(content: ActivityContent, situation: Situation) -> Iterator[Gap]:
    if not situation.is_public_authority:
        return
    for purpose in content.purposes:
        if purpose.basis == LegalBasis.LEGITIMATE_INTEREST:
            yield Gap(
                "AVG 6 lid 1, laatste zin",
                f"doel {purpose.letter}",
                "Een bestuursorgaan kan zich bij zijn publieke taak niet op gerechtvaardigd belang "
                "beroepen. Kies een andere grondslag, of leg uit waarom dit geen publieke taak is.",
            )


def _retention_conflicts(content: ActivityContent) -> Iterator[Gap]:
    """A maximum that is shorter than a minimum of the same group: one file cannot keep both."""
    for group in dict.fromkeys(line.group.name for line in content.data):
        lines = [line for line in content.data if line.group.name == group and line.retention]
        most = [line for line in lines if _bound(line) == Bound.MAXIMUM]
        least = [
            line for line in lines if _bound(line) in {Bound.MINIMUM, Bound.MINIMUM_THEN_DESTROY}
        ]
        if not most or not least:
            continue
        shortest, longest = min(most, key=_months), max(least, key=_months)
        if _months(shortest) < _months(longest):
            yield Gap(
                "AVG 5 lid 1 e",
                f"bewaartermijnen van {group.lower()}",
                f"“{shortest.category.name}” mag {_term(shortest)}, “{longest.category.name}” moet "
                f"{_term(longest)}. Bewaar ze niet in één dossier: splits naar soort gegevens.",
            )


def _bound(line: DataContent) -> str:
    return line.retention.bound if line.retention else ""


def _months(line: DataContent) -> int:
    return line.retention.months if line.retention else 0


def _term(line: DataContent) -> str:
    return line.retention.term if line.retention else ""


def _fallen_transfers(content: ActivityContent, situation: Situation) -> Iterator[Gap]:
    for transfer in content.transfers:
        ways = {(transfer.instrument, transfer.country), (transfer.instrument, "")}
        if ways & situation.fallen:
            name = TransferInstrument(transfer.instrument).label
            yield Gap(
                "AVG 44",
                f"doorgifte {transfer.country}",
                f"“{name}” geldt niet meer. Kies een ander instrument of stop de doorgifte.",
            )


def _not_in_a_statement(content: ActivityContent, situation: Situation) -> Iterator[Gap]:
    if situation.published is not None and content.code not in situation.published:
        yield Gap(
            "AVG 13 en 14",
            "privacyverklaring",
            "Deze verwerking staat in geen gepubliceerde privacyverklaring.",
        )


# What is asked of every activity; lines add what they ask themselves.
_ALWAYS_ASKED = 12
_ASKED_ON_BEHALF = 7


def asked(content: ActivityContent) -> int:
    """How much is asked of an activity: its own fields, and two things of each line."""
    if not content.is_own:
        return _ASKED_ON_BEHALF + 2 * len(content.transfers)
    lines = (content.purposes, content.data, content.recipients, content.transfers)
    return _ALWAYS_ASKED + 2 * sum(len(each) for each in lines)


def completeness(content: ActivityContent, found: Collection[Gap]) -> int:
    """How complete an activity is: the percentage of what is asked that is answered."""
    return percentage(asked(content), len(found))


def percentage(asked_for: int, missing: int) -> int:
    """The part that is answered, rounded down: 100 only when nothing is missing."""
    if not asked_for:
        return 100
    return 100 * (asked_for - min(missing, asked_for)) // asked_for
