"""After a test with real commits, what it left is deleted: the few rows that there are.

Django empties every table of the house, filled or not, with TRUNCATE: new files for each of them,
and the permissions entered again under other numbers. That is half a second after each such test.
As there, what the house enters after each migrate is entered again: the rows of the first time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.factories.pictures import Row, copying, filled, insert, rows_of

# Entered by migrate; no test changes them.
ALWAYS_THERE = {"django_content_type", "auth_permission"}
# Counts what the append-only tables lose, also here.
_COUNTED = "audit_forgettingcount"


_entered: dict[str, list[Row]] = {}


@transaction.atomic
def delete_what_is_left(case: object = None) -> None:
    """Every row of every table, but for what migrate entered. Keys go on where they were.

    History lets itself be deleted only after the fixture `append_only_lifted`.
    """
    with connection.cursor() as cursor:
        left = [table for table in filled() if table not in {_COUNTED, *ALWAYS_THERE}]
        for table in [*left, _COUNTED]:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
        cursor.execute("RESET session_replication_role")
        if _entered:
            rows = [json.dumps(each) for each in _entered.values()]
            cursor.execute(copying(*map(insert, _entered)), rows)
            return
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    found = {table: rows_of(table) for table in filled() if table not in ALWAYS_THERE}
    _entered.update(found)


@pytest.fixture(scope="session", autouse=True)
def _rows_are_deleted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_what_is_left)
        yield
