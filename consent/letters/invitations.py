"""The yearly round in letters: the invitation, the reminder, and the same on paper.

A guardian or a pupil is named; no child is: an address can be wrong, and a mailbox shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from consent.letters.links import family_link
from consent.models import Invitation, LanguageRelease, Round
from consent.models.family import Family, read_family
from privacyboard.documents.rendering import html_of
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting, is_address
from privacyboard.organisation.models import Board, Guardian, Pupil, School
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class RoundFacts:
    """What an invitation or a reminder says."""

    name: str
    is_pupil: bool
    school_name: str
    board_name: str
    closes_on: date
    link: str


@dataclass(frozen=True)
class PaperChild:
    """A child on a letter on paper; each question as (title, explanation, language of both)."""

    name: str
    group: str
    questions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class PaperFacts:
    """What the letter on paper says. `group`: where the school hands it over."""

    title: str
    to_name: str
    is_pupil: bool
    group: str
    school_name: str
    board_name: str
    closes_on: date
    children: tuple[PaperChild, ...]
    address: str
    date: date  # last: its name hides the type


def address_of(invitation: Invitation) -> str:
    """Where mail can go now; empty where the school has to hand over a letter."""
    who = _who(invitation)
    can_be_mailed = isinstance(who, Pupil) or who.can_be_mailed
    return who.email if can_be_mailed and is_address(who.email) else ""


class RoundWriter:
    """Writes the letters of one batch: the board and its languages are read once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        board = Board.objects.first()
        self._board_name = board.name if board else ""
        released = LanguageRelease.objects.filter(is_on=True)
        self._languages = ALWAYS_ON | set(released.values_list("language", flat=True))

    def invitation(self, invitation: Invitation, asked: Round, to: str) -> Posting:
        """The e-mail that asks somebody; one for each invitation, by its key."""
        return self._posting("consent/invitation", invitation, asked, to, key=invitation.key)

    def reminder(self, invitation: Invitation, asked: Round, to: str, *, stage: int) -> Posting:
        """The e-mail that reminds, one for each stage."""
        key = f"{invitation.key}:{stage}"
        return self._posting("consent/round_reminder", invitation, asked, to, key=key)

    def _posting(
        self, letter: str, invitation: Invitation, asked: Round, to: str, *, key: str
    ) -> Posting:
        who = _who(invitation)
        facts = RoundFacts(
            name=_called(who),
            is_pupil=isinstance(who, Pupil),
            school_name=invitation.school.name,
            board_name=self._board_name,
            closes_on=asked.closes_on,
            link=family_link(who, self._at),
        )
        content = compose(letter, facts, language=self._language(who))
        return Posting(content=content, to=to, key=key, about=invitation, school=invitation.school)

    def page(self, invitation: Invitation, asked: Round, family: Family) -> str:
        """The letter on paper, before it is printed, in the language of who reads it."""
        who = _who(invitation)
        with translation.override(self._language(who)):
            return html_of("consent/round_letter", self._paper(invitation, asked, family))

    def family(self, invitation: Invitation) -> Family:
        """The children for whom this person answers, and what is asked."""
        who = _who(invitation)
        return read_family(who, at=self._at, language=self._language(who))

    def _paper(self, invitation: Invitation, asked: Round, family: Family) -> PaperFacts:
        who = _who(invitation)
        keys = set(asked.questions.values_list("pk", flat=True))
        children = tuple(
            PaperChild(
                name=child.pupil.first_name or child.pupil.name,
                group=", ".join(child.groups),
                questions=tuple(
                    (each.title, each.body, each.language)
                    for each in family.questions_for(child)
                    if each.question.pk in keys
                ),
            )
            for child in family.children
        )
        return PaperFacts(
            title=asked.name,
            to_name=who.name,
            is_pupil=isinstance(who, Pupil),
            group=group_of(invitation, family),
            school_name=invitation.school.name,
            board_name=self._board_name,
            closes_on=asked.closes_on,
            children=children,
            address=f"{settings.BASE_URL}{reverse('family_new_link')}",
            date=timezone.localdate(self._at),
        )

    def _language(self, who: Guardian | Pupil) -> str:
        return who.language if who.language in self._languages else FamilyLanguage.DUTCH


def group_of(invitation: Invitation, family: Family) -> str:
    """The group in which the school hands over a letter: of a child at that school."""
    here = [child for child in family.children if child.pupil.school_id == invitation.school_id]
    return next((child.groups[0] for child in here if child.groups), "")


def bundle_title(asked: Round, school: School) -> str:
    """What a file of letters is called: no person is named."""
    return f"{asked.name}: brieven op papier, {school.name}"[:150]


def _who(invitation: Invitation) -> Guardian | Pupil:
    found: Guardian | Pupil | None = invitation.guardian or invitation.pupil
    assert found is not None  # noqa: S101 - the database asks one of them
    return found


def _called(who: Guardian | Pupil) -> str:
    return who.first_name or who.name if isinstance(who, Pupil) else who.name
