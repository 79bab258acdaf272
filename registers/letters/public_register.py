"""The register as everyone may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from privacyboard.organisation.models import Board, School
from registers.letters.facts import board_facts, established_contents
from registers.models import PublicField, SchoolDeviation
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
            local=_local(school) if school else None,
        ),
    )


def _local(school: School) -> dict[str, list[tuple[str, str]]]:
    """Per activity: on which part the school does otherwise, and how. Never why."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = SchoolDeviation.objects.in_force().filter(school=school).order_by("field", "id")
    for code, part, text in rows.values_list("activity__code", "field", "text"):
        found.setdefault(code, []).append((part, text))
    return found
