"""Claiming a reminder, and telling people: whoever makes the row alerts, nobody else does.

What can wait becomes a line of somebody's morning letter, which the front desk sends. What cannot
wait is a letter of its own, made by its app.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast
from django.utils import timezone

from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine, Reminder
from privacyboard.clockwork.querysets import OfDay, StageOf
from privacyboard.clockwork.rules import Stages
from privacyboard.clockwork.turns import Turn, in_turn, past_bad
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment
from privacyboard.organisation.rules import ROLE_ABOVE, ladder_from

Rows = models.QuerySet[Any]
_CHUNK = 500


def claim(*, subject: models.Model, kind: str, stage: str, at: datetime) -> bool:
    """Make the reminder's row; True for the one caller that made it, False for all others.

    Call it inside the transaction that queues the letter: both stand, or neither.
    """
    row = (subject._meta.label_lower, str(subject.pk), kind, stage)
    return bool(_claim_all([row], at))


_Row = tuple[str, str, str, str]


def _claim_all(rows: Collection[_Row], at: datetime) -> set[_Row]:
    """Make these rows, and tell which were made now."""
    table = connection.ops.quote_name(Reminder._meta.db_table)
    # In one order: two workers that claim the same rows wait for each other, and never in a circle.
    columns = [list(column) for column in zip(*sorted(rows), strict=True)]
    with connection.cursor() as cursor:
        # Django's ignore_conflicts does not tell which rows were made; the database does.
        cursor.execute(
            f"INSERT INTO {table} (subject_type, subject_id, kind, stage, made_at)"  # noqa: S608
            " SELECT *, %s FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])"
            " ON CONFLICT DO NOTHING RETURNING subject_type, subject_id, kind, stage",
            [at, *columns],
        )
        return set(cursor.fetchall())


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Something that can wait: of which record, at which stages (the most urgent last), to whom.

    The sentence holds numbers and days, never the name of anybody whom the record is about.
    """

    subject: models.Model
    kind: str
    stages: tuple[str, ...]
    due_on: date
    sentence: str
    path: str
    people: tuple[int, ...]

    def rows(self) -> list[_Row]:
        """Its reminders: one for each stage by now."""
        label, key = self.subject._meta.label_lower, str(self.subject.pk)
        return [(label, key, self.kind, stage) for stage in self.stages]


def tell(alerts: Iterable[Alert], *, at: datetime) -> int:
    """Claim each alert and write it down for its people; returns how many were told now.

    After nights without a worker somebody gets one line, not one for each stage that passed. With
    nobody to tell nothing is claimed: who comes later hears of it. Raises at the end what kept one
    from being told.
    """
    reachable = [each for each in alerts if each.people and each.stages]
    told: list[int] = []
    with in_turn() as turn:
        for start in range(0, len(reachable), _CHUNK):
            chunk = reachable[start : start + _CHUNK]
            with turn():
                past_bad(chunk, lambda some: told.append(_tell(some, at))).tell()
    return sum(told)


@transaction.atomic
def _tell(alerts: Sequence[Alert], at: datetime) -> int:
    made = _claim_all([row for each in alerts for row in each.rows()], at)
    new = [each for each in alerts if each.rows()[-1] in made]
    write_lines(new, at=at)
    return len(new)


def write_lines(alerts: Sequence[Alert], *, at: datetime) -> None:
    """Write a line for each person of each alert, save for who wants none.

    Call it in the transaction that claimed them.
    """
    _keep_lines(
        [
            DigestLine(
                user_id=person,
                subject_type=each.subject._meta.label_lower,
                subject_id=str(each.subject.pk),
                kind=each.kind,
                stage=each.stages[-1],
                sentence=each.sentence[:300],
                path=each.path,
                due_on=each.due_on,
                made_at=at,
            )
            for each in alerts
            for person in each.people
        ]
    )


def _keep_lines(lines: Sequence[DigestLine]) -> None:
    """Keep these, save for who wants none, and for who has or had the same line."""
    if not lines:
        return
    people = {line.user_id for line in lines}
    muted = AlertPreference.objects.filter(user__in=people, pace=Pace.NONE)
    without = set(muted.values_list("user", flat=True))
    wanted = [line for line in lines if line.user_id not in without]
    DigestLine.objects.bulk_create(wanted, ignore_conflicts=True)


