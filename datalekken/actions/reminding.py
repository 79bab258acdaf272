"""Reminding of the 72 hours: once per stage, per person and per term (see `rules.reminding`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from datalekken.choices import BreachState
from datalekken.letters.reminders import careful_reminder, term_reminder
from datalekken.models import Breach, people_on_duty
from datalekken.rules.clocks import LATE, careful_clock, legal_clock
from datalekken.rules.reminding import UNTOUCHED, careful_stages, term_stages
from privacyboard.clockwork.models import Reminder
from privacyboard.clockwork.reminders import claim
from privacyboard.clockwork.turns import in_turn
from privacyboard.organisation.choices import Role
from privacyboard.organisation.context_processors import board_name
from privacyboard.organisation.models import User

KIND = "breach_term"


@dataclass(frozen=True)
class _Due:
    """What is due of one file now: its stages, the most urgent last, and where they count from."""

    breach: Breach
    stages: tuple[str, ...]
    start: datetime
    ends_at: datetime | None

    def row(self, stage: str, user: User) -> str:
        # A corrected time begins another term: its reminders begin anew.
        return f"{int(self.start.timestamp())}:{stage}:{user.pk}"


class _Staff:
    """Who can be reminded today, and which of these files each may read."""

    def __init__(self, due: Sequence[_Due], at: datetime) -> None:
        day = timezone.localdate(at)
        managers, fgs, board = (
            list(User.objects.with_role(role, day))
            for role in (Role.IBP_MANAGER, Role.FG, Role.BOARD_MEMBER)
        )
        self._turns = (people_on_duty(day), managers, fgs, board)
        self._when_late = [*fgs, *board]
        keys = [each.breach.pk for each in due]
        people = {user for group in self._turns for user in group}
        self._reads = {
            user.pk: set(
                Breach.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)
            )
            for user in people
        }

    def asked(self, due: _Due) -> Iterator[tuple[User, tuple[str, ...], bool]]:
        """Each person, at which stages, and whether this person is on duty.

        Who is on duty; where nobody of them may read the file the IBP managers, else the FG, else
        the board.
        """
        groups = ([user for user in group if self._may(user, due)] for group in self._turns)
        on_duty = next((group for group in groups if group), [])
        for user in on_duty:
            yield user, due.stages, True
        if LATE in due.stages:
            for user in dict.fromkeys(self._when_late):
                if user not in on_duty and self._may(user, due):
                    yield user, (LATE,), False

    def _may(self, user: User, due: _Due) -> bool:
        return due.breach.pk in self._reads[user.pk]


def remind_of_breaches(*, by: User | None, at: datetime) -> int:
    """Write to everybody who should hear of a term by now and did not; returns how many letters.

    Only the most urgent of the stages that are due is a letter: after a night without a worker
    nobody gets four at once. Raises the first problem (NoAddress) when all
    others were told.
    """
    due = [found for each in _watched() if (found := _due(each, at))]
    if not due:
        return 0
    staff, told, name, sent = _Staff(due, at), _told(due), board_name(), 0
    with in_turn() as turn:
        for each in due:
            for user, stages, is_own in staff.asked(each):
                rows = [(str(each.breach.pk), each.row(stage, user)) for stage in stages]
                if told.issuperset(rows):
                    continue
                with turn():
                    sent += _remind(each, user, stages, is_own=is_own, name=name, at=at)
    return sent


def _watched() -> Any:
    rows = Breach.objects
    return (rows.running() | rows.to_notify() | rows.uncertain()).order_by("pk")


def _due(breach: Breach, at: datetime) -> _Due | None:
    clock = legal_clock(breach.times)
    if clock is not None:
        is_decided = breach.state == BreachState.DECIDED
        stages = term_stages(clock, is_decided=is_decided, at=at)
        found = _Due(breach, stages, clock.started_at, clock.ends_at)
    else:
        is_taken_up = breach.state != BreachState.REPORTED
        stages = careful_stages(breach.times, is_taken_up=is_taken_up, at=at)
        found = _Due(breach, stages, careful_clock(breach.times).started_at, None)
    return found if stages else None


def _told(due: Sequence[_Due]) -> set[tuple[str, str]]:
    """The rows that stand already, in one query: a quiet sweep costs the same for any number."""
    rows = Reminder.objects.filter(
        subject_type=Breach._meta.label_lower,
        subject_id__in=[str(each.breach.pk) for each in due],
        kind=KIND,
    )
    return set(rows.values_list("subject_id", "stage"))


@transaction.atomic
def _remind(
    seen: _Due, user: User, stages: Sequence[str], *, is_own: bool, name: str, at: datetime
) -> int:
    # A decision, a notification or a corrected time that came in between stops the letter.
    held = _watched().filter(pk=seen.breach.pk).select_for_update(of=("self",)).first()
    due = _due(held, at) if held is not None else None
    if due is None or due.start != seen.start or not set(stages) <= set(due.stages):
        return 0
    rows = [due.row(stage, user) for stage in stages]
    made = [row for row in rows if claim(subject=due.breach, kind=KIND, stage=row, at=at)]
    if rows[-1] not in made:
        return 0
    if due.ends_at is None:
        careful_reminder(
            due.breach,
            to=user,
            row=rows[-1],
            is_untouched=stages[-1] == UNTOUCHED,
            board_name=name,
            at=at,
        )
    else:
        term_reminder(
            due.breach,
            to=user,
            row=rows[-1],
            ends_at=due.ends_at,
            is_own=is_own,
            board_name=name,
            at=at,
        )
    return 1
