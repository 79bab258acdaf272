"""Sending the morning letters: each line once, each person one letter a morning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import claim, kinds
from privacyboard.frontdesk.letters import digest
from privacyboard.frontdesk.rules import last_morning
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import Appointment, User

KIND = "digest"
_PACES = (Pace.DAILY, Pace.WEEKLY, Pace.AT_ONCE)
# Machines differ a little; by more than this only a clock that is wrong.
_AHEAD_AT_MOST = timedelta(hours=1)

Waiting = dict[int, list[DigestLine]]


def send_digests(*, by: User | None, at: datetime) -> int:
    """Write to everybody for whom something waited until this morning; returns how many letters.

    A line that is no longer true is dropped, and so is one for who may not sign in any more.
    Nothing to say, nothing sent.
    """
    waiting = _waiting(at)
    if not waiting:
        return 0
    people = _who_may_sign_in(waiting, at)
    still = _still_true((line for of in waiting.values() for line in of), at)
    name, sent = board_name(), 0
    for key, lines in sorted(waiting.items()):
        sent += _send(people.get(key), lines, still, name, at)
    return sent


def _waiting(at: datetime) -> Waiting:
    """Lines that were written before the last morning of their reader's pace, in one query.

    Who had this morning's letter waits for the next one.
    """
    mornings = {pace: last_morning(pace, at) for pace in _PACES}
    ripe = Q()
    for pace, morning in mornings.items():
        ripe |= Q(pace=pace, made_at__lte=morning)
    # A clock that ran ahead wrote these. Nobody waits until the days catch up with it.
    ripe |= Q(pace__in=_PACES, made_at__gt=at + _AHEAD_AT_MOST)
    stages = [When(pace=pace, then=Value(_stage(day))) for pace, day in mornings.items()]
    had = Reminder.objects.filter(
        subject_type=User._meta.label_lower,
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


def _still_true(lines: Iterable[DigestLine], at: datetime) -> set[int]:
    """The keys of the lines that their app would still say today: one question for each kind."""
    by_kind: defaultdict[str, list[DigestLine]] = defaultdict(list)
    for line in lines:
        by_kind[line.kind].append(line)
    known, today = kinds(), timezone.localdate(at)
    return {key for kind, of in by_kind.items() for key in known[kind].still(of, today)}


@transaction.atomic
def _send(
    person: User | None, seen: Sequence[DigestLine], still: set[int], name: str, at: datetime
) -> int:
    """One person's letter. Whoever holds the lines sends it; another worker finds none of them."""
    keys = [line.pk for line in seen]
    free = DigestLine.objects.filter(pk__in=keys, sent_at=None).order_by("pk")
    held = set(free.select_for_update(skip_locked=True).values_list("pk", flat=True))
    lines = [line for line in seen if line.pk in held & still] if person else []
    kept = {line.pk for line in lines}
    if held - kept:
        DigestLine.objects.filter(pk__in=held - kept).delete()
    if person is None or not lines:
        return 0
    pace, morning = _annotated(seen[0])
    if pace == Pace.AT_ONCE:
        morning = f"line {max(kept)}"
    elif not claim(subject=person, kind=KIND, stage=morning, at=at):
        return 0
    DigestLine.objects.filter(pk__in=kept).update(sent_at=at)
    digest(lines, to=person, pace=pace, key=f"{person.pk}:{morning}", board_name=name, at=at)
    return 1


def _annotated(line: DigestLine) -> tuple[str, str]:
    return vars(line)["pace"], vars(line)["morning"]
