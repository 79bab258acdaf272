"""What families said in one round, row by row: written by the set, never kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.timezone import localtime

from consent.choices import YES, AnswerKind, Way
from consent.models import Question, QuestionText
from consent.rules.answering import kind_of, last_day_of
from consent.rules.standing import Vote, decides_alone_from
from privacyboard.demo.populate.making import Making
from privacyboard.organisation.models import Pupil

COLUMNS = (
    *("pupil_id", "question_id", "guardian_id", "kind", "text_id", "text_number", "language"),
    *("at", "entered_at", "entered_by_id", "way", "valid_until", "round_id"),
)
Row = tuple[object, ...]
# How many of a hundred answer: who is asked first, the other parent, a pupil who decides.
FIRST, SECOND, OWN = 92, 26, 75
# How many of a hundred have answered so far in the round that runs.
SO_FAR = 60
# Of a hundred families so many say yes; of a thousand answers so many are another than last year's,
# another than the other parent's, and taken back later.
SAY_YES, CHANGE, DIFFER, WITHDRAW = 88, 8, 1, 12
WAYS = (*(Way.LINK,) * 22, *(Way.PAPER,) * 2, Way.DESK, Way.TELEPHONE)
ROUND_DAYS = 35
SECONDS_A_DAY = 86_400


class Asked(NamedTuple):
    """A round as it was held."""

    key: int
    opens_on: date
    valid_until: date
    is_current: bool


class Voter(NamedTuple):
    """Somebody with authority, and the language in which they are asked; the pupil has no key."""

    guardian: int | None
    language: str


@dataclass
class Families:
    """The pupils with their parents, the questions with their texts, and the last thing said."""

    pupils: list[Pupil]
    parents: dict[int, list[Voter]]
    questions: list[tuple[Question, list[QuestionText]]]
    said: dict[tuple[int, int, int | None], Vote] = field(default_factory=dict)
    _minds: dict[tuple[int, int], bool] = field(default_factory=dict)

    def mind(self, making: Making, pupil: int, question: int) -> bool:
        """What a family thinks of a question: mostly what it thought last year."""
        dice = making.random
        found = self._minds.get((pupil, question))
        if found is None:
            found = dice.randrange(100) < SAY_YES
        elif dice.randrange(1000) < CHANGE:
            found = not found
        self._minds[(pupil, question)] = found
        return found


def answers(making: Making, families: Families, asked: Asked) -> Iterator[Row]:
    """Every event of a round, and what expired since the one before."""
    for pupil in families.pupils:
        if not pupil.is_enrolled_on(asked.opens_on):
            continue
        alone_from = decides_alone_from(pupil.born_on, has_curator=False)
        if alone_from is not None and 0 < (alone_from - asked.opens_on).days <= ROUND_DAYS:
            continue  # sixteen in the middle of the round: who answers depends on the day
        if alone_from is not None and alone_from <= asked.opens_on:
            voters, chances = [Voter(None, pupil.language)], [OWN]
        else:
            voters, chances = families.parents.get(pupil.pk, []), [FIRST, SECOND, SECOND]
        minds = {
            question.pk: families.mind(making, pupil.pk, question.pk)
            for question, _texts in families.questions
        }
        for voter, chance in zip(voters, chances, strict=False):
            if asked.is_current:
                chance = chance * SO_FAR // 100
            if making.random.randrange(100) < chance:
                yield from _one_voter(making, families, asked, pupil, voter, minds)
            else:
                yield from _expired(making, families, pupil.pk, voter)


def _one_voter(
    making: Making,
    families: Families,
    asked: Asked,
    pupil: Pupil,
    voter: Voter,
    minds: dict[int, bool],
) -> Iterator[Row]:
    dice = making.random
    moment = _moment(making, asked)
    way = dice.choice(WAYS)
    by = making.by.pk if making.by and way != Way.LINK else None
    entered_at = min(moment + timedelta(days=2), making.at) if way == Way.PAPER else moment
    for question, texts in families.questions:
        text = [each for each in texts if each.made_at <= moment][-1]
        key = (pupil.pk, question.pk, voter.guardian)
        before = families.said.get(key)
        says_yes = minds[question.pk] != (dice.randrange(1000) < DIFFER)
        kind = kind_of(says_yes, before)
        until = last_day_of(question.renewal, ends_on=asked.valid_until) if says_yes else None
        families.said[key] = Vote(voter.guardian, kind, text.number, moment, until)
        about = (pupil.pk, question.pk, voter.guardian)
        version = (text.pk, text.number, voter.language)
        yield (*about, kind, *version, moment, entered_at, by, way, until, asked.key)
        if says_yes and dice.randrange(1000) < WITHDRAW:
            later = moment + timedelta(days=dice.randint(30, 300))
            if later < making.at and _may_speak(pupil, voter, later.date()):
                withdrawn = AnswerKind.WITHDRAWN
                families.said[key] = Vote(voter.guardian, withdrawn, text.number, later, None)
                yield (*about, withdrawn, *version, later, later, None, Way.LINK, None, None)


def _may_speak(pupil: Pupil, voter: Voter, on: date) -> bool:
    """A parent has a say until the pupil is sixteen."""
    alone_from = decides_alone_from(pupil.born_on, has_curator=False)
    return voter.guardian is None or alone_from is None or on < alone_from


def _moment(making: Making, asked: Asked) -> datetime:
    """Some time in the round, by day; never later than now."""
    opened = making.at - timedelta(days=(making.today - asked.opens_on).days)
    seconds = making.random.randrange(ROUND_DAYS * SECONDS_A_DAY)
    if asked.is_current:
        seconds = seconds * (making.today - asked.opens_on).days // ROUND_DAYS
    return localtime(opened + timedelta(seconds=seconds))


def _expired(making: Making, families: Families, pupil: int, voter: Voter) -> Iterator[Row]:
    """A yes that nobody renewed ended by itself: the clock says so."""
    for question, texts in families.questions:
        key = (pupil, question.pk, voter.guardian)
        last = families.said.get(key)
        if last is None or last.kind not in YES or last.valid_until is None:
            continue
        # A quarter past midnight in winter time, of the day after.
        moment = localtime(making.at).replace(hour=0, minute=15)
        moment -= timedelta(days=(making.today - last.valid_until).days - 1)
        if moment > making.at:
            continue
        text = texts[last.text_number - 1]
        families.said[key] = last._replace(kind=AnswerKind.EXPIRED, at=moment, valid_until=None)
        about = (*key, AnswerKind.EXPIRED, text.pk, text.number, voter.language)
        yield (*about, moment, moment, None, Way.CLOCK, None, None)
