"""What a file would do, row by row: compared with what we have, set by set in the database.

The temporary tables of `sink.py` hold what the file says; out of them come tables that hold what
would be written: `row_plan` (pupils), `group_plan`, `person_plan` and `tie_plan` (guardians, and
whom they stand for), `place_new` and `place_end` (groups), `missing_pupil`. An empty cell never
erases. A name is one thing: with a last name comes its infix, or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from privacyboard.organisation.rules import school_year_of
from privacyboard.people.choices import Field
from privacyboard.people.exchange import matching
from privacyboard.people.exchange.sink import Sink
from privacyboard.people.rules.mapping import label_of


@dataclass(frozen=True)
class Frame:
    """Of which school and school year a file is, and on which day it is read."""

    school: int
    year: int
    today: date
    is_full: bool
    of_guardians: bool = False
    names_all_groups: bool = False
    names_guardians: bool = False
    writes: bool = False

    @property
    def starts(self) -> date:
        """The day from which a pupil is in another group than before."""
        return max(self.today, date(self.year, 8, 1))

    def values(self) -> dict[str, Any]:
        """For the statements."""
        return {
            "school": self.school,
            "year": self.year,
            "today": self.today,
            "starts": self.starts,
            "year_starts": date(self.year, 8, 1),
            "this_year": school_year_of(self.today),
            "all_groups": self.names_all_groups,
            "writes": self.writes,
        }


# Whole tables are compared with whole tables: a planner that does not know yet how much was written
# just now would go through one of them once for each row of the other.
_PLANNER = """
SET LOCAL enable_nestloop = off; SET LOCAL jit = off; SET LOCAL default_statistics_target = 10;
SET LOCAL work_mem = '64MB'
"""

_ROWS = """
CREATE TEMP TABLE row_plan AS
SELECT *, CASE WHEN why <> '' THEN 'refused' WHEN id IS NULL THEN 'new'
               WHEN changes <> '{}' THEN 'changed' ELSE 'same' END AS fate
FROM (
    SELECT p.row, p.pupil, p.key, o.id, p.places, f.*,
        CASE WHEN o.id IS NULL THEN {new_id} END AS new_id,
        CASE WHEN (f.first_name, f.infix, f.last_name) = (o.first_name, o.infix, o.last_name)
             THEN o.sort_name
             WHEN (f.first_name, f.infix, f.last_name) = (p.first_name, p.infix, p.last_name)
             THEN p.sort_name END AS sort_name,
        CASE WHEN f.first_name = '' AND f.last_name = '' THEN 'no name'
             WHEN o.id IS NULL AND f.left_on <= %(today)s THEN 'left'
             WHEN f.eck_id <> '' AND other.id IS NOT NULL THEN 'eck'
             WHEN f.eck_id <> '' AND p.row > min(p.row) OVER (PARTITION BY nullif(f.eck_id, ''))
             THEN 'eck' ELSE '' END AS why,
        CASE WHEN o.id IS NULL THEN '{}' ELSE array_remove(ARRAY[
            CASE WHEN (f.first_name, f.infix, f.last_name)
                      IS DISTINCT FROM (o.first_name, o.infix, o.last_name) THEN 'name' END,
            CASE WHEN f.born_on IS DISTINCT FROM o.born_on THEN 'born_on' END,
            CASE WHEN f.email <> o.email THEN 'email' END,
            CASE WHEN f.eck_id <> o.eck_id THEN 'eck_id' END,
            CASE WHEN f.language <> o.language THEN 'language' END,
            CASE WHEN f.arrived_on IS DISTINCT FROM o.arrived_on THEN 'arrived_on' END,
            CASE WHEN f.left_on IS DISTINCT FROM o.left_on THEN 'left_on' END
        ], NULL) END AS changes
    FROM said_pupil p
    LEFT JOIN organisation_pupil o ON o.school_id = %(school)s AND o.key = p.key
    CROSS JOIN LATERAL (SELECT
        coalesce(nullif(p.first_name, ''), o.first_name, '') AS first_name,
        CASE WHEN p.infix = '' AND (p.last_name = '' OR p.last_name = o.last_name)
             THEN coalesce(o.infix, '') ELSE p.infix END AS infix,
        coalesce(nullif(p.last_name, ''), o.last_name, '') AS last_name,
        coalesce(p.born_on, o.born_on) AS born_on,
        coalesce(nullif(p.email, ''), o.email, '') AS email,
        coalesce(nullif(p.eck_id, ''), o.eck_id, '') AS eck_id,
        coalesce(p.language, o.language, 'nl') AS language,
        coalesce(p.arrived_on, o.arrived_on) AS arrived_on,
        -- Who left, and stands in a class of this file, is back.
        CASE WHEN p.left_on IS NOT NULL THEN p.left_on
             WHEN o.left_on <= %(today)s AND p.places <> '{}' AND %(year)s >= %(this_year)s
             THEN NULL ELSE o.left_on END AS left_on
    ) f
    LEFT JOIN organisation_pupil other ON other.school_id = %(school)s
        AND other.eck_id <> '' AND other.eck_id = nullif(f.eck_id, '') AND other.key <> p.key
) compared
"""

_REFUSED = """
WITH refused AS (SELECT row, pupil, key, why FROM row_plan WHERE why <> ''),
ties AS (DELETE FROM said_tie t USING refused r WHERE t.pupil = r.pupil)
SELECT row, key, why FROM refused ORDER BY row
"""

_GROUPS = """
CREATE TEMP TABLE group_plan AS
SELECT s.key, coalesce(k.id, n.id) AS id, s.name, s.sort_name,
    coalesce(nullif(s.level, ''), k.level, n.level, '') AS level, s.is_combined,
    CASE WHEN coalesce(k.id, n.id) IS NULL THEN 'new'
         WHEN (s.key, s.name, s.is_combined, coalesce(nullif(s.level, ''), k.level, n.level))
              = (h.key, h.name, h.is_combined, h.level) THEN 'same'
         -- A table knows a class by its name only: it renames none.
         WHEN NOT %(all_groups)s AND (s.level = '' OR s.level = h.level) THEN 'same'
         ELSE 'changed' END AS fate
