"""Consent: what holds for 300 pupils, on a board with 800,000 answers and on one with 3.2 million.

The board grows by pupils: each has five years of eight questions, and two people who decide.
"""

from __future__ import annotations

from datetime import date
from statistics import median
from time import process_time
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.models import Answer, Question
from consent.models.holding import Rulings, end_of, rulings_on
from privacyboard.demo.populate import populate
from privacyboard.organisation.models import Pupil
from tests.bench.boards import boards
from tests.bench.frame import Figure, seconds

MAKES_BOARDS = True
PUPILS = (20_000, 80_000)
YEARS, QUESTIONS, ASKED = 5, 8, 300
ROUNDS = 15
MOST_QUERIES, MOST_TIMES, MOST_GROWTH = 3, 5, 1.5
OTHERS = {
    "schools": 4,
    "users": 40,
    "suppliers": 10,
    "activities": 40,
    "disclosures": 0,
    "requests": 0,
    "breaches": 0,
    "letters": 0,
    "entries": 0,
}
# Pupils like the ones that populate made, their parents, and what those said: by the database.
PUPILS_OF_NOW = """
INSERT INTO organisation_pupil (school_id, key, first_name, infix, last_name, sort_name, eck_id,
  email, language, born_on, arrived_on, has_curator, link_number)
SELECT (SELECT min(id) FROM organisation_school), 'B' || n, 'Noor', '', 'Fictief', 'fictief ' || n,
  '', '', 'nl', DATE '2012-01-01' + n %% 2000, DATE '2019-08-01', false, 1
FROM generate_series(1, %s) n
"""
GUARDIANS = """
WITH made AS (
  INSERT INTO organisation_guardian (key, first_name, infix, last_name, sort_name, email,
    other_emails, language, link_number, unreachable_why)
  SELECT p.key || '-' || n, 'Ouder', '', 'Fictief', 'fictief', '', '{}', 'nl', 1, ''
  FROM organisation_pupil p, generate_series(1, 2) n WHERE p.key LIKE 'B%%'
  RETURNING id, key
)
INSERT INTO organisation_guardianship (pupil_id, guardian_id, kind, has_authority)
SELECT p.id, made.id, 'parent', true
FROM made JOIN organisation_pupil p ON p.key = split_part(made.key, '-', 1)
"""
_ANSWERS = """
INSERT INTO consent_answer (pupil_id, question_id, guardian_id, kind, text_id, text_number,
  language, at, entered_at, way, valid_until)
SELECT g.pupil_id, q.id, g.guardian_id,
  CASE WHEN (g.id + q.id) %% 9 = 0 THEN 'refused' ELSE 'given' END, t.id, 1, 'nl', moment, moment,
  'link', CASE WHEN (g.id + q.id) %% 9 = 0 THEN NULL ELSE moment::date + 420 END
FROM (
  SELECT id, pupil_id, guardian_id, row_number() OVER (PARTITION BY pupil_id ORDER BY id) AS place
  FROM organisation_guardianship
) g
CROSS JOIN (SELECT id FROM consent_question ORDER BY id LIMIT %s) q
JOIN consent_questiontext t ON t.question_id = q.id AND t.number = 1
CROSS JOIN generate_series(1, %s) year
CROSS JOIN LATERAL (
  SELECT TIMESTAMPTZ '2026-09-10 10:00+02' - (year * 364 || ' days')::interval AS moment
) said
WHERE g.place = 1 + year %% 2
ORDER BY year DESC, g.pupil_id
"""


def figures() -> list[Figure]:
    """Queries, how many times the one statement, and how it grows."""
    with boards(2) as made:
        for number, pupils in enumerate(PUPILS):
            made.use(number)
            _fill(pupils)
        return _measured(made)


def _fill(pupils: int) -> None:
    populate({**OTHERS, "pupils": 40}, seed=1, at=timezone.now())
    with connection.cursor() as cursor:
        # To look up each reference of three million rows would take the longest of all.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(PUPILS_OF_NOW, [pupils])
        cursor.execute(GUARDIANS)
        cursor.execute(_ANSWERS, [QUESTIONS, YEARS])
        cursor.execute("RESET session_replication_role")
        # As autovacuum leaves it: what all see is read from the index alone.
        cursor.execute("VACUUM ANALYZE")


class Board:
    """Three hundred pupils in the middle of a board, and what is asked about them."""

    def __init__(self) -> None:
        count = Pupil.objects.count()
        start = count // 2
        rows: QuerySet[Pupil] = Pupil.objects.order_by("pk")[start : start + ASKED]
        self.pupils = list(rows)
        self.questions = list(Question.objects.all())
        self.on = date(2026, 3, 2)
        statement = (
            Answer.objects.last_of_each([each.pk for each in self.pupils], end_of(self.on))
            .values_list(
                "pupil", "question", "guardian", "kind", "text_number", "at", "valid_until"
            )
            .query.sql_with_params()
        )
        self.statement = statement

    def ask(self) -> Rulings:
        """What holds for all of them."""
        return rulings_on(self.pupils, self.questions, on=self.on)

    def read(self) -> list[Any]:
        """The one statement, as it comes from the database."""
        with connection.cursor() as cursor:
            cursor.execute(*self.statement)
            return list(cursor.fetchall())


def _measured(made: Any) -> list[Figure]:
    made.use(0)
    small, few = Board(), Answer.objects.count()
    made.use(1)
    large, many = Board(), Answer.objects.count()
    with CaptureQueriesContext(connection) as asked:
        found = large.ask()
    index_only = _reads_the_index_only(large)
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    cost: list[float] = []
    for _round in range(ROUNDS):
        made.use(0)
        times[0].append(seconds(small.ask))
        made.use(1)
        times[1].append(seconds(large.ask))
        times[2].append(seconds(large.read))
        cost.append(_processor(large.ask))
    before, after, bare = (median(each) for each in times)
    what = f"{len(found)} pupils, {len(large.questions)} questions, {many:,} answers"
    return [
        Figure(
            f"queries for what holds ({what})",
            str(len(asked)),
            str(MOST_QUERIES),
            len(asked) / MOST_QUERIES,
            1,
        ),
        Figure(
            "what holds, the one statement read from the index alone",
            index_only,
            "Index Only Scan",
            1 if index_only.startswith("Index Only Scan") else 2,
            1,
        ),
        Figure(
            f"time of what holds ({what})",
            f"{1000 * after:.1f} ms, {1000 * median(cost):.1f} of it Python",
            f"{1000 * bare:.1f} ms for the one statement",
            after / bare,
            MOST_TIMES,
        ),
        Figure(
            f"what holds with {many:,} answers",
            f"{1000 * after:.1f} ms",
            f"{1000 * before:.1f} ms with {few:,}",
            after / before,
            MOST_GROWTH,
        ),
    ]


def _processor(work: Any) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _reads_the_index_only(board: Board) -> str:
    """What the database does below the sorting, and how many rows of the table it had to see."""
    sql, parameters = board.statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}", parameters)
        lines = [row[0].strip(" ->") for row in cursor.fetchall()]
    scan = next((each for each in lines if "Scan" in each), "no scan")
    heap = next((each for each in lines if each.startswith("Heap Fetches")), "")
    return f"{scan.split(' (')[0]}; {heap}" if heap else scan.split(" (")[0]
