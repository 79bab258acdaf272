"""What follows from answers: a difference between parents, and what has to be taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from consent.choices import NO, YES, CleanUpWhy, Outcome
from consent.models import Answer, CleanUp, ConsentPolicy, Dispute, Question
from consent.rules.standing import Vote
from privacyboard.audit.acts import day_problem, refused
from privacyboard.organisation.models import Guardianship, Pupil, User


def follow(
    *,
    pupil: Pupil,
    answers: Sequence[Answer],
    before: Mapping[int, Vote],
    policy: ConsentPolicy,
    by: User | None,
    at: datetime,
) -> None:
    """Open and settle differences between parents, and ask to take away what was published.

    Called inside the act that recorded the answers, with the pupil's row held.
    """
    _disputes(pupil, answers, by=by, at=at)
    today = timezone.localdate(at)
    for answer in answers:
        question = answer.question
        if answer.kind in NO and question.published_at and _was_used(answer, before):
            withdrew = answer.kind == "withdrawn"
            clean_up(
                pupil=pupil,
                question=question,
                why=CleanUpWhy.WITHDRAWN if withdrew else CleanUpWhy.REFUSED,
                since=today,
                policy=policy,
                by=by,
                at=at,
            )


def _was_used(answer: Answer, before: Mapping[int, Vote]) -> bool:
    """Whether anybody had said yes: only then something can have been published."""
    last = before.get(answer.question_id)
    if last is not None and last.kind in YES:
        return True
    others = Answer.objects.filter(pupil=answer.pupil, question=answer.question, kind__in=list(YES))
    return others.exists()


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
    task = CleanUp(
        pupil=pupil,
        question=question,
        why=why,
        since=since,
        due_on=since + timedelta(days=policy.clean_up_days),
    )
    task.record(by=by, why=str(CleanUpWhy(why).label))
    return task


def _disputes(pupil: Pupil, answers: Sequence[Answer], *, by: User | None, at: datetime) -> None:
    """A yes of one and a no of another, both with authority: a task until they agree."""
    if answers[0].guardian_id is None:
        return
    authority = set(
        Guardianship.objects.running_on(timezone.localdate(at))
        .filter(pupil=pupil, has_authority=True)
        .values_list("guardian", flat=True)
    )
    said: dict[int, set[str]] = {}
    rows = Answer.objects.last_of_each([pupil.pk], at).values_list("question", "guardian", "kind")
    for question, guardian, kind in rows:
        if guardian in authority:
            said.setdefault(question, set()).add(Outcome.YES if kind in YES else kind)
    running = {
        each.question_id: each for each in Dispute.objects.filter(pupil=pupil, settled_at=None)
    }
    for answer in answers:
        kinds = said.get(answer.question_id, set())
        differs = Outcome.YES in kinds and bool(kinds & set(NO))
        standing = running.get(answer.question_id)
        if differs and standing is None:
            task = Dispute(pupil=pupil, question=answer.question, opened_at=at)
            task.record(by=by, why="ouders verschillen van mening")
        elif not differs and standing is not None:
            standing.settled_at = at
            standing.record(by=by, why="ouders zijn het eens")


@transaction.atomic
def finish_clean_up(
    *, task: CleanUp, done_on: date, note: str, by: User | None, at: datetime
) -> CleanUp:
    """Record that it was taken away, on a day. Raises ActRefused."""
    held: CleanUp = CleanUp.objects.select_for_update(of=("self",)).get(pk=task.pk)
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
