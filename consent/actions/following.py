"""What follows from answers: a difference between parents, and what has to be taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from consent.choices import NO, YES, AnswerKind, CleanUpWhy
from consent.models import Answer, CleanUp, ConsentPolicy, Dispute, Question
from consent.models.holding import rulings_on
from consent.models.recorded import create_recorded
from consent.rules.standing import Vote
from privacyboard.audit.acts import day_problem, refused
from privacyboard.organisation.models import Pupil, User


@dataclass(frozen=True, kw_only=True)
class Followed:
    """New answers of one person about one pupil, beside how things stood before them."""

    pupil: Pupil
    answers: Sequence[Answer]
    votes: Mapping[int, Sequence[Vote]]
    authority: frozenset[int]
    # Questions about which parents differ, and for which something is being taken away.
    disputed: frozenset[int]
    cleaning: frozenset[int]


def follow(
    *, cases: Sequence[Followed], policy: ConsentPolicy, by: User | None, at: datetime
) -> None:
    """Open and settle differences between parents, and ask to take away what was published.

    Called inside the act that recorded the answers, with the pupils' rows held.
    """
    _disputes(cases, by=by, at=at)
    today = timezone.localdate(at)
    tasks = [
        _clean_up(
            case.pupil,
            answer.question,
            CleanUpWhy.WITHDRAWN if answer.kind == AnswerKind.WITHDRAWN else CleanUpWhy.REFUSED,
            since=today,
            policy=policy,
        )
        for case in cases
        for answer in case.answers
        if answer.kind in NO
        and answer.question.published_at
        and answer.question_id not in case.cleaning
        and _was_used(case.votes.get(answer.question_id, ()))
    ]
    create_recorded(tasks, by=by, why="toestemming geweigerd of ingetrokken", at=at)
    _close_needless(cases, by=by, at=at)


def _close_needless(cases: Sequence[Followed], *, by: User | None, at: datetime) -> None:
    """Close what asks to take away what may stay: somebody said yes again.

    Only where that makes it a yes: not while another says no, or still has to say yes too.
    """
    again = {
        (case.pupil, answer.question)
        for case in cases
        for answer in case.answers
        if answer.kind in YES and answer.question_id in case.cleaning
    }
    if not again:
        return
    day = timezone.localdate(at)
    rulings = rulings_on(
        list({pupil for pupil, _question in again}), {question for _p, question in again}, on=day
    )
    needless = Q()
    for pupil, question in again:
        if rulings[pupil.pk][question.pk].covers_existing(day):
            needless |= Q(pupil=pupil, question=question)
    if not needless:
        return
    held = CleanUp.objects.filter(needless, done_on=None).select_for_update(of=("self",))
    for task in held.order_by("pk"):
        task.done_on, task.was_needless = day, True
        task.record(by=by, why="opnieuw ja gezegd: er hoeft niets meer weg")


def _was_used(votes: Sequence[Vote]) -> bool:
    """Whether somebody's yes stood until now, or ran out: then something can be published."""
    return any(vote.kind in (*YES, AnswerKind.EXPIRED) for vote in votes)


def clean_up(
    *,
    pupil: Pupil,
    question: Question,
    why: CleanUpWhy,
    since: date,
    policy: ConsentPolicy,
    by: User | None,
    at: datetime,
) -> CleanUp:
    """Ask the school to take away what was published; one open task for each question."""
    open_one = CleanUp.objects.filter(pupil=pupil, question=question, done_on=None).first()
    if open_one is not None:
        found: CleanUp = open_one
        return found
    task = _clean_up(pupil, question, why, since=since, policy=policy)
    task.record(by=by, why=str(CleanUpWhy(why).label))
    return task


def _clean_up(
    pupil: Pupil, question: Question, why: CleanUpWhy, *, since: date, policy: ConsentPolicy
) -> CleanUp:
    due_on = since + timedelta(days=policy.clean_up_days)
    return CleanUp(pupil=pupil, question=question, why=why, since=since, due_on=due_on)


def _disputes(cases: Sequence[Followed], *, by: User | None, at: datetime) -> None:
    """A yes of one and a no of another, both with authority: a task until they agree.

    What a pupil of sixteen says ends the difference: it no longer counts.
    """
    opened, settled = [], Q()
    for case in cases:
        for answer in case.answers:
            differs = answer.guardian_id is not None and _differ(case, answer)
            if differs and answer.question_id not in case.disputed:
                opened.append(Dispute(pupil=case.pupil, question=answer.question, opened_at=at))
            if not differs and answer.question_id in case.disputed:
                settled |= Q(pupil=case.pupil, question=answer.question)
    create_recorded(opened, by=by, why="ouders verschillen van mening", at=at)
    if settled:
        for dispute in Dispute.objects.filter(settled, settled_at=None).order_by("pk"):
            dispute.settled_at = at
            dispute.record(by=by, why="geen verschil meer")


def _differ(case: Followed, answer: Answer) -> bool:
    """Whether those with authority say different things, this answer included."""
    day = timezone.localdate(answer.at)
    said: dict[int | None, tuple[str, datetime]] = {
        vote.guardian: (vote.kind, vote.at)
        for vote in case.votes.get(answer.question_id, ())
        # What ran out by itself is no opinion of today.
        if vote.guardian in case.authority and (vote.valid_until is None or vote.valid_until >= day)
    }
    before = said.get(answer.guardian_id)
    # A paper from before what was said since changes nothing now.
    if before is None or before[1] <= answer.at:
        said[answer.guardian_id] = (answer.kind, answer.at)
    kinds = {kind for kind, _moment in said.values()}
    return bool(kinds & set(YES)) and bool(kinds & set(NO))


@transaction.atomic
def finish_clean_up(
    *, task: CleanUp, done_on: date, note: str, by: User | None, at: datetime
) -> CleanUp:
    """Record that it was taken away, on a day. Raises ActRefused."""
    held: CleanUp = CleanUp.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if held.was_needless:
        raise refused("Intussen is het weer ja: er hoeft niets meer weg.")
    if held.done_on is not None:
        raise refused("Deze taak is al afgerond.")
    if problem := day_problem(done_on, at=at, not_before=held.since):
        raise refused(problem, "done_on")
    held.done_on, held.done_by, held.note = done_on, by, note
    held.record(by=by, why="weggehaald")
    return held


@transaction.atomic
def settle_dispute(*, dispute: Dispute, note: str, by: User | None, at: datetime) -> Dispute:
    """Close the director's task with what was agreed; what holds follows from the answers only."""
    held: Dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if held.settled_at is not None:
        raise refused("Dit verschil is al afgerond.")
    if not note.strip():
        raise refused("Schrijf op wat u met de ouders hebt besproken.", "note")
    held.settled_at, held.settled_by, held.note = at, by, note.strip()
    held.record(by=by, why="besproken met de ouders")
    return held
