"""Everything that one person's page needs, and answering it: three queries beside the person's own.

A guardian answers for the children under sixteen over whom authority runs on this day; a pupil
from sixteen answers alone. Nobody's page tells what another said: `Child.votes` holds what all of
them said, for what follows from an answer, and a page reads `Family.own` only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from consent.models.answers import Answer
from consent.models.following import CleanUp, Dispute
from consent.models.policy import ConsentPolicy, LanguageRelease
from consent.models.questions import Question, QuestionText, Wording
from consent.models.rounds import Round
from consent.rules.family import decides_alone
from consent.rules.standing import Vote
from privacyboard.organisation.models import (
    Board,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
)
from privacyboard.organisation.querysets import running_on
from privacyboard.vocabulary import ALWAYS_ON, FamilyLanguage

_POLICY = (
    "both_must_agree",
    "period_ends_month",
    "period_ends_day",
    "reconfirm_days",
    "clean_up_days",
)
_SIDE = "frame_"


@dataclass(frozen=True)
class Frame:
    """What every family's page says beside the answers: the board, its choices, its languages."""

    board_name: str
    policy: ConsentPolicy
    languages: frozenset[str]


@dataclass(frozen=True)
class RunningRound:
    """A round that asks this question at this school."""

    key: int
    until: date


@dataclass(frozen=True)
class Asked:
    """A question with the text that is asked now, in the language that is read."""

    question: Question
    text: QuestionText
    rests_on: int
    title: str
    body: str
    language: str
    schools: frozenset[int] | None
    rounds: dict[int, RunningRound]
    # Pupils about whom a task is open: parents differ, something is being taken away.
    disputed: frozenset[int]
    cleaning: frozenset[int]

    def is_asked_at(self, school: int) -> bool:
        """Whether it is asked at this school."""
        return self.schools is None or school in self.schools


@dataclass(frozen=True)
class Child:
    """A pupil on this page. `votes`: the last thing that each person said, per question."""

    pupil: Pupil
    groups: tuple[str, ...]
    authority: frozenset[int]
    votes: dict[int, list[Vote]] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    """The children for whom this person answers, and what is asked."""

    who: Guardian | Pupil
    day: date
    children: Sequence[Child]
    asked: Sequence[Asked]
    # Children that this person stands for, and does not decide about.
    has_older: bool
    has_without_authority: bool

    @property
    def guardian(self) -> Guardian | None:
        """Who answers, unless it is the pupil."""
        return self.who if isinstance(self.who, Guardian) else None

    def questions_for(self, child: Child) -> list[Asked]:
        """What is asked about this child."""
        return [each for each in self.asked if each.is_asked_at(child.pupil.school_id)]

    def own(self, child: Child, question: int) -> Vote | None:
        """The last thing that this person said."""
        voter = self.who.pk if isinstance(self.who, Guardian) else None
        found = (vote for vote in child.votes.get(question, ()) if vote.guardian == voter)
        return next(found, None)


def beside() -> dict[str, Any]:
    """What is read in one query with the person: the frame."""
    policy = ConsentPolicy.objects.filter(pk=1)
    released = LanguageRelease.objects.filter(is_on=True).order_by()
    return {
        f"{_SIDE}board": Subquery(Board.objects.values("name")[:1]),
        f"{_SIDE}languages": ArraySubquery(released.values("language")),
        f"{_SIDE}policy": Subquery(
            policy.values(found=JSONObject(**{name: F(name) for name in _POLICY}))[:1]
        ),
    }


def frame_alone() -> Frame:
    """The frame of a page that is nobody's."""
    board = Board.objects.annotate(**beside()).first()
    return Frame("", ConsentPolicy(pk=1), ALWAYS_ON) if board is None else frame_of(board)


def frame_of(who: Guardian | Pupil | Board) -> Frame:
    """The frame that was read beside this record."""
    found: dict[str, Any] = who.__dict__
    return Frame(
        board_name=found[f"{_SIDE}board"] or "",
        policy=ConsentPolicy(pk=1, **(found[f"{_SIDE}policy"] or {})),
        languages=frozenset({*ALWAYS_ON, *found[f"{_SIDE}languages"]}),
    )


def read_family(
    who: Guardian | Pupil, *, at: datetime, language: str, holding: bool = False
) -> Family:
    """The page of this person. `holding`: with the pupils' rows locked, in the order of their keys.

    Three queries, whatever the number of children and questions.
    """
    day = timezone.localdate(at)
    rows = _pupils(who, day, holding=holding)
    children, older, without = [], False, False
    for pupil, has_authority in rows:
        if not pupil.is_enrolled_on(day):
            continue
        alone = decides_alone(pupil.born_on, has_curator=pupil.has_curator, on=day)
        if isinstance(who, Pupil):
            children += [_child(pupil)] if alone else []
        elif not has_authority:
            without = True
        elif alone:
            older = True
        else:
            children.append(_child(pupil))
    asked = _asked([each.pupil for each in children], at=at, day=day, language=language)
    _read_votes(children, None if holding else at)
    return Family(who, day, children, asked, older, without)


