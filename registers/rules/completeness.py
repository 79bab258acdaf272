"""What an activity still misses, each gap with its article. A gap never hides a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registers.choices import Automation, CategoryKind, LegalBasis, RecipientKind, YesNo
from registers.content import ActivityContent, DataContent
from registers.rules.lines import data_line_problems, purpose_line_problems

# These bases are laid down by law: for schools mostly a law on education (AVG 6(3)).
_LAID_DOWN_BY_LAW = frozenset({LegalBasis.LEGAL_DUTY, LegalBasis.PUBLIC_TASK})


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the article that asks it, where, and what to do.

    A gap that `blocks` stops establishing; every other gap is a warning.
    """

    article: str
    place: str
    sentence: str
    blocks: bool = False


def gaps(content: ActivityContent) -> list[Gap]:
    """Every gap of an activity, those that stop establishing first.

    What the board does for another controller is asked less: purposes, bases and terms are that
    controller's own to answer (AVG 30(2)).
    """
    if content.is_own:
        found = [*_blocking(content), *_warning(content)]
    else:
        found = [*_blocking_on_behalf(content), *_warning_on_behalf(content)]
    return sorted(found, key=lambda gap: not gap.blocks)


def blocking_gaps(content: ActivityContent) -> list[Gap]:
    """What must be filled before the activity can be established."""
    return [gap for gap in gaps(content) if gap.blocks]


def _blocking_on_behalf(content: ActivityContent) -> Iterator[Gap]:
    asked = (
        (
            content.on_behalf_of,
            "AVG 30 lid 2 a",
            "opdrachtgever",
            "Noem voor wie het bestuur dit doet.",
        ),
        (
            content.on_behalf_contact,
            "AVG 30 lid 2 a",
            "opdrachtgever",
            "Vul de contactgegevens van de opdrachtgever in.",
        ),
        (
            content.processing_kinds,
            "AVG 30 lid 2 b",
            "wat wij doen",
            "Schrijf op wat het bestuur voor de opdrachtgever met de gegevens doet.",
        ),
    )
    for text, article, place, sentence in asked:
        if not text.strip():
            yield Gap(article, place, sentence, blocks=True)


def _warning_on_behalf(content: ActivityContent) -> Iterator[Gap]:
    yield from _who(content)
    yield from _documents(content, "AVG 30 lid 2 c")
    if not content.measures:
        yield Gap(
            "AVG 30 lid 2 d", "maatregelen", "Noem de maatregelen die de gegevens beschermen."
        )
    yield from _review(content)


def _blocking(content: ActivityContent) -> Iterator[Gap]:
    if not content.purposes:
        yield Gap(
            "AVG 5 lid 1 b", "doelen", "Kies ten minste één doel met zijn grondslag.", blocks=True
        )
    for purpose in content.purposes:
        if not purpose.basis:
            yield Gap(
                "AVG 6 lid 1", "doelen", f"Kies een grondslag voor doel {purpose.letter}.", True
            )
    yield from _necessity(content)
    yield from _retention(content)
    yield from _dpia(content)


def _necessity(content: ActivityContent) -> Iterator[Gap]:
    asked = (
        (content.subsidiarity, "noodzaak", "Schrijf op waarom het niet lichter kan."),
        (content.proportionality, "evenredigheid", "Schrijf op waarom het in verhouding is."),
        (content.minimisation, "minimale gegevens", "Schrijf op waarom het niet met minder kan."),
    )
    for text, place, sentence in asked:
        if not text.strip():
            yield Gap("AVG 5 lid 1 c", place, sentence, blocks=True)


def _retention(content: ActivityContent) -> Iterator[Gap]:
    if not content.data:
        yield Gap(
            "AVG 30 lid 1 c", "gegevens", "Noem welke gegevens van wie gebruikt worden.", True
        )
    for line in content.data:
        if line.retention is None:
            yield Gap(
                "AVG 5 lid 1 e", "gegevens", f"Kies een bewaartermijn voor {_what(line)}.", True
            )


