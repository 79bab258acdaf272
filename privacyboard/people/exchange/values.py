"""What a file would change, as it is and as it would be: shown to who decides to apply it.

Only of the rows that the report tells of; kept no longer than those.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypedDict

from privacyboard.organisation.choices import GuardianKind
from privacyboard.vocabulary import FamilyLanguage

# What a record says, and would say, by name.
Pairs = dict[str, list[Any]]
MOST_OF_A_ROW = 20
_LONGEST = 120


class Value(TypedDict):
    """One thing that changes: a key of CHANGES, of whom ("" for the pupil), before and after."""

    what: str
    whom: str
    old: str
    new: str


_NAME = (
    "concat_ws(' ', nullif({0}.first_name, ''), nullif({0}.infix, ''), nullif({0}.last_name, ''))"
)
_PUPIL_FIELDS = ("born_on", "email", "eck_id", "language", "arrived_on", "left_on")
_GUARDIAN_FIELDS = ("email", "other_emails", "language", "key")


def _pairs(fields: Iterable[str], old: str, new: str) -> str:
    """Before and after of a record, by name; the name itself is one thing."""
    parts = [f"'name', jsonb_build_array({_NAME.format(old)}, {_NAME.format(new)})"]
    parts += [f"'{each}', jsonb_build_array({old}.{each}, {new}.{each})" for each in fields]
    return f"jsonb_build_object({', '.join(parts)})"


_PUPILS = f"""
SELECT n.row, n.changes, {_pairs(_PUPIL_FIELDS, "o", "n")}
FROM row_plan n JOIN organisation_pupil o ON o.id = n.id
WHERE n.fate = 'changed' AND n.row = ANY(%(rows)s)
"""  # noqa: S608 - constants of this file
_GROUPS = """
SELECT row, coalesce(string_agg(old, ', ' ORDER BY old), ''),
    coalesce(string_agg(new, ', ' ORDER BY new), '')
FROM (
    SELECT e.row, g.name AS old, NULL AS new
    FROM place_end e JOIN organisation_placement p ON p.id = e.id
    JOIN organisation_group g ON g.id = p.group_id
    UNION ALL
    SELECT n.row, NULL, g.name FROM place_new n JOIN group_plan g ON g.key = n.group_key
    WHERE n.pupil_id IS NOT NULL
) moved WHERE row = ANY(%(rows)s) GROUP BY row
"""
_TIES = f"""
SELECT {{row}}, n.fate, n.changes, {_pairs(_GUARDIAN_FIELDS, "g", "n")},
    t.fate, t.kind, t.has_authority, s.kind, s.has_authority,
    {{child}}
FROM tie_fate t JOIN person_plan n ON n.who = t.who
LEFT JOIN row_plan r ON r.pupil = t.pupil AND r.fate <> 'refused'
LEFT JOIN organisation_pupil o ON o.id = t.pupil_id
LEFT JOIN organisation_guardian g ON g.id = n.guardian_id
LEFT JOIN organisation_guardianship s ON s.id = t.tie_id
WHERE {{row}} = ANY(%(rows)s) AND (t.fate <> 'same' OR n.fate <> 'same')
ORDER BY 1, t.row, n.identity
"""  # noqa: S608 - constants of this file


def values_of(cursor: Any, rows: Sequence[int], *, of_guardians: bool) -> dict[int, list[Value]]:
    """Before and after, for each of these rows of a file; out of the temporary tables."""
    found: dict[int, list[Value]] = {}
    if not rows:
        return found
    given = {"rows": list(rows)}
    if not of_guardians:
        cursor.execute(_PUPILS, given)
        for row, changes, pairs in cursor.fetchall():
            found.setdefault(row, []).extend(_changed(changes, json.loads(pairs), ""))
        cursor.execute(_GROUPS, given)
        for row, old, new in cursor.fetchall():
            found.setdefault(row, []).append(_value("group", "", old, new))
    row_of, child = ("t.row", _NAME.format("o")) if of_guardians else ("r.row", "''")
    cursor.execute(_TIES.format(row=row_of, child=child), given)
    for row, *told in cursor.fetchall():
        found.setdefault(row, []).extend(_of_guardian(*told))
    return {row: _once(each)[:MOST_OF_A_ROW] for row, each in found.items()}


def _changed(changes: Iterable[str], pairs: Pairs, whom: str) -> list[Value]:
    return [_value(each, whom, *pairs[each]) for each in changes if each in pairs]


def _of_guardian(
    fate: str,
    changes: Iterable[str],
    said: str,
    tie: str,
    kind: str,
    authority: bool,
    old_kind: str | None,
    old_authority: bool | None,
    child: str,
) -> list[Value]:
    """What changes of one guardian, and of how that person stands for one pupil."""
    pairs: Pairs = json.loads(said)
    email = pairs["email"][1]
    whom = pairs["name"][0] or pairs["name"][1] or email or ""
    found = _changed(changes, pairs, whom) if fate == "changed" else []
    now = _standing(kind, authority)
    if tie == "new":
        beside = [email] if fate == "new" and email != whom else []
        found.append(_value("pupils", whom, child, ", ".join(filter(None, [now, *beside]))))
    elif tie == "changed" and old_kind is not None:
        before = _standing(old_kind, bool(old_authority))
        found.append(_value("pupils", f"{whom}, {child}" if child else whom, before, now))
    return found


def _standing(kind: str, authority: bool) -> str:
    with_or_without = "met gezag" if authority else "zonder gezag"
    return f"{GuardianKind(kind).label} {with_or_without}"


def _value(what: str, whom: str, old: Any, new: Any) -> Value:
    return {
        "what": what,
        "whom": whom[:_LONGEST],
        "old": _text(what, old),
        "new": _text(what, new),
    }


def _text(what: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))[:_LONGEST]
    text = str(value)
    if what in ("born_on", "arrived_on", "left_on"):
        return f"{date.fromisoformat(text):%d-%m-%Y}"
    if what == "language" and text in FamilyLanguage.values:
        return str(FamilyLanguage(text).label)
    return text[:_LONGEST]


def _once(values: list[Value]) -> list[Value]:
    """A guardian of two children in one row is told once."""
    found: list[Value] = []
    for each in values:
        if each not in found:
            found.append(each)
    return found
