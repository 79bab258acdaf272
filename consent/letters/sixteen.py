"""To a pupil who turned sixteen: from now on you decide. The same on paper is in `on_paper`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consent.letters.invitations import who_is_asked
from consent.letters.links import family_link
from consent.models import Invitation
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting
from privacyboard.organisation.models import Board
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class SixteenMail:
    """What the e-mail says."""

    board_name: str
    school_name: str
    first_name: str
    link: str


class SixteenWriter:
    """Writes the e-mails of one batch: the board is read once."""

    def __init__(self, *, at: datetime, released: frozenset[str]) -> None:
        self._at = at
        self._languages = ALWAYS_ON | released
        self._board = Board.objects.first() or Board()

    def posting(self, invitation: Invitation, to: str) -> Posting:
        """The e-mail; one for each invitation, by its key."""
        pupil = who_is_asked(invitation)
        facts = SixteenMail(
            board_name=self._board.name,
            school_name=invitation.school.name,
            first_name=pupil.first_name or pupil.name,
            link=family_link(pupil, self._at),
        )
        known = pupil.language in self._languages
        language = pupil.language if known else FamilyLanguage.DUTCH
        content = compose("consent/sixteen", facts, language=language)
        return Posting(
            content=content, to=to, key=invitation.key, about=invitation, school=invitation.school
        )
