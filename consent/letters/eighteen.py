"""To a pupil who turned eighteen: parents no longer ask or decide, and where the own rights are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from consent.letters.links import family_link
from consent.models import LanguageRelease
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting
from privacyboard.organisation.models import Board, Pupil
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class EighteenMail:
    """What the e-mail says. `link`: the own answers; `rights`: where the own rights are told."""

    board_name: str
    school_name: str
    first_name: str
    link: str
    rights: str


class EighteenWriter:
    """Writes the e-mails of one batch: the board and its languages are read once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        self._board = Board.objects.first() or Board()
        released = LanguageRelease.objects.filter(is_on=True)
        self._languages = ALWAYS_ON | set(released.values_list("language", flat=True))

    def posting(self, pupil: Pupil, to: str) -> Posting:
        """The e-mail; one for each pupil, by its key. `pupil`: with its school."""
        statement = reverse("statement_school", args=[pupil.school.slug])
        facts = EighteenMail(
            board_name=self._board.name,
            school_name=pupil.school.name,
            first_name=pupil.first_name or pupil.name,
            link=family_link(pupil, self._at),
            rights=f"{settings.BASE_URL}{statement}",
        )
        known = pupil.language in self._languages
        language = pupil.language if known else FamilyLanguage.DUTCH
        content = compose("consent/eighteen", facts, language=language)
        key = f"consent/eighteen:{pupil.pk}"
        return Posting(content=content, to=to, key=key, about=pupil, school=pupil.school)
