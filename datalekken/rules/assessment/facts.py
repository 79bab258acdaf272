"""What is known of a breach, as the assessment takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from datalekken.choices import (
    Aspect,
    DataKind,
    Exfiltration,
    Identification,
    IncidentKind,
    Recipient,
    Restoring,
    Unintelligible,
)


class UnreadableFacts(ValueError):
    """Kept facts that this edition of the rules cannot read."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of one breach. `people`: how many at most; None while nobody knows.

    `exfiltration`: whether data were copied or spread further than `recipient` tells.
    `risk_taken_away`: measures afterwards took the high risk away (AVG 34(3)(b)).
    """

    aspects: frozenset[Aspect]
    kind: IncidentKind
    data: frozenset[DataKind]
    people: int | None
    identification: Identification = Identification.MAXIMUM
    has_children: bool = False
    has_vulnerable: bool = False
    unintelligible: Unintelligible = Unintelligible.NO
    exfiltration: Exfiltration = Exfiltration.EXCLUDED
    recipient: Recipient = Recipient.NOBODY
    restoring: Restoring = Restoring.NOT_LOST
    is_malicious: bool = False
    disrupts_seriously: bool = False
    was_public: bool = False
    risk_taken_away: bool = False

    def plain(self) -> dict[str, Any]:
        """The facts as they are kept: strings, numbers and sorted lists."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Facts:
        """The facts back from what was kept. Raises UnreadableFacts."""
        try:
            return cls(
                aspects=frozenset(Aspect(each) for each in kept["aspects"]),
                kind=IncidentKind(kept["kind"]),
                data=frozenset(DataKind(each) for each in kept["data"]),
                people=kept["people"],
                identification=Identification(kept["identification"]),
                has_children=kept["has_children"],
                has_vulnerable=kept["has_vulnerable"],
                unintelligible=Unintelligible(kept["unintelligible"]),
                exfiltration=Exfiltration(kept["exfiltration"]),
                recipient=Recipient(kept["recipient"]),
                restoring=Restoring(kept["restoring"]),
                is_malicious=kept["is_malicious"],
                disrupts_seriously=kept["disrupts_seriously"],
                was_public=kept["was_public"],
                risk_taken_away=kept["risk_taken_away"],
            )
        except (KeyError, ValueError, TypeError) as problem:
            raise UnreadableFacts(str(problem)) from problem


def fact_problems(facts: Facts) -> Mapping[str, str]:
    """Answers that contradict each other, in words per field: what is weighed is what was ticked.

    Without confidentiality among the aspects nobody is weighed who could know the data; without
    integrity or availability no loss is. So an answer that says otherwise is asked again.
    """
    problems: dict[str, str] = {}
    spread = facts.recipient != Recipient.NOBODY or facts.exfiltration != Exfiltration.EXCLUDED
    if spread and Aspect.CONFIDENTIALITY not in facts.aspects:
        problems["aspects"] = (
            "U koos dat iemand de gegevens heeft of kan hebben. Kruis dan ook “vertrouwelijkheid” "
            "aan, of kies “niemand” en “uitgesloten”."
        )
    lost = facts.restoring in (Restoring.TEMPORARY, Restoring.NEVER)
    if lost and facts.aspects <= {Aspect.CONFIDENTIALITY}:
        problems.setdefault(
            "aspects",
            "U koos dat gegevens weg of veranderd zijn. Kruis dan ook “juistheid” of "
            "“beschikbaarheid” aan.",
        )
    if facts.restoring == Restoring.NOT_LOST and facts.aspects - {Aspect.CONFIDENTIALITY}:
        problems["restoring"] = (
            "U kruiste aan dat gegevens veranderd of weg zijn. Kies of ze te herstellen zijn."
        )
    return problems


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(each.value for each in value)
    return value.value if isinstance(value, Enum) else value