class Reach:
    """Who can be told on a day, by role and school: read once, when somebody is asked for."""

    _ROLES = sorted({*ROLE_ABOVE, *ROLE_ABOVE.values(), Role.FG} - {Role.EMPLOYEE})

    def __init__(self, day: date) -> None:
        self.day = day
        self._people: dict[tuple[str, int | None], list[int]] | None = None

    def of(
        self,
        role: Role,
        school_id: int | None = None,
        *,
        person: int | None = None,
        but: Collection[int] = (),
    ) -> tuple[int, ...]:
        """The person, where somebody has it; else who holds the role there; else the role above it.

        A role of a school is looked for at that school, and for the whole board. The person too:
        who left, or moved to another school, does not see its pages any more.
        """
        if person is not None and any(
            person in self.at(each, place)
            for each in (*ladder_from(role), Role.FG)
            for place in (school_id, None)
        ):
            return (person,)
        return next(self._rungs(role, school_id, but), ())

    def with_above(
        self, role: Role, school_id: int | None = None, *, but: Collection[int] = ()
    ) -> tuple[int, ...]:
        """Who hears of what is late: who has to do it, the role above that one, and the FG."""
        rungs = [*islice(self._rungs(role, school_id, but), 2), self.at(Role.FG)]
        return tuple(dict.fromkeys(chain.from_iterable(rungs)))

    def _rungs(
        self, role: Role, school_id: int | None, but: Collection[int]
    ) -> Iterator[tuple[int, ...]]:
        """From the role upward, the people of each that anybody holds."""
        for each in ladder_from(role):
            found = [*self.at(each, school_id), *self.at(each, None)]
            if people := tuple(dict.fromkeys(key for key in found if key not in but)):
                yield people

    def at(self, role: Role, school_id: int | None = None) -> list[int]:
        """Who holds the role at just this place; without a school: for the whole board."""
        return self._all().get((role, school_id), [])

    def _all(self) -> dict[tuple[str, int | None], list[int]]:
        if self._people is None:
            self._people = defaultdict(list)
            rows = (
                Appointment.objects.running(self.day)
                .filter(role__in=self._ROLES, user__is_active=True)
                .order_by("pk")
            )
            for held, where, person in rows.values_list("role", "school_id", "user_id"):
                self._people[held, where].append(person)
        return self._people


# What is said of a record on a day: the sentence, the path of its page, and to whom.
Said = tuple[str, str, tuple[int, ...]]
# Given lines of one kind that wait: what is said on a day, by their keys. What is no longer true is
# missing. Of what nobody can be told there are no people.
Saying = Callable[[Sequence[DigestLine], date], dict[int, Said]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What lines can be about: its heading in the letter, and what they say on the morning."""

    name: str
    title: str
    said: Saying = field(repr=False)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let the morning letter know a kind of line; lines of an unknown kind are never sent."""
    _kinds[kind.name] = kind


def kinds() -> dict[str, Kind]:
    """Every kind by its name, in the order of the letter: by heading."""
    return dict(sorted(_kinds.items(), key=lambda each: each[1].title))


@transaction.atomic
def pass_on(people: Mapping[int, Collection[int]]) -> None:
    """Give lines that wait to other people, by the keys of the lines; they lose their first reader.

    With nobody to tell the claim is given back: who comes later hears of it.
    """
    rows = DigestLine.objects.filter(pk__in=people, sent_at=None).order_by("pk")
    held = list(rows.select_for_update(skip_locked=True))
    told = ("subject_type", "subject_id", "kind", "stage")
    kept = (*told, "sentence", "path", "due_on", "made_at")
    _keep_lines(
        [
            DigestLine(user_id=person, **{name: getattr(line, name) for name in kept})
            # In one order: two workers that write the same lines never wait in a circle.
            for line in sorted(held, key=lambda each: [getattr(each, name) for name in told])
            for person in sorted(people[line.pk])
        ]
    )
    without = [line.pk for line in held if not people[line.pk]]
    if without:
        lines = DigestLine.objects.filter(pk__in=without, **{name: OuterRef(name) for name in told})
        Reminder.objects.filter(Exists(lines)).delete()
    DigestLine.objects.filter(pk__in=[line.pk for line in held]).delete()


@dataclass(frozen=True, kw_only=True)
class Days:
    """Days that something is done of, stage by stage.

    `rows` gives on a day the records that still ask for somebody; `due` names their day (a column,
    or an annotation). It depends on the day, on what `also` tells, and on nothing else.
    """

    kind: str
    rows: Callable[[date], Rows]
    due: str
    stages: Stages
    also: Callable[[], Hashable] | None = None

    def due_on(self, today: date) -> tuple[str, tuple[Any, ...]]:
        """SQL for what has a stage by today of which no row stands: (kind, key), for a union."""
        return self._asked.words(today)

    @cached_property
    def _asked(self) -> OfDay:
        return OfDay(self._keys_due, self.also)

    def _keys_due(self, today: date) -> models.QuerySet[Any, Any]:
        rows = self.rows(today)
        within = {f"{self.due}__lte": today + timedelta(days=self.stages.first)}
        if self.stages.ago is not None:
            within[f"{self.due}__gte"] = today - timedelta(days=self.stages.ago)
        told = Reminder.objects.filter(
            subject_type=rows.model._meta.label_lower,
            subject_id=Cast(OuterRef("pk"), CharField()),
            kind=self.kind,
            stage=OuterRef("w_stage"),
        )
        found: models.QuerySet[Any, Any] = (
            rows.order_by()
            .filter(**within)
            .annotate(w_stage=StageOf(F(self.due), self.stages.days, today))
            .filter(~Exists(told))
            .values_list(Value(self.kind), Cast("pk", BigIntegerField()))
        )
        return found


def keys_due(watched: Iterable[Days], today: date) -> dict[str, list[int]]:
    """The keys of what is due, by kind; one query."""
    asked = [words for each in watched if (words := each.due_on(today))[0]]
    due: defaultdict[str, list[int]] = defaultdict(list)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"({sql})" for sql, _values in asked),
                [value for _sql, values in asked for value in values],
            )
            for kind, key in cursor.fetchall():
                due[kind].append(key)
    return due


