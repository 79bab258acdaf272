"""Papers of a whole class are entered at once: the same events as by the link, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby, zip_longest
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from consent.actions.answering import Ballot, Said, Voting, events_of, keep_cast, refuse_no_say
from consent.actions.cleaning import clean_up_late
from consent.choices import Way
from consent.models import Answer, CleanUp, ConsentPolicy, Dispute, Question, QuestionText
from consent.models.class_sheet import RunningRound, Voter, asking_on, texts_on
from consent.rules.standing import Vote
from privacyboard.audit.acts import ActRefused, refused
from privacyboard.organisation.models import Guardianship, Pupil, User

# A paper has a day and no hour: the middle of it, so that what came that evening is later.
_MIDDAY = time(12)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The paper of one person for one pupil: yes or no, per question that was answered."""

    voter: Voter
    answers: dict[int, bool]


def _moment_of(day: date, *, at: datetime) -> datetime:
    """When a paper of a day was said: now, when it is of today."""
    if day == timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(day, _MIDDAY))


@transaction.atomic
def record_papers(
    *,
    filled: Sequence[Filled],
    questions: Sequence[Question],
    said_on: date,
    way: Way = Way.PAPER,
    by: User | None,
    at: datetime,
) -> list[Answer]:
    """Record the papers of one day; returns the new events. All of them, or none.

    A paper from before what the same person said since is kept, and changes nothing now. Raises
    ActRefused, with a sentence for each `voter.key` that cannot be so.
    """
    moment = _moment_of(said_on, at=at)
    if said_on > timezone.localdate(at):
        raise refused("Deze dag is nog niet geweest.", "said_on")
    keys = sorted({each.voter.pupil.pk for each in filled})
    # The pupils' rows are the lock, in one order for everybody.
    held = {each.pk: each for each in _locked(keys)}
    authority = _authority(keys, said_on)
    _refuse(filled, held, authority, said_on, moment=moment, at=at)
    asked = {key for each in filled for key in each.answers}
    texts = texts_on(asked, said_on)
    _refuse_no_text(filled, texts, {each.pk: str(each.name) for each in questions})
    rounds = asking_on(said_on, schools={each.school_id for each in held.values()}, about=asked)
    policy = ConsentPolicy.current()
    made: list[Answer] = []
    for wave in _waves(filled):
        beside = _Beside(keys, moment=moment)
        now: list[tuple[Ballot, Voting]] = []
        before: list[tuple[Ballot, Voting]] = []
        for each in wave:
            pupil, who = held[each.voter.pupil.pk], each.voter.guardian
            deciding = authority.get(pupil.pk, frozenset())
            voting = Voting(guardian=who, way=way, policy=policy, by=by, moment=moment, at=at)
            for since, found in ((False, now), (True, before)):
                said = [
                    _said(texts[key], yes, rounds.get((pupil.school_id, key)))
                    for key, yes in each.answers.items()
                    if beside.said_since(each.voter, key, moment) is since
                ]
                found.append((beside.ballot(pupil, said, deciding, since), voting))
        made += keep_cast(now)
        # What was said since stands: what holds does not follow from the paper any more.
        made += Answer.objects.bulk_create(
            event for ballot, voting in before for event in events_of(ballot, voting)
        )
    clean_up_late(answers=made, by=by, at=at)
    return made


def _said(text: QuestionText, yes: bool, running: RunningRound | None) -> Said:
    """What a paper says; in a round it counts for the round, and holds as long."""
    if running is None:
        return Said(text=text, yes=yes)
    return Said(text=text, yes=yes, round_id=running.key, ends_on=running.until)


def _waves(filled: Sequence[Filled]) -> Iterator[list[Filled]]:
    """Each pupil once in a wave: what the second parent says stands beside what the first said."""
    by_pupil: dict[int, list[Filled]] = {}
    for each in filled:
        by_pupil.setdefault(each.voter.pupil.pk, []).append(each)
    for wave in zip_longest(*by_pupil.values()):
        yield [each for each in wave if each is not None]


def _refuse(
    filled: Sequence[Filled],
    held: dict[int, Pupil],
    authority: dict[int, frozenset[int]],
    day: date,
    *,
    moment: datetime,
    at: datetime,
) -> None:
    """Every paper of somebody who had no say on that day, told at once."""
    errors = {}
    for each in filled:
        pupil = held[each.voter.pupil.pk]
        deciding = authority.get(pupil.pk, frozenset())
        try:
            refuse_no_say(pupil, each.voter.guardian, deciding, day=day, at=at, moment=moment)
        except ActRefused as refusal:
            errors[each.voter.key] = str(refusal)
    if errors:
        raise ActRefused(errors)


def _refuse_no_text(
    filled: Sequence[Filled], texts: dict[int, QuestionText], questions: Mapping[int, str]
) -> None:
    """A question that was not there yet on the day of the paper."""
    missing = {key for each in filled for key in each.answers} - set(texts)
    if missing:
        names = ", ".join(sorted(questions.get(key, "") for key in missing))
        raise refused(f"Deze vraag was er toen nog niet: {names}. Kijk naar de dag.", "said_on")


def _locked(keys: Sequence[int]) -> Iterable[Pupil]:
    return Pupil.objects.select_for_update().filter(pk__in=keys).order_by("pk")


def _authority(keys: Sequence[int], day: date) -> dict[int, frozenset[int]]:
    ties = Guardianship.objects.running_on(day).filter(pupil__in=keys, has_authority=True)
    rows = ties.order_by("pupil").values_list("pupil", "guardian")
    grouped = groupby(rows, key=lambda row: row[0])
    return {pupil: frozenset(guardian for _pupil, guardian in each) for pupil, each in grouped}


class _Beside:
    """How things stand for these pupils: the votes as they are now, and as they were then."""

    def __init__(self, keys: Sequence[int], *, moment: datetime) -> None:
        self.now: dict[int, dict[int, list[Vote]]] = {key: {} for key in keys}
        self.then: dict[int, dict[int, list[Vote]]] = {key: {} for key in keys}
        # Now is whatever was said: who waited for the lock has an earlier moment than who did not.
        for found, when in ((self.now, None), (self.then, moment)):
            for pupil, question, vote in Answer.objects.last_said(keys, when):
                found[pupil].setdefault(question, []).append(vote)
        self.disputed = _open(keys, Dispute.objects.filter(settled_at=None))
        self.cleaning = _open(keys, CleanUp.objects.filter(done_on=None))

    def ballot(
        self, pupil: Pupil, said: Sequence[Said], authority: frozenset[int], since: bool
    ) -> Ballot:
        """What is said, beside what stood; `since`: beside what stood on the day of the paper."""
        return Ballot(
            pupil=pupil,
            said=said,
            votes=(self.then if since else self.now)[pupil.pk],
            authority=authority,
            disputed=self.disputed[pupil.pk],
            cleaning=self.cleaning[pupil.pk],
        )

    def said_since(self, voter: Voter, question: int, moment: datetime) -> bool:
        """Whether this person said something later than the paper."""
        guardian = voter.guardian.pk if voter.guardian else None
        votes = self.now[voter.pupil.pk].get(question, ())
        return any(vote.guardian == guardian and vote.at > moment for vote in votes)


def _open(keys: Sequence[int], tasks: QuerySet[Any]) -> dict[int, frozenset[int]]:
    rows = tasks.filter(pupil__in=keys).values_list("pupil", "question")
    found: dict[int, set[int]] = {key: set() for key in keys}
    for pupil, question in rows:
        found[pupil].add(question)
    return {key: frozenset(each) for key, each in found.items()}
