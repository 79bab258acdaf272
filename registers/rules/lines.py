"""What one line of an activity must say before it can be saved. Problems per field, in Dutch."""

from registers.choices import CategoryKind, LegalBasis, RecipientKind

NEED_IN_WORDS = "Schrijf op waarom deze gegevens voor dit doel echt nodig zijn."


def purpose_line_problems(
    *, basis: str, interest: str, balancing: str, child_interest: str
) -> dict[str, str]:
    """Legitimate interest needs its balancing, in which the child is weighed (AVG 6(1)(f))."""
    if basis != LegalBasis.LEGITIMATE_INTEREST:
        return {}
    needed = {
        "interest": (interest, "Schrijf op welk belang de school of een ander heeft."),
        "balancing": (balancing, "Leg de afweging van belangen vast (AVG 6 lid 1 f)."),
        "child_interest": (
            child_interest,
            "Schrijf op hoe het belang van het kind is meegewogen (AVG 6 lid 1 f).",
        ),
    }
    return {name: sentence for name, (text, sentence) in needed.items() if not text.strip()}


def data_line_problems(
    *,
    kind: str,
    special_ground: str,
    criminal_ground: str,
    national_number_ground: str,
    necessity: str,
) -> dict[str, str]:
    """Guarded categories ask their ground and their necessity (AVG 9, 10, UAVG 46)."""
    problems = {}
    if kind == CategoryKind.SPECIAL and not special_ground:
        problems["special_ground"] = (
            "Dit zijn bijzondere gegevens: kies de uitzondering die geldt (AVG 9 lid 2)."
        )
    if kind == CategoryKind.CRIMINAL and not criminal_ground:
        problems["criminal_ground"] = (
            "Dit zijn strafrechtelijke gegevens: kies de grond die geldt (AVG 10)."
        )
    if kind == CategoryKind.NATIONAL_NUMBER and not national_number_ground.strip():
        problems["national_number_ground"] = (
            "Het BSN mag alleen als een wet dat zegt: noem de wet en het artikel (UAVG 46)."
        )
    guarded = kind in {CategoryKind.SPECIAL, CategoryKind.CRIMINAL, CategoryKind.NATIONAL_NUMBER}
    if guarded and not necessity.strip():
        problems["necessity"] = NEED_IN_WORDS
    return problems


def recipient_problems(
    *, kind: str, has_processor: bool, has_party: bool, basis: str
) -> dict[str, str]:
    """A processor is named as one; anyone else needs a legal basis of its own (KPO 9.b, 11)."""
    problems = {}
    if kind == RecipientKind.PROCESSOR:
        if not has_processor:
            problems["processor"] = "Kies de verwerker."
        if has_party:
            problems["party"] = "Laat dit leeg bij een verwerker."
        return problems
    if not has_party:
        problems["party"] = "Kies de externe partij."
    if has_processor:
        problems["processor"] = "Laat dit leeg: alleen voor de rol verwerker."
    if not basis:
        problems["basis"] = "Kies op welke grondslag deze partij de gegevens krijgt."
    return problems
