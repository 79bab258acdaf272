"""Retention: a million dated answers of which 50,000 are due, against SQL that deletes the same.

Both boards have the same 50,000 that are due; the large one has sixteen times as many rows. What
was deleted is put back after each round. Requests and breaches run meanwhile, and somebody put
holds: what those touch both leave alone.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from consent.models import Answer
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.rules import Term
from privacyboard.demo.populate import populate
from tests.bench.boards import boards
from tests.bench.consent import GUARDIANS, OTHERS, PUPILS_OF_NOW
from tests.bench.frame import Figure, seconds
from tests.bench.open_cases import open_cases

MAKES_BOARDS = True
ROWS = (62_500, 1_000_000)
QUESTIONS, ROUNDS = 8, 5
# Pupils of long ago, with two years of answers each: 50,000 of them are due on the day.
OLD_PUPILS = 1_654
# A pupil of today has two parents and five years of eight questions, all within the term.
OF_A_PUPIL, OF_AN_OLD_ONE = 80, 32
MOST_TIMES, MOST_GROWTH, MOST_OF_A_RUN = 2, 2.5, 0.05
# Ours: to look again, to ask what holds it and to leave no trace costs more than the deleting.
MOST_TIMES_OF_BARE = 6
# What only is held is met every hour, and stays: it costs by what is held.
MOST_FOR_HELD = 0.25
# Whatever the number of rows: for each of the keys that are found at a time.
MOST_BYTES = 256
AT = timezone.make_aware(datetime(2026, 3, 2, 12))
CUT = Term(years=5).cut(AT.date())
ANSWERS, DETAILS = "consent_answers", "pupil_details"
# Pupils who left, each with so many rows of history: what scrubbing history costs.
GONE, CHANGES = 10_000, 4

# One in nine says no each year: it has no last day, and the last no of somebody stands.
_SAID = """
INSERT INTO consent_answer (pupil_id, question_id, guardian_id, kind, text_id, text_number,
  language, at, entered_at, way, valid_until)
SELECT g.pupil_id, q.id, g.guardian_id,
  CASE WHEN (g.id + q.id) %% 9 = 0 THEN 'refused' ELSE 'given' END, t.id, 1, 'nl', moment, moment,
  'link', CASE WHEN (g.id + q.id) %% 9 = 0 THEN NULL ELSE moment::date + 420 END
FROM organisation_guardianship g
JOIN (SELECT id FROM organisation_pupil WHERE key LIKE 'B%%' ORDER BY id LIMIT %(pupils)s) p
  ON p.id = g.pupil_id
CROSS JOIN (SELECT id FROM consent_question ORDER BY id LIMIT %(questions)s) q
JOIN consent_questiontext t ON t.question_id = q.id AND t.number = 1
CROSS JOIN generate_series(%(last)s, %(first)s) year
CROSS JOIN LATERAL (
  SELECT TIMESTAMPTZ '2026-02-10 10:00+02' - (year * 364 || ' days')::interval AS moment
) said
ORDER BY year DESC, g.pupil_id
"""
_LEFT = """
WITH made AS (
  INSERT INTO organisation_pupil (school_id, key, first_name, infix, last_name, sort_name, eck_id,
    email, language, left_on, has_curator, link_number)
  SELECT (SELECT min(id) FROM organisation_school), 'G' || n, 'Noor', '', 'Fictief', 'fictief',
    '', 'noor' || n || '@school.example', 'nl', DATE '2023-07-15', false, 1
  FROM generate_series(1, %s) n RETURNING *
)
INSERT INTO organisation_historicalpupil (id, school_id, key, first_name, infix, last_name,
  sort_name, eck_id, email, language, left_on, has_curator, link_number, history_date, history_type)
SELECT id, school_id, key, first_name, infix, last_name, sort_name, eck_id, email, language,
  left_on, has_curator, link_number, now(), '~' FROM made, generate_series(1, %s)
