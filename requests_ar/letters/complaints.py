"""What a complainant reads: that the complaint is known, where it goes, and who else can help."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Board, School
from requests_ar.choices import ComplaintOutcome
from requests_ar.models import Complaint


@dataclass(frozen=True)
class Routes:
    """Every door that is open to somebody with a complaint, and how to reach it."""

    board_name: str
    board_address: str
    board_email: str
    board_phone: str
    school_name: str
    school_email: str
    school_phone: str
    ibp_name: str
    ibp_email: str
    fg_name: str
    fg_email: str
    fg_phone: str
    scheme_text: str
    scheme_url: str


@dataclass(frozen=True)
class ComplaintMail:
    """What the e-mail about a new complaint may say: no name, no content."""

    number: str
    received_on: dt.date
    routes: Routes
    board_name: str


@dataclass(frozen=True)
class ComplaintDocument:
    """What the letter about a complaint may say: its receipt, or its outcome."""

    title: str
    board_name: str
    date: dt.date
    name: str
    number: str
    received_on: dt.date
    closed_on: dt.date | None
    outcome: str
    outcome_text: str
    routes: Routes


def routes_for(school: School | None) -> Routes:
    """The doors for a complaint about a school, or (without one) about the board."""
    board = Board.objects.first() or Board()
    place = ", ".join(each for each in (board.street, board.postcode, board.city) if each)
    return Routes(
        board_name=board.name,
        board_address=place,
        board_email=board.email,
        board_phone=board.phone,
        school_name=school.name if school else "",
        school_email=school.email if school else "",
        school_phone=school.phone if school else "",
        ibp_name=board.ibp_name,
        ibp_email=board.ibp_email,
        fg_name=board.fg_name,
        fg_email=board.fg_email,
        fg_phone=board.fg_phone,
        scheme_text=board.complaints_text,
        scheme_url=board.complaints_url,
    )


def complaint_received(complaint: Complaint, *, at: datetime) -> OutboundLetter | None:
    """Tell who left an address that the complaint is known; nothing where there is no address."""
    if not complaint.email:
        return None
    routes = routes_for(complaint.school)
    facts = ComplaintMail(
        number=complaint.number,
        received_on=complaint.received_on,
        routes=routes,
        board_name=routes.board_name,
    )
    letter = "requests_ar/complaint_received"
    return outbox.queue(
        compose(letter, facts),
        to=complaint.email,
        key=f"{letter}:{complaint.pk}",
        at=at,
        about=complaint,
        # A confidential complaint leaves no trace at its school.
        school=None if complaint.is_confidential else complaint.school,
    )


def complaint_document(complaint: Complaint, *, on: dt.date) -> ComplaintDocument:
    """The letter to print or to hand over; with the outcome once there is one."""
    routes = routes_for(complaint.school)
    is_open = complaint.outcome == ComplaintOutcome.OPEN
    return ComplaintDocument(
        title=f"Uw klacht {complaint.number}",
        board_name=routes.board_name,
        date=on,
        name=complaint.name,
        number=complaint.number,
        received_on=complaint.received_on,
        closed_on=complaint.closed_on,
        outcome="" if is_open else str(ComplaintOutcome(complaint.outcome).label),
        outcome_text="" if is_open else complaint.outcome_text,
        routes=routes,
    )
