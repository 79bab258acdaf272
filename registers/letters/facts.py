"""What several letters and documents say about the board, its schools and its register."""

from __future__ import annotations

from collections.abc import Sequence

from privacyboard.organisation.models import Board, School
from registers.content import ActivityContent
from registers.models import ActivityVersion
from registers.rules.statement import BoardFacts, SchoolFacts


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


def own_contents() -> list[ActivityContent]:
    """What is established and the board's own: work for another controller is told by that one."""
    return [each for each in established_contents() if each.is_own]
