"""The outcome: score, risk, two advices, and each reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from datalekken.choices import Risk
from datalekken.rules.assessment.enisa import Enisa, enisa
from datalekken.rules.assessment.facts import Facts
from datalekken.rules.assessment.weighing import ORDER, weigh


@dataclass(frozen=True)
class Outcome:
    """What the rules advise. `risk` is the risk that a notification is about.

    `risk_left` is what is left of it for the people: measures afterwards can take a high risk away.
    `reasons` are all sentences in order; the last of them are the `conclusions`.
    """

    enisa: Enisa
    risk: Risk
    risk_left: Risk
    advises_notifying: bool
    advises_telling: bool
    reasons: tuple[str, ...]
    conclusions: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The outcome as it is kept beside the facts."""
        return {
            "context": self.enisa.context,
            "identification": str(self.enisa.identification),
            "circumstances": str(self.enisa.circumstances),
            "many_people": self.enisa.many_people,
            "is_unintelligible": self.enisa.is_unintelligible,
            "risk_left": self.risk_left.value,
            "advises_notifying": self.advises_notifying,
            "advises_telling": self.advises_telling,
            "reasons": list(self.reasons),
            "conclusions": list(self.conclusions),
        }


def assess(facts: Facts, *, threshold: Literal["", "risk", "high_risk"] = "risk") -> Outcome:
    """Weigh the facts. `threshold` is that of the rule in force on the day of knowledge (33(1))."""
    weight = weigh(facts)
    left = weight.risk
    if facts.risk_taken_away and left == Risk.HIGH:
        left = Risk.RISK
    least = Risk.HIGH if threshold == "high_risk" else Risk.RISK
    notifies = ORDER.index(weight.risk) >= ORDER.index(least)
    tells = left == Risk.HIGH
    conclusions = tuple(_conclusions(weight.risk, left, notifies, tells))
    return Outcome(
        enisa=enisa(facts),
        risk=weight.risk,
        risk_left=left,
        advises_notifying=notifies,
        advises_telling=tells,
        reasons=(*weight.reasons, *conclusions),
        conclusions=conclusions,
    )


def _conclusions(risk: Risk, left: Risk, notifies: bool, tells: bool) -> list[str]:
    found = [
        {
            Risk.UNLIKELY: _("Een risico voor de mensen is daarom niet waarschijnlijk."),
            Risk.RISK: _("Een risico voor de mensen is daarom waarschijnlijk."),
            Risk.HIGH: _("Een hoog risico voor de mensen is daarom waarschijnlijk."),
        }[risk]
    ]
    if left != risk:
        found.append(_("Maatregelen namen het hoge risico weg (AVG, artikel 34 lid 3 onder b)."))
    found.append(
        _("Advies: meld het bij de AP (AVG, artikel 33 lid 1).")
        if notifies
        else _("Advies: melden bij de AP hoeft niet; leg het wel vast (AVG, artikel 33 lid 5).")
    )
    found.append(
        _("Advies: vertel het de mensen om wie het gaat (AVG, artikel 34 lid 1).")
        if tells
        else _("Advies: vertellen aan de mensen hoeft niet volgens de wet; het mag altijd.")
    )
    return found
