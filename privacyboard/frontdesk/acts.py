"""Sending the morning letters: each line once, each person one letter a morning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import Said, claim, kinds, pass_on
from privacyboard.frontdesk.letters import digest
from privacyboard.frontdesk.rules import last_morning
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Appointment, User

KIND = "digest"
_SUBJECT = User._meta.label_lower
_PACES = (Pace.DAILY, Pace.WEEKLY, Pace.AT_ONCE)
# Machines differ a little; by more than this only a clock that is wrong.
_AHEAD_AT_MOST = timedelta(hours=1)

Waiting = dict[int, list[DigestLine]]


def send_digests(*, by: User | None, at: datetime) -> int:
    """Write to everybody for whom something waited until this morning; returns how many letters.

    A line that is no longer true is dropped. One whose reader should not hear of it any more (who
    left, moved, or handed it over) goes to who should. Nothing to say, nothing sent. Raises
    NoAddress when all others have theirs: a wrong address keeps nobody else waiting.
    """
    _date_anew_what_is_ahead(at)
    waiting = _waiting(at)
    said = _said(waiting, at)
    lost = _lost(waiting, said)
    if lost:
        pass_on(lost)
        waiting = _waiting(at)
        said = _said(waiting, at)
    if not waiting:
        return 0
    people = _who_may_sign_in(waiting, at)
    name, sent, without = board_name(), 0, None
    for key, lines in sorted(waiting.items()):
        try:
            sent += _send(people.get(key), lines, said, name, at)
        except NoAddress as problem:
            without = problem
    if without:
        raise without
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


def _waiting(at: datetime) -> Waiting:
    """Lines that were written before the last morning of their reader's pace, in one query.

    Who had this morning's letter waits for the next one.
    """
    mornings = {pace: last_morning(pace, at) for pace in _PACES}
    ripe = Q()
    for pace, morning in mornings.items():
        ripe |= Q(pace=pace, made_at__lte=morning)
    stages = [When(pace=pace, then=Value(_stage(day))) for pace, day in mornings.items()]
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


def _said(waiting: Waiting, at: datetime) -> dict[int, Said]:
    """What each line says today and to whom, by its key: one question for each kind."""
    by_kind: defaultdict[str, list[DigestLine]] = defaultdict(list)
    for of in waiting.values():
        for line in of:
            by_kind[line.kind].append(line)
    known, today = kinds(), timezone.localdate(at)
    found: dict[int, Said] = {}
    for kind, lines in by_kind.items():
        found |= known[kind].said(lines, today)
    return found


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
    pace, morning = _annotated(seen[0])
    if pace != Pace.AT_ONCE and not claim(subject=person, kind=KIND, stage=morning, at=at):
        return 0
    kept = [line.pk for line in lines]
    DigestLine.objects.filter(pk__in=kept).update(sent_at=at)
    # By its newest line, which is sent once: the days of a clock that ran ahead come again.
    key = f"{person.pk}:line {max(kept)}"
    digest(lines, to=person, pace=pace, key=key, board_name=name, at=at)
    return 1


def _for_reader(lines: Iterable[DigestLine], said: Mapping[int, Said]) -> list[DigestLine]:
    """In the words of this morning; without what another worker is passing on."""
    found = []
    for line in lines:
        line.sentence, line.path, people = said[line.pk]
        if line.user_id in people:
            found.append(line)
    return found


def _annotated(line: DigestLine) -> tuple[str, str]:
    return vars(line)["pace"], vars(line)["morning"]
