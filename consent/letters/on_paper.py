"""Letters on paper, through the school: in a round, at sixteen, and when a text changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from consent.choices import InvitedBecause
from consent.letters.invitations import who_is_asked
from consent.models import Invitation, LanguageRelease
from consent.models.family import Asked, Child, Family, read_family
from consent.rules.family import OwnState, own_answer
from privacyboard.documents.rendering import html_of
from privacyboard.organisation.models import Board, Guardian, Pupil
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage


@dataclass(frozen=True)
class PaperChild:
    """A child on a letter on paper; each question as (title, explanation, language of both)."""

    name: str
    group: str
    questions: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class PaperFacts:
    """What the letter says. `group`: where the school hands it over; only a round closes."""

    title: str
    because: str
    to_name: str
    is_pupil: bool
    group: str
    school_name: str
    board_name: str
    closes_on: date | None
    children: tuple[PaperChild, ...]
    address: str
    date: date  # last: its name hides the type


class PaperWriter:
    """Writes the letters of one batch: the board, its languages and a round are read once."""

    def __init__(self, *, at: datetime) -> None:
        self._at = at
        board = Board.objects.first()
        self._board_name = board.name if board else ""
        released = LanguageRelease.objects.filter(is_on=True)
        self._languages = ALWAYS_ON | set(released.values_list("language", flat=True))
        self._in_round: dict[int, frozenset[int]] = {}

    def family(self, invitation: Invitation) -> Family:
        """The children for whom this person answers, and what is asked."""
        who = who_is_asked(invitation)
        return read_family(who, at=self._at, language=self._language(who))

    def page(self, invitation: Invitation, family: Family) -> str:
        """The letter before it is printed, in the language of who reads it.

        Empty where nothing is asked any more: who answered meanwhile needs no letter.
        """
        who = who_is_asked(invitation)
        children = tuple(self._children(invitation, family))
        if not children:
            return ""
        with translation.override(self._language(who)):
            facts = PaperFacts(
                title=_title(invitation),
                because=invitation.because,
                to_name=who.name,
                is_pupil=isinstance(who, Pupil),
                group=group_of(invitation, family),
                school_name=invitation.school.name,
                board_name=self._board_name,
                closes_on=invitation.round.closes_on if invitation.round else None,
                children=children,
                address=f"{settings.BASE_URL}{reverse('family_new_link')}",
                date=timezone.localdate(self._at),
            )
            return html_of("consent/paper_letter", facts)

    def _children(self, invitation: Invitation, family: Family) -> list[PaperChild]:
        found = []
        for child in family.children:
            questions = tuple(
                (each.title, each.body, each.language)
                for each in family.questions_for(child)
                if self._is_asked(invitation, family, child, each)
            )
            if questions:
                name = child.pupil.first_name or child.pupil.name
                found.append(PaperChild(name, ", ".join(child.groups), questions))
        return found

    def _is_asked(self, invitation: Invitation, family: Family, child: Child, asked: Asked) -> bool:
        """In a round its questions; of a changed text who said yes to another one; else all."""
        if invitation.because == InvitedBecause.CHANGED:
            own = family.own(child, asked.question.pk)
            number = asked.text.number
            state = own_answer(own, rests_on=asked.rests_on, number=number, on=family.day).state
            return state is OwnState.REPLACED
        if invitation.round is None:
            return True
        return asked.question.pk in self._questions_of(invitation)

    def _questions_of(self, invitation: Invitation) -> frozenset[int]:
        key = invitation.round_id or 0
        if key not in self._in_round and invitation.round is not None:
            keys = invitation.round.questions.order_by().values_list("pk", flat=True)
            self._in_round[key] = frozenset(keys)
        return self._in_round.get(key, frozenset())

    def _language(self, who: Guardian | Pupil) -> str:
        return who.language if who.language in self._languages else FamilyLanguage.DUTCH


def _title(invitation: Invitation) -> str:
    if invitation.round is not None:
        return invitation.round.name
    if invitation.because == InvitedBecause.SIXTEEN:
        return _("Vanaf nu beslis jij zelf")
    return _("Een vraag over toestemming is veranderd")


def group_of(invitation: Invitation, family: Family) -> str:
    """The group in which the school hands over a letter: of a child at that school."""
    here = [child for child in family.children if child.pupil.school_id == invitation.school_id]
    return next((child.groups[0] for child in here if child.groups), "")


def bundle_title(invitation: Invitation) -> str:
    """What a file of letters is called: no person is named."""
    about = {
        InvitedBecause.SIXTEEN: "Zestien jaar",
        InvitedBecause.CHANGED: "Veranderde vraag",
    }
    first = invitation.round.name if invitation.round else about[InvitedBecause(invitation.because)]
    return f"{first}: brieven op papier, {invitation.school.name}"[:150]
