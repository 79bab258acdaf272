"""The privacy statement, composed from established activities. Pure: facts in, statement out.

The items a to l of the KPO regulation art. 14 (AVG 13 and 14), and the process chapters of the
Veluwse statement: purposes, data, who inside, who outside and on which basis, how long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registers.choices import (
    GDPR_LETTER,
    AccessLevel,
    Automation,
    DataSource,
    LegalBasis,
    Obligation,
    ProcessGroup,
    RecipientKind,
    TransferInstrument,
)
from registers.content import ActivityContent, DataContent, PurposeContent, RecipientContent
from registers.rules.completeness import Gap


@dataclass(frozen=True)
class BoardFacts:
    """What the statement says about the controller and whom to turn to."""

    name: str
    address: str
    kvk: str
    email: str
    phone: str
    website: str
    is_public_authority: bool
    fg_name: str
    fg_email: str
    fg_phone: str
    ibp_email: str
    breach_email: str
    complaints_text: str
    complaints_url: str


@dataclass(frozen=True)
class SchoolFacts:
    """What the statement says about a school."""

    slug: str
    name: str
    address: str
    email: str
    phone: str


@dataclass(frozen=True)
class PurposeText:
    text: str
    explanation: str
    basis: str
    interest: str
    child_interest: str


@dataclass(frozen=True)
class DataText:
    category: str
    source: str
    obligation: str
    term: str


@dataclass(frozen=True)
class GroupText:
    """What is used about one group of people."""

    group: str
    data: tuple[DataText, ...]


@dataclass(frozen=True)
class OutsideText:
    name: str
    role: str
    basis: str
    purpose: str
    data: str


@dataclass(frozen=True)
class TransferText:
    country: str
    party: str
    instrument: str


@dataclass(frozen=True)
class ProcessText:
    """One activity, in the words of the statement."""

    code: str
    name: str
    description: str
    purposes: tuple[PurposeText, ...]
    groups: tuple[GroupText, ...]
    inside: tuple[str, ...]
    outside: tuple[OutsideText, ...]
    transfers: tuple[TransferText, ...]
    automation: str
    logic: str
    significance: str
    human_intervention: str


@dataclass(frozen=True)
class Chapter:
    title: str
    processes: tuple[ProcessText, ...]


@dataclass(frozen=True)
class Statement:
    """A whole statement, ready to be shown: nothing in it needs the database."""

    board: BoardFacts
    school: SchoolFacts | None
    day: str
    chapters: tuple[Chapter, ...]
    uses_consent: bool
    uses_legitimate_interest: bool
    transfers_outside_eea: bool
    decides_automatically: bool
    uses_profiling: bool


def compose(
    *,
    board: BoardFacts,
    school: SchoolFacts | None,
    contents: Sequence[ActivityContent],
    on: date,
) -> Statement:
    """Make the statement of the board (all activities) or of one school (those it carries out)."""
    chosen = [each for each in contents if school is None or each.holds_at(school.slug)]
    bases = {purpose.basis for each in chosen for purpose in each.purposes}
    automations = {each.automation for each in chosen}
    return Statement(
        board=board,
        school=school,
        day=on.isoformat(),
        chapters=tuple(_chapters(chosen)),
        uses_consent=LegalBasis.CONSENT in bases,
        uses_legitimate_interest=LegalBasis.LEGITIMATE_INTEREST in bases,
        transfers_outside_eea=any(each.transfers for each in chosen),
        decides_automatically=Automation.AUTOMATED_DECISION in automations,
        uses_profiling=Automation.PROFILING in automations,
    )


def _chapters(contents: Iterable[ActivityContent]) -> Iterator[Chapter]:
    by_group: dict[str, list[ActivityContent]] = {}
    for content in contents:
        by_group.setdefault(content.process_group, []).append(content)
    for group in ProcessGroup:
        found = sorted(by_group.get(group, []), key=lambda each: each.code)
        if found:
            yield Chapter(str(group.label), tuple(_process(each) for each in found))


def _process(content: ActivityContent) -> ProcessText:
    return ProcessText(
        code=content.code,
        name=content.name,
        description=content.description,
        purposes=tuple(_purpose(each) for each in content.purposes),
        groups=tuple(_groups(content.data)),
        inside=tuple(_inside(content)),
        outside=tuple(_outside(each) for each in content.recipients),
        transfers=tuple(
            TransferText(
                country=each.country,
                party=each.party.name if each.party else "",
                instrument=str(TransferInstrument(each.instrument).label),
            )
            for each in content.transfers
        ),
        automation=(
            ""
            if content.automation == Automation.NONE
            else str(Automation(content.automation).label)
        ),
        logic=content.automation_logic,
        significance=content.automation_significance,
        human_intervention=content.human_intervention,
    )


def basis_in_words(basis: str, statute: str = "") -> str:
    """A legal basis with its article: "wettelijke verplichting (AVG 6 lid 1 c; Leerplichtwet)"."""
    article = f"AVG 6 lid 1 {GDPR_LETTER[basis]}"
    law = f"{article}; {statute}" if statute else article
    return f"{LegalBasis(basis).label} ({law})"


def _purpose(purpose: PurposeContent) -> PurposeText:
    is_interest = purpose.basis == LegalBasis.LEGITIMATE_INTEREST
    return PurposeText(
        text=purpose.name,
        explanation=purpose.explanation,
        basis=basis_in_words(purpose.basis, purpose.statute),
        interest=purpose.interest if is_interest else "",
        child_interest=purpose.child_interest if is_interest else "",
    )


def _groups(lines: Iterable[DataContent]) -> Iterator[GroupText]:
    by_group: dict[str, list[DataContent]] = {}
    for line in lines:
        by_group.setdefault(line.group.name, []).append(line)
    for group, found in by_group.items():
        yield GroupText(group, tuple(_data(line) for line in found))


def _data(line: DataContent) -> DataText:
    source = str(DataSource(line.source).label)
    obligation = str(Obligation(line.obligation).label)
    return DataText(
        category=line.category.name,
        source=f"{source} ({line.source_explanation})" if line.source_explanation else source,
        obligation=f"{obligation}. {line.consequence}" if line.consequence else obligation,
        term=line.retention.term if line.retention else "",
    )


def _inside(content: ActivityContent) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in content.access:
        what = line.category.name if line.category else "alle gegevens van dit onderdeel"
        found.setdefault((line.role.name, str(AccessLevel(line.level).label)), []).append(what)
    for (role, level), whats in found.items():
        yield f"{role}: {level} ({', '.join(whats)})"


def _outside(recipient: RecipientContent) -> OutsideText:
    if recipient.kind == RecipientKind.PROCESSOR:
        basis = "in opdracht van het bestuur (verwerkersovereenkomst, AVG 28)"
    else:
        basis = basis_in_words(recipient.basis, recipient.statute) if recipient.basis else ""
    return OutsideText(
        name=recipient.party.name,
        role=str(RecipientKind(recipient.kind).label),
        basis=basis,
        purpose=recipient.purpose,
        data=", ".join(each.name for each in recipient.data),
    )


def statement_gaps(
    *, board: BoardFacts, school: SchoolFacts | None, contents: Sequence[ActivityContent]
) -> list[Gap]:
    """What AVG 13 and 14 ask and the statement could not say. It is not published while any is."""
    chosen = [each for each in contents if school is None or each.holds_at(school.slug)]
    found = [*_board_gaps(board)]
    if not chosen:
        found.append(
            Gap("AVG 13 lid 1 c", "register", "Er is nog geen vastgestelde verwerking.", True)
        )
    for content in chosen:
        found += _activity_gaps(content)
    return found


def _board_gaps(board: BoardFacts) -> Iterator[Gap]:
    asked = (
        ("AVG 13 lid 1 a", board.name and board.address, "Vul naam en adres van het bestuur in."),
        ("AVG 13 lid 1 a", board.email, "Vul het e-mailadres van het bestuur in."),
        ("AVG 13 lid 1 b", board.fg_name, "Vul de naam van de FG in."),
        ("AVG 13 lid 1 b", board.fg_email, "Vul het e-mailadres van de FG in."),
        (
            "AVG 13 lid 2 d",
            board.complaints_text,
            "Vul in waar mensen met een klacht terechtkunnen.",
        ),
    )
    for article, value, sentence in asked:
        if not value.strip():
            yield Gap(article, "gegevens van het bestuur", sentence, blocks=True)


def _activity_gaps(content: ActivityContent) -> Iterator[Gap]:
    name = content.name
    if not content.purposes:
        yield Gap("AVG 13 lid 1 c", name, "Noem het doel en de grondslag.", True)
    for purpose in content.purposes:
        if purpose.basis == LegalBasis.LEGITIMATE_INTEREST and not purpose.interest.strip():
            yield Gap("AVG 13 lid 1 d", name, "Noem het gerechtvaardigd belang.", True)
    for line in content.data:
        yield from _data_gaps(name, line)
    for recipient in content.recipients:
        if recipient.kind != RecipientKind.PROCESSOR and not recipient.basis:
            yield Gap(
                "AVG 13 lid 1 e", name, f"Kies de grondslag voor {recipient.party.name}.", True
            )
    for transfer in content.transfers:
        if not transfer.document.strip():
            yield Gap(
                "AVG 13 lid 1 f",
                name,
                f"Noem het document voor de doorgifte naar {transfer.country}.",
                True,
            )
    if content.automation != Automation.NONE and not (
        content.automation_logic.strip() and content.automation_significance.strip()
    ):
        yield Gap(
            "AVG 13 lid 2 f", name, "Leg uit hoe het besluit werkt en wat het betekent.", True
        )


def _data_gaps(name: str, line: DataContent) -> Iterator[Gap]:
    what = f"{line.category.name} van {line.group.name}"
    if line.retention is None:
        yield Gap("AVG 13 lid 2 a", name, f"Kies een bewaartermijn voor {what}.", True)
    if not line.source:
        yield Gap("AVG 14 lid 2 f", name, f"Noem de bron van {what}.", True)
    must_be_given = line.obligation not in {Obligation.VOLUNTARY, Obligation.NOT_SUPPLIED}
    if must_be_given and not line.consequence.strip():
        yield Gap(
            "AVG 13 lid 2 e",
            name,
            f"Schrijf op wat er gebeurt als {what} niet gegeven wordt.",
            True,
        )
