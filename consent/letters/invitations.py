"""The yearly round in letters: the invitation and the reminder.

A guardian or a pupil is named; no child is: an address can be wrong, and a mailbox shared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from consent.letters.links import family_link
from consent.models import Invitation, LanguageRelease, Round
from privacyboard.mail.content import compose
from privacyboard.mail.outbox import Posting, is_address
from privacyboard.organisation.models import Board, Guardian, Guardianship, Pupil
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


def address_of(invitation: Invitation, borrowed: Collection[int]) -> str:
    """Where mail can go now; empty where the school has to hand over a letter.

    `borrowed`: the pupils of this batch who have no address of their own (`borrowing`).
    """
    who = who_is_asked(invitation)
    can_be_mailed = who.pk not in borrowed if isinstance(who, Pupil) else who.can_be_mailed
    return who.email if can_be_mailed and is_address(who.email) else ""


def borrowing(pupils: Iterable[int | None]) -> frozenset[int]:
    """Of these pupils who has the address of a parent: what goes there, the parent reads.

    From sixteen a pupil decides alone (UAVG 5): the link goes to an address of the pupil only. One
    query, and none where there is no pupil.
    """
    keys = {each for each in pupils if each is not None}
    if not keys:
        return frozenset()
    rows = Guardianship.objects.filter(pupil__in=keys).values_list(
        "pupil", "pupil__email", "guardian__email", "guardian__other_emails"
    )
    return frozenset(
        pupil
        for pupil, own, email, others in rows
        if own and own.strip().lower() in {email, *others}
    )


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
        who = who_is_asked(invitation)
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

    def _language(self, who: Guardian | Pupil) -> str:
        return who.language if who.language in self._languages else FamilyLanguage.DUTCH


def who_is_asked(invitation: Invitation) -> Guardian | Pupil:
    """The guardian, or the pupil who decides."""
    found: Guardian | Pupil | None = invitation.guardian or invitation.pupil
    assert found is not None  # noqa: S101 - the database asks one of them
    return found


def _called(who: Guardian | Pupil) -> str:
    return who.first_name or who.name if isinstance(who, Pupil) else who.name