FROM said_group s
LEFT JOIN organisation_group k
    ON k.school_id = %(school)s AND k.school_year = %(year)s AND k.key = s.key
LEFT JOIN LATERAL (
    SELECT g.* FROM organisation_group g
    WHERE k.id IS NULL AND g.school_id = %(school)s AND g.school_year = %(year)s
        AND g.sort_name = s.sort_name AND g.is_combined = s.is_combined
        AND NOT EXISTS (SELECT FROM said_group t WHERE t.key = g.key)
        AND (NOT %(all_groups)s OR g.key = g.name)
    ORDER BY g.id LIMIT 1
) n ON true
LEFT JOIN organisation_group h ON h.id = coalesce(k.id, n.id)
"""

_PLACES = """
CREATE TEMP TABLE place_new AS
WITH wanted AS (
    SELECT r.row, r.pupil, r.id AS pupil_id, r.new_id, r.arrived_on, r.left_on,
           g.id AS group_id, g.key AS group_key
    FROM row_plan r CROSS JOIN LATERAL unnest(r.places) place
    JOIN group_plan g ON g.key = place
    WHERE r.fate <> 'refused'
)
SELECT w.*, CASE
        WHEN w.pupil_id IS NULL OR NOT EXISTS (
            SELECT FROM organisation_placement p JOIN organisation_group g ON g.id = p.group_id
            WHERE p.pupil_id = w.pupil_id AND g.school_year = %(year)s)
        THEN greatest(%(year_starts)s, w.arrived_on) ELSE %(starts)s END AS starts_on
FROM wanted w
WHERE (w.left_on IS NULL OR w.left_on > %(starts)s)
    AND NOT EXISTS (
        SELECT FROM organisation_placement p
        WHERE p.pupil_id = w.pupil_id AND p.group_id = w.group_id
            AND (p.ends_on IS NULL OR p.ends_on >= %(starts)s))
"""

_PLACES_THAT_END = """
CREATE TEMP TABLE place_end AS
SELECT p.id, r.row, least(%(starts)s, r.left_on) AS ends_before, p.starts_on
FROM row_plan r
JOIN organisation_placement p ON p.pupil_id = r.id
JOIN organisation_group g ON g.id = p.group_id AND g.school_id = %(school)s
WHERE r.fate <> 'refused' AND r.left_on IS NOT NULL
    AND (p.ends_on IS NULL OR p.ends_on >= r.left_on) AND r.left_on <= %(starts)s
UNION
SELECT p.id, r.row, %(starts)s, p.starts_on
FROM row_plan r
JOIN organisation_placement p ON p.pupil_id = r.id
    AND (p.ends_on IS NULL OR p.ends_on >= %(starts)s)
JOIN organisation_group g ON g.id = p.group_id AND g.school_id = %(school)s
WHERE r.fate <> 'refused' AND (r.left_on IS NULL OR r.left_on > %(starts)s)
    AND r.places <> '{}' AND g.school_year <= %(year)s
    AND NOT EXISTS (SELECT FROM group_plan k WHERE k.id = g.id AND k.key = ANY(r.places))
    AND (g.school_year < %(year)s OR NOT g.is_combined OR %(all_groups)s)
