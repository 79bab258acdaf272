"""Whom a reporter can call or write: the meldpunt, and the protocol of the board."""

from __future__ import annotations

from dataclasses import dataclass

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
