"""What AVG 12, 13 and 14 ask and a statement could not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from registers.choices import Audience, Automation, LegalBasis, Obligation, RecipientKind
from registers.content import ActivityContent, DataContent, Named
from registers.rules.completeness import Gap
from registers.rules.statement.composing import chosen_for
from registers.rules.statement.editions import PARENTS, Edition
from registers.rules.statement.texts import BoardFacts, SchoolFacts


def statement_gaps(
    *,
    board: BoardFacts,
    school: SchoolFacts | None,
    contents: Sequence[ActivityContent],
    edition: Edition = PARENTS,
) -> list[Gap]:
    """What stops a statement: it is not published while any is."""
    chosen = chosen_for(contents, school=school, edition=edition)
    known = {content.code: activity_gaps(content, edition) for content in chosen}
    return gaps_of_chosen(board, chosen, edition, known)


def gaps_of_chosen(
    board: BoardFacts,
    chosen: Sequence[ActivityContent],
    edition: Edition,
    known: Mapping[str, Sequence[Gap]],
) -> list[Gap]:
    """The same, of activities that were chosen and whose own gaps (by code) are known already."""
    found = [*board_gaps(board)]
    if not chosen:
        found.append(_nothing(edition))
    for content in chosen:
        found += known[content.code]
    return list(dict.fromkeys(found))


def statement_advice(
    *,
    school: SchoolFacts | None,
    contents: Sequence[ActivityContent],
    edition: Edition,
) -> list[Gap]:
    """What would make a statement better and does not stop it: pupils' own words."""
    if edition.audience != Audience.PUPILS:
        return []
    return [
        Gap(
            "AVG 12 lid 1",
            content.name,
            "Schrijf een tekst voor leerlingen. Nu staat hier de omschrijving uit het register.",
        )
        for content in chosen_for(contents, school=school, edition=edition)
        if not _has_text(content, edition)
    ]


def activity_gaps(content: ActivityContent, edition: Edition) -> list[Gap]:
    """What stops a statement because of one activity; the short one leads to the full one."""
    if edition.is_short:
        return []
    found = [*_legal_gaps(content)]
    if edition.is_english:
        found += _english_gaps(content, edition)
    return found


def _has_text(content: ActivityContent, edition: Edition) -> bool:
    return any(
        (each.audience, each.language) == (edition.audience, edition.language)
        for each in content.texts
    )


def _nothing(edition: Edition) -> Gap:
    about = "" if edition.audience == Audience.PARENTS else f" over {_who(edition)}"
    sentence = f"Er is nog geen vastgestelde verwerking{about}."
    return Gap("AVG 13 lid 1 c", "register", sentence, blocks=True)


def _who(edition: Edition) -> str:
    return str(Audience(edition.audience).label)


def board_gaps(board: BoardFacts) -> Iterator[Gap]:
    """What AVG 13 asks about the board itself, and is empty."""
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


def _legal_gaps(content: ActivityContent) -> Iterator[Gap]:
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


def _english_gaps(content: ActivityContent, edition: Edition) -> Iterator[Gap]:
    """What the English statement has no words for; the Dutch one does not wait for it."""
    texts = [
        each
        for each in content.texts
        if (each.audience, each.language) == (edition.audience, edition.language)
    ]
    if not any(each.name.strip() and each.text.strip() for each in texts):
        yield Gap(
            "AVG 12 lid 1",
            content.name,
            "Schrijf de Engelse naam en tekst (teksten voor doelgroepen: ouders, Engels).",
            True,
        )
    names = [Named("", each.name, each.name_en) for each in content.purposes]
    for line in content.data:
        names += [line.group, line.category]
    for access in content.access:
        names += [access.role, *([access.category] if access.category else [])]
    for entry in names:
        if not entry.name_en.strip():
            yield Gap(
                "AVG 12 lid 1",
                "Engelse namen",
                f"Geef “{entry.name}” een Engelse naam, en stel opnieuw vast wat die naam noemt.",
                True,
            )
    if any(line.retention and not line.retention.term_en for line in content.data):
        yield Gap(
            "AVG 12 lid 1",
            content.name,
            "Stel de verwerking opnieuw vast: haar bewaartermijnen staan nog niet in het Engels.",
            True,
        )
