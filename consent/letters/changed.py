"""A text changed: who said yes to the old one is asked again. No child and no question is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consent.letters.links import family_link
from consent.models import Invitation, LanguageRelease
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting
from privacyboard.organisation.models import Board, Guardian, Pupil
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class ChangedFacts:
    """What the e-mail says."""

    name: str
    is_pupil: bool
    school_name: str
    board_name: str
    link: str


class ChangedWriter:
    """Writes the letters of one batch: the board and its languages are read once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        board = Board.objects.first()
        self._board_name = board.name if board else ""
        released = LanguageRelease.objects.filter(is_on=True)
        self._languages = ALWAYS_ON | set(released.values_list("language", flat=True))

    def posting(self, invitation: Invitation, who: Guardian | Pupil, to: str) -> Posting:
        """The e-mail; one for each invitation, by its key."""
        is_pupil = isinstance(who, Pupil)
        facts = ChangedFacts(
            name=(who.first_name or who.name) if is_pupil else who.name,
            is_pupil=is_pupil,
            school_name=invitation.school.name,
            board_name=self._board_name,
            link=family_link(who, self._at),
        )
        known = who.language in self._languages
        language = who.language if known else FamilyLanguage.DUTCH
        content = compose("consent/changed", facts, language=language)
        return Posting(
            content=content, to=to, key=invitation.key, about=invitation, school=invitation.school
        )
