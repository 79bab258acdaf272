"""Sending the morning letters: each line once, each person one letter a morning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, DateField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import Said, claim, kinds, pass_on
from privacyboard.clockwork.turns import Turn, in_turn, past_bad
from privacyboard.frontdesk.letters import digest
from privacyboard.frontdesk.rules import Closed, Letter, last_letter
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Appointment, Closings, User

KIND = "digest"
_SUBJECT = User._meta.label_lower
_PACES = (Pace.DAILY, Pace.WEEKLY, Pace.AT_ONCE)
# Machines differ a little; by more than this only a clock that is wrong.
_AHEAD_AT_MOST = timedelta(hours=1)

Waiting = dict[int, list[DigestLine]]


def send_digests(*, by: User | None, at: datetime) -> int:
    """Write to everybody for whom something waited until this morning; returns how many letters.

    A line that is no longer true is dropped. One whose reader should not hear of it any more (who
    left, moved, or handed it over) goes to who should. Nothing to say, nothing sent. Raises the
    first problem (NoAddress) when all others have theirs: a wrong address keeps nobody waiting,
    and of what nothing can be said only itself waits.
    """
    _date_anew_what_is_ahead(at)
    with in_turn() as turn:
        waiting, said = _said(_waiting(at), at, turn)
        lost = _lost(waiting, said)
        if lost:
            pass_on(lost)
            waiting, said = _said(_waiting(at), at, turn)
        if not waiting:
            return 0
        people = _who_may_sign_in(waiting, at)
        name, sent = board_name(), 0
        for key, lines in sorted(waiting.items()):
            with turn():
                sent += _send(people.get(key), lines, said, name, at)
    return sent


def _date_anew_what_is_ahead(at: datetime) -> None:
    """What a clock that ran ahead wrote down is of now, and the mornings that it claimed are free.

    Else lines wait until the days catch up with it, and those mornings pass without a letter.
    """
    late = at + _AHEAD_AT_MOST
    waits, went = Q(sent_at=None, made_at__gt=late), Q(sent_at__gt=late)
    if not DigestLine.objects.filter(waits | went).exists():
        return
    with transaction.atomic():
        Reminder.objects.filter(subject_type=_SUBJECT, kind=KIND, made_at__gt=late).delete()
        DigestLine.objects.filter(went).update(sent_at=at)
        DigestLine.objects.filter(waits).update(made_at=at)


@dataclass(frozen=True)
class _Turn:
    """The letter of one pace, for people of whom the same days are closed."""

    whose: Q
    pace: Pace
    letter: Letter

    @property
    def asks(self) -> Q:
        """Of whom, at this pace."""
        return self.whose & Q(pace=self.pace)

    @property
    def ripe(self) -> Q:
        """What belongs to it: written before its morning; in a holiday only what cannot wait."""
        written = self.asks & Q(made_at__lte=self.letter.morning)
        before = self.letter.before
        return written & Q(due_on__lt=before) if before else written


def _turns(at: datetime) -> list[_Turn]:
    """The last letter of everybody with a line that waits, at each pace.

    People whose letters are the same are one group; outside holidays everybody is.
    """

    def letters(closed: Closed) -> tuple[Letter, ...]:
        return tuple(last_letter(pace, at, closed) for pace in _PACES)

    closings = Closings(timezone.localdate(at))
    others = letters(closings.at(()))
    groups: defaultdict[tuple[Letter, ...], list[int]] = defaultdict(list)
    if closings.have_begun:
        waiting = DigestLine.objects.filter(sent_at=None).values("user")
        for user, closed in closings.of(waiting).items():
            groups[letters(closed)].append(user)
    groups.pop(others, None)
    apart = [(Q(user__in=people), of) for of, people in groups.items()]
    rest = ~Q(user__in=[user for people in groups.values() for user in people])
    return [
        _Turn(whose, pace, letter)
        for whose, of in [*apart, (rest if groups else Q(), others)]
        for pace, letter in zip(_PACES, of, strict=True)
    ]


def _waiting(at: datetime) -> Waiting:
    """Lines of the last letter of their reader, in one query.

    Who had this morning's letter waits for the next one.
    """
    turns = _turns(at)
    ripe = Q()
    for turn in turns:
        ripe |= turn.ripe
    stages = [When(turn.asks, then=Value(_stage(turn.letter.morning))) for turn in turns]
    backs = [When(turn.asks, then=Value(turn.letter.back_on)) for turn in turns]
    had = Reminder.objects.filter(
        subject_type=_SUBJECT,
        subject_id=Cast(OuterRef("user_id"), CharField()),
        kind=KIND,
        stage=OuterRef("morning"),
    )
    lines = (
        DigestLine.objects.filter(sent_at=None, kind__in=list(kinds()))
        .annotate(pace=Coalesce("user__alert_preference__pace", Value(Pace.DAILY.value)))
        .annotate(morning=Case(*stages, output_field=CharField()))
        .annotate(back_on=Case(*backs, output_field=DateField()))
        .filter(ripe)
        .filter(Q(pace=Pace.AT_ONCE) | ~Exists(had))
        .order_by("user_id", "pk")
    )
    found: defaultdict[int, list[DigestLine]] = defaultdict(list)
    for line in lines:
        found[line.user_id].append(line)
    return found


def _stage(morning: datetime) -> str:
    return f"{timezone.localdate(morning):%Y%m%d}"


def _who_may_sign_in(waiting: Waiting, at: datetime) -> dict[int, User]:
    running = Appointment.objects.running(timezone.localdate(at)).filter(user=OuterRef("pk"))
    people = User.objects.filter(Exists(running), pk__in=list(waiting), is_active=True)
    return {each.pk: each for each in people}


def _said(waiting: Waiting, at: datetime, turn: Turn) -> tuple[Waiting, dict[int, Said]]:
    """What each line says today and to whom, by its key: one question for each kind.

    Without the lines of which that could not be told: they are not untrue, and wait.
    """
    by_kind: defaultdict[str, list[DigestLine]] = defaultdict(list)
    for of in waiting.values():
        for line in of:
            by_kind[line.kind].append(line)
    known, today = kinds(), timezone.localdate(at)
    found: dict[int, Said] = {}
    asked: set[int] = set()

    def ask(lines: Sequence[DigestLine]) -> None:
        found.update(known[lines[0].kind].said(lines, today))
        asked.update(line.pk for line in lines)

    for lines in by_kind.values():
        with turn():
            past_bad(lines, ask).tell()
    told = {user: [each for each in of if each.pk in asked] for user, of in waiting.items()}
    return {user: of for user, of in told.items() if of}, found


def _lost(waiting: Waiting, said: Mapping[int, Said]) -> dict[int, tuple[int, ...]]:
    """The lines that are true, but no longer for their reader; and who should hear instead."""
    found = {}
    for reader, lines in waiting.items():
        for line in lines:
            people = said[line.pk][2] if line.pk in said else (reader,)
            if reader not in people:
                found[line.pk] = people
    return found


@transaction.atomic
def _send(
    person: User | None,
    seen: Sequence[DigestLine],
    said: Mapping[int, Said],
    name: str,
    at: datetime,
) -> int:
    """One person's letter. Whoever holds the lines sends it; another worker finds none of them."""
    keys = [line.pk for line in seen]
    free = DigestLine.objects.filter(pk__in=keys, sent_at=None).order_by("pk")
    held = set(free.select_for_update(skip_locked=True).values_list("pk", flat=True))
    untrue = held if person is None else held - said.keys()
    if untrue:
        DigestLine.objects.filter(pk__in=untrue).delete()
    lines = _for_reader((line for line in seen if line.pk in held - untrue), said)
    if person is None or not lines:
        return 0
    pace, morning, back_on = _annotated(seen[0])
    if pace != Pace.AT_ONCE and not claim(subject=person, kind=KIND, stage=morning, at=at):
        return 0
    kept = [line.pk for line in lines]
    DigestLine.objects.filter(pk__in=kept).update(sent_at=at)
    # By its newest line, which is sent once: the days of a clock that ran ahead come again.
    key = f"{person.pk}:line {max(kept)}"
    digest(lines, to=person, pace=pace, key=key, board_name=name, at=at, back_on=back_on)
    return 1


def _for_reader(lines: Iterable[DigestLine], said: Mapping[int, Said]) -> list[DigestLine]:
    """In the words of this morning; without what another worker is passing on."""
    found = []
    for line in lines:
        line.sentence, line.path, people = said[line.pk]
        if line.user_id in people:
            found.append(line)
    return found


def _annotated(line: DigestLine) -> tuple[str, str, date | None]:
    return vars(line)["pace"], vars(line)["morning"], vars(line)["back_on"]