@dataclass(frozen=True, kw_only=True)
class Watch(Days):
    """Days that somebody is told of.

    `say` gives the sentence, the path and the people for one record; `gather` may look up for all
    of them at once what it needs.
    """

    title: str
    say: Callable[[Any, Reach], Said]
    gather: Callable[[Sequence[Any], date], None] | None = None

    def _read(self, keys: Collection[int], today: date) -> list[Any]:
        found = list(self.rows(today).filter(pk__in=keys).order_by("pk"))
        if self.gather is not None:
            self.gather(found, today)
        return found

    def alerts(self, keys: Collection[int], today: date, reach: Reach, turn: Turn) -> list[Alert]:
        """What to tell of these records, each in its turn."""
        found: list[Alert] = []
        for row in self._read(keys, today):
            with turn():
                sentence, path, people = self.say(row, reach)
                due = _day(getattr(row, self.due))
                alert = Alert(
                    subject=row,
                    kind=self.kind,
                    stages=self.stages.reached(due, today),
                    due_on=due,
                    sentence=sentence,
                    path=path,
                    people=people,
                )
                found.append(alert)
        return found

    def said(self, lines: Sequence[DigestLine], today: date) -> dict[int, Said]:
        """What is said of the records that still ask for somebody, by the same day."""
        reach = Reach(today)
        keys = {int(line.subject_id) for line in lines}
        rows = self._read(keys, today)
        found = {(str(row.pk), _day(getattr(row, self.due))): self.say(row, reach) for row in rows}
        asked = {line.pk: (line.subject_id, line.due_on) for line in lines}
        return {key: found[record] for key, record in asked.items() if record in found}


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def watch(*watches: Watch) -> None:
    """Let the morning letter know what is watched."""
    for each in watches:
        register(Kind(name=each.kind, title=each.title, said=each.said))


def remind(watches: Sequence[Watch], *, at: datetime) -> int:
    """Tell of everything that is due by now and was not told; returns how many alerts.

    One query finds them all, and is the only one when nothing is due. Raises the first problem
    when all had their turn.
    """
    today = timezone.localdate(at)
    due, reach, told = keys_due(watches, today), Reach(today), 0
    with in_turn() as turn:
        for each in (watch for watch in watches if watch.kind in due):
            with turn():
                told += tell(each.alerts(due[each.kind], today, reach, turn), at=at)
    return told
