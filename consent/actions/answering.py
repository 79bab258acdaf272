"""Somebody answers: by the link, or as staff heard or read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from consent.actions.cleaning import clean_up_late
from consent.actions.following import Followed, follow
from consent.choices import AnswerKind, Way
from consent.models import Answer, CleanUp, ConsentPolicy, Dispute, QuestionText, Round
from consent.rules.answering import kind_of, last_day_of, period_end, says_the_same
from consent.rules.standing import Vote, decides_alone_from
from privacyboard.audit.acts import refused
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, User
from privacyboard.vocabulary import FamilyLanguage


@dataclass(frozen=True, kw_only=True)
class Said:
    """Yes or no to a version of a question, as it was read; in a round, with its last day."""

    text: QuestionText
    yes: bool
    language: str = FamilyLanguage.DUTCH
    round_id: int | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What one person says for one pupil, beside how things stood. The pupil's row is held."""

    pupil: Pupil
    said: Sequence[Said]
    # The last thing that each person said before, per question.
    votes: Mapping[int, Sequence[Vote]]
    authority: frozenset[int]
    disputed: frozenset[int]
    cleaning: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Voting:
    """Who says it, how and when. `moment`: when it was said; `at`: when it is entered."""

    guardian: Guardian | None
    way: Way
    policy: ConsentPolicy
    by: User | None
    moment: datetime
    at: datetime


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
    ties = Guardianship.objects.running_on(day).filter(pupil=held, has_authority=True)
    authority = frozenset(ties.values_list("guardian", flat=True))
    refuse_no_say(held, guardian, authority, day=day, at=at, moment=moment)
    ends_on = in_round.valid_until if in_round else None
    round_id = in_round.pk if in_round else None
    votes: dict[int, list[Vote]] = {}
    for _pupil, question, vote in Answer.objects.last_said([held.pk]):
        votes.setdefault(question, []).append(vote)
    disputes = Dispute.objects.filter(pupil=held, settled_at=None)
    clean_ups = CleanUp.objects.filter(pupil=held, done_on=None)
    ballot = Ballot(
        pupil=held,
        said=[
            replace(each, language=language, round_id=round_id, ends_on=ends_on) for each in said
        ],
        votes=votes,
        authority=authority,
        disputed=frozenset(disputes.values_list("question", flat=True)),
        cleaning=frozenset(clean_ups.values_list("question", flat=True)),
    )
    voting = Voting(
        guardian=guardian, way=way, policy=ConsentPolicy.current(), by=by, moment=moment, at=at
    )
    made = keep_ballots([ballot], voting)
    clean_up_late(answers=made, by=by, at=at)
    return made


def keep_ballots(ballots: Sequence[Ballot], voting: Voting) -> list[Answer]:
    """Record what is new in these ballots, and what follows from it; returns the new events.

    Called inside a transaction that holds the pupils' rows, after it was asked who has a say.
    """
    return keep_cast([(ballot, voting) for ballot in ballots])


def keep_cast(cast: Sequence[tuple[Ballot, Voting]]) -> list[Answer]:
    """The same for several people at once, entered by one at one moment; each pupil once."""
    made = {ballot.pupil.pk: events_of(ballot, voting) for ballot, voting in cast}
    events = [event for each in made.values() for event in each]
    if not events:
        return []
    Answer.objects.bulk_create(events)
    cases = [
        Followed(
            pupil=ballot.pupil,
            answers=made[ballot.pupil.pk],
            votes=ballot.votes,
            authority=ballot.authority,
            disputed=ballot.disputed,
            cleaning=ballot.cleaning,
        )
        for ballot, _voting in cast
        if made[ballot.pupil.pk]
    ]
    voting = cast[0][1]
    follow(cases=cases, policy=voting.policy, by=voting.by, at=voting.at)
    return events


def events_of(ballot: Ballot, voting: Voting) -> list[Answer]:
    """The events of one ballot: what was said today already is none."""
    day = timezone.localdate(voting.moment)
    ends_on = period_end(voting.policy.period_ends_month, voting.policy.period_ends_day, on=day)
    voter = voting.guardian.pk if voting.guardian else None
    events = []
    for said in {each.text.question_id: each for each in ballot.said}.values():
        question = said.text.question
        votes = ballot.votes.get(question.pk, ())
        before = next((vote for vote in votes if vote.guardian == voter), None)
        kind = _new_kind(said, before, day)
        if kind is None:
            continue
        last_day = last_day_of(question.renewal, ends_on=said.ends_on or ends_on)
        events.append(
            Answer(
                pupil=ballot.pupil,
                question=question,
                guardian=voting.guardian,
                kind=kind,
                text=said.text,
                text_number=said.text.number,
                language=said.language,
                at=voting.moment,
                entered_at=voting.at,
                entered_by=voting.by,
                way=voting.way,
                valid_until=last_day if said.yes else None,
                round_id=said.round_id,
            )
        )
    return events


def _new_kind(said: Said, last: Vote | None, day: date) -> AnswerKind | None:
    """What this is beside the last word of the same person; None when it was said today already."""
    kind = kind_of(said.yes, last)
    same = says_the_same(kind, last, text_number=said.text.number, on=day)
    return None if same else kind


def refuse_no_say(
    pupil: Pupil,
    guardian: Guardian | None,
    authority: frozenset[int],
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
        if guardian.pk not in authority:
            raise refused("Alleen wie gezag heeft, kan toestemming geven of weigeren.")
