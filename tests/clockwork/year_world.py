"""The world of the year test: what happens on which day, and how to see what came of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model

from consent.models import CleanUp, Invitation
from privacyboard.clockwork.models import Reminder, RetentionLine
from privacyboard.deadlines import AMSTERDAM
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from tests.conftest import Cast

FIRST, LAST = date(2026, 8, 1), date(2027, 7, 31)
DAY = timedelta(days=1)

# Who is told what on which day: kind, stage, address. Each once, and nothing else.
Told = tuple[str, str, str]
# A letter to somebody outside: what it is, to whom, on which day.
Sent = tuple[str, str, date]
Look = Callable[[], bool]
Act = Callable[[], Any]


def moment(day: date, hour: int = 8) -> datetime:
    """The hour of a day in Amsterdam: at eight the sweeps run."""
    return datetime.combine(day, time(hour), tzinfo=AMSTERDAM)


def missing(model: type[Model], key: int) -> Look:
    return lambda: not model._default_manager.filter(pk=key).exists()


@dataclass
class World:
    """The board, what happens on which day before the sweeps run, and how to see what is gone.

    `goes`: what goes in the year, each with the rule by which (or none). `stays`: what may be here
    up to and including the last day. `ends`: facts of that day.
    """

    cast: Cast
    goes: dict[str, tuple[str, Look]] = field(default_factory=dict)
    stays: dict[str, Look] = field(default_factory=dict)
    ends: dict[str, Callable[[], Any]] = field(default_factory=dict)
    _events: defaultdict[date, list[Act]] = field(default_factory=lambda: defaultdict(list))

    def on(self, day: date, act: Act) -> None:
        """Something happens on a day; what was there before the year is there at once."""
        if day < FIRST:
            act()
        else:
            self._events[day].append(act)

    def happen(self, until: date, since: date) -> None:
        """What happens after one day up to and including another."""
        for day in sorted(self._events):
            if since < day <= until:
                for act in self._events[day]:
                    act()

    def gone(self, *, but: Collection[str] = ()) -> set[str]:
        """What is gone by now; `but` is not looked at."""
        looks = {what: look for what, (_rule, look) in self.goes.items() if what not in but}
        return {what for what, look in looks.items() if look()}

    def gone_of_what_stays(self) -> set[str]:
        """Nothing, until the year is over."""
        return {what for what, look in self.stays.items() if look()}

    def ended(self) -> dict[str, Any]:
        return {what: look() for what, look in self.ends.items()}

    def told(self) -> set[Told]:
        """Every reminder by now, but the claims of the morning letters themselves."""
        people = {str(key): email for key, email in User.objects.values_list("pk", "email")}
        asked = Invitation.objects.values_list("pk", "guardian__email")
        people |= {f"invitation {key}": email for key, email in asked}
        rows = Reminder.objects.exclude(kind="digest").values_list("kind", "stage", "subject_id")
        return {_as_told(kind, stage, subject, people) for kind, stage, subject in rows}


def _as_told(kind: str, stage: str, subject: str, people: dict[str, str]) -> Told:
    parts = stage.split(":")
    if kind == "request_term":
        return kind, ":".join(parts[:2]), people[parts[2]]
    if kind == "breach_term":
        return kind, parts[1], people[parts[2]]
    if kind == "consent.round":
        return kind, stage, people[f"invitation {subject}"]
    return kind, stage, ""


def _day(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()


def mornings() -> set[tuple[str, date]]:
    """The morning letters by now: to whom, on which day."""
    letters = OutboundLetter.objects.filter(letter="frontdesk/digest")
    return {(to, _day(at)) for to, at in letters.values_list("to", "queued_at")}


def sent(*apps: str) -> set[Sent]:
    """The letters of these apps by now, each on its day."""
    rows = OutboundLetter.objects.values_list("letter", "to", "queued_at")
    return {(name, to, _day(at)) for name, to, at in rows if name.partition("/")[0] in apps}


def sixteens() -> set[str]:
    """Who was asked by now because of a sixteenth birthday."""
    asked = Invitation.objects.filter(because="sixteen")
    return set(asked.values_list("pupil__first_name", flat=True))


def clean_ups() -> dict[tuple[str, str], date]:
    """What is asked to be taken away by now, of whom and why, and since when."""
    rows = CleanUp.objects.filter(done_on=None).values_list("pupil__first_name", "why", "since")
    return {(name, why): since for name, why, since in rows}


def taken() -> Counter[str]:
    """How many records went by each rule by now, but for the lines of morning letters."""
    lines = RetentionLine.objects.filter(gone__gt=0).exclude(rule="digest_lines")
    found: Counter[str] = Counter()
    for rule, gone in lines.values_list("rule", "gone"):
        found[rule] += gone
    return found


def carried_out() -> set[tuple[str, date]]:
    """Which rules took something away on which day, by the reports of the runs."""
    lines = RetentionLine.objects.filter(gone__gt=0).values_list("rule", "run__started_at")
    return {(rule, _day(at)) for rule, at in lines}
