"""What holds for one pupil and one question on a day (domain 5.1, 5.3).

Under 16 those with authority decide: one yes is enough, one no is enough to make it no, until they
agree; a board can ask that all say yes. From 16 the pupil decides (UAVG 5), unless under curatele
or mentorschap; what the parents said before is then to be confirmed anew, and is not used for
anything new. From 18 parents have no part in it. Silence is no. A yes ends on its last day, and
when a text that asks again came after it; a no ends only by a yes of who said it.

A pupil whose birth date nobody knows is asked through the parents, and that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from consent.choices import NO, AnswerKind, Outcome
from privacyboard.organisation.rules import birthday_of

DECIDES_FROM = 16
PARENTS_UNTIL = 18


class Vote(NamedTuple):
    """The last thing that one person said. `guardian` is None for the pupil."""

    guardian: int | None
    kind: str
    text_number: int
    at: datetime
    valid_until: date | None


class Position(NamedTuple):
    """A pupil on the day that is asked about, with the keys of those who have authority then."""

    born_on: date | None
    has_curator: bool
    is_enrolled: bool
    authority: frozenset[int]


class Terms(NamedTuple):
    """What the board decided, and the text on which a yes must rest (its number, or later)."""

    rests_on: int
    both_must_agree: bool
    reconfirm_days: int


class Ruling(NamedTuple):
    """What holds. `until`: the last day of a yes, if it has one; `pupil_decides`: from 16."""

    outcome: Outcome
    pupil_decides: bool = False
    until: date | None = None
    # Until when what was published may stay while the pupil has not answered.
    stays_until: date | None = None

    @property
    def is_yes(self) -> bool:
        """Whether it may be used for something new on this day."""
        return self.outcome is Outcome.YES

    def covers_existing(self, on: date) -> bool:
        """Whether what was published before may stay on this day."""
        return self.is_yes or (self.stays_until is not None and on <= self.stays_until)


# What is said of most: made once.
_SILENT, _NO = Ruling(Outcome.SILENT), Ruling(Outcome.NO)


@lru_cache(maxsize=4096)  # asked again for every question about the same pupil
def decides_alone_from(born_on: date | None, *, has_curator: bool) -> date | None:
    """The sixteenth birthday, from which the pupil decides; None: unknown, or never."""
    return None if born_on is None or has_curator else birthday_of(born_on, DECIDES_FROM)


def ruling(position: Position, votes: Iterable[Vote], terms: Terms, *, on: date) -> Ruling:
    """What holds on a day, from the last vote of each person up to that day."""
    if not position.is_enrolled:
        return Ruling(Outcome.LEFT)
    alone_from = decides_alone_from(position.born_on, has_curator=position.has_curator)
    cast = list(votes)
    if alone_from is None or on < alone_from:
        return _of_parents(cast, position.authority, terms, on=on)
    # Who was too young then said nothing that counts as a yes; a no is heard.
    own = [
        vote
        for vote in cast
        if vote.guardian is None and (vote.kind in NO or vote.at.date() >= alone_from)
    ]
    if own:
        outcome, until = _state(own[0], terms, on)
        return Ruling(outcome, pupil_decides=True, until=until)
    return _before_sixteen(cast, position, terms, alone_from=alone_from, on=on)


def _of_parents(
    votes: Collection[Vote], authority: frozenset[int], terms: Terms, *, on: date
) -> Ruling:
    """One refusal makes it no; else one yes, or all of them where the board asks that."""
    outcomes: set[Outcome] = set()
    yes: list[date | None] = []
    for vote in votes:
        if vote.guardian not in authority:
            continue
        outcome, until = _state(vote, terms, on)
        if outcome is Outcome.NO:
            return _NO
        outcomes.add(outcome)
        if outcome is Outcome.YES:
            yes.append(until)
    if yes and terms.both_must_agree:
        if len(yes) < len(authority):
            return Ruling(Outcome.WAITS_FOR_OTHER)
        return Ruling(Outcome.YES, until=min(filter(None, yes), default=None))
    if yes:
        return Ruling(Outcome.YES, until=None if None in yes else max(filter(None, yes)))
    for outcome in (Outcome.CHANGED, Outcome.EXPIRED):
        if outcome in outcomes:
            return Ruling(outcome)
    return _SILENT


def _before_sixteen(
    votes: Collection[Vote], position: Position, terms: Terms, *, alone_from: date, on: date
) -> Ruling:
    """The pupil decides and has said nothing: a yes of the parents asks to be confirmed anew."""
    if position.born_on is not None and on >= birthday_of(position.born_on, PARENTS_UNTIL):
        return Ruling(Outcome.SILENT, pupil_decides=True)
    before = alone_from - timedelta(days=1)
    # The moment carries the day in Amsterdam: what was said on the birthday itself came too late.
    early = [vote for vote in votes if vote.at.date() < alone_from]
    parents = _of_parents(early, position.authority, terms, on=before)
    if not parents.is_yes:
        # What parents did not allow, the pupil was not asked yet.
        return Ruling(Outcome.SILENT, pupil_decides=True)
    stays = alone_from + timedelta(days=terms.reconfirm_days)
    if parents.until is not None:
        stays = min(stays, parents.until)
    return Ruling(Outcome.TO_RECONFIRM, pupil_decides=True, stays_until=stays)


def _state(vote: Vote, terms: Terms, on: date) -> tuple[Outcome, date | None]:
    """What one person's last word comes to on a day."""
    if vote.kind in NO:
        return Outcome.NO, None
    if vote.kind == AnswerKind.EXPIRED or (vote.valid_until is not None and vote.valid_until < on):
        return Outcome.EXPIRED, None
    if vote.text_number < terms.rests_on:
        return Outcome.CHANGED, None
    return Outcome.YES, vote.valid_until
