"""Writing what was planned: a few statements, each with the history of what it wrote.

Call it inside the transaction that made the plan, with the tables locked against other writers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from privacyboard.organisation.models import Guardian, Guardianship, Pupil, User
from privacyboard.people.exchange import teachers
from privacyboard.people.exchange.planning import Frame
from privacyboard.people.exchange.sink import Sink
from privacyboard.people.rules.names import name_key

WHY = "ingelezen"
WHY_LEFT = "stond niet meer in het bestand van de school"

_LOCK = """
LOCK TABLE organisation_pupil, organisation_guardian, organisation_guardianship,
    organisation_placement, organisation_group IN SHARE ROW EXCLUSIVE MODE
"""
_NAMES = ("first_name", "infix", "last_name", "sort_name")
_PUPIL = (*_NAMES, "born_on", "email", "eck_id", "language", "arrived_on", "left_on")
_GUARDIAN = (*_NAMES, "key", "email", "other_emails", "language")
_REACH = ("unreachable_since", "unreachable_why")
# Links that went to an address that is nobody's here any more: its reader can be a stranger.
_MOVED = "t.email <> '' AND p.email <> t.email AND NOT t.email = ANY(p.other_emails)"

_NEW_GROUPS = """
INSERT INTO organisation_group (school_id, school_year, key, name, sort_name, level, is_combined)
SELECT %(school)s, %(year)s, key, name, sort_name, level, is_combined
FROM group_plan WHERE fate = 'new' ORDER BY sort_name
"""
# The keys of a school's own system come in the place of names that stood for them.
_CHANGED_GROUPS = """
UPDATE organisation_group g SET key = p.key, name = p.name, sort_name = p.sort_name,
    level = p.level, is_combined = p.is_combined
FROM group_plan p WHERE p.fate = 'changed' AND g.id = p.id AND %(all_groups)s
"""
_LEVELS = """
UPDATE organisation_group g SET level = p.level
FROM group_plan p WHERE p.fate = 'changed' AND g.id = p.id AND NOT %(all_groups)s
"""
_GROUP_IDS = """
UPDATE group_plan p SET id = g.id FROM organisation_group g
WHERE p.fate = 'new' AND g.school_id = %(school)s AND g.school_year = %(year)s AND g.key = p.key
"""
_ENDED = """
WITH never AS (
    DELETE FROM organisation_placement p USING place_end e
    WHERE p.id = e.id AND e.starts_on >= e.ends_before
)
UPDATE organisation_placement p SET ends_on = e.ends_before - 1
FROM place_end e WHERE p.id = e.id AND e.starts_on < e.ends_before
"""
_PLACED = """
INSERT INTO organisation_placement (pupil_id, group_id, starts_on)
SELECT coalesce(n.pupil_id, n.new_id), g.id, n.starts_on
FROM place_new n JOIN group_plan g ON g.key = n.group_key
"""
_LEAVES = """
UPDATE organisation_placement p SET ends_on = greatest(p.starts_on, %(on)s - 1)
WHERE p.pupil_id = ANY(%(pupils)s) AND (p.ends_on IS NULL OR p.ends_on >= %(on)s)
"""


def lock() -> None:
    """Let nobody write what the plan will be made of; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def write_plan(frame: Frame, sink: Sink, *, leave: Sequence[int], by: User | None) -> None:
    """Write every new and changed record, and those who were confirmed to have left."""
    values = frame.values()
    _sort("row_plan")
    _sort("person_plan")
    with connection.cursor() as cursor:
        for statement in (_NEW_GROUPS, _CHANGED_GROUPS, _LEVELS, _GROUP_IDS):
            cursor.execute(statement, values)
        _write_pupils(cursor, values, by)
        _write_guardians(cursor, values, by)
        cursor.execute(_ENDED)
        cursor.execute(_PLACED, values)
        if leave:
            _leave(cursor, frame, leave, by)
    teachers.write_teachers(frame, sink, by=by, why=WHY)


