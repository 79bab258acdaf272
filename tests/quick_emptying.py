"""After a test with real commits, what it left is deleted: the few rows that there are.

Django empties every table of the house, filled or not, with TRUNCATE: new files for each of them,
and the permissions entered again under other numbers. That is half a second after each such test.
As there, what the house enters after each migrate is entered again.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.factories.pictures import filled

# Entered by migrate; no test changes them.
ALWAYS_THERE = {"django_content_type", "auth_permission"}
# Counts what the append-only tables lose, also here.
_COUNTED = "audit_forgettingcount"


def delete_what_is_left(case: object = None) -> None:
    """Every row of every table, but for what migrate entered. Keys go on where they were.

    History lets itself be deleted only after the fixture `append_only_lifted`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        left = [table for table in filled() if table not in {_COUNTED, *ALWAYS_THERE}]
        for table in [*left, _COUNTED]:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
        cursor.execute("RESET privacyboard.forgetting")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


@pytest.fixture(scope="session", autouse=True)
def _rows_are_deleted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_what_is_left)
        yield
