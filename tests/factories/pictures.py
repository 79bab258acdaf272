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

from privacyboard.audit.triggers import append_only_models

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


# Table after table: one statement over all of them takes PostgreSQL longer to plan than to answer.
# Where a file is empty there is nothing to count.
_COUNTING = """
CREATE OR REPLACE FUNCTION pg_temp.rows_in(names text[]) RETURNS TABLE (name text, number bigint)
LANGUAGE plpgsql AS $$
BEGIN
    FOREACH name IN ARRAY names LOOP
        CONTINUE WHEN pg_relation_size(quote_ident(name)::regclass) = 0;
        EXECUTE format('SELECT count(*) FROM %I', name) INTO number;
        CONTINUE WHEN number = 0;
        RETURN NEXT;
    END LOOP;
END $$
"""


def filled() -> dict[str, int]:
    """The tables that hold something, with their number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTING)
        cursor.execute("SELECT name, number FROM pg_temp.rows_in(%s)", [list(tables())])
        return dict(cursor.fetchall())


def rows_of(table: str) -> list[Row]:
    """The rows of a table as PostgreSQL writes them in JSON, by their keys."""
    name, key = connection.ops.quote_name(table), connection.ops.quote_name(key_of(table))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_agg(row ORDER BY {key})::text FROM {name} AS row")  # noqa: S608
        rows: list[Row] = json.loads(cursor.fetchone()[0] or "[]")
    return rows


def insert(table: str) -> str:
    """The statement for rows in JSON; what PostgreSQL works out itself is left to it.

    What it dates itself, and would not while it copies, gets this moment.
    """
    model = tables()[table]
    dated = _dated().get(model)
    names = [
        field.column or "" for field in model._meta.local_concrete_fields if not field.generated
    ]
    quote = connection.ops.quote_name
    taken = ", ".join("clock_timestamp()" if name == dated else quote(name) for name in names)
    return (
        f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) SELECT {taken}"  # noqa: S608
        f" FROM json_populate_recordset(NULL::{quote(table)}, %s)"
    )


@cache
def _dated() -> dict[type[models.Model], str]:
    return dict(append_only_models())


def copying(*statements: str) -> str:
    """These statements as a copy of a database writes them: what the rows point to is not asked.

    It was, when they were first written. The permission ends with the statements.
    """
    role = "SET LOCAL session_replication_role = "
    return ";".join([f"{role}replica", *statements, f"{role}origin"])


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
            connection.check_constraints()  # once: putting back asks no more what a row points to
            written = [table for table, n in filled().items() if n != before.get(table)]
            mixed = before.keys() & set(written)
            assert not mixed, f"not all rows in these tables are of the picture: {mixed}"
            self.rows = {table: rows_of(table) for table in written}
            file = io.BytesIO()
            _Pickler(file, around).dump(made)
            self._made = file.getvalue()
            transaction.set_rollback(True)
        self._statements = copying(*[insert(table) for table in written])
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
