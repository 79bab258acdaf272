"""When data may be given to an outside party once. Problems per field, in Dutch."""

from registers.choices import LegalBasis


def disclosure_problems(
    *,
    basis: str,
    has_ground: bool,
    ground_needs_request: bool,
    official_request: str,
    consent_reference: str,
) -> dict[str, str]:
    """A disclosure rests on a chosen basis (KPO 11, OPOO 5.2): each basis asks its own proof."""
    if not basis:
        return {"basis": "Kies een grondslag. Zonder grondslag mag er niets verstrekt worden."}
    problems = {}
    if basis == LegalBasis.LEGAL_DUTY and not has_ground:
        problems["ground"] = "Kies welke wettelijke grond deze verstrekking verplicht."
    if basis == LegalBasis.CONSENT and not consent_reference.strip():
        problems["consent_reference"] = (
            "Schrijf op waar de toestemming ligt. Zonder toestemming mag dit niet."
        )
    if ground_needs_request and not official_request.strip():
        problems["official_request"] = (
            "Dit mag alleen op een officieel verzoek: noem het kenmerk (OPOO 9.2.2)."
        )
    return problems
