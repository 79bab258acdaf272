"""The database of the tests, made with less rendering, has all that the models name."""

from __future__ import annotations

from django.apps import apps
from django.db import connection


def named_by_the_models() -> tuple[set[tuple[str, str]], set[str], set[str]]:
    columns, indexes, constraints = set(), set(), set()
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        columns |= {(table, f.column or "") for f in model._meta.local_concrete_fields}
        indexes |= {index.name for index in model._meta.indexes}
        constraints |= {each.name for each in model._meta.constraints}
    return columns, indexes, constraints


def test_every_column_index_and_constraint_is_there(db: None) -> None:
    columns, indexes, constraints = named_by_the_models()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'django_migrations'"
        )
        assert set(cursor.fetchall()) == columns
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        in_database = {name for (name,) in cursor.fetchall()}
        assert indexes <= in_database
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype <> 'n'")
        # A condition on uniqueness makes it an index to PostgreSQL.
        assert constraints <= in_database | {name for (name,) in cursor.fetchall()}
    assert len(columns) > 1000
    assert len(indexes) > 50
    assert len(constraints) > 50
