"""The law's question: is a risk, or a high risk, likely (AVG 33(1), 34(1))? Weighed in points.

The factors are those that decide in the EDPB's guidelines 9/2022 and 01/2021 (domain facts 2.1).
The points are a choice of this project, made so that the eighteen cases of guidelines 01/2021 and
the examples of 9/2022 come out as the EDPB decides them. `tests/datalekken/published_cases.toml`
has each case, its outcome, and how far that was checked against the published text.

A breach is weighed twice, and the heavier counts:

* who can know it:  data 1..3 + spread 1..3 + children or vulnerable 1 + number 0..2 + intent 1
* what is lost:     loss 2..3 + data 0..2 + children or vulnerable 1 + number 0..1 + intent 1
                    + serious disruption 2

From 4 points a risk is likely, from 6 a high risk. Nothing spread, or a safe key, weighs nothing.
What nobody knows yet counts as bad: an unknown number as many, a doubtful key as no key.
Someone trusted who confirmed deletion leaves a risk only for the most sensitive data of children
or of many. Every factor only adds: worse facts never weigh less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from datalekken.choices import (
    Aspect,
    DataKind,
    Exfiltration,
    Identification,
    Recipient,
    Restoring,
    Risk,
    Unintelligible,
)
from datalekken.rules.assessment.enisa import CONTEXT, FINANCIAL
from datalekken.rules.assessment.facts import Facts

RISK_FROM, HIGH_FROM = 4, 6
ORDER: Final = (Risk.UNLIKELY, Risk.RISK, Risk.HIGH)
_MANY, _MASSES = 100, 10_000
_SPREAD: Final = {
    Recipient.NOBODY: 0,
    Recipient.TRUSTED_DELETED: 1,
    Recipient.KNOWN: 2,
    Recipient.UNKNOWN: 3,
    Recipient.MANY: 3,
}
_FURTHER: Final = {Exfiltration.EXCLUDED: 0, Exfiltration.POSSIBLE: 2, Exfiltration.CERTAIN: 3}
_LOSS: Final = {
    Restoring.NOT_LOST: 0,
    Restoring.EASY: 0,
    Restoring.TEMPORARY: 2,
    Restoring.NEVER: 3,
}


@dataclass(frozen=True)
class Weight:
    """A risk with the sentences that led to it."""

    risk: Risk
    points: int
    reasons: tuple[str, ...]


def weigh(facts: Facts) -> Weight:
    """The heavier of the two: who can know it, and what is lost."""
    known, lost = _known(facts), _lost(facts)
    if ORDER.index(lost.risk) > ORDER.index(known.risk):
        return Weight(lost.risk, lost.points, (*lost.reasons, *known.reasons))
    return Weight(known.risk, known.points, (*known.reasons, *lost.reasons))


def _known(facts: Facts) -> Weight:
    if facts.aspects and Aspect.CONFIDENTIALITY not in facts.aspects:
        return _nothing(_("Niemand kon de gegevens zien die ze niet mocht zien."))
    if facts.unintelligible == Unintelligible.INTACT:
        return _nothing(_("De gegevens zijn versleuteld en de sleutel is veilig."))
    spread = max(_SPREAD[facts.recipient], _FURTHER[facts.exfiltration])
    if spread == 0:
        return _nothing(_("Het is uitgesloten dat iemand de gegevens zag of kreeg."))
    data = _data(facts)
    parts = [data, (spread, _spread_words(facts)), *_common(facts, most_for_number=2)]
    points = max(sum(value for value, _words in parts) - _hidden(facts), 0)
    reasons = tuple(words for value, words in parts if value and words)
    reasons += _protection_words(facts) + _hidden_words(facts)
    if spread == 1:
        many = facts.people is None or facts.people >= _MANY
        heavy = data[0] == 3 and (_is_vulnerable(facts) or many)
        # Never heavier than with somebody we know, who counts one point more.
        heavy = heavy and _risk(points + 1) != Risk.UNLIKELY
        return Weight(Risk.RISK if heavy else Risk.UNLIKELY, points, reasons)
    return Weight(_risk(points), points, reasons)


def _lost(facts: Facts) -> Weight:
    if facts.aspects <= {Aspect.CONFIDENTIALITY}:
        return Weight(Risk.UNLIKELY, 0, ())
    loss = _LOSS[facts.restoring]
    disruption = 2 if facts.disrupts_seriously else 0
    if loss + disruption == 0:
        return _nothing(_("De gegevens zijn er weer, of waren nooit weg."))
    data, words = _data(facts)
    parts = [
        (loss, _loss_words(facts)),
        (data - 1, words),
        *_common(facts, most_for_number=1),
        (disruption, _("Het werk of het onderwijs is ernstig gestoord.")),
    ]
    points = sum(value for value, _words in parts)
    return Weight(_risk(points), points, tuple(text for value, text in parts if value and text))


def _nothing(words: str) -> Weight:
    return Weight(Risk.UNLIKELY, 0, (words,))


def _risk(points: int) -> Risk:
    if points >= HIGH_FROM:
        return Risk.HIGH
    return Risk.RISK if points >= RISK_FROM else Risk.UNLIKELY


def _data(facts: Facts) -> tuple[int, str]:
    """The most sensitive kind counts; what fraud is made of counts as much as special data."""
    kinds = facts.data or {DataKind.UNKNOWN}
    heaviest = max(kinds, key=lambda each: (CONTEXT[each], each.value))
    points = min(CONTEXT[heaviest], FINANCIAL)
    words = {
        1: _("Het gaat om gewone gegevens (%(kind)s)."),
        2: _("Het gaat om gegevens die iets over iemand vertellen (%(kind)s)."),
        3: _("Het gaat om gevoelige gegevens (%(kind)s)."),
    }[points]
    return points, words % {"kind": heaviest.label}


def _common(facts: Facts, *, most_for_number: int) -> list[tuple[int, str]]:
    """What makes both worse: who it is about, how many they are, and intent."""
    number, words = _number(facts.people)
    return [
        (int(_is_vulnerable(facts)), _("Het gaat om kinderen of andere kwetsbare mensen.")),
        (min(number, most_for_number), words),
        (int(facts.is_malicious), _("Er was opzet in het spel.")),
    ]


def _is_vulnerable(facts: Facts) -> bool:
    return facts.has_children or facts.has_vulnerable


def _number(people: int | None) -> tuple[int, str]:
    if people is None:
        return 1, _("Nog onbekend is hoeveel mensen het zijn: wij gaan uit van veel.")
    if people < _MANY:
        return 0, ""
    in_figures = f"{people:,}".replace(",", ".")
    words = _("Het gaat om veel mensen (%(people)s).") % {"people": in_figures}
    return (2 if people >= _MASSES else 1), words


def _hidden(facts: Facts) -> int:
    """What makes it lighter: people who are hard to recognise, data that all could read."""
    hard = {Identification.NEGLIGIBLE: 2, Identification.LIMITED: 1}
    return hard.get(facts.identification, 0) + (2 if facts.was_public else 0)


def _protection_words(facts: Facts) -> tuple[str, ...]:
    """Data count as readable until it is known that no stranger can read them."""
    return {
        Unintelligible.DOUBTFUL: (
            _("De beveiliging kan gebroken zijn: de gegevens tellen als leesbaar."),
        ),
        Unintelligible.UNKNOWN: (
            _("Nog onbekend is of de gegevens leesbaar zijn: wij gaan uit van wel."),
        ),
    }.get(facts.unintelligible, ())


def _hidden_words(facts: Facts) -> tuple[str, ...]:
    found = []
    if facts.identification in (Identification.NEGLIGIBLE, Identification.LIMITED):
        found.append(_("De mensen zijn moeilijk te herkennen: dat maakt het risico kleiner."))
    if facts.was_public:
        found.append(_("De gegevens waren al openbaar: dat maakt het risico kleiner."))
    return tuple(found)


def _spread_words(facts: Facts) -> str:
    if facts.exfiltration == Exfiltration.CERTAIN:
        return _("De gegevens zijn zeker gekopieerd of verder verspreid.")
    # The heavier of the two is the reason: a trusted recipient does not settle what may be copied.
    if _FURTHER[facts.exfiltration] > _SPREAD[facts.recipient]:
        return _("Het is niet uitgesloten dat de gegevens gekopieerd of verder verspreid zijn.")
    by_recipient = {
        Recipient.TRUSTED_DELETED: _(
            "De ontvanger is te vertrouwen en bevestigde dat de gegevens gewist zijn."
        ),
        Recipient.KNOWN: _("De gegevens kwamen bij iemand die wij kennen."),
        Recipient.UNKNOWN: _("De gegevens kunnen bij iemand zijn die wij niet kennen."),
        Recipient.MANY: _("Veel mensen konden de gegevens zien."),
    }
    return by_recipient.get(facts.recipient, "")


def _loss_words(facts: Facts) -> str:
    if facts.restoring == Restoring.NEVER:
        return _("De gegevens komen niet meer terug.")
    return _("De gegevens waren een tijd weg of onjuist.")
