"""What every letter about a request says: to whom, about which request, and who helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from privacyboard.documents.rendering import html_of
from privacyboard.organisation.models import Board
from requests_ar.choices import PersonRole
from requests_ar.models import RequestPerson, SubjectRequest


@dataclass(frozen=True)
class Contact:
    """One of the four whom a requester can turn to (OPOO 10.10.5)."""

    role: str
    name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True)
class Head:
    """The part that all letters share. `remedy_is_objection`: the board decides under the Awb."""

    title: str
    board_name: str
    board_address: str
    number: str
    to_name: str
    to_address: str
    received_on: date
    last_day: date
    kinds: tuple[str, ...]
    contacts: tuple[Contact, ...]
    remedy_is_objection: bool
    date: date  # last: its name hides the type


@dataclass(frozen=True)
class Written:
    """A letter as it stands: frozen text, before a worker makes its PDF."""

    kind: str
    title: str
    html: str


def requester_of(request: SubjectRequest) -> RequestPerson:
    """Who asked."""
    return next(each for each in request.people.all() if each.role == PersonRole.REQUESTER)


def contacts_for(request: SubjectRequest, board: Board) -> tuple[Contact, ...]:
    """Director, IBP manager, FG and supervisory authority."""
    school = request.school
    first = (
        Contact(
            _("De directeur van %(school)s") % {"school": school.name},
            email=school.email,
            phone=school.phone,
        )
        if school
        else Contact(_("Het bestuur"), email=board.email, phone=board.phone)
    )
    return (
        first,
        Contact(_("De IBP-manager"), board.ibp_name, board.ibp_email),
        Contact(
            _("De functionaris gegevensbescherming (FG)"),
            board.fg_name,
            board.fg_email,
            board.fg_phone,
        ),
        Contact(_("De Autoriteit Persoonsgegevens (AP)"), website="autoriteitpersoonsgegevens.nl"),
    )


def head_of(
    request: SubjectRequest, *, title: str, at: datetime, to: RequestPerson | None = None
) -> Head:
    """The shared part, in the language that is active."""
    board = Board.objects.first() or Board()
    person = to or requester_of(request)
    return Head(
        title=title,
        board_name=board.name,
        board_address=f"{board.street}, {board.postcode} {board.city}".strip(", "),
        date=timezone.localdate(at),
        number=request.number,
        to_name=person.name,
        to_address=person.address,
        received_on=request.received_on,
        last_day=request.last_day,
        kinds=tuple(part.get_kind_display() for part in request.parts.all()),
        contacts=contacts_for(request, board),
        remedy_is_objection=board.is_public_authority,
    )


def write(kind: str, facts: Head) -> Written:
    """Fill the template of this kind of letter."""
    return Written(kind, facts.title, html_of(f"requests_ar/{kind}", facts))