def _sort(table: str) -> None:
    """The key by which a name sorts that is partly ours and partly the file's."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT first_name, infix, last_name FROM {table} "  # noqa: S608
            "WHERE sort_name IS NULL AND fate IN ('new', 'changed')"
        )
        for first, infix, last in cursor.fetchall():
            cursor.execute(
                f"UPDATE {table} SET sort_name = %s "  # noqa: S608
                "WHERE sort_name IS NULL AND (first_name, infix, last_name) = (%s, %s, %s)",
                [name_key(first, infix, last), first, infix, last],
            )


def _recorded(model: Any, statement: str, sign: str) -> str:
    """A statement that writes records, and with it a row of history for each of them."""
    history = model.history.model
    columns = ", ".join(connection.ops.quote_name(field.column) for field in history.tracked_fields)
    # Names of tables and columns are the models' own. The database dates the rows itself.
    return (
        f"WITH written AS ({statement} RETURNING {_of(model, statement)}) "  # noqa: S608
        f"INSERT INTO {history._meta.db_table} ({columns}, history_date, history_user_id, "
        "history_change_reason, history_type) "
        f"SELECT {columns}, now(), %(by)s, %(why)s, '{sign}' FROM written"
    )


def _of(model: Any, statement: str) -> str:
    table = "t" if statement.startswith("UPDATE") else model._meta.db_table
    return f"{table}.*"


def _write_pupils(cursor: Any, values: dict[str, Any], by: User | None) -> None:
    columns = ", ".join(_PUPIL)
    new = (
        "INSERT INTO organisation_pupil "  # noqa: S608
        f"(id, school_id, key, has_curator, link_number, {columns}) "
        f"SELECT new_id, %(school)s, key, false, 1, {columns} FROM row_plan "
        "WHERE fate = 'new' ORDER BY row"
    )
    changed = (
        f"UPDATE organisation_pupil t SET {_set(_PUPIL)} "  # noqa: S608
        "FROM row_plan p WHERE p.fate = 'changed' AND t.id = p.id"
    )
    signed = {**values, "by": by.pk if by else None, "why": WHY}
    cursor.execute(_recorded(Pupil, changed, "~"), signed)
    cursor.execute(_recorded(Pupil, new, "+"), signed)


def _write_guardians(cursor: Any, values: dict[str, Any], by: User | None) -> None:
    columns = ", ".join(_GUARDIAN)
    new = (
        f"INSERT INTO organisation_guardian (id, link_number, unreachable_why, {columns}) "  # noqa: S608
        f"SELECT new_id, 1, '', {columns} FROM person_plan WHERE fate = 'new' ORDER BY row"
    )
    changed = (
        f"UPDATE organisation_guardian t SET {_set((*_GUARDIAN, *_REACH))}, "  # noqa: S608
        # As `organisation.rules.next_link_number`: who was put away has one below zero.
        f"link_number = CASE WHEN {_MOVED} THEN abs(t.link_number) + 1 ELSE t.link_number END "
        "FROM person_plan p WHERE p.fate = 'changed' AND t.id = p.guardian_id"
    )
    new_ties = (
        "INSERT INTO organisation_guardianship (pupil_id, guardian_id, kind, has_authority) "
        "SELECT coalesce(f.pupil_id, p.new_id), coalesce(n.guardian_id, n.new_id), f.kind, "
        "f.has_authority FROM tie_fate f JOIN person_plan n ON n.who = f.who "
        "LEFT JOIN row_plan p ON p.pupil = f.pupil "
        "WHERE f.fate = 'new' ORDER BY f.row"
    )
    changed_ties = (
        "UPDATE organisation_guardianship t SET kind = f.kind, has_authority = f.has_authority "
        "FROM tie_fate f WHERE f.fate = 'changed' AND t.id = f.tie_id"
    )
    signed = {**values, "by": by.pk if by else None, "why": WHY}
    cursor.execute(_recorded(Guardian, changed, "~"), signed)
    cursor.execute(_recorded(Guardian, new, "+"), signed)
    cursor.execute(_recorded(Guardianship, changed_ties, "~"), signed)
    cursor.execute(_recorded(Guardianship, new_ties, "+"), signed)


def _set(columns: Sequence[str]) -> str:
    return ", ".join(f"{each} = p.{each}" for each in columns)


def _leave(cursor: Any, frame: Frame, leave: Sequence[int], by: User | None) -> None:
    """Who was missing from a full file and was confirmed to have left."""
    values = {
        "on": frame.starts,
        "pupils": list(leave),
        "by": by.pk if by else None,
        "why": WHY_LEFT,
    }
    statement = (
        "UPDATE organisation_pupil t SET left_on = greatest(%(on)s, t.arrived_on + 1) "
        "FROM missing_pupil m WHERE t.id = m.id AND t.id = ANY(%(pupils)s)"
    )
    cursor.execute(_recorded(Pupil, statement, "~"), values)
    cursor.execute(_LEAVES, values)
