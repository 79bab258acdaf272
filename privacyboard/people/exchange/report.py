"""What is kept of a file once it was looked through: counts, fates and sentences, no whole rows."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import connection
from django.utils.translation import gettext_lazy as _lazy

from privacyboard.people.exchange.sink import Sink, Told
from privacyboard.people.exchange.values import Value, values_of

MOST_ROWS_TOLD = 1_000
MOST_MISSING = 20_000
MOST_GONE = 500


class RowTold(TypedDict):
    """What becomes of one row. `changes` are keys of CHANGES, `values` what they are and become;
    `pupil` is the record, if any."""

    row: int
    fate: str
    who: str
    changes: list[str]
    values: list[Value]
    pupil: int | None


class Dropped(TypedDict):
    """What stood in the file and is not taken: how many times it was filled in."""

    what: str
    count: int


class Report(TypedDict):
    """`PeopleFile.report` from READ onwards.

    total      rows with somebody in them
    counts     per kind (pupils, guardians, ties, groups, placements, teachers) per fate
    rows       the first rows that are not the same as what we have; gone once applied or dropped
    problems   the first rows that are not taken, and why; `problem_count` counts them all
    remarks    what was read otherwise than it stands there; `remark_count` counts them all
    dropped    what is not taken, per kind
    missing    ids of pupils who are at the school and not in a full file: proposed as left
    gone       ids of guardianships of pupils in a full file that names this guardian no longer:
               told only, nothing changes; `gone_count` counts them all
    without_birth_date, two_digit_years   how many pupils
    digest     of all fates: applying refuses when it would do something else
    tries      how often a worker took it up
    """

    total: int
    counts: dict[str, dict[str, int]]
    rows: list[RowTold]
    problems: list[Told]
    problem_count: int
    remarks: list[Told]
    remark_count: int
    dropped: list[Dropped]
    missing: list[int]
    missing_count: int
    gone: list[int]
    gone_count: int
    without_birth_date: int
    two_digit_years: int
    digest: str
    leave: list[int]
    tries: int


# The words of a change, in the order in which they are told.
CHANGES = {
    "name": _lazy("naam"),
    "born_on": _lazy("geboortedatum"),
    "email": _lazy("e-mailadres"),
    "other_emails": _lazy("andere e-mailadressen"),
    "eck_id": _lazy("ECK iD"),
    "key": _lazy("nummer"),
    "language": _lazy("taal"),
    "arrived_on": _lazy("op school sinds"),
    "left_on": _lazy("van school vanaf"),
    "group": _lazy("groep"),
    "guardians": _lazy("ouders of verzorgers"),
    "pupils": _lazy("kinderen, soort of gezag"),
}

_FATES = """
SELECT f.row, f.fate, concat_ws(' ', nullif(n.first_name, ''), nullif(n.infix, ''),
    nullif(n.last_name, '')), {key}, f.changes
