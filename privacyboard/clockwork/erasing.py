"""How rows are forgotten, set by set: with their history, their traces and their files.

Only for use inside `audit.forgetting`, which the retention run opens: history is append-only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import connection, models
from django.db.models.sql.subqueries import UpdateQuery

from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.models import DigestLine, Reminder

# What remains of a title in the access log: who looked and when stays for its own term.
FORGOTTEN = "(vergeten)"

Counts = Mapping[str, int]
# Given the label of a model and keys of it as texts: forget what tells of those records.
Trace = Callable[[str, list[str]], Counts]
# Given keys of a model whose rows belong to others (a file): forget those that nobody needs.
Owned = Callable[[list[int]], Counts]
_traces: dict[str, Trace] = {}
_owned: dict[type[models.Model], Owned] = {}


def register_trace(name: str, trace: Trace) -> None:
    """Add a place where records leave traces: the outbox, the log."""
    _traces[name] = trace


def register_owned(model: type[models.Model], forget: Owned) -> None:
    """Say that rows of this model go with the rows that point to them."""
    _owned[model] = forget


class Gone:
    """One chunk of a run: takes rows away and counts them by table."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.counts: Counter[str] = Counter()

    def erase(
        self, model: type[models.Model], keys: Iterable[Any], *, by: str = "pk", traced: bool = True
    ) -> list[int]:
        """Delete the rows whose field `by` is one of the keys, and all that was kept of them.

        With `traced` off nothing is looked up in the outbox and the logs: for rows that nobody
        writes or logs about. Children first: the database refuses what still points here. Of
        children, by the key of their parent, also the history of those that went before. Returns
        the primary keys of the rows.
        """
        keys = list(keys)
        if by != "pk":
            self.erase_history(model, keys, by=by)
        table, pk = _table(model), _quoted(model._meta.pk.column)
        fields = [each for each in _foreign_keys(model) if each.related_model in _owned]
        column = _column(model, by)
        rows = self._rows(
            f"DELETE FROM {table} WHERE {column} = ANY(%s) RETURNING "  # noqa: S608
            + ", ".join([pk, *(_quoted(each.column) for each in fields)]),
            [keys],
            model,
        )
        erased = [row[0] for row in rows]
        if not erased:
            return []
        for link in _links_to(model):
            self._count(
                f"DELETE FROM {_table(link.model)} WHERE {_quoted(link.column)} = ANY(%s)",  # noqa: S608
                [erased],
                link.model,
            )
        for loose in loose_pointers_to(model):
            column = _quoted(loose.column)
            self._count(
                f"UPDATE {_table(loose.model)} SET {column} = NULL WHERE {column} = ANY(%s)",  # noqa: S608
                [erased],
                loose.model,
            )
        self.erase_history(model, erased)
        if traced:
            self.forget_traces(model, erased)
        for place, field in enumerate(fields, start=1):
            owned = sorted({row[place] for row in rows if row[place] is not None})
            if owned:
                self.counts.update(_owned[field.related_model](owned))
        return erased

    def blank(self, model: type[models.Model], keys: Sequence[int], **values: Any) -> None:
        """Write these values in the rows; of their history one row is left, as they are now.

        The row stays for what it counts; nothing is left of what it told. A value can be an
        expression on the row's own columns.
        """
        if not keys:
            return
        # First: some look up what the history still tells.
        self.forget_traces(model, keys)
        each = [_written(model, name, value) for name, value in values.items()]
        sets, written = ", ".join(part for part, _given in each), [g for _p, gs in each for g in gs]
        pk = _quoted(model._meta.pk.column)
        self._count(
            f"UPDATE {_table(model)} SET {sets} WHERE {pk} = ANY(%s)",  # noqa: S608
            [*written, list(keys)],
            model,
        )
        self.erase_history(model, keys)
        self._write_history(model, keys)

    def forget_traces(self, model: type[models.Model], keys: Sequence[int]) -> None:
        """Forget what the logs and the outbox tell of these records, which may stay themselves."""
        texts = [str(key) for key in keys]
        for trace in _traces.values():
            self.counts.update(trace(model._meta.label_lower, texts))

    def erase_history(
        self, model: type[models.Model], keys: Sequence[Any], *, by: str = "pk"
    ) -> None:
        """Delete the history of the rows whose field `by` is one of the keys, also of past rows."""
        history = _history_of(model)
        if history is None:
            return
        of_rows = f"{_column(model, by)} = ANY(%s)"
        for link in _many_to_many_of(history):
            self._count(
                f"DELETE FROM {_table(link.model)} WHERE {_quoted(link.column)} IN "  # noqa: S608
                f"(SELECT history_id FROM {_table(history)} WHERE {of_rows})",
                [list(keys)],
                link.model,
            )
        self._count(f"DELETE FROM {_table(history)} WHERE {of_rows}", [list(keys)], history)  # noqa: S608

    def blank_history(
        self, model: type[models.Model], history_keys: Sequence[int], fields: Sequence[str]
    ) -> None:
        """Empty these text fields in rows of history; the rows stay: something changed then."""
        history = _history_of(model)
        sets = ", ".join(f"{_column(history, each)} = ''" for each in fields)
        self._count(
            f"UPDATE {_table(history)} SET {sets} WHERE history_id = ANY(%s)",  # noqa: S608
            [list(history_keys)],
            history,
        )

    def _write_history(self, model: type[models.Model], keys: Sequence[int]) -> None:
        history = _history_of(model)
        if history is None:
            return
        own = {field.column for field in history._meta.concrete_fields}
        shared = [f.column for f in model._meta.concrete_fields if f.column in own]
        columns = ", ".join(_quoted(each) for each in shared)
        self._count(
            f"INSERT INTO {_table(history)} ({columns}, history_date, history_type, "  # noqa: S608
            f"history_change_reason) SELECT {columns}, now(), '~', %s FROM {_table(model)} "
            f"WHERE {_quoted(model._meta.pk.column)} = ANY(%s)",
            [self.reason, list(keys)],
            history,
        )

    def _rows(self, sql: str, given: list[Any], model: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        self._add(model, len(rows))
        return rows

    def _count(self, sql: str, given: list[Any], model: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            self._add(model, cursor.rowcount)

    def _add(self, model: Any, number: int) -> None:
        if number:
            self.counts[model._meta.db_table] += number


def _quoted(name: Any) -> str:
    return connection.ops.quote_name(name)


def _table(model: Any) -> str:
    return _quoted(model._meta.db_table)


def _column(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return _quoted(field.column)


def _written(model: type[models.Model], name: str, value: Any) -> tuple[str, list[Any]]:
    """The SQL that writes a value in a column, and what it is given."""
    field: Any = model._meta.get_field(name)
    if not hasattr(value, "resolve_expression"):
        return f"{_quoted(field.column)} = %s", [field.get_db_prep_save(value, connection)]
    query = UpdateQuery(model)
    worked_out = value.resolve_expression(query, allow_joins=False, for_save=True)
    sql, given = query.get_compiler(connection=connection).compile(worked_out)
    return f"{_quoted(field.column)} = {sql}", list(given)


def _foreign_keys(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.is_relation]


def _history_of(model: type[models.Model]) -> Any:
    manager = getattr(model, "history", None)
    return manager.model if manager is not None else None


def pointers_to(model: type[models.Model]) -> list[Any]:
    """The foreign keys of other tables that point to this one; history points at nothing."""
    relations: list[Any] = [
        each
        for each in model._meta.get_fields(include_hidden=True)
        if each.auto_created and (each.one_to_many or each.one_to_one)
    ]
    fields = [each.field for each in relations if each.concrete is False]
    return [each for each in fields if "history_date" not in _names_of(each.model)]


def loose_pointers_to(model: type[models.Model]) -> list[Any]:
    """Those of them that say nothing once the row is gone: SET_NULL. Their rows can stay."""
    return [each for each in pointers_to(model) if each.remote_field.on_delete is models.SET_NULL]


def _names_of(model: Any) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _links_to(model: type[models.Model]) -> list[Any]:
    """The columns by which rows that mean nothing by themselves point here: the rows of a
    many-to-many, and guardian's rights on the record."""
    return [
        pointer
        for pointer in pointers_to(model)
        if pointer.model._meta.auto_created or pointer.name == "content_object"
    ]


def _many_to_many_of(history: Any) -> list[Any]:
    """The columns by which rows of a many-to-many point to a history row."""
    return [each for each in pointers_to(history) if "m2m_history_id" in _names_of(each.model)]


def _forget_reminders(label: str, keys: list[str]) -> Counts:
    gone, _by_table = Reminder.objects.filter(subject_type=label, subject_id__in=keys).delete()
    return {Reminder._meta.db_table: gone} if gone else {}


def _forget_lines(label: str, keys: list[str]) -> Counts:
    gone, _by_table = DigestLine.objects.filter(subject_type=label, subject_id__in=keys).delete()
    return {DigestLine._meta.db_table: gone} if gone else {}


def _forget_titles(label: str, keys: list[str]) -> Counts:
    entries = AccessEntry.objects.filter(subject_type=label, subject_id__in=keys)
    changed = entries.exclude(title=FORGOTTEN).update(title=FORGOTTEN)
    return {AccessEntry._meta.db_table: changed} if changed else {}


def _forget_admin_log(label: str, keys: list[str]) -> Counts:
    app, model = label.split(".")
    kind = {"content_type__app_label": app, "content_type__model": model}
    gone, _by_table = LogEntry.objects.filter(object_id__in=keys, **kind).delete()
    return {LogEntry._meta.db_table: gone} if gone else {}


register_trace("reminders", _forget_reminders)
register_trace("digest_lines", _forget_lines)
register_trace("access_log", _forget_titles)
register_trace("admin_log", _forget_admin_log)
