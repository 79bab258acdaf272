"""Several new records with their history, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from privacyboard.organisation.models import Recorded, User


def create_recorded(
    records: Sequence[Recorded], *, by: User | None, why: str, at: datetime
) -> None:
    """Write new records of one kind, and a row of history for each; the records get no key."""
    if not records:
        return
    model: Any = type(records[0])
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    own = ", ".join(connection.ops.quote_name(each.column) for each in fields)
    history = model.history.model
    kept = ", ".join(connection.ops.quote_name(each.column) for each in history.tracked_fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    # Names of tables and columns are the models' own.
    statement = (
        f"WITH written AS (INSERT INTO {model._meta.db_table} ({own}) "  # noqa: S608
        f"VALUES {', '.join([one] * len(records))} RETURNING *) "
        f"INSERT INTO {history._meta.db_table} ({kept}, history_date, history_user_id, "
        f"history_change_reason, history_type) SELECT {kept}, %s, %s, %s, '+' FROM written"
    )
    values = [
        each.get_db_prep_save(getattr(record, each.attname), connection)
        for record in records
        for each in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, at, by.pk if by else None, why])
