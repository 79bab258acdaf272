"""An activity in words: section by section, row by row. What is compared, printed and exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from registers.choices import (
    AccessLevel,
    ActsAs,
    Automation,
    CriminalGround,
    DataSource,
    Identifiability,
    MeasureKind,
    Medium,
    Obligation,
    ProcessGroup,
    RecipientKind,
    SpecialGround,
    TransferInstrument,
    YesNo,
)
from registers.content import (
    AccessContent,
    ActivityContent,
    DataContent,
    PurposeContent,
    RecipientContent,
    TransferContent,
)
from registers.rules.countries import country_name
from registers.rules.statement import basis_in_words


@dataclass(frozen=True)
class Row:
    """One thing that an activity says: a stable key, its Dutch name, the text."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]


def sections(content: ActivityContent) -> tuple[Section, ...]:
    """The whole activity in words; a row without text is there too, so that a gap shows."""
    return (
        Section("Wat en wie", tuple(_general(content))),
        Section("Rol van het bestuur", tuple(_role(content))),
        Section("Noodzaak", tuple(_necessity(content))),
        Section("Doelen en grondslagen", tuple(_purpose(each) for each in content.purposes)),
        Section("Gegevens", tuple(_data(each) for each in content.data)),
        Section("Toegang binnen de school", tuple(_access(content.access))),
        Section("Ontvangers", tuple(_recipient(each) for each in content.recipients)),
        Section("Doorgifte buiten de EER", tuple(_transfer(each) for each in content.transfers)),
        Section("Systemen en maatregelen", tuple(_means(content))),
        Section("DPIA en automatische besluiten", tuple(_assessment(content))),
    )


def _label(choices: type, value: str) -> str:
    return str(choices(value).label) if value else ""


def _general(content: ActivityContent) -> Iterator[Row]:
    schools = "alle scholen" if content.all_schools else _names(content.schools)
    yield Row("name", "naam", content.name)
    yield Row("description", "omschrijving", content.description)
    yield Row("process_group", "proces", _label(ProcessGroup, content.process_group))
    yield Row("owner", "eigenaar", content.owner)
    yield Row("schools", "scholen", schools)
    yield Row("medium", "vorm", _label(Medium, content.medium))
    yield Row("place", "plaats", content.place)
    yield Row("next_review_on", "volgende controle", _day(content.next_review_on))
    yield Row("source", "bron", content.source)


def _role(content: ActivityContent) -> Iterator[Row]:
    """As controller, or for another: then what AVG 30(2) asks."""
    yield Row("acts_as", "rol", _label(ActsAs, content.acts_as))
    if not content.is_own:
        yield Row("on_behalf_of", "in opdracht van", content.on_behalf_of)
        yield Row("on_behalf_contact", "contact van de opdrachtgever", content.on_behalf_contact)
        yield Row("processing_kinds", "wat wij doen", content.processing_kinds)


def _necessity(content: ActivityContent) -> Iterator[Row]:
    yield Row("subsidiarity", "noodzaak", content.subsidiarity)
    yield Row("proportionality", "evenredigheid", content.proportionality)
    yield Row("minimisation", "minimale gegevens", content.minimisation)


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    """ "naam: tekst" for each part that says something, one a line."""
    return "\n".join(f"{name}: {text}" if name else text for name, text in parts if text)


def _names(entries: Iterable[object]) -> str:
    """With semicolons: a name can hold a comma, as "Naam, geboortedatum en geslacht" does."""
    return "; ".join(str(getattr(each, "name", "")) for each in entries)


def _day(day: str) -> str:
    """A day of the content, as people write it: "2 maart 2026"."""
    return date_format(date.fromisoformat(day), "j F Y") if day else ""


def _purpose(line: PurposeContent) -> Row:
    text = _joined(
        [
            ("grondslag", basis_in_words(line.basis, line.statute) if line.basis else ""),
            ("uitleg", line.explanation),
            ("belang", line.interest),
            ("afweging", line.balancing),
            ("belang van het kind", line.child_interest),
        ]
    )
    return Row(f"purpose:{line.letter}:{line.basis}", f"doel {line.letter}, {line.name}", text)


def _data(line: DataContent) -> Row:
    retention = line.retention
    text = _joined(
        [
            ("bron", _label(DataSource, line.source)),
            ("toelichting", line.source_explanation),
            ("herleidbaar", _label(Identifiability, line.identifiability)),
            ("verplicht", _label(Obligation, line.obligation)),
            ("gevolg van niet geven", line.consequence),
            ("bewaartermijn", f"{retention.name}: {retention.term}" if retention else ""),
            ("uitzondering", _label(SpecialGround, line.special_ground)),
            ("strafrechtelijke grond", _label(CriminalGround, line.criminal_ground)),
            ("grond voor het BSN", line.national_number_ground),
            ("waarom nodig", line.necessity),
        ]
    )
    key = f"data:{line.group.code}:{line.category.code}"
    return Row(key, f"{line.category.name} van {line.group.name}", text)


def _access(lines: Iterable[AccessContent]) -> Iterator[Row]:
    for line in lines:
        what = line.category.name if line.category else "alle gegevens"
        code = line.category.code if line.category else ""
        label = f"{line.role.name}, {what}"
        yield Row(f"access:{line.role.code}:{code}", label, _label(AccessLevel, line.level))


def _recipient(line: RecipientContent) -> Row:
    text = _joined(
        [
            ("rol", _label(RecipientKind, line.kind)),
            ("grondslag", basis_in_words(line.basis, line.statute) if line.basis else ""),
            ("waarvoor", line.purpose),
            ("gegevens", _names(line.data)),
        ]
    )
    return Row(f"recipient:{line.kind}:{line.party.code}", line.party.name, text)


def _transfer(line: TransferContent) -> Row:
    text = _joined(
        [
            ("instrument", _label(TransferInstrument, line.instrument)),
            ("document", line.document),
            ("opnieuw bekijken", _day(line.review_on)),
        ]
    )
    party = line.party.name if line.party else "een partij"
    code = line.party.code if line.party else ""
    return Row(f"transfer:{line.country}:{code}", f"{party}, {country_name(line.country)}", text)


def _means(content: ActivityContent) -> Iterator[Row]:
    yield Row("systems", "systemen", _names(content.systems))
    yield Row("products", "producten", _names(content.products))
    for kind in MeasureKind:
        found = [each for each in content.measures if each.kind == kind]
        yield Row(f"measures:{kind}", f"maatregelen, {kind.label}", _names(found))


def _assessment(content: ActivityContent) -> Iterator[Row]:
    yield Row("dpia_needed", "DPIA nodig", _label(YesNo, content.dpia_needed))
    yield Row("dpia_reason", "waarom wel of niet", content.dpia_reason)
    yield Row("dpia_reference", "DPIA", content.dpia_reference)
    yield Row("dpia_adopted_on", "DPIA vastgesteld op", _day(content.dpia_adopted_on))
    yield Row("automation", "automatisch besluit", _label(Automation, content.automation))
    yield Row("automation_logic", "hoe het werkt", content.automation_logic)
    yield Row("automation_significance", "belang en gevolgen", content.automation_significance)
    yield Row("human_intervention", "menselijke tussenkomst", content.human_intervention)
