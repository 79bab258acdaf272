"""Somebody answers, for one pupil: by the link, or as staff heard or read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from consent.actions.following import follow
from consent.choices import AnswerKind, Way
from consent.models import Answer, ConsentPolicy, QuestionText, Round
from consent.rules.answering import kind_of, last_day_of, period_end, says_the_same
from consent.rules.standing import Vote, decides_alone_from
from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, User


@dataclass(frozen=True, kw_only=True)
class Said:
    """Yes or no to a version of a question."""

    text: QuestionText
    yes: bool


@transaction.atomic
def answer(
    *,
    pupil: Pupil,
    guardian: Guardian | None,
    said: Iterable[Said],
    way: Way,
    language: str,
    in_round: Round | None = None,
    said_at: datetime | None = None,
    by: User | None,
    at: datetime,
) -> list[Answer]:
    """Record what a guardian (or, without one, the pupil) says; returns the new events.

    `said_at`: when it was said, if earlier than `at`: on paper. What repeats the same answer of the
    same day makes no event. Raises ActRefused where this person has no say (UAVG 5).
    """
    moment = said_at or at
    day = timezone.localdate(moment)
    # The pupil's row is the lock: two parents at once, or one form twice, come one after the other.
    held = Pupil.objects.select_for_update().get(pk=pupil.pk)
    _refuse_no_say(held, guardian, day=day, at=at, moment=moment)
    policy = ConsentPolicy.current()
    ends_on = _ends_on(in_round, policy, day)
    before = Answer.objects.last_votes(held, guardian, at)
    rest = {"way": way, "language": language, "at": moment, "entered_at": at, "entered_by": by}
    made = [
        Answer(
            pupil=held,
            question=each.text.question,
            guardian=guardian,
            kind=kind,
            text=each.text,
            text_number=each.text.number,
            valid_until=_valid_until(each, ends_on),
            round=in_round,
            **rest,
        )
        for each in said
        if (kind := _new_kind(each, before.get(each.text.question_id), day))
    ]
    Answer.objects.bulk_create(made)
    if made:
        follow(pupil=held, answers=made, before=before, policy=policy, by=by, at=at)
    return made


def _ends_on(in_round: Round | None, policy: ConsentPolicy, day: date) -> date:
    """The last day of a yes that is said on this day: the round's own, or that of the period."""
    if in_round is not None:
        last: date = in_round.valid_until
        return last
    return period_end(policy.period_ends_month, policy.period_ends_day, on=day)


def _new_kind(said: Said, last: Vote | None, day: date) -> AnswerKind | None:
    """What this is beside the last word of the same person; None when it was said today already."""
    kind = kind_of(said.yes, last)
    same = says_the_same(kind, last, text_number=said.text.number, on=day)
    return None if same else kind


def _valid_until(said: Said, ends_on: date) -> date | None:
    return last_day_of(said.text.question.renewal, ends_on=ends_on) if said.yes else None


def _refuse_no_say(
    pupil: Pupil,
    guardian: Guardian | None,
    *,
    day: date,
    at: datetime,
    moment: datetime,
) -> None:
    """Who has a say on this day: from 16 the pupil, before that who has authority."""
    if moment > at:
        raise refused("Deze dag is nog niet geweest.", "said_on")
    if not pupil.is_enrolled_on(timezone.localdate(at)):
        raise refused(f"{pupil.first_name or pupil.name} is niet meer op deze school.")
    alone_from = decides_alone_from(pupil.born_on, has_curator=pupil.has_curator)
    alone = alone_from is not None and day >= alone_from
    if guardian is None and not alone:
        raise refused("Onder de 16 jaar beslissen de ouders of verzorgers.")
    if guardian is not None:
        if alone:
            raise refused(
                f"{pupil.first_name or pupil.name} is 16 jaar of ouder en beslist nu zelf."
            )
        running = Guardianship.objects.running_on(day).filter(pupil=pupil, guardian=guardian)
        if not running.filter(has_authority=True).exists():
            raise refused("Alleen wie gezag heeft, kan toestemming geven of weigeren.")
