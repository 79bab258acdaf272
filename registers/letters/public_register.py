"""The register as everyone may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import Board, School
from registers.letters.facts import board_facts, established_contents
from registers.models import PublicField
from registers.rules.public_register import PublicChapter, public_chapters


@dataclass(frozen=True)
class PublicRegisterDocument:
    """What the public register page may say: the parts that the board chose, and no person."""

    title: str
    board_name: str
    date: date
    school_name: str
    chapters: tuple[PublicChapter, ...]


def public_register(*, school: School | None, on: date) -> PublicRegisterDocument:
    """The register as everyone may read it, of a school or of the whole board."""
    return PublicRegisterDocument(
        title=f"Openbaar register {school.name}" if school else "Openbaar register",
        board_name=board_facts(Board.objects.first()).name,
        date=on,
        school_name=school.name if school else "",
        chapters=public_chapters(
            established_contents(),
            school=school.slug if school else None,
            shown=PublicField.objects.shown(),
        ),
    )
