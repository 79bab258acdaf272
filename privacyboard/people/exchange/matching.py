"""Which guardian of a file is whom of ours.

By the key of the school's own system; else by address and name together, on the whole board, for a
family has children at more schools; else within the family of the pupil: by a name, or by an
address, that only one of them has. Nobody is taken for somebody else of the same pupil.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from privacyboard.people.choices import Field
from privacyboard.people.exchange.sink import Sink
from privacyboard.people.rules.mapping import label_of

# Each guardian of each pupil once; whose pupil nobody knows is told.
_TIES = """
CREATE TEMP TABLE tie_plan AS
SELECT DISTINCT ON (t.pupil, t.identity)
    t.*, coalesce(r.id, o.id) AS pupil_id, coalesce(r.key, o.key) AS known_key
FROM said_tie t
LEFT JOIN row_plan r ON r.pupil = t.pupil AND r.fate <> 'refused'
LEFT JOIN organisation_pupil o
    ON %(of_guardians)s AND o.school_id = %(school)s AND o.key = t.pupil_key
ORDER BY t.pupil, t.identity, t.row
"""

_UNKNOWN = """
WITH unknown AS (DELETE FROM tie_plan WHERE known_key IS NULL RETURNING row, pupil_key)
SELECT u.row, string_agg(u.pupil_key, ', ' ORDER BY u.pupil_key),
       NOT EXISTS (SELECT FROM tie_plan t WHERE t.row = u.row AND t.known_key IS NOT NULL)
FROM unknown u GROUP BY u.row ORDER BY u.row
"""

_BY_KEY = """
CREATE TEMP TABLE person_match AS
SELECT DISTINCT ON (t.identity) t.identity, g.id AS guardian_id, 1 AS step
FROM tie_plan t
JOIN organisation_guardian g ON g.key = t.guardian_key AND g.key <> ''
JOIN organisation_guardianship s ON s.guardian_id = g.id
JOIN organisation_pupil p ON p.id = s.pupil_id AND p.school_id = %(school)s
WHERE t.guardian_key <> ''
ORDER BY t.identity, g.id
"""

_BY_ADDRESS_AND_NAME = """
INSERT INTO person_match
SELECT DISTINCT ON (t.identity) t.identity, g.id, 2
FROM tie_plan t
JOIN organisation_guardian g ON g.email = t.email AND g.sort_name = t.sort_name
WHERE t.email <> '' AND NOT EXISTS (SELECT FROM person_match m WHERE m.identity = t.identity)
ORDER BY t.identity, EXISTS (
    SELECT FROM organisation_guardianship s WHERE s.guardian_id = g.id AND s.pupil_id = t.pupil_id
) DESC, g.id
"""

# One of the family fits, and fits nobody else in the file for the same pupil.
_IN_THE_FAMILY = """
INSERT INTO person_match
WITH open_tie AS (
    SELECT t.* FROM tie_plan t WHERE t.pupil_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM person_match m WHERE m.identity = t.identity)
), candidate AS (
    SELECT DISTINCT t.identity, t.pupil_id, g.id AS guardian_id
    FROM open_tie t
    JOIN organisation_guardianship s ON s.pupil_id = t.pupil_id
    JOIN organisation_guardian g ON g.id = s.guardian_id
    WHERE {fits} AND NOT EXISTS (
        SELECT FROM person_match m JOIN tie_plan o ON o.identity = m.identity
        WHERE m.guardian_id = g.id AND o.pupil_id = t.pupil_id)
), alone AS (
    SELECT *, count(*) OVER (PARTITION BY pupil_id, guardian_id) AS rivals FROM candidate
)
SELECT identity, min(guardian_id), {step} FROM alone
GROUP BY identity HAVING count(DISTINCT guardian_id) = 1 AND max(rivals) = 1
"""
_SAME_NAME = "t.sort_name <> '' AND g.sort_name = t.sort_name"
_SAME_ADDRESS = """t.email <> '' AND g.email = t.email AND (
    t.sort_name = '' OR g.sort_name = '' OR (
        lower(g.last_name) = lower(t.last_name) AND (
            g.first_name = '' OR t.first_name = ''
            OR lower(left(g.first_name, 1)) = lower(left(t.first_name, 1)))))"""

# Of two without an address who are called the same, the first is the first whom we have: who has no
# address either comes before who has one. So reading the same file twice changes nothing.
_IN_THEIR_ORDER = """
INSERT INTO person_match
WITH open_tie AS (
    SELECT DISTINCT t.identity, t.pupil_id, t.sort_name FROM tie_plan t
    WHERE t.pupil_id IS NOT NULL AND t.email = '' AND t.guardian_key = '' AND t.sort_name <> ''
        AND NOT EXISTS (SELECT FROM person_match m WHERE m.identity = t.identity)
), said AS (
    SELECT *, row_number() OVER (PARTITION BY pupil_id, sort_name ORDER BY identity) AS nth
    FROM open_tie
), known AS (
    SELECT s.pupil_id, g.id, g.sort_name, row_number() OVER (
        PARTITION BY s.pupil_id, g.sort_name ORDER BY g.email <> '', g.id) AS nth
    FROM organisation_guardianship s JOIN organisation_guardian g ON g.id = s.guardian_id
    WHERE s.pupil_id IN (SELECT pupil_id FROM open_tie) AND NOT EXISTS (
        SELECT FROM person_match m JOIN tie_plan o ON o.identity = m.identity
        WHERE m.guardian_id = g.id AND o.pupil_id = s.pupil_id)
)
SELECT DISTINCT ON (d.identity) d.identity, k.id, 4
FROM said d JOIN known k USING (pupil_id, sort_name, nth) ORDER BY d.identity, k.id
"""

# What each person would say afterwards; of one who is told twice the first counts.
_PERSONS = """
CREATE TEMP TABLE person_plan AS
SELECT *, CASE WHEN guardian_id IS NULL THEN 'new'
               WHEN changes <> '{}' THEN 'changed' ELSE 'same' END AS fate
