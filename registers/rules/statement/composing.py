"""From what activities say to the words of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from registers.choices import (
    GDPR_LETTER,
    AccessLevel,
    Audience,
    Automation,
    DataSource,
    DeviatingField,
    LegalBasis,
    Obligation,
    ProcessGroup,
    RecipientKind,
    TransferInstrument,
)
from registers.content import ActivityContent, DataContent, Named, PurposeContent, RecipientContent
from registers.rules.countries import country_name
from registers.rules.statement.editions import PARENTS, Edition, concerns
from registers.rules.statement.texts import (
    BoardFacts,
    Chapter,
    DataText,
    GroupText,
    LocalText,
    OutsideText,
    ProcessText,
    PurposeText,
    SchoolFacts,
    Statement,
    TransferText,
)

_RESTS_ON_LAW = frozenset({LegalBasis.LEGAL_DUTY, LegalBasis.PUBLIC_TASK})
# An act by its name; "Afspraak met de ouders" is none.
_ACT = re.compile(r"(?i:wet|besluit)|^(?:[A-Z]{2,}|Awb|Wpo|Wvo|Wec|Wot)\b")
# "Wetboek van Strafvordering, alleen na een vordering": the remark, not "art. 7, 12 en 33".
_SAID_ABOUT = re.compile(r"\s*\(|,(?! *\d)| voor ")

# Per activity code: the parts (DeviatingField) on which the school does otherwise, and how.
Local = Mapping[str, Sequence[tuple[str, str]]]


def compose(
    *,
    board: BoardFacts,
    school: SchoolFacts | None,
    contents: Sequence[ActivityContent],
    on: date,
    edition: Edition = PARENTS,
    local: Local | None = None,
) -> Statement:
    """Make the statement of the board (all activities) or of one school (those it carries out)."""
    chosen = chosen_for(contents, school=school, edition=edition)
    bases = {purpose.basis for each in chosen for purpose in each.purposes}
    automations = {each.automation for each in chosen}
    with translation.override(edition.language):
        chapters = tuple(_chapters(chosen, edition, local or {}))
    return Statement(
        board=board,
        school=school,
        day=on.isoformat(),
        chapters=chapters,
        uses_consent=LegalBasis.CONSENT in bases,
        uses_legitimate_interest=LegalBasis.LEGITIMATE_INTEREST in bases,
        transfers_outside_eea=any(each.transfers for each in chosen),
        decides_automatically=Automation.AUTOMATED_DECISION in automations,
        uses_profiling=Automation.PROFILING in automations,
        audience=edition.audience,
        language=edition.language,
    )


def chosen_for(
    contents: Iterable[ActivityContent], *, school: SchoolFacts | None, edition: Edition
) -> list[ActivityContent]:
    """The activities that one statement covers."""
    return [
        each
        for each in contents
        if concerns(each, edition.audience) and (school is None or each.holds_at(school.slug))
    ]


def _chapters(
    contents: Iterable[ActivityContent], edition: Edition, local: Local
) -> Iterator[Chapter]:
    by_group: dict[str, list[ActivityContent]] = {}
    for content in contents:
        by_group.setdefault(_group_of(content, edition), []).append(content)
    for group in ProcessGroup:
        found = sorted(by_group.get(group, []), key=lambda each: each.code)
        if not found:
            continue
        about_images = group == ProcessGroup.IMAGES_CAMERA and edition.audience == Audience.PARENTS
        title = _("Foto en film") if about_images else str(group.label)
        processes = tuple(_process(each, edition, local.get(each.code, ())) for each in found)
        yield Chapter(title, processes, about_images)


def _group_of(content: ActivityContent, edition: Edition) -> str:
    """Parents find all that is about images in one section, wherever the register has it."""
    shows_images = any(line.category.code == "images" for line in content.data)
    if edition.audience == Audience.PARENTS and shows_images:
        return ProcessGroup.IMAGES_CAMERA.value
    return content.process_group


def _process(
    content: ActivityContent, edition: Edition, local: Sequence[tuple[str, str]]
) -> ProcessText:
    name, description = _words_of(content, edition)
    if edition.is_short:
        return ProcessText(code=content.code, name=name, description=description)
    english = edition.is_english
    decided = content.automation != Automation.NONE
    return ProcessText(
        code=content.code,
        name=name,
        description=description,
        purposes=tuple(_purpose(each, english) for each in content.purposes),
        groups=tuple(_groups(content.data, english)),
        inside=tuple(_inside(content, english)),
        outside=tuple(_outside(each, english) for each in content.recipients),
        transfers=tuple(
            TransferText(
                country=country_name(each.country),
                party=_name(each.party, english) if each.party else "",
                instrument=str(TransferInstrument(each.instrument).label),
            )
            for each in content.transfers
        ),
        automation=str(Automation(content.automation).label) if decided else "",
        logic=_dutch(content.automation_logic, english),
        significance=_dutch(content.automation_significance, english),
        human_intervention=_dutch(content.human_intervention, english),
        local=tuple(
            LocalText(str(DeviatingField(part).label), _dutch(text, english))
            for part, text in local
        ),
    )


def _words_of(content: ActivityContent, edition: Edition) -> tuple[str, str]:
    """Name and text for this audience, or else those of the register."""
    for each in content.texts:
        if (each.audience, each.language) == (edition.audience, edition.language):
            return each.name or content.name, each.text
    return content.name, content.description


def _name(entry: Named, english: bool) -> str:
    return entry.name_en or entry.name if english else entry.name


def _dutch(text: str, english: bool) -> str:
    """Free text exists in Dutch only: the English statement leads to the Dutch one for it."""
    return "" if english else text


def basis_in_words(basis: str, statute: str = "") -> str:
    """A legal basis with its article: "wettelijke verplichting (AVG 6 lid 1 c; Leerplichtwet)"."""
    article = _("AVG 6 lid 1 %(letter)s") % {"letter": GDPR_LETTER[basis]}
    law = f"{article}; {statute}" if statute else article
    return f"{LegalBasis(basis).label} ({law})"


def _statute(line: PurposeContent | RecipientContent, english: bool) -> str:
    """In English the acts alone, by their own name: what is said of them is Dutch."""
    if not english:
        return line.statute
    if line.basis not in _RESTS_ON_LAW:
        return ""
    named = (_SAID_ABOUT.split(part)[0].strip() for part in line.statute.split(";"))
    return "; ".join(_in_english(each) for each in named if _ACT.search(each))


def _in_english(act: str) -> str:
    """The GDPR is the one act with an English name; the joining words between articles too."""
    name = re.sub(r"^AVG\b", "GDPR", act)
    return re.sub(r"(?<=\d) en (?=\d)", " and ", name)


def _purpose(purpose: PurposeContent, english: bool) -> PurposeText:
    interest = purpose.basis == LegalBasis.LEGITIMATE_INTEREST and not english
    return PurposeText(
        text=purpose.name_en or purpose.name if english else purpose.name,
        explanation=_dutch(purpose.explanation, english),
        basis=basis_in_words(purpose.basis, _statute(purpose, english)),
        interest=purpose.interest if interest else "",
        child_interest=purpose.child_interest if interest else "",
    )


def _groups(lines: Iterable[DataContent], english: bool) -> Iterator[GroupText]:
    by_group: dict[str, list[DataContent]] = {}
    for line in lines:
        by_group.setdefault(_name(line.group, english), []).append(line)
    for group, found in by_group.items():
        yield GroupText(group, tuple(_data(line, english) for line in found))


def _data(line: DataContent, english: bool) -> DataText:
    source = str(DataSource(line.source).label)
    explained = _dutch(line.source_explanation, english)
    obligation = str(Obligation(line.obligation).label)
    consequence = _dutch(line.consequence, english)
    term = line.retention.term_en if line.retention and english else ""
    return DataText(
        category=_name(line.category, english),
        source=f"{source} ({explained})" if explained else source,
        obligation=f"{obligation}. {consequence}" if consequence else obligation,
        term=term or (line.retention.term if line.retention else ""),
    )


def _inside(content: ActivityContent, english: bool) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for line in content.access:
        everything = _("alle gegevens van dit onderdeel")
        what = _name(line.category, english) if line.category else everything
        key = (_name(line.role, english), str(AccessLevel(line.level).label))
        found.setdefault(key, []).append(what)
    for (role, level), whats in found.items():
        yield f"{role}: {level} ({'; '.join(whats)})"


def _outside(recipient: RecipientContent, english: bool) -> OutsideText:
    if recipient.kind == RecipientKind.PROCESSOR:
        basis = _("in opdracht van het bestuur (verwerkersovereenkomst, AVG 28)")
    else:
        statute = _statute(recipient, english)
        basis = basis_in_words(recipient.basis, statute) if recipient.basis else ""
    return OutsideText(
        name=_name(recipient.party, english),
        role=str(RecipientKind(recipient.kind).label),
        basis=basis,
        purpose=_dutch(recipient.purpose, english),
        # A name can hold a comma of its own: "Naam, geboortedatum en geslacht".
        data="; ".join(_name(each, english) for each in recipient.data),
    )
