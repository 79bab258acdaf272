"""Which holds run, and which may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from inspect import signature
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Q

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