FROM (
    SELECT s.identity, s.row, coalesce(g.id, -s.identity) AS who, g.id AS guardian_id,
        CASE WHEN g.id IS NULL THEN {new_id} END AS new_id, f.*,
        CASE WHEN g.id IS NULL THEN '{}' ELSE array_remove(ARRAY[
            CASE WHEN (f.first_name, f.infix, f.last_name)
                      IS DISTINCT FROM (g.first_name, g.infix, g.last_name) THEN 'name' END,
            CASE WHEN f.key <> g.key THEN 'key' END,
            CASE WHEN f.email <> g.email THEN 'email' END,
            CASE WHEN f.other_emails <> g.other_emails::text[] THEN 'other_emails' END,
            CASE WHEN f.language <> g.language THEN 'language' END
        ], NULL) END AS changes,
        CASE WHEN (f.first_name, f.infix, f.last_name) = (g.first_name, g.infix, g.last_name)
             THEN g.sort_name
             WHEN (f.first_name, f.infix, f.last_name) = (s.first_name, s.infix, s.last_name)
             THEN s.sort_name END AS sort_name,
        CASE WHEN f.email = g.email THEN g.unreachable_since END AS unreachable_since,
        CASE WHEN f.email = g.email THEN g.unreachable_why ELSE '' END AS unreachable_why
    FROM (
        SELECT DISTINCT ON (coalesce(m.guardian_id, -t.identity)) t.*, m.guardian_id
        FROM tie_plan t LEFT JOIN person_match m ON m.identity = t.identity
        ORDER BY coalesce(m.guardian_id, -t.identity), m.step, t.row, t.identity
    ) s
    LEFT JOIN organisation_guardian g ON g.id = s.guardian_id
    CROSS JOIN LATERAL (SELECT
        coalesce(nullif(s.first_name, ''), g.first_name, '') AS first_name,
        CASE WHEN s.infix = '' AND (s.last_name = '' OR s.last_name = g.last_name)
             THEN coalesce(g.infix, '') ELSE s.infix END AS infix,
        coalesce(nullif(s.last_name, ''), g.last_name, '') AS last_name,
        coalesce(nullif(s.guardian_key, ''), g.key, '') AS key,
        coalesce(nullif(s.email, ''), g.email, '') AS email,
        CASE WHEN s.other_emails = '{}' THEN coalesce(g.other_emails::text[], '{}')
             ELSE s.other_emails END AS other_emails,
        coalesce(s.language, g.language, 'nl') AS language
    ) f
) compared
"""

_TIE_FATES = """
CREATE TEMP TABLE tie_fate AS
SELECT DISTINCT ON (pupil, coalesce(guardian_id, -identity))
    row, pupil, pupil_key, pupil_id, coalesce(guardian_id, -identity) AS who, guardian_id, tie_id,
    kind, has_authority,
    CASE WHEN tie_id IS NULL THEN 'new'
         WHEN (kind, has_authority) <> (old_kind, old_authority) THEN 'changed'
         ELSE 'same' END AS fate
FROM (
    SELECT t.row, t.pupil, t.pupil_key, t.pupil_id, t.identity, m.guardian_id, s.id AS tie_id,
        coalesce(nullif(t.kind, ''), s.kind, 'parent') AS kind,
        coalesce(t.has_authority, s.has_authority, t.new_authority) AS has_authority,
        s.kind AS old_kind, s.has_authority AS old_authority
    FROM tie_plan t
    LEFT JOIN person_match m ON m.identity = t.identity
    LEFT JOIN organisation_guardianship s
        ON s.pupil_id = t.pupil_id AND s.guardian_id = m.guardian_id
) compared
ORDER BY pupil, coalesce(guardian_id, -identity), row
"""


def new_id(name: str, values: dict[str, Any]) -> str:
    """The number of a new record; a dry run uses none up."""
    if not values["writes"]:
        return "NULL::bigint"
    return f"nextval(pg_get_serial_sequence('organisation_{name}', 'id'))"


def make_plan(cursor: Any, values: dict[str, Any], sink: Sink, *, of_guardians: bool) -> None:
    """Make `person_plan` and `tie_fate`."""
    cursor.execute(_TIES, {**values, "of_guardians": of_guardians})
    cursor.execute(_UNKNOWN)
    for row, keys, none_left in cursor.fetchall():
        told = _("Leerling %(keys)s kennen wij niet op deze school.") % {"keys": keys[:100]}
        if none_left:
            sink.refuse(row, label_of(Field.PUPIL_KEYS), told)
        else:
            sink.remark(row, label_of(Field.PUPIL_KEYS), told)
    cursor.execute("ANALYZE tie_plan (pupil, identity, pupil_id, email)")
    cursor.execute(_BY_KEY, values)
    cursor.execute(_BY_ADDRESS_AND_NAME)
    cursor.execute("ANALYZE person_match")
    cursor.execute(_IN_THE_FAMILY.format(fits=_SAME_NAME, step=3))
    cursor.execute(_IN_THEIR_ORDER)
    cursor.execute(_IN_THE_FAMILY.format(fits=_SAME_ADDRESS, step=5))
    cursor.execute("ANALYZE person_match")
    cursor.execute(_PERSONS.replace("{new_id}", new_id("guardian", values)))
    cursor.execute(_TIE_FATES)
