"""Writing what a plan says, set by set, with the history of each record in the transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import GeneratedField

from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import User
from registers.exchange.holding import Overtaken, hold
from registers.exchange.planning import Fate, Plan, Planned
from registers.exchange.tables import TABLE, Kind, Table

WHY = "ingelezen"
_BATCH = 5_000
_TITLES = {"agreements": "Overeenkomst", "sharing_agreements": "Afspraak"}


class AttachmentChanged(Overtaken):
    """The content of an attachment is not what its hash says."""


def write_plan(plan: Plan, *, by: User | None, at: datetime) -> list[StoredDocument]:
    """Save every new and changed row; call it inside a transaction. Returns the files it kept.

    Raises Overtaken, with nothing written, where somebody saved what the plan would write over.
    The caller removes those files again when the transaction does not come through, and writes
    what the agreements cover.
    """
    hold(plan)
    kept: list[StoredDocument] = []
    try:
        for name, rows in plan.tables.items():
            _write_table(TABLE[name], rows, by, at, kept)
    except BaseException:
        discard(kept)
        raise
    return kept


def discard(documents: Iterable[StoredDocument]) -> None:
    """Remove files from the disk whose rows did not come through."""
    for document in documents:
        document.file.storage.delete(str(document.file.name))


def _write_table(
    table: Table,
    rows: list[Planned],
    by: User | None,
    at: datetime,
    kept: list[StoredDocument],
) -> None:
    new = [each for each in rows if each.fate is Fate.NEW]
    changed = [each for each in rows if each.fate is Fate.CHANGED]
    for each in new:
        each.record.pk = None
    for each in (*new, *changed):
        for name in each.to_new:
            entry = each.record._state.fields_cache[name]
            setattr(each.record, f"{name}_id", entry.pk)
        _keep_attachment(table, each, by, at, kept)
    manager: Any = table.model._default_manager
    manager.bulk_create([each.record for each in new], batch_size=_BATCH)
    _update(table, changed)
    _choose(table, [*new, *changed])
    for found, sign in ((new, "+"), (changed, "~")):
        if found:
            _write_history(table, [each.record for each in found], sign, by, at)


def _keep_attachment(
    table: Table, planned: Planned, by: User | None, at: datetime, kept: list[StoredDocument]
) -> None:
    found = planned.attachment
    if found is None:
        return
    content = found.read()
    if hashlib.sha256(content).hexdigest() != found.sha256:
        raise AttachmentChanged(found.sha256)
    title = f"{_TITLES[table.name]} {planned.record} ({found.file_name})"
    document = storage.store(
        content=content,
        title=title[:200],
        file_name=found.file_name,
        media_type=found.media_type,
        kind=table.document_kind,
        by=by,
        at=at,
    )
    kept.append(document)
    planned.record.document = document


def _update(table: Table, changed: list[Planned]) -> None:
    names = {name for each in changed for name in each.changed}
    lists = {column.name for column in table.columns if column.kind is Kind.MANY}
    fields = sorted(names - lists)
    if "name" in fields and hasattr(table.model, "sort_name"):
        fields.append("sort_name")
    if fields:
        manager: Any = table.model._default_manager
        manager.bulk_update([each.record for each in changed], fields, batch_size=500)


def _choose(table: Table, rows: list[Planned]) -> None:
    """Set the lists of references: as a whole, per record that has another one."""
    for column in table.columns:
        if column.kind is not Kind.MANY:
            continue
        many: Any = column.field
        through = many.remote_field.through
        own, other = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
        chosen = [each for each in rows if column.name in each.chosen]
        had = [each.record.pk for each in chosen if each.fate is Fate.CHANGED]
        if had:
            through._default_manager.filter(**{f"{own}__in": had}).delete()
        through._default_manager.bulk_create(
            [
                through(**{own: each.record.pk, other: entry.pk})
                for each in chosen
                for entry in each.chosen[column.name]
            ],
            batch_size=_BATCH,
        )


def _write_history(
    table: Table, records: list[Any], sign: str, by: User | None, at: datetime
) -> None:
    """A row of history for each record, with the lists it has now, as `record` would write it.

    The database copies the rows itself: sending every row again takes five times as long.
    """
    model: Any = table.model
    history = model.history.model
    quote = connection.ops.quote_name
    fields = [each for each in history.tracked_fields if not isinstance(each, GeneratedField)]
    copied = ", ".join(quote(each.column) for each in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            # Names of tables and columns are the models' own.
            f"INSERT INTO {quote(history._meta.db_table)} ({copied}, history_date, "  # noqa: S608
            "history_user_id, history_change_reason, history_type) "
            f"SELECT {copied}, %s, %s, %s, %s FROM {quote(model._meta.db_table)} "
            "WHERE id = ANY(%s) ORDER BY id RETURNING id, history_id",
            [at, by.pk if by else None, WHY, sign, [each.pk for each in records]],
        )
        past = dict(cursor.fetchall())
    for many in getattr(history, "_history_m2m_fields", ()):
        _write_list_history(history, many, past)


def _write_list_history(history: Any, many: Any, past: dict[int, int]) -> None:
    through = many.remote_field.through
    own = f"{many.m2m_field_name()}_id"
    names = [each.attname for each in through._meta.concrete_fields]
    model = getattr(history, many.name).model
    rows = through._default_manager.filter(**{f"{own}__in": list(past)}).order_by("pk")
    model._default_manager.bulk_create(
        [model(history_id=past[values[own]], **values) for values in rows.values(*names)],
        batch_size=_BATCH,
    )
