"""The letter to somebody whose data leaked: the same words by e-mail and on paper (AVG 34(2)).

Unlike every other e-mail it says all: the law asks that the person is told, not that something
waits. It names the receiver and whose data they are, and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from datalekken.choices import ToldRole
from datalekken.models import Telling, ToldPerson
from privacyboard.documents.rendering import html_of
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Board


@dataclass(frozen=True)
class ToldFacts:
    """What the letter says. `about` is the pupil, where a parent gets it; else empty."""

    title: str
    board_name: str
    board_address: str
    number: str
    to_name: str
    to_address: str
    about: str
    what_happened: str
    consequences: str
    measures: str
    advice: str
    contact: str
    breach_email: str
    breach_phone: str
    fg_name: str
    fg_email: str
    fg_phone: str
    # Whether there is anybody to turn to beside whom the text names.
    has_more_doors: bool
    date: date  # last: its name hides the type


class Writer:
    """Writes the letters of one batch: board and day are read once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        self._board = Board.objects.first() or Board()

    def facts(self, telling: Telling, to: ToldPerson) -> ToldFacts:
        """The letter of one person; `to` need not be saved, for a preview."""
        board = self._board
        return ToldFacts(
            title=telling.title,
            board_name=board.name,
            board_address=f"{board.street}, {board.postcode} {board.city}".strip(", "),
            number=telling.breach.number,
            to_name=to.name,
            to_address=to.address,
            about=to.about if to.role == ToldRole.PARENT else "",
            what_happened=telling.what_happened,
            consequences=telling.consequences,
            measures=telling.measures,
            advice=telling.advice,
            contact=telling.contact,
            breach_email=board.breach_email,
            breach_phone=board.breach_phone,
            fg_name=board.fg_name,
            fg_email=board.fg_email,
            fg_phone=board.fg_phone,
            has_more_doors=any(
                (board.breach_email, board.breach_phone, board.fg_email, board.fg_phone)
            ),
            date=timezone.localdate(telling.sent_at or self._at),
        )

    def page(self, telling: Telling, to: ToldPerson) -> str:
        """The letter on paper, before it is printed."""
        return html_of("datalekken/told", self.facts(telling, to))

    def mail(self, telling: Telling, to: ToldPerson) -> OutboundLetter:
        """Put the e-mail in the outbox, once for each person. Raises outbox.NoAddress."""
        content = compose("datalekken/told", self.facts(telling, to))
        return outbox.queue(
            content,
            to=to.email,
            key=f"datalekken/told:{to.pk}",
            at=self._at,
            about=telling.breach,
            # Who is told is the business of who handles the file: under no school, ever.
            school=None,
        )
