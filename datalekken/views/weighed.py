"""Assessments and decisions in words, as the page of a breach and its acts show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from datalekken.choices import BreachState, Risk, Severity, TellGround
from datalekken.forms.assessing import answers_in_words
from datalekken.models import Breach
from datalekken.rules.assessment import Facts, UnreadableFacts
from datalekken.rules.states import UNDECIDED

Small = Mapping[str, Any]
RISK_SENTENCES: Mapping[str, Any] = {
    Risk.UNLIKELY: _("Een risico voor de mensen is niet waarschijnlijk."),
    Risk.RISK: _("Er is waarschijnlijk een risico voor de mensen."),
    Risk.HIGH: _("Er is waarschijnlijk een hoog risico voor de mensen."),
}
_TONES = {Risk.UNLIKELY: "ok", Risk.RISK: "attention", Risk.HIGH: "late"}
# What an act of deciding writes in the history: see actions.deciding.
DECIDED_WHY = "besloten:"


@dataclass(frozen=True)
class Weighed:
    """One assessment. `reasons` led to the risk, `conclusions` follow from it."""

    at: datetime
    by: str
    risk: Any
    sentence: Any
    tone: str
    reasons: Sequence[str]
    conclusions: Sequence[str]
    advises_notifying: bool | None
    advises_telling: bool | None
    score: str
    severity: Any
    context: Any
    identification: str
    circumstances: str
    many_people: bool
    is_unintelligible: bool
    explanation: str
    answers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Decided:
    """One decision, and whether it is another than the rules advised then."""

    at: datetime
    by: str
    notifies: bool
    notify_reasons: str
    tells: bool
    tell_reasons: str
    ground: Any
    deviation_reason: str
    leaves_rules_on_notifying: bool
    leaves_rules_on_telling: bool


def weighed(rows: Sequence[Small]) -> list[Weighed]:
    """The assessments, newest first; `rows` are oldest first."""
    return [_weighed(row) for row in reversed(rows)]


def _weighed(row: Small) -> Weighed:
    outcome = row["outcome"]
    conclusions = outcome.get("conclusions", [])
    told = outcome.get("reasons", [])
    return Weighed(
        at=row["made_at"],
        by=row["by"],
        risk=Risk(row["risk"]).label,
        sentence=RISK_SENTENCES[row["risk"]],
        tone=_TONES[Risk(row["risk"])],
        reasons=[each for each in told if each not in conclusions],
        conclusions=conclusions,
        advises_notifying=outcome.get("advises_notifying"),
        advises_telling=outcome.get("advises_telling"),
        score=_comma(row["score"]),
        severity=Severity(row["severity"]).label,
        context=outcome.get("context", ""),
        identification=_comma(outcome.get("identification", "")),
        circumstances=_comma(outcome.get("circumstances", "")),
        many_people=outcome.get("many_people", False),
        is_unintelligible=outcome.get("is_unintelligible", False),
        explanation=row["explanation"],
        answers=_answers(row["facts"]),
    )


def _comma(number: Any) -> str:
    if isinstance(number, str):
        return number.replace(".", ",")
    return f"{number:.2f}".replace(".", ",")


def _answers(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        return answers_in_words(Facts.read(kept))
    except UnreadableFacts:
        return []


def decided(rows: Sequence[Small], assessments: Sequence[Weighed]) -> list[Decided]:
    """The decisions, newest first; `rows` are those of the history, oldest first."""
    return [_decided(row, assessments) for row in reversed(rows)]


def _decided(row: Small, assessments: Sequence[Weighed]) -> Decided:
    then = next((each for each in assessments if each.at <= row["decided_at"]), None)
    return Decided(
        at=row["decided_at"],
        by=row["by"],
        notifies=row["notifies"],
        notify_reasons=row["notify_reasons"],
        tells=row["tells"],
        tell_reasons=row["tell_reasons"],
        ground=TellGround(row["tell_ground"]).label if row["tell_ground"] else "",
        deviation_reason=row["deviation_reason"],
        leaves_rules_on_notifying=_leaves(
            then.advises_notifying if then else None, row["notifies"]
        ),
        leaves_rules_on_telling=_leaves(then.advises_telling if then else None, row["tells"]),
    )


def _leaves(advised: bool | None, chosen: bool) -> bool:
    return advised is not None and advised != chosen


def in_force(breach: Breach, decisions: Sequence[Decided]) -> tuple[Decided | None, list[Decided]]:
    """The decision that stands, and those before it; after a reopening none stands."""
    if BreachState(breach.state) in UNDECIDED or not decisions:
        return None, list(decisions)
    return decisions[0], list(decisions[1:])
