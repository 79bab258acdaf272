"""Every e-mail and PDF of the register, and what each is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from privacyboard.documents.rendering import render
from privacyboard.organisation.models import Board, School
from registers.choices import DeviatingField, ReviewOutcome
from registers.content import ActivityContent, Named
from registers.models import AccessReview, ActivityVersion, Agreement, Product, SchoolDeviation
from registers.rules.completeness import Gap
from registers.rules.matrix import AccessMatrix, LocalAccess, access_matrix
from registers.rules.recipients import (
    ListedProcessor,
    OutsideParty,
    listed_processors,
    outside_parties,
)
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


def established_contents() -> list[ActivityContent]:
    """What is established now, by code: the only thing that is ever published."""
    versions = ActivityVersion.objects.in_force().order_by("activity__code")
    return [version.read() for version in versions]


def access_matrix_of(school: School) -> AccessMatrix:
    """Who may see and change what at a school now, with where the school itself does otherwise."""
    own = SchoolDeviation.objects.in_force().filter(school=school, field=DeviatingField.ACCESS)
    return access_matrix(
        school=Named(school.slug, school.name),
        contents=established_contents(),
        local=[
            LocalAccess(each.activity.code, each.activity.name, each.text, each.reason)
            for each in own.select_related("activity").order_by("activity__code")
        ],
    )


@dataclass(frozen=True)
class AccessReviewDocument:
    """What the report of a review may say."""

    title: str
    board_name: str
    opened_on: date
    date: date
    matrix: dict[str, Any]
    sha256: str
    answered_by: str
    outcome: str
    corrections: str


def access_review_pdf(review: AccessReview) -> bytes:
    """The report of an answered review as a tagged PDF."""
    facts = AccessReviewDocument(
        title=f"Controle van de toegang {review.year}: {review.school}",
        board_name=board_facts(Board.objects.first()).name,
        date=timezone.localdate(review.answered_at),
        matrix=review.matrix,
        sha256=review.sha256,
        opened_on=timezone.localdate(review.opened_at),
        answered_by=str(review.answered_by),
        outcome=str(ReviewOutcome(review.outcome).label),
        corrections=review.corrections,
    )
    return render("registers/access_review", facts)[1]


@dataclass(frozen=True)
class RecipientsDocument:
    """What the public list of outside parties may say: no person, no school."""

    title: str
    board_name: str
    date: date
    parties: tuple[OutsideParty, ...]


@dataclass(frozen=True)
class ProcessorsDocument:
    """What the public overview of processors may say."""

    title: str
    board_name: str
    date: date
    processors: tuple[ListedProcessor, ...]


def recipients(*, on: date) -> RecipientsDocument:
    """All outside parties with which the board shares data (OPOO 9.2.3)."""
    return RecipientsDocument(
        title="Met wie wij gegevens delen",
        board_name=board_facts(Board.objects.first()).name,
        date=on,
        parties=outside_parties(established_contents()),
    )


def processors(*, on: date) -> ProcessorsDocument:
    """All suppliers that work with data for the board; have they signed? (KPO annex 2)"""
    valid = Agreement.objects.valid_on(on).values_list("processor__code", "all_schools")
    products = Product.objects.select_related("processor")
    return ProcessorsDocument(
        title="Onze verwerkers",
        board_name=board_facts(Board.objects.first()).name,
        date=on,
        processors=listed_processors(
            established_contents(),
            makers={
                each.code: Named(each.processor.code, each.processor.name) for each in products
            },
            everywhere=frozenset(code for code, whole in valid if whole),
            somewhere=frozenset(code for code, whole in valid if not whole),
        ),
    )
