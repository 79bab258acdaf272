"""Claiming a reminder: whoever makes the row sends the alert, nobody else does."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models

from privacyboard.clockwork.models import Reminder


def claim(*, subject: models.Model, kind: str, stage: str, at: datetime) -> bool:
    """Make the reminder's row; True for the one caller that made it, False for all others.

    Call it inside the transaction that queues the letter: both stand, or neither.
    """
    table = connection.ops.quote_name(Reminder._meta.db_table)
    with connection.cursor() as cursor:
        # Django's ignore_conflicts does not tell whether the row was made; the database does.
        cursor.execute(
            f"INSERT INTO {table} (subject_type, subject_id, kind, stage, made_at)"  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [subject._meta.label_lower, str(subject.pk), kind, stage, at],
        )
        return cursor.rowcount == 1