"""

_MISSING = """
CREATE TEMP TABLE missing_pupil AS
SELECT o.id FROM organisation_pupil o
WHERE %(full)s AND o.school_id = %(school)s AND o.left_on IS NULL
    AND NOT EXISTS (SELECT FROM row_plan r WHERE r.id = o.id)
    AND NOT EXISTS (SELECT FROM said_key k WHERE k.key = o.key)
ORDER BY o.sort_name, o.id
"""
# Who stood for a pupil of a full file and is no longer named there: told, for nobody's authority
# ends because a list is silent.
_GONE = """
CREATE TEMP TABLE gone_tie AS
SELECT s.id FROM organisation_guardianship s JOIN row_plan r ON r.id = s.pupil_id
WHERE %(full)s AND r.fate <> 'refused' AND s.has_authority
    AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)
    AND NOT EXISTS (
        SELECT FROM tie_fate t WHERE t.pupil = r.pupil AND t.guardian_id = s.guardian_id)
"""
# What a person is told of each row: its pupil, the class and the guardians together.
_FATES = """
CREATE TEMP TABLE row_fate AS
SELECT r.row, r.pupil, NULL::bigint AS who,
    CASE WHEN r.fate = 'new' OR (p.row IS NULL AND g.pupil IS NULL) THEN r.changes
         ELSE r.changes || array_remove(ARRAY[
            CASE WHEN p.row IS NOT NULL THEN 'group' END,
            CASE WHEN g.pupil IS NOT NULL THEN 'guardians' END], NULL) END AS changes,
    CASE WHEN r.fate = 'same' AND (p.row IS NOT NULL OR g.pupil IS NOT NULL) THEN 'changed'
         ELSE r.fate END AS fate
FROM row_plan r
LEFT JOIN (
    SELECT row FROM place_new WHERE pupil_id IS NOT NULL UNION SELECT row FROM place_end
) p ON p.row = r.row
LEFT JOIN (
    SELECT DISTINCT t.pupil FROM tie_fate t JOIN person_plan n ON n.who = t.who
    WHERE t.pupil_id IS NOT NULL AND (t.fate <> 'same' OR n.fate <> 'same')
) g ON g.pupil = r.pupil
WHERE r.fate <> 'refused'
"""

_FATES_OF_GUARDIANS = """
CREATE TEMP TABLE row_fate AS
SELECT t.row, NULL::integer AS pupil, min(t.who) AS who,
    max(p.changes) || CASE WHEN bool_or(t.fate <> 'same' AND p.fate <> 'new')
                           THEN '{pupils}'::text[] ELSE '{}' END AS changes,
    CASE WHEN bool_or(p.fate = 'new') THEN 'new'
         WHEN bool_or(p.fate = 'changed' OR t.fate <> 'same') THEN 'changed' ELSE 'same' END AS fate
FROM tie_fate t JOIN person_plan p ON p.who = t.who
GROUP BY t.row
"""


def make_plan(frame: Frame, sink: Sink) -> None:
    """Make the tables of what would be written; sentences about rows go to the sink."""
    values = frame.values()
    with connection.cursor() as cursor:
        cursor.execute(_PLANNER)
        cursor.execute("ANALYZE said_pupil (key), said_tie (pupil), said_group (key)")
        cursor.execute(_ROWS.replace("{new_id}", matching.new_id("pupil", values)), values)
        cursor.execute(_REFUSED)
        for row, key, why in cursor.fetchall():
            column, sentence = _sentence(why, key)
            sink.refuse(row, column, sentence)
        cursor.execute("ANALYZE row_plan (id, pupil)")
        cursor.execute(_GROUPS, values)
        cursor.execute(_PLACES, values)
        cursor.execute(_PLACES_THAT_END, values)
        matching.make_plan(cursor, values, sink, of_guardians=frame.of_guardians)
        full = frame.is_full and not frame.of_guardians
        cursor.execute(_MISSING, {**values, "full": full})
        cursor.execute(_GONE, {**values, "full": full and frame.names_guardians})
        cursor.execute(_FATES_OF_GUARDIANS if frame.of_guardians else _FATES)


def _sentence(why: str, key: str) -> tuple[str, str]:
    """Why a row is not taken, found by comparing: the column, and the sentence."""
    if why == "no name":
        return label_of(Field.NAME), _("Deze leerling is nieuw en heeft geen naam.")
    if why == "left":
        return label_of(Field.LEFT_ON), _(
            "Deze leerling is al van school en was bij ons niet bekend."
        )
    return label_of(Field.ECK_ID), _(
        "Dit ECK iD hoort al bij een andere leerling van deze school. Is het leerlingnummer "
        "veranderd? Pas dan eerst het nummer van die leerling aan."
    )
