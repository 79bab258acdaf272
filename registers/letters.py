"""Every e-mail and PDF of the register: today the privacy statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from privacyboard.documents.rendering import render
from privacyboard.organisation.models import Board, School
from registers.models import ActivityVersion
from registers.rules.completeness import Gap
from registers.rules.statement import (
    BoardFacts,
    SchoolFacts,
    Statement,
    compose,
    statement_gaps,
)


@dataclass(frozen=True)
class StatementDraft:
    """A statement that could be published now, and what still stands in the way."""

    statement: Statement
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class StatementDocument:
    """What the statement's document may say."""

    title: str
    board_name: str
    date: date
    statement: dict[str, Any]


def draft_statement(*, school: School | None, on: date) -> StatementDraft:
    """The statement of the board, or of a school, from the versions in force now."""
    return draft_statements([school], on=on)[0]


def draft_statements(schools: Sequence[School | None], *, on: date) -> list[StatementDraft]:
    """Several statements from one reading of the register; None stands for the board."""
    versions = ActivityVersion.objects.in_force().order_by("activity__code")
    contents = [version.read() for version in versions]
    board = board_facts(Board.objects.first())
    places = [school_facts(school) if school else None for school in schools]
    return [
        StatementDraft(
            statement=compose(board=board, school=place, contents=contents, on=on),
            gaps=tuple(statement_gaps(board=board, school=place, contents=contents)),
        )
        for place in places
    ]


def statement_pdf(statement: dict[str, Any]) -> bytes:
    """The statement as a tagged PDF."""
    place = statement["school"]["name"] if statement["school"] else statement["board"]["name"]
    facts = StatementDocument(
        title=f"Privacyverklaring {place}",
        board_name=statement["board"]["name"],
        date=date.fromisoformat(statement["day"]),
        statement=statement,
    )
    return render("registers/statement", facts)[1]


def _address(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part.strip())


def board_facts(board: Board | None) -> BoardFacts:
    """What a statement says about the board; empty where nothing is entered yet."""
    board = board or Board()
    return BoardFacts(
        name=board.name,
        address=_address([board.street, f"{board.postcode} {board.city}"]),
        kvk=board.kvk,
        email=board.email,
        phone=board.phone,
        website=board.website,
        is_public_authority=board.is_public_authority,
        fg_name=board.fg_name,
        fg_email=board.fg_email,
        fg_phone=board.fg_phone,
        ibp_email=board.ibp_email,
        breach_email=board.breach_email,
        complaints_text=board.complaints_text,
        complaints_url=board.complaints_url,
    )


def school_facts(school: School) -> SchoolFacts:
    """What a statement says about a school."""
    return SchoolFacts(
        slug=school.slug,
        name=school.name,
        address=_address([school.street, f"{school.postcode} {school.city}"]),
        email=school.email,
        phone=school.phone,
    )
