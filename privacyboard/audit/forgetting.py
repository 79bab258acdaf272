"""The one way past the triggers: used by retention, inside its transaction, with its reason."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_SET = "SELECT set_config('privacyboard.forgetting', %s, true)"


class ReasonMissing(ValueError):
    """History is not forgotten without saying why."""


@contextmanager
def forgetting(*, reason: str) -> Iterator[None]:
    """Open a transaction in which append-only rows may be changed or deleted.

    The permission ends with the transaction; the database counts what was done, with the reason.
    """
    if not reason.strip():
        raise ReasonMissing("say why history is forgotten")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('privacyboard.forgetting', true), '')")
        (before,) = cursor.fetchone()
        cursor.execute(_SET, [reason])
        yield
        cursor.execute(_SET, [before])
