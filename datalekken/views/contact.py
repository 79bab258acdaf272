"""Whom a reporter can call or write: the meldpunt, and the protocol of the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.db.models.signals import post_init

from privacyboard.organisation.models import Board


@dataclass(frozen=True)
class ContactPoint:
    """The meldpunt; where it has no number or address of its own, those of the board."""

    name: str = ""
    phone: str = ""
    email: str = ""
    protocol_url: str = ""


def contact_point(board: Board | None) -> ContactPoint:
    """How to reach who handles reports; empty before a board is entered."""
    if board is None:
        return ContactPoint()
    return ContactPoint(
        board.name,
        board.breach_phone or board.phone,
        board.breach_email or board.email,
        board.breach_protocol_url,
    )


# What this process last read of the board: for when the database cannot be asked.
_seen: list[ContactPoint] = [ContactPoint()]


def contact_at_all_times() -> ContactPoint:
    """The meldpunt, also while the database is away: then as this process saw it last."""
    try:
        board = Board.objects.first()
    except DatabaseError:
        return _seen[0]
    return contact_point(board)


def _see(instance: Board, **_named: Any) -> None:
    # Every page reads the board for its name: whatever it was that was asked, the number is known.
    if instance.pk is not None and not instance.get_deferred_fields():
        _seen[0] = contact_point(instance)


post_init.connect(_see, sender=Board, dispatch_uid="datalekken.contact")
