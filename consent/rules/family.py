"""What one person said about a question, as that person is shown it: nobody else's word."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from consent.choices import NO, AnswerKind
from consent.rules.standing import Vote, decides_alone_from

# A birth date that a parent fills in makes a pupil of one of these ages.
_YOUNGEST = 2
_OLDEST = 25


class OwnState(StrEnum):
    """Where a person's own answer stands today."""

    NONE = "none"
    YES = "yes"
    # What was a yes, and ended by itself.
    ENDED = "ended"
    # A yes to a text that was replaced by one that asks again.
    REPLACED = "replaced"
    NO = "no"


class Own(NamedTuple):
    """The own answer: when it was said, and the last day of a yes that has one."""

    state: OwnState
    said_on: date | None = None
    until: date | None = None
    # The text is another one than that which was answered, and the answer stands.
    is_reworded: bool = False


def own_answer(vote: Vote | None, *, rests_on: int, number: int, on: date) -> Own:
    """Where somebody's last word stands on a day, beside the text of this number."""
    if vote is None:
        return Own(OwnState.NONE)
    said_on = vote.at.date()
    reworded = vote.text_number < number
    if vote.kind in NO:
        return Own(OwnState.NO, said_on, None, reworded)
    if vote.text_number < rests_on:
        return Own(OwnState.REPLACED, said_on)
    if vote.kind == AnswerKind.EXPIRED:
        return Own(OwnState.ENDED, None, said_on - timedelta(days=1), reworded)
    if vote.valid_until is not None and vote.valid_until < on:
        return Own(OwnState.ENDED, said_on, vote.valid_until, reworded)
    return Own(OwnState.YES, said_on, vote.valid_until, reworded)


def decides_alone(born_on: date | None, *, has_curator: bool, on: date) -> bool:
    """Whether the pupil decides on this day (UAVG 5)."""
    alone_from = decides_alone_from(born_on, has_curator=has_curator)
    return alone_from is not None and on >= alone_from


def can_be_born_on(born_on: date, *, on: date) -> bool:
    """Whether somebody at school can have this birth date."""
    return on.year - _OLDEST <= born_on.year <= on.year - _YOUNGEST
