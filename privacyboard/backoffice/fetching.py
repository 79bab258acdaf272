"""Many lists of one page in one query: those that a form chooses from, and those of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import NotSupportedError, connection
from django.db.models import F, Func, Model, OuterRef, QuerySet, Value, Window
from django.db.models.functions import JSONObject, RowNumber
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

# One row of a short list, by the names that the page gave its columns.
Small = dict[str, Any]


def small(of: Any, *, link: str, order: str = "pk", **fields: str | Any) -> Any:
    """A short list of rows (a model, or a queryset) that point to a case by `link`: an annotation
    for the query that reads the case, as JSON. `plain` makes its days and moments again."""
    every = of if isinstance(of, QuerySet) else of._base_manager
    rows = every.filter(**{link: OuterRef("pk")}).order_by(order)
    return ArraySubquery(rows.values(data=JSONObject(pk="pk", **fields)))


class WrittenOnce:
    """Lists made with `small` that read the same for everybody: their SQL is made once per process.

    The page of a case has ten of them. Writing them for each page takes Django longer than all else
    that the page takes. `make` gives them by name, and depends on nothing: not on who asks, not on
    the day.
    """

    def __init__(self, model: type[Model], make: Callable[[], Mapping[str, Any]]) -> None:
        self._model = model
        self._make = make

    @cached_property
    def lists(self) -> dict[str, Func]:
        """The annotations, for a query of this model."""
        query = self._model._base_manager.all().query
        compiler = query.get_compiler(connection=connection)
        key, _values = compiler.compile(F("pk").resolve_expression(query))
        return {
            name: _Written(*compiler.compile(made), key=key, output_field=made.output_field)
            for name, each in self._make().items()
            for made in (each.resolve_expression(query),)
        }


class _Written(Func):
    """An annotation of which the SQL is known; `key` is what it calls the key of its row."""

    def __init__(self, sql: str, values: Iterable[Any], *, key: str, output_field: Any) -> None:
        super().__init__(F("pk"), output_field=output_field)
        self._sql, self._values, self._key = sql, tuple(values), key

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The same SQL. Refused within another query, where the table has another name."""
        key, _values = compiler.compile(self.source_expressions[0])
        if key != self._key:
            raise NotSupportedError("a list that is written once stands in the outermost query")
        return self._sql, self._values


def same(*names: str) -> dict[str, str]:
    """Columns that keep their names."""
    return {name: name for name in names}


def plain(rows: Iterable[Small]) -> list[Small]:
    """JSON has no days and moments: what is named `..._on` or `..._at` is one again."""
    return [{key: _moment(key, value) for key, value in row.items()} for row in rows]


def _moment(key: str, value: Any) -> Any:
    if isinstance(value, str) and key.endswith("_on"):
        return parse_date(value)
    return parse_datetime(value) if isinstance(value, str) and key.endswith("_at") else value


class ChoiceLists:
    """What the fields of a page choose from. Fields `ask` while the page is made; `of` reads.

    An entry holds its key and what it is named by: the columns of `NAMED_BY` on its model, or else
    its column `name`. A list whose entries are named in another way is read by itself, whole.
    """

    def __init__(self) -> None:
        self._asked: dict[type[Model], QuerySet[Any]] = {}
        self._read: dict[type[Model], list[Any]] = {}

    def ask(self, entries: QuerySet[Any]) -> None:
        """This list will be shown; one list per model, the first that was asked for."""
        self._asked.setdefault(entries.model, entries)

    def of(self, entries: QuerySet[Any]) -> list[Any]:
        """The entries in their order; the first call reads whatever was asked for by then."""
        self.ask(entries)
        if entries.model not in self._read:
            if _named_by(entries.model):
                self._read_together()
            else:
                self._read[entries.model] = list(entries.all())
        return self._read[entries.model]

    def _read_together(self) -> None:
        waiting = [
            each
            for model, each in self._asked.items()
            if model not in self._read and _named_by(model)
        ]
        self._read |= {each.model: [] for each in waiting}
        first, *others = (_rows(number, each) for number, each in enumerate(waiting))
        rows = first.union(*others, all=True) if others else first
        for number, _place, key, said in sorted(rows, key=lambda row: row[:2]):
            model = waiting[number].model
            self._read[model].append(_entry(model, key, said))


def choice_lists(request: HttpRequest) -> ChoiceLists:
    """Those of this page."""
    found: ChoiceLists = request.__dict__.setdefault("_choice_lists", ChoiceLists())
    return found


def _named_by(model: type[Model]) -> tuple[str, ...]:
    columns = {each.attname for each in model._meta.concrete_fields}
    return getattr(model, "NAMED_BY", ("name",) if "name" in columns else ())


def _rows(number: int, entries: QuerySet[Any]) -> QuerySet[Any, Any]:
    """One list as rows (number of the list, place in it, key, names)."""
    order: Any = entries.query.order_by or entries.model._meta.ordering or ["pk"]
    said = JSONObject(**{name: name for name in _named_by(entries.model)})
    place = Window(RowNumber(), order_by=list(order))
    return entries.order_by().values_list(Value(number), place, "pk", said)


def _entry(model: type[Model], key: int, said: dict[str, Any]) -> Any:
    held = {**said, model._meta.pk.attname: key}
    columns = [each.attname for each in model._meta.concrete_fields if each.attname in held]
    return model.from_db("default", columns, [held[name] for name in columns])
