"""Which holds run, and which may be seen."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from privacyboard.deadlines import AMSTERDAM
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User


def lapsed(column: str, *, after: timedelta, at: datetime) -> Q:
    """Claims that no worker renewed for so long; or dated by a clock that ran ahead."""
    return Q(**{f"{column}__lt": at - after}) | Q(**{f"{column}__gt": at + after})


class _Array(models.Value):
    """Values as one array, as they are: to look at each of thousands takes longer than to ask."""

    def __init__(self, values: Iterable[Any], cast: str) -> None:
        super().__init__(values if isinstance(values, list) else list(values))
        self._cast = cast

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A parameter that says what it is a list of."""
        return f"%s::{self._cast}[]", (self.value,)


def _in_array(column: models.F | models.Func, values: Iterable[Any], cast: str) -> models.Func:
    return models.Func(
        column,
        _Array(values, cast),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


def one_of(keys: Iterable[int], column: str = "pk") -> models.Func:
    """A condition on a column of keys for thousands of them: sent as one array."""
    return _in_array(models.F(column), keys, "bigint")


def one_of_texts(texts: Iterable[str], column: models.F | models.Func) -> models.Func:
    """The same of texts."""
    return _in_array(column, texts, "text")


class Prepared:
    """A query that is asked of every chunk of a run: its SQL is made once, only the lists differ.

    `build` takes the lists and gives a queryset of values, which has them in `one_of` and
    `one_of_texts` and depends on nothing else.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._build = build

    @cached_property
    def _made(self) -> tuple[str, list[Any]]:
        places: list[list[Any]] = [[] for _each in signature(self._build).parameters]
        sql, given = self._build(*places).query.sql_with_params()
        which = {id(place): _Place(number) for number, place in enumerate(places)}
        return sql, [which.get(id(each), each) for each in given]

    def rows(self, *lists: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The rows for these lists, as the database gives them."""
        sql, given = self._made
        known = [list(each) for each in lists]
        asked = [known[each.number] if isinstance(each, _Place) else each for each in given]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class _Place(NamedTuple):
    """Where in the statement a list goes."""

    number: int


class Given(models.Expression):
    """A place in a query of `OfDay` for a value of this field, which is given when it is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_GIVEN,)


_GIVEN = object()
_Words = tuple[str, tuple[Any, ...]]


class OfDay:
    """A query that is asked of one day after another: its SQL is made once, only the days differ.

    Sweeps ask dozens of them, mostly to hear that nothing is due: writing them takes Django many
    times as long as PostgreSQL needs to answer. `build` takes the day and gives a queryset of
    values; what else it depends on it takes from `also`, and never from the database. Where
    something differs from day to day that is no day itself (a school year), it is made each time.
    """

    def __init__(
        self,
        build: Callable[[date], models.QuerySet[Any, Any]],
        also: Callable[[], Hashable] | None = None,
    ) -> None:
        self._build = build
        self._also = also
        self._made: dict[Hashable, _Words | None] = {}

    def words(self, day: date, given: Any = None) -> _Words:
        """The statement for a day and what is given with it; no words where it finds nothing."""
        # What turns a moment into a day names the time zone.
        key = (timezone.get_current_timezone_name(), self._also and self._also())
        if key not in self._made:
            self._made[key] = self._once()
        sql, values = self._made[key] or self._on(day)
        return sql, tuple(
            given if each is _GIVEN else each.on(day) if isinstance(each, _Moving) else each
            for each in values
        )

    def _on(self, day: date) -> _Words:
        try:
            return self._build(day).query.sql_with_params()
        except EmptyResultSet:
            return "", ()

    def _once(self) -> _Words | None:
        """With a place for each day that moves along; None: to be made for each day anew."""
        made = [self._on(day) for day in _TRIED]
        if len({(sql, len(values)) for sql, values in made}) > 1:
            return None
        try:
            places = [_place(each) for each in zip(*(values for _, values in made), strict=True)]
        except _DoesNotMove:
            return None
        return made[0][0], tuple(places)


# Far apart, in other years, months and school years, in summer and in winter.
_TRIED = (date(1999, 2, 28), date(2016, 7, 31), date(2047, 12, 5))


class _Moving(NamedTuple):
    """A day so many days after the one that is asked, or the moment of this time on it."""

    days: int
    time: time | None

    def on(self, day: date) -> date:
        moved = day + timedelta(days=self.days)
        return moved if self.time is None else datetime.combine(moved, self.time, tzinfo=AMSTERDAM)


class _DoesNotMove(ValueError):
    """What stands here differs from day to day, and not as the days do."""


def _place(values: Sequence[Any]) -> Any:
    """What stands in one place of a statement, seen on each of the days that were tried."""
    if all(each == values[0] for each in values):
        return values[0]
    moving = {_moving(each, day) for each, day in zip(values, _TRIED, strict=True)}
    if len(moving) > 1:
        raise _DoesNotMove
    return moving.pop()


def _moving(value: Any, day: date) -> _Moving:
    if isinstance(value, datetime) and value.tzinfo:
        here = value.astimezone(AMSTERDAM)
        return _Moving((here.date() - day).days, here.time())
    if type(value) is not date:
        raise _DoesNotMove
    return _Moving((value - day).days, None)


class StageOf(models.Func):
    """The last stage of a day that was reached, as `Stages.reached` writes it.

    The day can be worked out of other tables: it is worked out once.
    """

    output_field = models.CharField()

    def __init__(self, day: Any, days: Iterable[int], today: date) -> None:
        super().__init__(day)
        self._days, self._today = sorted(days), today

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> _Words:  # type: ignore[override]
        """Of the stages in their order, the one after all that lie before the days left."""
        day, values = compiler.compile(self.source_expressions[0])
        sql = (
            "(SELECT to_char(told.due, 'YYYYMMDD') || ':' || (%s::text[])"  # noqa: S608
            "[width_bucket(told.due - %s::date - 1, %s::int[]) + 1]"
            f" FROM (SELECT {day} AS due) told)"
        )
        return sql, ([str(each) for each in self._days], self._today, self._days, *values)


# "hold", among the advisory locks.
_HOLDS = 0x686F6C64


def _lock(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [_HOLDS])


class HoldQuerySet(models.QuerySet[Any]):
    def stand_still(self) -> None:
        """Until this transaction ends nobody puts a hold: what was asked is so when it commits.

        For who destroys, before asking what is held; several do so at once.
        """
        _lock("pg_advisory_xact_lock_shared")

    def change(self) -> None:
        """Wait for who destroys now, one chunk at most; who comes later sees what is put here.

        Before anything else is locked, so that nobody waits in a circle.
        """
        _lock("pg_advisory_xact_lock")

    def running(self) -> HoldQuerySet:
        """Those that nobody lifted."""
        return self.filter(lifted_at__isnull=True)

    def to_review(self, day: date) -> HoldQuerySet:
        """Running ones whose review date has come by this day."""
        return self.running().filter(review_on__lte=day)

    def visible_to(self, user: User) -> HoldQuerySet:
        """Those of schools where the user may see requests, and the user's own."""
        schools = School.objects.where(user, Right.VIEW_REQUESTS)
        mine = Q(school__in=schools.values("pk")) | Q(owner=user)
        if Right.VIEW_REQUESTS in user.standing.everywhere:
            mine |= Q(school__isnull=True)
        return self.filter(mine)
