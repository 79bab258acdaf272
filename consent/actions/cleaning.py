"""What the clock asks to take away: what stands on a yes that ended by itself.

It ended on its last day, by leaving, or because the pupil is sixteen (eighteen) and said no yes of
the own. A run that came too late does what was due, up to a year back; twice does nothing more.
Whom somebody is busy with is not waited for: the next run has them. A yes that is typed after it
ended is asked about at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from consent.actions.following import clean_up
from consent.choices import NO, YES, CleanUpWhy, Outcome
from consent.models import Answer, CleanUp, ConsentPolicy, ExpiryMark, Question
from consent.models.holding import rulings_on
from consent.models.sixteen import just_eighteen, just_sixteen
from consent.rules.sixteen import HEALS
from consent.rules.standing import Ruling
from privacyboard.organisation.models import Pupil, User

BATCH = 200


@dataclass(frozen=True)
class _Cause:
    """Why something is taken away, and whether what holds for a pupil on the day says so."""

    why: CleanUpWhy
    asks: Callable[[Ruling, date], bool]


def _not_confirmed(ruling: Ruling, day: date) -> bool:
    return ruling.outcome is Outcome.TO_RECONFIRM and not ruling.covers_existing(day)


def _said_nothing(ruling: Ruling, _day: date) -> bool:
    return ruling.pupil_decides and ruling.outcome is Outcome.SILENT


def _ended(ruling: Ruling, day: date) -> bool:
    # Whoever said no made the task by it, and leaving makes its own.
    told = ruling.outcome in (Outcome.NO, Outcome.LEFT)
    return not told and not ruling.covers_existing(day)


def _has_left(ruling: Ruling, _day: date) -> bool:
    return ruling.outcome is Outcome.LEFT


def _was_refused(ruling: Ruling, _day: date) -> bool:
    return ruling.outcome is Outcome.NO


_UNCONFIRMED = _Cause(CleanUpWhy.RECONFIRM, _not_confirmed)
_ADULT = _Cause(CleanUpWhy.EIGHTEEN, _said_nothing)
_EXPIRED = _Cause(CleanUpWhy.EXPIRED, _ended)
_GONE = _Cause(CleanUpWhy.LEFT, _has_left)
_REFUSED = _Cause(CleanUpWhy.REFUSED, _was_refused)


def clean_up_unconfirmed(*, at: datetime) -> int:
    """Ask to take away what stands on a yes of the parents, once the time to confirm is over.

    The pupil is sixteen, said nothing, and the days that the board set have passed. Returns how
    many tasks were made.
    """
    day = timezone.localdate(at)
    asked = CleanUp.objects.filter(
        pupil=OuterRef("pupil"),
        question=OuterRef("question"),
        why=CleanUpWhy.RECONFIRM,
        was_needless=False,
    )
    turned = Q(pupil__in=just_sixteen(day).values("pk"))
    return _carry(_yeses(~Exists(asked), ~Exists(_own()), turned), _UNCONFIRMED, at)[0]


def clean_up_adults(*, at: datetime) -> int:
    """Ask to take away what stands on a yes of the parents alone, once the pupil is eighteen.

    From then on parents have no part in it (BW 1:245), however long the board gives to confirm.
    Returns how many tasks were made.
    """
    turned = Q(pupil__in=just_eighteen(timezone.localdate(at)).values("pk"))
    return _carry(_yeses(~Exists(_cared()), ~Exists(_own()), turned), _ADULT, at)[0]


def clean_up_after_leaving(*, at: datetime) -> int:
    """Ask to take away what was published of pupils who left; returns how many tasks were made.

    Leaving ends every purpose. What was taken away after the last yes is not asked again.
    """
    day = timezone.localdate(at)
    used = Answer.objects.filter(
        pupil=OuterRef("pk"), kind__in=YES, question__in=_published().values("pk")
    )
    gone = Pupil.objects.filter(Exists(used), left_on__range=(day - HEALS, day))
    return _carry(_yeses(~Exists(_cared()), Q(pupil__in=gone.values("pk"))), _GONE, at)[0]


def clean_up_expired(*, at: datetime) -> int:
    """Ask to take away what stands on a yes whose last day has passed; returns how many tasks.

    Not where it still is a yes: it was said again, or another parent's carries it. What was refused
    or withdrawn, and who left, has its own task. It costs by what ended since the last run that
    met nobody who was busy; the first run looks back a year.
    """
    day = timezone.localdate(at)
    ended = day - timedelta(days=1)
    until = ExpiryMark.objects.filter(pk=1).values_list("until", flat=True).first()
    if until == ended:
        return 0
    # A mark that lies ahead was made by a clock that was wrong. The last day before it is looked
    # through once more: who entered an answer around midnight may have been done after that run.
    begin = day - HEALS if until is None or until > ended else until - timedelta(days=1)
    due = Q(valid_until__gt=begin, valid_until__lte=ended)
    here = Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=day)
    made, met_all = _carry(_yeses(~Exists(_cared()), due, here), _EXPIRED, at)
    if met_all:
        ExpiryMark.objects.update_or_create(pk=1, defaults={"until": ended})
    return made


def clean_up_late(*, answers: Sequence[Answer], by: User | None, at: datetime) -> int:
    """Ask to take away what stands on a yes on paper that ended before it was typed.

    What was published on it was lawful, and may not stay: as with a yes that was known in time. Its
    last day passed, where the sweep came already; or somebody said no since, and made no task, for
    nobody knew of a yes. Called inside the act that recorded these answers, with the pupils' rows
    held. Returns how many tasks.
    """
    day = timezone.localdate(at)
    late = [each.pk for each in answers if each.kind in YES and timezone.localdate(each.at) < day]
    if not late:
        return 0
    said_no = Answer.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), kind__in=NO, at__gt=OuterRef("at")
    )
    new = Q(pk__in=late) & ~Exists(_cared())
    ended = _carry(_yeses(new, Q(valid_until__lt=day)), _EXPIRED, at, by=by)[0]
    return ended + _carry(_yeses(new, Exists(said_no)), _REFUSED, at, by=by)[0]


# --- which ------------------------------------------------------------------------------------


def _published() -> Any:
    return Question.objects.exclude(published_at="")


def _yeses(*conditions: Any) -> Iterable[tuple[int, int]]:
    """Pupil and question of each such yes about what is published: only there something stands."""
    found: Iterable[tuple[int, int]] = (
        Answer.objects.filter(*conditions, question__in=_published().values("pk"), kind__in=YES)
        .order_by("pupil", "question")
        .values_list("pupil", "question")
        .distinct()
    )
    return found


def _own() -> Any:
    """What the pupil said about the question."""
    return Answer.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), guardian__isnull=True
    )


def _cared() -> Any:
    """A task that is open, or was made since the last yes: it takes care of what was published.

    One that was needless took nothing away: what may stay again has to go when that yes ends.
    """
    since = Answer.objects.filter(
        pupil=OuterRef("pupil"), question=OuterRef("question"), kind__in=YES
    )
    last_yes = since.order_by("-at").values("at")[:1]
    return CleanUp.objects.filter(
        Q(done_on__isnull=True) | Q(was_needless=False, since__gte=TruncDate(Subquery(last_yes))),
        pupil=OuterRef("pupil"),
        question=OuterRef("question"),
    )


# --- making the tasks -------------------------------------------------------------------------


def _carry(
    pairs: Iterable[tuple[int, int]], cause: _Cause, at: datetime, *, by: User | None = None
) -> tuple[int, bool]:
    """How many tasks were made, and whether nobody was passed by."""
    made, met_all = 0, True
    for keys in _batches(pairs):
        tasks, met = _make(keys, cause, by=by, at=at)
        made, met_all = made + tasks, met_all and met
    return made, met_all


def _batches(pairs: Iterable[tuple[int, int]]) -> Iterable[dict[int, set[int]]]:
    """The questions of each pupil, a number of pupils at a time."""
    found: dict[int, set[int]] = defaultdict(set)
    for pupil, question in list(pairs):
        if len(found) == BATCH and pupil not in found:
            yield found
            found = defaultdict(set)
        found[pupil].add(question)
    if found:
        yield found


@transaction.atomic
def _make(
    keys: dict[int, set[int]], cause: _Cause, *, by: User | None, at: datetime
) -> tuple[int, bool]:
    day = timezone.localdate(at)
    # The pupils' rows are the lock: who answers at this moment comes before or after.
    rows = Pupil.objects.select_for_update(skip_locked=True).filter(pk__in=list(keys))
    pupils = list(rows.order_by("pk"))
    questions = {each.pk: each for each in _published().filter(pk__in=set().union(*keys.values()))}
    rulings = rulings_on(pupils, list(questions.values()), on=day)
    policy, made = ConsentPolicy.current(), 0
    for pupil in pupils:
        for key in sorted(keys[pupil.pk] & questions.keys()):
            if cause.asks(rulings[pupil.pk][key], day):
                made += _ask(pupil, questions[key], cause.why, policy, by=by, at=at)
    return made, len(pupils) == len(keys)


def _ask(
    pupil: Pupil,
    question: Question,
    why: CleanUpWhy,
    policy: ConsentPolicy,
    *,
    by: User | None,
    at: datetime,
) -> int:
    """One task, where none stands: 1 when it was made."""
    since = timezone.localdate(at)
    before = CleanUp.objects.filter(pupil=pupil, question=question, done_on=None).exists()
    if not before:
        clean_up(pupil=pupil, question=question, why=why, since=since, policy=policy, by=by, at=at)
    return 0 if before else 1
