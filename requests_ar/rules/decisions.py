"""When a decision is in order: verdicts, their grounds, their reasons, per kind of request.

The grounds of refusal stand in one table: each names the kinds that it can carry, and asks reasons
of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from registers.choices import LegalBasis
from requests_ar.choices import (
    ErasureGround,
    RefusalGround,
    RequestKind,
    RestrictionGround,
    Verdict,
)

_EVERY = frozenset(RequestKind)
# What is asked ends in a copy of data that leaves the school.
COPIES = frozenset({RequestKind.ACCESS, RequestKind.CAMERA_ACCESS, RequestKind.PORTABILITY})
# Access to images is access under AVG 15 as well: the ten items go with it.
ACCESSES = frozenset({RequestKind.ACCESS, RequestKind.CAMERA_ACCESS})
# What is granted changes something at the school: the answer alone does not end it.
CARRIED_OUT = frozenset(
    {
        RequestKind.RECTIFICATION,
        RequestKind.ERASURE,
        RequestKind.OBJECTION,
        RequestKind.CAMERA_OBJECTION,
        RequestKind.CONSENT,
        RequestKind.HUMAN_LOOK,
    }
)
OBJECTIONS = frozenset({RequestKind.OBJECTION, RequestKind.CAMERA_OBJECTION})
# Consent is withdrawn, never refused (AVG 7(3)); only who it is can be in doubt.
_REFUSABLE = _EVERY - {RequestKind.CONSENT}
_REFUSALS = frozenset({Verdict.REFUSED, Verdict.PARTLY})
GRANTS = frozenset({Verdict.GRANTED, Verdict.PARTLY})

# Which ground can carry which kind: the table that a lawyer reviews.
GROUNDS: dict[RefusalGround, frozenset[RequestKind]] = {
    RefusalGround.UNFOUNDED: _REFUSABLE,
    RefusalGround.EXCESSIVE: _REFUSABLE,
    RefusalGround.NOT_IDENTIFIED: _EVERY,
    RefusalGround.NO_AUTHORITY: _EVERY,
    RefusalGround.NO_DATA: _REFUSABLE,
    RefusalGround.RIGHTS_OF_OTHERS: COPIES,
    RefusalGround.INTERNAL_NOTES: frozenset({RequestKind.ACCESS}),
    RefusalGround.ACCURATE: frozenset({RequestKind.RECTIFICATION}),
    RefusalGround.NO_ERASURE_GROUND: frozenset({RequestKind.ERASURE}),
    RefusalGround.EXPRESSION: frozenset({RequestKind.ERASURE}),
    RefusalGround.LEGAL_DUTY: frozenset({RequestKind.ERASURE}),
    RefusalGround.PUBLIC_HEALTH: frozenset({RequestKind.ERASURE}),
    RefusalGround.ARCHIVE: frozenset({RequestKind.ERASURE}),
    RefusalGround.LEGAL_CLAIM: frozenset({RequestKind.ERASURE}) | OBJECTIONS,
    RefusalGround.NO_RESTRICTION_GROUND: frozenset({RequestKind.RESTRICTION}),
    RefusalGround.NOT_PORTABLE: frozenset({RequestKind.PORTABILITY}),
    RefusalGround.NO_OBJECTION_BASIS: OBJECTIONS,
    RefusalGround.COMPELLING: OBJECTIONS,
    RefusalGround.WELFARE: _REFUSABLE,
    RefusalGround.SAFETY: _REFUSABLE,
    RefusalGround.INSPECTION: _REFUSABLE,
    RefusalGround.CIVIL_CLAIMS: _REFUSABLE,
}

# Doubtful since the Court's rulings on internal notes: it asks the weight of each note apart.
DOUBTFUL = frozenset({RefusalGround.INTERNAL_NOTES})


@dataclass(frozen=True)
class Decided:
    """One kind of a request as it is about to be decided. `grounds`: each with its reasons."""

    kind: str
    verdict: str
    grounds: Mapping[str, str] = field(default_factory=dict)
    reasons: str = ""
    handled_as: str = ""
    erasure_grounds: frozenset[str] = frozenset()
    restriction_ground: str = ""
    balancing: str = ""
    redactions: tuple[str, ...] = field(default=())


def reasons_field(ground: str) -> str:
    """The name under which the reasons of one ground are typed, and told to be missing."""
    return f"reasons_{ground}"


def grounds_for(kind: str) -> tuple[RefusalGround, ...]:
    """The grounds on which this kind can be refused, in the order of the list."""
    return tuple(ground for ground in RefusalGround if kind in GROUNDS[ground])


def granted_as(*, kind: str, handled_as: str, verdict: str) -> str:
    """The kind that was granted, whole or in part: as asked or as handled. Empty: none."""
    if verdict == Verdict.OTHER_KIND:
        return handled_as
    return kind if verdict in GRANTS else ""


def decision_problems(decided: Decided) -> dict[str, str]:
    """What is missing, per field; empty when the verdict can be saved (AVG 12(4), 17, 18, 21)."""
    if decided.verdict not in Verdict.values:
        return {"verdict": "Kies een besluit."}
    problems: dict[str, str] = {}
    if decided.verdict in _REFUSALS:
        problems |= _refusal_problems(decided)
    elif decided.grounds:
        problems["grounds"] = (
            "U wijst niet af, maar koos wel een grond daarvoor. Kies “deels toegewezen” of haal "
            "de grond weg."
        )
    if decided.verdict == Verdict.OTHER_KIND:
        problems |= _other_kind_problems(decided)
    elif decided.handled_as:
        problems["handled_as"] = (
            "Dit hoort bij “behandeld als een ander soort verzoek”. Kies dat besluit, of kies "
            "hier “niet van toepassing”."
        )
    if decided.verdict in GRANTS:
        problems |= _grant_problems(decided)
    return problems


def _refusal_problems(decided: Decided) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not decided.grounds:
        problems["grounds"] = "Kies ten minste één grond voor de afwijzing (AVG 12 lid 4)."
    wrong = sorted(
        RefusalGround(each).label
        for each in decided.grounds
        if decided.kind not in GROUNDS[RefusalGround(each)]
    )
    if wrong:
        names = ", ".join(f"“{each}”" for each in wrong)
        problems["grounds"] = f"Bij dit soort verzoek kan deze grond niet: {names}."
    for ground, reasons in decided.grounds.items():
        if not reasons.strip():
            problems[reasons_field(ground)] = (
                "Leg uit waarom deze grond hier geldt. De vrager heeft recht op redenen "
                "(AVG 12 lid 4)."
            )
    if decided.verdict == Verdict.PARTLY and not decided.redactions and decided.kind in COPIES:
        problems["redactions"] = "Schrijf op wat u weglaat of onleesbaar maakt."
    if RefusalGround.COMPELLING in decided.grounds and not decided.balancing.strip():
        problems["balancing"] = (
            "Schrijf de afweging op: waarom gaat het belang van de school voor? (AVG 21 lid 1)"
        )
    return problems


def _other_kind_problems(decided: Decided) -> dict[str, str]:
    problems: dict[str, str] = {}
    if decided.handled_as not in RequestKind.values or decided.handled_as == decided.kind:
        problems["handled_as"] = "Kies als welk ander soort verzoek u het behandelt."
    if not decided.reasons.strip():
        problems["reasons"] = "Leg uit waarom u het anders behandelt dan gevraagd."
    return problems


def _grant_problems(decided: Decided) -> dict[str, str]:
    if decided.kind == RequestKind.ERASURE and not decided.erasure_grounds & set(
        ErasureGround.values
    ):
        return {"erasure_grounds": "Kies waarom gewist wordt (AVG 17 lid 1)."}
    if (
        decided.kind == RequestKind.RESTRICTION
        and decided.restriction_ground not in RestrictionGround.values
    ):
        return {"restriction_ground": "Kies waarom het gebruik beperkt wordt (AVG 18 lid 1)."}
    return {}


def objection_is_possible(bases: Iterable[str]) -> bool:
    """Objection exists against a public task or a legitimate interest only (AVG 21(1))."""
    return bool({LegalBasis.PUBLIC_TASK, LegalBasis.LEGITIMATE_INTEREST} & set(bases))


def objection_problems(decided: Decided, *, bases: Iterable[str]) -> dict[str, str]:
    """An objection is not refused as impossible where it is possible (AVG 21(1))."""
    says_impossible = RefusalGround.NO_OBJECTION_BASIS in decided.grounds
    if decided.verdict == Verdict.REFUSED and says_impossible and objection_is_possible(bases):
        return {
            "grounds": "Bezwaar kan hier wel: bij de gekozen verwerkingen is een publieke taak of "
            "een gerechtvaardigd belang. Stop met het gebruik, wijs deels toe, of kies een andere "
            "grond."
        }
    return {}


def portability_is_possible(bases: Iterable[str]) -> bool:
    """Only on consent or contract (AVG 20(1)); of those, what the person supplied."""
    return bool({LegalBasis.CONSENT, LegalBasis.CONTRACT} & set(bases))


def what_is_possible(kind: str, bases: Collection[str]) -> str:
    """A sentence for the page when a kind does not fit the activities; empty when it does."""
    if kind in OBJECTIONS and bases and not objection_is_possible(bases):
        return (
            "Bezwaar kan alleen bij een taak van algemeen belang of een gerechtvaardigd belang. "
            "Bij toestemming kan de persoon die intrekken; bij een wettelijke plicht kan "
            "verbetering of verwijdering een weg zijn."
        )
    if kind == RequestKind.PORTABILITY and bases and not portability_is_possible(bases):
        return (
            "Meenemen kan alleen met gegevens die de persoon zelf gaf, op grond van toestemming "
            "of een overeenkomst. Behandel het als inzage."
        )
    return ""


def deviation_problem(*, advice: str, deviates: bool, reason: str) -> str:
    """A decision that goes against the FG's advice gives its reason; empty when in order."""
    if advice.strip() and deviates and not reason.strip():
        return "U wijkt af van het advies van de FG. Schrijf op waarom."
    return ""
