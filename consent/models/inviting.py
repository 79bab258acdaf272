"""Who is asked in a round, as rows: set by set, by the database itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from consent.models.rounds import Round
from consent.rules.sixteen import born_by

CHUNK = 10_000

ENROLLED = (
    "(p.arrived_on IS NULL OR p.arrived_on <= %(day)s)"
    " AND (p.left_on IS NULL OR p.left_on > %(day)s)"
)
# Who was born later is under sixteen; without a birth date nobody knows, and the parents are asked.
PARENTS_DECIDE = "(p.born_on IS NULL OR p.has_curator OR p.born_on > %(sixteen)s)"
RUNNING = (
    "g.has_authority AND (g.starts_on IS NULL OR g.starts_on <= %(day)s)"
    " AND (g.ends_on IS NULL OR g.ends_on >= %(day)s)"
)

_INSERT = """
, made AS (
  INSERT INTO consent_invitation (because, round_id, guardian_id, pupil_id, school_id, made_at)
  SELECT 'round', %(round)s, guardian, pupil, school, %(at)s FROM asked
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT max(coalesce(guardian, pupil)) FROM asked), (SELECT count(*) FROM made)
"""
_GUARDIANS = f"""
WITH asked AS (
  SELECT g.guardian_id AS guardian, NULL::bigint AS pupil, min(p.school_id) AS school
  FROM organisation_guardianship g JOIN organisation_pupil p ON p.id = g.pupil_id
  WHERE g.guardian_id > %(after)s AND p.school_id = ANY(%(schools)s)
    AND {RUNNING} AND {ENROLLED} AND {PARENTS_DECIDE}
  GROUP BY g.guardian_id ORDER BY g.guardian_id LIMIT %(chunk)s
){_INSERT}"""  # noqa: S608 - constants of this file
_PUPILS = f"""
WITH asked AS (
  SELECT NULL::bigint AS guardian, p.id AS pupil, p.school_id AS school
  FROM organisation_pupil p
  WHERE p.id > %(after)s AND p.school_id = ANY(%(schools)s)
    AND {ENROLLED} AND NOT {PARENTS_DECIDE}
  ORDER BY p.id LIMIT %(chunk)s
){_INSERT}"""  # noqa: S608 - constants of this file


def day_facts(on: date) -> dict[str, Any]:
    """What the conditions above ask of a day."""
    return {"day": on, "sixteen": born_by(on)}


def invite(asked: Round, *, on: date, at: datetime) -> int:
    """Make the invitations of a round that are not there yet; returns how many were made.

    One for each guardian with authority over a pupil under sixteen of these schools, whatever the
    number of children and schools; one for each pupil from sixteen. Each chunk stands by itself:
    whoever goes on after a kill makes the rest, and a row that stands is left alone.
    """
    facts = {
        **day_facts(on),
        "round": asked.pk,
        "schools": list(asked.schools.order_by().values_list("pk", flat=True)),
        "at": at,
        "chunk": CHUNK,
    }
    return sum(_in_chunks(statement, facts) for statement in (_GUARDIANS, _PUPILS))


def _in_chunks(statement: str, facts: dict[str, Any]) -> int:
    made, after = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {**facts, "after": after})
            last, count = cursor.fetchone()
        if last is None:
            return made
        after, made = last, made + count
