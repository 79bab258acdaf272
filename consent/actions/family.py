"""A guardian answers for the whole family by the link; a pupil from sixteen for himself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from consent.actions.answering import Ballot, Said, Voting, keep_ballots
from consent.choices import YES, Way
from consent.letters import family as letters
from consent.letters.family import AnswerSaid, ChildSaid
from consent.letters.invitations import borrowing
from consent.models import Answer
from consent.models.family import Asked, Child, Family, Frame, read_family
from consent.rules.answering import left_as_it_is
from consent.rules.family import can_be_born_on, decides_alone
from privacyboard.organisation.models import Guardian, Pupil, User


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Yes or no to a question, for a pupil, by their keys."""

    pupil: int
    question: int
    yes: bool


@dataclass(frozen=True, kw_only=True)
class FamilyForm:
    """What the page sent. `seen`: which version of each question it showed.

    `keeps`: everything is left as it is. `born`: birth dates that the school did not know.
    """

    choices: Sequence[Choice]
    seen: Mapping[int, int]
    keeps: bool
    born: Mapping[int, date]
    language: str


class Why(StrEnum):
    """Why a form was not kept; the page says it in the reader's language."""

    NOTHING = "nothing"
    # Answers were chosen, and the button that leaves everything as it is was pressed.
    BOTH = "both"
    CHANGED = "changed"
    GONE = "gone"
    BORN = "born"


class FamilyRefused(ValueError):
    """Nothing of this form was kept. `questions`: those whose text is another one now."""

    def __init__(self, why: Why, *, questions: frozenset[int] = frozenset()) -> None:
        super().__init__(str(why))
        self.why = why
        self.questions = questions


@transaction.atomic
def answer_family(
    *, who: Guardian | Pupil, frame: Frame, form: FamilyForm, by: User | None, at: datetime
) -> list[Answer]:
    """Record what this person says for the whole family, and confirm it; returns the new events.

    All of it or nothing: raises FamilyRefused where the page showed something else than what is
    asked now. The same form twice makes no second event and no second letter.
    """
    family = read_family(who, at=at, language=form.language, holding=True)
    if form.keeps and (form.choices or form.born):
        raise FamilyRefused(Why.BOTH)
    said = _kept(family) if form.keeps else _chosen(family, form)
    _refuse_unseen(said, form)
    decided = _born(family, form, by=by)
    if not form.born and not any(said.values()):
        raise FamilyRefused(Why.NOTHING)
    ballots = [
        _ballot(family, child, said[child.pupil.pk])
        for child in family.children
        if said[child.pupil.pk] and child.pupil.pk not in decided
    ]
    voting = Voting(
        guardian=family.guardian, way=Way.LINK, policy=frame.policy, by=by, moment=at, at=at
    )
    made = keep_ballots(ballots, voting)
    if made:
        _confirm(family, made, frame=frame, language=form.language, at=at)
    return made


def _chosen(family: Family, form: FamilyForm) -> dict[int, list[tuple[Asked, bool]]]:
    """What was chosen, per pupil."""
    said: dict[int, list[tuple[Asked, bool]]] = {each.pupil.pk: [] for each in family.children}
    asked = {
        child.pupil.pk: {each.question.pk: each for each in family.questions_for(child)}
        for child in family.children
    }
    for choice in form.choices:
        question = asked.get(choice.pupil, {}).get(choice.question)
        if question is None:
            raise FamilyRefused(Why.GONE)
        said[choice.pupil].append((question, choice.yes))
    return said


def _kept(family: Family) -> dict[int, list[tuple[Asked, bool]]]:
    """The last answers once more; a question without one stays without."""
    said: dict[int, list[tuple[Asked, bool]]] = {}
    for child in family.children:
        said[child.pupil.pk] = []
        for each in family.questions_for(child):
            own = family.own(child, each.question.pk)
            yes = left_as_it_is(own, rests_on=each.rests_on)
            if yes is not None:
                said[child.pupil.pk].append((each, yes))
    return said


def _refuse_unseen(said: Mapping[int, list[tuple[Asked, bool]]], form: FamilyForm) -> None:
    """Nobody answers a text that the page did not show (AVG 4(11))."""
    unseen = {
        asked.question.pk
        for each in said.values()
        for asked, _yes in each
        if form.seen.get(asked.question.pk) != asked.text.number
    }
    if unseen:
        raise FamilyRefused(Why.CHANGED, questions=frozenset(unseen))


def _born(family: Family, form: FamilyForm, *, by: User | None) -> set[int]:
    """Keep a birth date that nobody knew; returns the pupils who turn out to decide alone."""
    alone = set()
    for child in family.children:
        born_on = form.born.get(child.pupil.pk)
        if born_on is None or child.pupil.born_on is not None:
            continue
        if not can_be_born_on(born_on, on=family.day):
            raise FamilyRefused(Why.BORN)
        child.pupil.born_on = born_on
        child.pupil.record(by=by, why="opgegeven door ouder")
        if decides_alone(born_on, has_curator=child.pupil.has_curator, on=family.day):
            alone.add(child.pupil.pk)
    return alone


def _ballot(family: Family, child: Child, said: Sequence[tuple[Asked, bool]]) -> Ballot:
    pupil, school = child.pupil.pk, child.pupil.school_id
    return Ballot(
        pupil=child.pupil,
        said=[
            Said(
                text=asked.text,
                yes=yes,
                language=asked.language,
                round_id=running.key if (running := asked.rounds.get(school)) else None,
                ends_on=running.until if running else None,
            )
            for asked, yes in said
        ],
        votes=child.votes,
        authority=child.authority,
        disputed=frozenset(each.question.pk for each in family.asked if pupil in each.disputed),
        cleaning=frozenset(each.question.pk for each in family.asked if pupil in each.cleaning),
    )


def _confirm(
    family: Family, made: Sequence[Answer], *, frame: Frame, language: str, at: datetime
) -> None:
    """One letter for one form, to the person's own address if mail can go there."""
    who = family.who
    if not who.email or (isinstance(who, Guardian) and not who.can_be_mailed):
        return
    if isinstance(who, Pupil) and borrowing([who.pk]):
        return  # the parents would read what their child answered
    asked = {each.question.pk: each for each in family.asked}
    children = [
        ChildSaid(child.pupil.first_name or child.pupil.name, lines)
        for child in family.children
        if (
            lines := [
                AnswerSaid(
                    asked[event.question_id].title,
                    event.kind in YES,
                    asked[event.question_id].language,
                )
                for event in made
                if event.pupil_id == child.pupil.pk
            ]
        )
    ]
    schools = {child.pupil.school_id: child.pupil.school for child in family.children}
    letters.answered(
        who,
        to=who.email,
        children=children,
        board_name=frame.board_name,
        language=language,
        key=f"consent/answers:{made[0].pk}",
        school=next(iter(schools.values())) if len(schools) == 1 else None,
        at=at,
    )
