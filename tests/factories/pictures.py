"""What takes hundreds of statements is made once per worker; a later test gets it back in one.

A picture holds every row that the making left behind, in whatever table, and the objects as they
were then. Nothing in here knows what it is a picture of.
"""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

T = TypeVar("T")
Row = dict[str, Any]


@cache
def tables() -> dict[str, type[models.Model]]:
    """Every table of the house."""
    known = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in known if model._meta.managed}


def key_of(table: str) -> str:
    """The column of a table's key."""
    key = tables()[table]._meta.pk
    assert key is not None
    assert key.column is not None
    return key.column


def filled() -> dict[str, int]:
    """The tables that hold something, with their number of rows."""
    counts = (f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return {table: count for table, count in cursor.fetchall() if count}


def rows_of(table: str) -> list[Row]:
    """The rows of a table as PostgreSQL writes them in JSON, by their keys."""
    name, key = connection.ops.quote_name(table), connection.ops.quote_name(key_of(table))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_agg(row ORDER BY {key})::text FROM {name} AS row")  # noqa: S608
        rows: list[Row] = json.loads(cursor.fetchone()[0] or "[]")
    return rows


def _insert(table: str) -> str:
    """The statement for rows in JSON; what PostgreSQL works out itself is left to it."""
    fields = tables()[table]._meta.local_concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column or "") for field in fields if not field.generated)
    return (
        f"INSERT INTO {quote(table)} ({columns}) SELECT {columns}"  # noqa: S608
        f" FROM json_populate_recordset(NULL::{quote(table)}, %s)"
    )


class _Pickler(pickle.Pickler):
    """Leaves the records of a dataclass out: only their names go along."""

    def __init__(self, file: io.BytesIO, around: object) -> None:
        super().__init__(file)
        self._names = {id(value): name for name, value in vars(around).items()} if around else {}
        self._names[id(around)] = ""

    def persistent_id(self, record: object) -> str | None:
        return self._names.get(id(record))


class _Unpickler(pickle.Unpickler):
    """Takes those records from the dataclass of the test."""

    def __init__(self, file: io.BytesIO, around: object) -> None:
        super().__init__(file)
        self._around = around

    def persistent_load(self, name: str) -> Any:
        return getattr(self._around, name) if name else self._around


class Picture(Generic[T]):
    """What `make` writes and returns. Taking it leaves nothing in the database.

    `around`: a dataclass with the records that were there before and that the new ones point to.
    Refused when a table that is written to held rows already: they would be taken for made. What
    the database itself dates (history) gets the moment of putting back.
    """

    def __init__(self, make: Callable[[], T], *, around: object = None) -> None:
        with transaction.atomic():
            before = filled()
            made = make()
            written = [table for table, n in filled().items() if n != before.get(table)]
            mixed = before.keys() & set(written)
            assert not mixed, f"not all rows in these tables are of the picture: {mixed}"
            self.rows = {table: rows_of(table) for table in written}
            file = io.BytesIO()
            _Pickler(file, around).dump(made)
            self._made = file.getvalue()
            transaction.set_rollback(True)
        self._statements = ";".join(_insert(table) for table in written)
        self._values = [json.dumps(rows) for rows in self.rows.values()]

    def put_back(self, *, around: object = None) -> T:
        """The rows under the keys that they had, in one round trip; the objects as just made."""
        with connection.cursor() as cursor:
            cursor.execute(self._statements, self._values)
        made: T = _Unpickler(io.BytesIO(self._made), around).load()
        return made


def kept(make: Callable[..., T]) -> Callable[..., T]:
    """A fixture beside the cast: made once per worker, and put back in every later test.

    Under `@pytest.fixture`. It begins with the cast alone, asks only for what does not change, and
    leaves nothing outside the database.
    """
    pictures: dict[tuple[object, ...], Picture[T]] = {}

    @wraps(make)
    def fixture(*, cast: object, **given: object) -> T:
        key = (cast, *given.values())
        if key not in pictures:
            pictures[key] = Picture(lambda: make(cast=cast, **given), around=cast)
        return pictures[key].put_back(around=cast)

    return fixture
