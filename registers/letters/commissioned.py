"""The record of what the board does for other controllers (AVG 30(2))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from privacyboard.organisation.models import Board
from registers.letters.facts import board_facts
from registers.models import with_contents
from registers.rules.commissioned import Commissioned, commissioned
from registers.rules.statement import BoardFacts


@dataclass(frozen=True)
class CommissionedDocument:
    """What the record of work for other controllers may say (AVG 30(2)), with our own contact."""

    title: str
    board_name: str
    date: date
    board: BoardFacts
    rows: tuple[Commissioned, ...]


def commissioned_work(activities: QuerySet[Any], *, on: date) -> CommissionedDocument:
    """What these activities say; with what is missing in them, so that none is left out."""
    board = board_facts(Board.objects.first())
    found = with_contents(activities)
    return CommissionedDocument(
        title="Wat wij in opdracht van anderen doen",
        board_name=board.name,
        date=on,
        board=board,
        rows=tuple(commissioned(each.pk, each.status, content) for each, content in found),
    )
