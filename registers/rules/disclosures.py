"""When data may be given to an outside party once. Problems per field, in Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from registers.choices import LegalBasis

# The three tests of OPOO 5.3, each with what is asked when it is empty.
TESTS = {
    "subsidiarity": "Schrijf op waarom het niet op een lichtere manier kan (OPOO 5.3 A).",
    "proportionality": "Schrijf op waarom dit in verhouding is tot het doel (OPOO 5.3 B).",
    "minimisation": "Schrijf op waarom dit niet meer is dan strikt nodig (OPOO 5.3 C).",
}

NO_BASIS = "Kies een grondslag. Zonder grondslag mag er niets verstrekt worden."

# Codes of outside parties to which nothing goes without an official request (OPOO 9.2.2).
POLICE_PARTIES = frozenset({"police", "judiciary"})

# The bases that OPOO 9.2.1 names for giving data to an organisation outside.
NAMED_IN_9_2_1 = frozenset({LegalBasis.LEGAL_DUTY, LegalBasis.CONSENT})

# Parents get a copy of the onderwijskundig rapport (OPOO 9.1.2). No text that we hold sets a term:
# fourteen days is this board's own rule, not the law.
COPY_DAYS = 14


def disclosure_problems(
    *,
    basis: str,
    ground_basis: str,
    needs_request: bool,
    official_request: str,
    consent_reference: str,
    tests: Mapping[str, str],
) -> dict[str, str]:
    """A disclosure rests on a chosen basis (KPO 11, OPOO 5.2): each basis asks its own proof.

    `ground_basis` is the basis to which the chosen ground belongs; empty without a ground.
    """
    problems = {name: asked for name, asked in TESTS.items() if not tests[name].strip()}
    if not basis:
        problems["basis"] = NO_BASIS
    elif basis == LegalBasis.LEGAL_DUTY and not ground_basis:
        problems["ground"] = "Kies welke wettelijke grond deze verstrekking verplicht."
    elif ground_basis not in {"", basis}:
        right = LegalBasis(ground_basis).label
        problems["ground"] = f"Deze grond hoort bij een andere grondslag: {right}."
    if basis == LegalBasis.CONSENT and not consent_reference.strip():
        problems["consent_reference"] = (
            "Schrijf op waar de toestemming ligt. Zonder toestemming mag dit niet."
        )
    if needs_request and not official_request.strip():
        problems["official_request"] = (
            "Dit mag alleen op een officieel verzoek: noem het kenmerk (OPOO 9.2.2)."
        )
    return problems


def basis_remark(basis: str) -> str:
    """What to know about a basis that OPOO 5.2 allows and 9.2.1 does not name; else empty.

    The two articles contradict each other: nothing is refused, the stricter one is shown.
    """
    if not basis or basis in NAMED_IN_9_2_1:
        return ""
    return (
        "OPOO 9.2.1 noemt voor organisaties buiten de school alleen een wettelijke plicht of "
        "toestemming. Kan deze verstrekking daarop rusten?"
    )


def copy_due_on(*, is_education_report: bool, disclosed_on: date) -> date | None:
    """By when the parents have their copy: fourteen calendar days, a board rule; else nothing."""
    return disclosed_on + timedelta(days=COPY_DAYS) if is_education_report else None