def _dpia(content: ActivityContent) -> Iterator[Gap]:
    if not content.dpia_needed:
        yield Gap("AVG 35", "DPIA", "Beantwoord of een DPIA nodig is.", blocks=True)
    elif not content.dpia_reason.strip():
        yield Gap("AVG 35", "DPIA", "Schrijf op waarom een DPIA wel of niet nodig is.", True)
    if content.dpia_needed == YesNo.YES and not (
        content.dpia_reference.strip() and content.dpia_adopted_on
    ):
        yield Gap(
            "AVG 35",
            "DPIA",
            "De DPIA is nodig maar nog niet vastgesteld: noem de DPIA en de datum.",
            blocks=True,
        )


def _warning(content: ActivityContent) -> Iterator[Gap]:
    yield from _grounds(content)
    yield from _outside(content)
    yield from _who(content)
    if not content.all_schools and not content.schools:
        yield Gap("AVG 30 lid 1", "scholen", "Kies voor welke scholen dit geldt.")
    if not content.measures:
        yield Gap(
            "AVG 30 lid 1 g", "maatregelen", "Noem de maatregelen die de gegevens beschermen."
        )
    yield from _review(content)


def _who(content: ActivityContent) -> Iterator[Gap]:
    if not content.owner.strip():
        yield Gap("AVG 5 lid 2", "eigenaar", "Noem wie deze verwerking beheert.")
    if not content.access:
        yield Gap("AVG 32", "toegang", "Leg vast welke rollen wat mogen zien en wijzigen.")


def _review(content: ActivityContent) -> Iterator[Gap]:
    if not content.next_review_on:
        yield Gap("AVG 5 lid 1 d", "controle", "Kies een datum voor de volgende controle.")


def _grounds(content: ActivityContent) -> Iterator[Gap]:
    for purpose in content.purposes:
        if purpose.basis in _LAID_DOWN_BY_LAW and not purpose.statute.strip():
            yield Gap(
                "AVG 6 lid 3",
                f"doel {purpose.letter}",
                "Noem de wet en het artikel waarop deze grondslag rust.",
            )
        problems = purpose_line_problems(
            basis=purpose.basis,
            interest=purpose.interest,
            balancing=purpose.balancing,
            child_interest=purpose.child_interest,
        )
        for sentence in problems.values():
            yield Gap("AVG 6 lid 1 f", f"doel {purpose.letter}", sentence)
    for line in content.data:
        problems = data_line_problems(
            kind=line.kind,
            special_ground=line.special_ground,
            criminal_ground=line.criminal_ground,
            national_number_ground=line.national_number_ground,
            necessity=line.necessity,
        )
        for sentence in problems.values():
            yield Gap(_guard_article(line), _what(line), sentence)


def _guard_article(line: DataContent) -> str:
    return {
        CategoryKind.SPECIAL: "AVG 9",
        CategoryKind.CRIMINAL: "AVG 10",
        CategoryKind.NATIONAL_NUMBER: "UAVG 46",
    }.get(CategoryKind(line.kind), "AVG 5")


def _outside(content: ActivityContent) -> Iterator[Gap]:
    for recipient in content.recipients:
        name = recipient.party.name
        if recipient.kind != RecipientKind.PROCESSOR and not recipient.basis:
            yield Gap("AVG 6 lid 1", name, f"Kies de grondslag waarop {name} gegevens krijgt.")
        if not recipient.purpose.strip():
            yield Gap("AVG 30 lid 1 d", name, f"Schrijf op waarvoor {name} gegevens krijgt.")
    yield from _documents(content, "AVG 30 lid 1 e")
    if content.automation != Automation.NONE:
        yield from _automation(content)


def _documents(content: ActivityContent, article: str) -> Iterator[Gap]:
    for transfer in content.transfers:
        if not transfer.document.strip():
            place = f"doorgifte {transfer.country}"
            yield Gap(article, place, "Noem het document waarop de doorgifte rust.")


def _automation(content: ActivityContent) -> Iterator[Gap]:
    asked = (
        (content.automation_logic, "Leg in gewone taal uit hoe het werkt."),
        (content.automation_significance, "Schrijf op wat het voor iemand betekent."),
        (content.human_intervention, "Schrijf op hoe een mens meebeslist."),
    )
    for text, sentence in asked:
        if not text.strip():
            yield Gap("AVG 13 lid 2 f", "geautomatiseerd besluit", sentence)


def _what(line: DataContent) -> str:
    return f"{line.category.name} van {line.group.name}"