FROM row_fate f JOIN {names} n ON {on} {where} ORDER BY f.row
"""
_OF_PUPILS = {"names": "row_plan", "on": "n.pupil = f.pupil", "key": "n.key, n.id"}
_OF_GUARDIANS = {"names": "person_plan", "on": "n.who = f.who", "key": "n.email, NULL"}

# Everything that applying would do, whatever its order: of what is new the number, and which
# pupils; of what exists what would become of it. What stays the same is no part of it.
_PARTS = {
    "row_fate WHERE fate <> 'same'": "row, fate, array_to_string(changes, ',')",
    "person_plan WHERE fate = 'changed'": "guardian_id, array_to_string(changes, ',')",
    "person_plan WHERE fate = 'new'": "",
    "tie_fate WHERE fate = 'changed'": "tie_id, kind, has_authority",
    "tie_fate WHERE fate = 'new' AND pupil_id IS NOT NULL": "pupil_id, guardian_id",
    "tie_fate WHERE fate = 'new'": "",
    "group_plan WHERE fate <> 'same'": "key, id",
    "place_new WHERE pupil_id IS NOT NULL": "pupil_id, group_key",
    "place_new": "",
    "place_end": "id",
    "missing_pupil": "id",
}
_DIGEST = "SELECT concat_ws('-', {})".format(
    ", ".join(
        f"(SELECT concat_ws(':', count(*), sum(hashtextextended(concat_ws(' ', {said}), 0))) "  # noqa: S608
        f"FROM {rows})"
        if said
        else f"(SELECT count(*) FROM {rows})"  # noqa: S608
        for rows, said in _PARTS.items()
    )
)


def changes_nothing(report: Report) -> bool:
    """Whether applying would write nothing at all: not even that a teacher still works here."""
    counts = report["counts"]
    kinds = ("pupils", "guardians", "ties", "groups", "teachers")
    rows = sum(counts[kind][fate] for kind in kinds for fate in ("new", "changed"))
    places = counts["placements"]["new"] + counts["placements"]["ended"]
    return not (rows or places or counts["teachers"]["same"] or report["leave"])


def make_report(sink: Sink, teachers: dict[str, int], *, of_guardians: bool) -> Report:
    """The report of what was read and planned just now, out of the temporary tables."""
    with connection.cursor() as cursor:
        told = fates(cursor, of_guardians, "WHERE f.fate <> 'same'", MOST_ROWS_TOLD)
        changed = [each["row"] for each in told if each["fate"] == "changed"]
        values = values_of(cursor, changed, of_guardians=of_guardians)
        for each in told:
            each["values"] = values.get(each["row"], [])
        counts = {
            "pupils": {**_counted(cursor, "row_fate"), "refused": sink.refused},
            "guardians": _counted(cursor, "person_plan"),
            "ties": _counted(cursor, "tie_fate"),
            "groups": _counted(cursor, "group_plan"),
            "placements": {
                "new": _number(cursor, "SELECT count(*) FROM place_new"),
                "ended": _number(cursor, "SELECT count(DISTINCT id) FROM place_end"),
            },
            "teachers": teachers,
        }
        cursor.execute("SELECT id FROM missing_pupil LIMIT %s", [MOST_MISSING])
        missing = [row[0] for row in cursor.fetchall()]
        missing_count = _number(cursor, "SELECT count(*) FROM missing_pupil")
        cursor.execute("SELECT id FROM gone_tie ORDER BY id LIMIT %s", [MOST_GONE])
        gone = [row[0] for row in cursor.fetchall()]
        gone_count = _number(cursor, "SELECT count(*) FROM gone_tie")
        unborn = _number(
            cursor, "SELECT count(*) FROM row_plan WHERE born_on IS NULL AND fate <> 'refused'"
        )
        cursor.execute(_DIGEST)
        digest = f"{cursor.fetchone()[0]}-{teachers['new']}:{teachers['changed']}"
    order = sorted(sink.problems, key=lambda each: each["row"])
    return {
        "total": sink.total,
        "counts": counts,
        "rows": told,
        "problems": order,
        "problem_count": sink.refused,
        "remarks": sink.remarks,
        "remark_count": sink.remark_count,
        "dropped": [{"what": what, "count": n} for what, n in sink.dropped.most_common(50)],
        "missing": missing,
        "missing_count": missing_count,
        "gone": gone,
        "gone_count": gone_count,
        "without_birth_date": unborn,
        "two_digit_years": sink.two_digit_years,
        "digest": digest,
        "leave": [],
        "tries": 0,
    }


def fates(
    cursor: Any, of_guardians: bool, where: str = "", most: int | None = None
) -> list[RowTold]:
    """Rows with their fate; `where` is a condition of ours."""
    names = _OF_GUARDIANS if of_guardians else _OF_PUPILS
    statement = _FATES.format(where=where, **names) + (
        f" LIMIT {most:d}" if most is not None else ""
    )
    cursor.execute(statement)
    return [
        {
            "row": row,
            "fate": fate,
            "who": f"{name} ({key})" if key and name else name or key,
            "changes": [each for each in CHANGES if each in changes],
            "values": [],
            "pupil": pupil,
        }
        for row, fate, name, key, pupil, changes in cursor.fetchall()
    ]


def _counted(cursor: Any, table: str) -> dict[str, int]:
    cursor.execute(f"SELECT fate, count(*) FROM {table} WHERE fate <> 'refused' GROUP BY fate")  # noqa: S608
    return {"new": 0, "changed": 0, "same": 0, **dict(cursor.fetchall())}


def _number(cursor: Any, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.fetchone()[0])
