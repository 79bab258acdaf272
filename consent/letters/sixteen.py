"""To a pupil who turned sixteen: from now on you decide. By e-mail, or on paper through school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from consent.letters.links import family_link
from consent.models import Invitation, Question, Wording
from privacyboard.documents.rendering import html_of
from privacyboard.mail import outbox
from privacyboard.mail.content import compose
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Board, Pupil, School
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class SixteenMail:
    """What the e-mail says."""

    board_name: str
    school_name: str
    first_name: str
    link: str


@dataclass(frozen=True)
class SixteenLetter:
    """What the letter on paper says: each question with room to tick yes or no."""

    title: str
    board_name: str
    school_name: str
    to_name: str
    group: str
    questions: tuple[tuple[str, str], ...]
    address: str
    date: date  # last: its name hides the type


class SixteenWriter:
    """Writes the letters of one batch: board and questions are read once for each school."""

    def __init__(self, *, at: datetime, released: frozenset[str]) -> None:
        self._at = at
        self._languages = ALWAYS_ON | released
        self._board = Board.objects.first() or Board()
        self._asked: dict[int, tuple[tuple[str, str], ...]] = {}

    def mail(self, pupil: Pupil, invitation: Invitation) -> OutboundLetter:
        """Put the e-mail in the outbox, once for each invitation. Raises outbox.NoAddress."""
        known = pupil.language in self._languages
        content = compose(
            "consent/sixteen",
            SixteenMail(
                board_name=self._board.name,
                school_name=pupil.school.name,
                first_name=pupil.first_name or pupil.name,
                link=family_link(pupil, self._at),
            ),
            language=pupil.language if known else FamilyLanguage.DUTCH,
        )
        return outbox.queue(
            content,
            to=pupil.email,
            key=invitation.key,
            at=self._at,
            about=invitation,
            school=pupil.school,
        )

    def page(self, pupil: Pupil) -> str:
        """The letter on paper, before it is printed: in Dutch, as what the school hands out."""
        today = timezone.localdate(self._at)
        placed = pupil.placements.select_related("group").order_by("-starts_on").first()
        letter = SixteenLetter(
            title="Vanaf nu beslis jij zelf",
            board_name=self._board.name,
            school_name=pupil.school.name,
            to_name=pupil.name,
            group=placed.group.name if placed else "",
            questions=self._questions(pupil.school),
            address=f"{settings.BASE_URL}{reverse('family_new_link')}",
            date=today,
        )
        return html_of("consent/sixteen", letter)

    def _questions(self, school: School) -> tuple[tuple[str, str], ...]:
        if school.pk not in self._asked:
            asked = Question.objects.askable().at_school(school)
            words = (
                Wording.objects.filter(text__question__in=asked, language=FamilyLanguage.DUTCH)
                .order_by("text__question__place", "text__question_id", "-text__number")
                .distinct("text__question__place", "text__question_id")
            )
            self._asked[school.pk] = tuple((each.title, each.body) for each in words)
        return self._asked[school.pk]
