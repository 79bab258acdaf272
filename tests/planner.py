"""Asking PostgreSQL whether an index serves a statement, whatever the size of the tables."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Model, QuerySet

_INDEXES_OF = """
    SELECT index.relname FROM pg_index
    JOIN pg_class AS index ON index.oid = pg_index.indexrelid
    JOIN pg_class AS entity ON entity.oid = pg_index.indrelid
    WHERE entity.relname = %s
"""
_HIDE = """
    UPDATE pg_index SET indisvalid = false
    FROM pg_class WHERE pg_class.oid = indexrelid AND pg_class.relname = ANY(%s)
"""


def plan_with_only(found: QuerySet, indexes: Collection[str], model: type[Model]) -> str:
    """The plan when of this model's indexes only these can be chosen.

    With a handful of rows any road costs the same, and the planner's choice follows from
    whether its figures were just gathered. So the other roads are closed, for this
    transaction: what is asked is whether the index's own condition fits the statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES_OF, [model._meta.db_table])
        others = [name for (name,) in cursor.fetchall() if name not in indexes]
        cursor.execute(_HIDE, [others])
        cursor.execute("SET LOCAL enable_seqscan = off")
        return found.explain()