def _pupils(who: Guardian | Pupil, day: date, *, holding: bool) -> list[tuple[Pupil, bool]]:
    """Each pupil of this person, with whether there is authority, oldest key first."""
    if isinstance(who, Pupil):
        own = Pupil.objects.filter(pk=who.pk).select_related("school")
        alone = own.annotate(**_about_pupil(OuterRef("pk"), day))
        held = alone.select_for_update(of=("self",)) if holding else alone
        return [(pupil, False) for pupil in held]
    ties = (
        Guardianship.objects.running_on(day)
        .filter(guardian=who)
        .select_related("pupil__school")
        .annotate(**_about_pupil(OuterRef("pupil"), day))
        .order_by("pupil_id")
    )
    found = []
    for tie in ties.select_for_update(of=("pupil",)) if holding else ties:
        pupil: Pupil = tie.pupil
        for name in ("group_names", "authority"):
            setattr(pupil, name, getattr(tie, name))
        found.append((pupil, tie.has_authority))
    return found


def _about_pupil(pupil: OuterRef, day: date) -> dict[str, ArraySubquery]:
    """What stands around a pupil: groups, and who has authority."""
    placed = Placement.objects.filter(running_on(day), pupil=pupil).order_by("group__sort_name")
    authority = Guardianship.objects.running_on(day).filter(pupil=pupil, has_authority=True)
    return {
        "group_names": ArraySubquery(placed.values("group__name")),
        "authority": ArraySubquery(authority.order_by().values("guardian")),
    }


def _child(pupil: Pupil) -> Child:
    found: dict[str, list[Any]] = pupil.__dict__
    return Child(
        pupil=pupil,
        groups=tuple(found["group_names"]),
        authority=frozenset(found["authority"]),
    )


def _asked(pupils: Sequence[Pupil], *, at: datetime, day: date, language: str) -> list[Asked]:
    """The questions of these schools with their last text; Dutch where a language has none.

    The open tasks are read here, after the rows were locked: who waited sees what was made.
    """
    if not pupils:
        return []
    schools = {pupil.school_id for pupil in pupils}
    about = {"question": OuterRef("text__question"), "pupil__in": pupils}
    disputes = Dispute.objects.filter(**about, settled_at=None).order_by()
    clean_ups = CleanUp.objects.filter(**about, done_on=None).order_by()
    texts = QuestionText.objects.filter(
        question=OuterRef("text__question"), made_at__lte=at
    ).order_by("-number")
    limits = Question.schools.through._base_manager.filter(question=OuterRef("text__question"))
    wordings = (
        Wording.objects.filter(
            text__question__in=Question.objects.askable().order_by().values("pk"),
            text__number=Subquery(texts.values("number")[:1]),
            language__in={language, FamilyLanguage.DUTCH},
        )
        .select_related("text__question")
        .annotate(
            again=Subquery(texts.filter(asks_again=True).values("number")[:1]),
            at_schools=ArraySubquery(limits.values("school")),
            in_rounds=ArraySubquery(_rounds(schools, day)),
            disputed=ArraySubquery(disputes.values("pupil")),
            cleaning=ArraySubquery(clean_ups.values("pupil")),
        )
        .order_by("text__question__place", "text__question__pk")
    )
    found: dict[int, Asked] = {}
    for wording in wordings:
        question = wording.text.question
        here = None if question.all_schools else frozenset(wording.at_schools)
        if here is not None and not here & schools:
            continue
        if question.pk not in found or wording.language == language:
            found[question.pk] = _as_asked(wording, here)
    return list(found.values())


def _rounds(schools: Collection[int], day: date) -> QuerySet[Any, Any]:
    """The rounds that run at these schools and ask the question, the one that ends last first."""
    return (
        Round.schools.through._base_manager.filter(
            school__in=schools,
            round__in=Round.objects.running(day).order_by().values("pk"),
            round__questions=OuterRef("text__question"),
        )
        .order_by("-round__valid_until", "round")
        .values(found=JSONObject(key="round", until="round__valid_until", school="school"))
    )


def _as_asked(wording: Any, schools: frozenset[int] | None) -> Asked:
    rounds: dict[int, RunningRound] = {}
    for each in wording.in_rounds:
        ends_on = date.fromisoformat(each["until"])
        rounds.setdefault(each["school"], RunningRound(each["key"], ends_on))
    return Asked(
        question=wording.text.question,
        text=wording.text,
        rests_on=wording.again or 1,
        title=wording.title,
        body=wording.body,
        language=wording.language,
        schools=schools,
        rounds=rounds,
        disputed=frozenset(wording.disputed),
        cleaning=frozenset(wording.cleaning),
    )


def _read_votes(children: Sequence[Child], at: datetime | None) -> None:
    """What everybody said last about these children."""
    by_pupil = {child.pupil.pk: child.votes for child in children}
    if not by_pupil:
        return
    for pupil, question, vote in Answer.objects.last_said(list(by_pupil), at):
        by_pupil[pupil].setdefault(question, []).append(vote)
