"""The severity of a breach by the method of ENISA (2013): SE = DPC x EI + CB.

Source: domain facts 2.2. The score is shown with its parts; its bands decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from datalekken.choices import (
    SPECIAL,
    Aspect,
    DataKind,
    Identification,
    Recipient,
    Restoring,
    Severity,
    Unintelligible,
)
from datalekken.rules.assessment.facts import Facts

SIMPLE, BEHAVIOURAL, FINANCIAL, SENSITIVE = 1, 2, 3, 4
MANY_PEOPLE: Final = 100

# Credentials are no category of their own in the method: they count by what they can open, and
# until that is known as financial data. A national number and a copy of an identity document serve
# the same frauds as a bank account. What nobody knows yet counts as behavioural data.
CONTEXT: Final[dict[DataKind, int]] = {
    DataKind.NAME: SIMPLE,
    DataKind.CONTACT: SIMPLE,
    DataKind.IMAGE: SIMPLE,
    DataKind.SCHOOL_RESULTS: BEHAVIOURAL,
    DataKind.BEHAVIOUR: BEHAVIOURAL,
    DataKind.LOCATION: BEHAVIOURAL,
    DataKind.UNKNOWN: BEHAVIOURAL,
    DataKind.OTHER: BEHAVIOURAL,
    DataKind.FINANCIAL: FINANCIAL,
    DataKind.PAYMENT: FINANCIAL,
    DataKind.CREDENTIALS: FINANCIAL,
    DataKind.NATIONAL_NUMBER: FINANCIAL,
    DataKind.IDENTITY_DOCUMENT: FINANCIAL,
    DataKind.CRIMINAL: SENSITIVE,
    **dict.fromkeys(SPECIAL, SENSITIVE),
}
_IDENTIFICATION: Final = {
    Identification.NEGLIGIBLE: Decimal("0.25"),
    Identification.LIMITED: Decimal("0.50"),
    Identification.SIGNIFICANT: Decimal("0.75"),
    Identification.MAXIMUM: Decimal("1.00"),
}
_NOTHING, _SOME, _MUCH = Decimal("0.00"), Decimal("0.25"), Decimal("0.50")
_RECIPIENT: Final = {
    Recipient.NOBODY: _NOTHING,
    Recipient.TRUSTED_DELETED: _SOME,
    Recipient.KNOWN: _SOME,
    Recipient.UNKNOWN: _MUCH,
    Recipient.MANY: _MUCH,
}
_RESTORING: Final = {
    Restoring.NOT_LOST: _NOTHING,
    Restoring.EASY: _NOTHING,
    Restoring.TEMPORARY: _SOME,
    Restoring.NEVER: _MUCH,
}
_BANDS: Final = (
    (Decimal(4), Severity.VERY_HIGH),
    (Decimal(3), Severity.HIGH),
    (Decimal(2), Severity.MEDIUM),
)


@dataclass(frozen=True)
class Enisa:
    """The score and its parts, and the two flags that the method reports beside it."""

    context: int
    identification: Decimal
    circumstances: Decimal
    score: Decimal
    severity: Severity
    many_people: bool
    is_unintelligible: bool


def enisa(facts: Facts) -> Enisa:
    """Score the facts; no data named counts as data that nobody knows yet."""
    context = max((CONTEXT[each] for each in facts.data), default=CONTEXT[DataKind.UNKNOWN])
    context += facts.has_children or facts.has_vulnerable
    context -= facts.was_public
    context = min(max(context, SIMPLE), SENSITIVE)
    identification = _IDENTIFICATION[facts.identification]
    circumstances = _circumstances(facts)
    score = context * identification + circumstances
    severity = next((band for least, band in _BANDS if score >= least), Severity.LOW)
    return Enisa(
        context=context,
        identification=identification,
        circumstances=circumstances,
        score=score,
        severity=severity,
        many_people=facts.people is None or facts.people > MANY_PEOPLE,
        is_unintelligible=facts.unintelligible == Unintelligible.INTACT,
    )


def _circumstances(facts: Facts) -> Decimal:
    found = _MUCH if facts.is_malicious else _NOTHING
    if Aspect.CONFIDENTIALITY in facts.aspects or not facts.aspects:
        found += _RECIPIENT[facts.recipient]
    for aspect in (Aspect.INTEGRITY, Aspect.AVAILABILITY):
        if aspect in facts.aspects:
            found += _RESTORING[facts.restoring]
    return found