"""


def figures() -> list[Figure]:
    """The run against SQL, how finding grows, what nothing costs, memory; history stated apart."""
    with boards(2) as made:
        for number, rows in enumerate(ROWS):
            made.use(number)
            _fill(rows)
        found = _growth(made)
        made.use(1)
        told = _hold()
        return [*_against_sql(told), *found, _memory(), _history()]


def _fill(rows: int) -> None:
    populate({**OTHERS, "pupils": 40}, seed=1, at=timezone.now())
    pupils = (rows - OLD_PUPILS * OF_AN_OLD_ONE) // OF_A_PUPIL
    with connection.cursor() as cursor:
        # To look up each reference of a million rows would take the longest of all.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM consent_answer")
        cursor.execute(PUPILS_OF_NOW, [max(pupils, OLD_PUPILS)])
        cursor.execute(GUARDIANS)
        for which in (
            {"pupils": OLD_PUPILS, "first": 8, "last": 7},
            {"pupils": pupils, "first": 4, "last": 0},
        ):
            cursor.execute(_SAID, {**which, "questions": QUESTIONS})
        cursor.execute("CREATE TABLE kept AS SELECT * FROM consent_answer LIMIT 0")
        cursor.execute(f"INSERT INTO kept SELECT * FROM consent_answer WHERE id IN ({_due()})")  # noqa: S608
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


def _hold() -> str:
    """Open cases and holds; what they touch of what is due, in a table; in words."""
    running = open_cases(OLD_PUPILS, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM kept ORDER BY id")
        due = [key for (key,) in cursor.fetchall()]
        stay: list[int] = []
        for start in range(0, len(due), runs.CHUNK):
            stay += holds.held(Answer, due[start : start + runs.CHUNK])
        cursor.execute("CREATE TABLE stays AS SELECT unnest(%s::bigint[]) AS id", [stay])
        cursor.execute("VACUUM ANALYZE")
    return f"{len(stay):,} held by {running}"


def _due() -> str:
    """What the rule looks for, as SQL, in the order in which a run takes it."""
    rule = next(each for each in runs.all_rules() if each.name == ANSWERS)
    found = rule.due(CUT).filter(pk__gt=0).order_by("pk").values("pk")
    sql, given = found.query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(sql, given).decode())


def _put_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("INSERT INTO consent_answer SELECT * FROM kept ON CONFLICT DO NOTHING")
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE consent_answer")


def _run(name: str = ANSWERS) -> int:
    return sum(line.gone for line in runs.run_rules(by=None, at=AT, names=[name]).lines.all())


def _by_sql() -> int:
    """The same rows, found by the same condition, in chunks as large, each with its commit."""
    return _deleted(
        f"SELECT id FROM consent_answer WHERE id IN ({_due()}) "  # noqa: S608
        "AND id NOT IN (SELECT id FROM stays)"
    )


def _by_sql_found_once() -> int:
    """Likewise, and found once: what changes meanwhile goes all the same. The least there is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE found AS SELECT pk AS id FROM ({_due()}) due "  # noqa: S608
            "WHERE pk NOT IN (SELECT id FROM stays)"
        )
        cursor.execute("CREATE INDEX ON found (id); ANALYZE found")
    count = _deleted(
        "SELECT id FROM consent_answer WHERE id IN "  # noqa: S608
        f"(SELECT id FROM found WHERE id > %s ORDER BY id LIMIT {runs.CHUNK})",
        goes_on=True,
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE found")
    return count


def _deleted(rows: str, *, goes_on: bool = False) -> int:
    count = last = 0
    statement = (
        f"DELETE FROM consent_answer WHERE id IN ({rows} "  # noqa: S608
        f"ORDER BY id LIMIT {runs.CHUNK} FOR UPDATE SKIP LOCKED) RETURNING id"
    )
    while True:
        with forgetting(reason="bench"), connection.cursor() as cursor:
            cursor.execute(statement, [last] if goes_on else None)
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return count
        count, last = count + len(keys), max(keys)


def _noted(gone: set[int], work: Callable[[], int]) -> None:
    gone.add(work())


def _against_sql(told: str) -> list[Figure]:
    ours: list[float] = []
    theirs: list[float] = []
    least: list[float] = []
    held: list[float] = []
    idle: list[float] = []
    gone: set[int] = set()
    for _round in range(ROUNDS):
        for work, times in (
            (_run, ours),
            (_by_sql, theirs),
            (_by_sql_found_once, least),
        ):
            times.append(seconds(partial(_noted, gone, work)))
            if work is _run:
                held.append(seconds(_run))
                _take_held()
                idle.append(seconds(_run))
            _put_back()
    run, sql, bare, again, nothing = (median(each) for each in (ours, theirs, least, held, idle))
    (count,) = gone  # both took the same number away, every time
    what = f"{count:,} of {ROWS[1]:,} answers, with {told}"
    of_run = f"{run:.2f} s for the run that forgets"
    return [
        Figure(
            f"a retention run that forgets {what}",
            f"{run:.2f} s",
            f"{sql:.2f} s for the same in plain SQL, chunk by chunk",
            run / sql,
            MOST_TIMES,
        ),
        Figure(
            "the same run, which looks again at what it locks",
            f"{run:.2f} s",
            f"{bare:.2f} s for plain SQL that finds all of it once",
            run / bare,
            MOST_TIMES_OF_BARE,
        ),
        Figure(
            "a retention run that finds only what is held",
            f"{1000 * again:.1f} ms",
            of_run,
            again / run,
            MOST_FOR_HELD,
        ),
        Figure(
            "a retention run with nothing due",
            f"{1000 * nothing:.1f} ms",
            of_run,
            nothing / run,
            MOST_OF_A_RUN,
        ),
    ]


def _take_held() -> None:
    with forgetting(reason="bench"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_answer WHERE id IN (SELECT id FROM stays)")


def _growth(made: Any) -> list[Figure]:
    times: tuple[list[float], list[float]] = ([], [])
    count = 0
    for _round in range(ROUNDS):
        for number in (0, 1):
            made.use(number)
            statement = _due()
            with connection.cursor() as cursor:
                times[number].append(seconds(partial(cursor.execute, statement)))
                count = cursor.rowcount
    small, large = (median(each) for each in times)
    return [
        Figure(
            f"finding {count:,} answers that are due among {ROWS[1]:,}",
            f"{1000 * large:.0f} ms",
            f"{1000 * small:.0f} ms among {ROWS[0]:,}",
            large / small,
            MOST_GROWTH,
        )
    ]


def _memory() -> Figure:
    """The peak of a run: what is kept in memory is what is found at a time, whatever is due."""
    tracemalloc.start()
    _run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    _put_back()
    most = MOST_BYTES * runs.CHUNK * runs.FOUND_AT_ONCE
    return Figure(
        "memory of a run at its peak",
        f"{peak / 1024:.0f} KB",
        f"{most / 1024:.0f} KB, {MOST_BYTES} bytes for each key that is found at a time",
        peak / most,
        1,
    )


def _history() -> Figure:
    """Scrubbing history comes on top, and is stated apart: details of pupils who left."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [GONE, CHANGES])
        cursor.execute("VACUUM ANALYZE")
    counted: list[int] = []
    run = seconds(lambda: counted.append(_run(DETAILS)))
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE organisation_pupil SET email = 'n@school.example' WHERE key ~ '^G'")
    plain = seconds(_update_only)
    return Figure(
        f"with history: {counted[0]:,} pupils emptied, {GONE * CHANGES:,} rows of history scrubbed",
        f"{run:.2f} s",
        f"{plain:.2f} s for emptying the rows alone in plain SQL",
        run / plain,
        # Five rows are written or deleted for each one that is emptied, and logs looked through.
        20,
    )


def _update_only() -> None:
    statement = (
        "UPDATE organisation_pupil SET email = '' WHERE id IN (SELECT id FROM organisation_pupil "
        "WHERE left_on < '2024-01-01' AND email <> '' ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
    )
    while True:
        with forgetting(reason="bench"), connection.cursor() as cursor:
            cursor.execute(statement, [runs.CHUNK])
            if not cursor.rowcount:
                return
