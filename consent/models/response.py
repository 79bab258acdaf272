"""Who answered in a round and who did not, counted by the database: per class, and to remind.

A pupil is answered for when one person who decides answered every question of the round at that
school. Who was asked and has a letter on paper that nobody handed over yet is not reached.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone

from consent.models.inviting import ENROLLED, PARENTS_DECIDE, RUNNING, day_facts
from consent.models.rounds import Round

# Each person who was asked, beside each pupil about whom; with what was needed and what was said.
_ASKED = f"""
voters AS (
  SELECT i.id AS invitation, i.guardian_id, p.id AS pupil, p.school_id,
    i.on_paper_since IS NULL OR i.handed_on IS NOT NULL AS reached
  FROM consent_invitation i
  JOIN organisation_guardianship g ON g.guardian_id = i.guardian_id
  JOIN organisation_pupil p ON p.id = g.pupil_id
  WHERE i.round_id = %(round)s AND i.because = 'round' AND p.school_id = ANY(%(schools)s)
    AND {RUNNING} AND {ENROLLED} AND {PARENTS_DECIDE}
  UNION ALL
  SELECT i.id, NULL, p.id, p.school_id, i.on_paper_since IS NULL OR i.handed_on IS NOT NULL
  FROM consent_invitation i JOIN organisation_pupil p ON p.id = i.pupil_id
  WHERE i.round_id = %(round)s AND i.because = 'round' AND p.school_id = ANY(%(schools)s)
    AND {ENROLLED}
),
needed AS (
  SELECT s.school_id, count(*) AS number
  FROM consent_round_schools s
  JOIN consent_round_questions a ON a.round_id = s.round_id
  JOIN consent_question q ON q.id = a.question_id
  WHERE s.round_id = %(round)s AND (q.all_schools OR EXISTS (
    SELECT 1 FROM consent_question_schools l
    WHERE l.question_id = q.id AND l.school_id = s.school_id))
  GROUP BY s.school_id
),
said AS (
  SELECT pupil_id, coalesce(guardian_id, 0) AS voter, count(DISTINCT question_id) AS number
  FROM consent_answer WHERE round_id = %(round)s AND question_id IN (
    SELECT question_id FROM consent_round_questions WHERE round_id = %(round)s)
  GROUP BY 1, 2
),
asked AS (
  SELECT v.*, coalesce(d.number, 0) >= coalesce(n.number, 0) AS answered
  FROM voters v
  LEFT JOIN needed n ON n.school_id = v.school_id
  LEFT JOIN said d ON d.pupil_id = v.pupil AND d.voter = coalesce(v.guardian_id, 0)
)
"""  # noqa: S608 - constants of this app
_FIGURES = f"""
WITH {_ASKED}, pupils AS (
  SELECT pupil, school_id, bool_or(answered) AS answered, bool_or(reached) AS reached
  FROM asked GROUP BY pupil, school_id
),
placed AS (
  SELECT DISTINCT ON (l.pupil_id) l.pupil_id, c.id, c.name, c.sort_name
  FROM organisation_placement l JOIN organisation_group c ON c.id = l.group_id
  WHERE c.school_id = ANY(%(schools)s)
    AND l.starts_on <= %(day)s AND (l.ends_on IS NULL OR l.ends_on >= %(day)s)
  ORDER BY l.pupil_id, c.is_combined, c.school_year DESC, c.sort_name, c.id
)
SELECT p.school_id, coalesce(c.name, ''), count(*), count(*) FILTER (WHERE p.answered),
  count(*) FILTER (WHERE NOT p.answered AND p.reached),
  count(*) FILTER (WHERE NOT p.answered AND NOT p.reached)
FROM pupils p LEFT JOIN placed c ON c.pupil_id = p.pupil
GROUP BY p.school_id, c.id, c.name, c.sort_name
ORDER BY p.school_id, c.sort_name NULLS LAST, c.id
"""  # noqa: S608 - constants of this app
_CLAIM = f"""
WITH {_ASKED}, chosen AS (
  SELECT DISTINCT a.invitation FROM asked a JOIN consent_invitation i ON i.id = a.invitation
  WHERE NOT a.answered AND i.queued_at IS NOT NULL AND i.on_paper_since IS NULL
    AND i.made_at < %(before)s AND NOT EXISTS (
      SELECT 1 FROM clockwork_reminder r
      WHERE r.subject_type = 'consent.invitation' AND r.subject_id = a.invitation::text
        AND r.kind = 'consent.round' AND r.stage = %(stage)s)
  ORDER BY a.invitation LIMIT %(most)s
)
INSERT INTO clockwork_reminder (subject_type, subject_id, kind, stage, made_at)
SELECT 'consent.invitation', invitation::text, 'consent.round', %(stage)s, %(at)s FROM chosen
ON CONFLICT DO NOTHING RETURNING subject_id::bigint
"""  # noqa: S608 - constants of this app
_LETTERS = """
SELECT count(*), count(*) FILTER (WHERE i.on_paper_since IS NOT NULL),
  count(*) FILTER (WHERE i.document_id IS NOT NULL),
  count(*) FILTER (WHERE i.handed_on IS NOT NULL),
  count(*) FILTER (WHERE i.on_paper_since IS NULL
    AND coalesce(l.state, 'queued') IN ('queued', 'sending')),
  count(*) FILTER (WHERE l.state = 'sent'),
  count(*) FILTER (WHERE l.state IN ('failed', 'bounced'))
FROM consent_invitation i
LEFT JOIN mail_outboundletter l ON l.key = 'consent/invitation:' || i.id
  || CASE WHEN i.number > 1 THEN '/' || i.number ELSE '' END
WHERE i.round_id = %(round)s AND i.because = 'round' AND i.school_id = ANY(%(schools)s)
"""


@dataclass(frozen=True)
class ClassFigures:
    """Pupils of one class (without a name: of none) in a round."""

    school_id: int
    group: str
    asked: int
    answered: int
    unanswered: int
    unreached: int


@dataclass(frozen=True)
class LetterFigures:
    """How far the letters of a round are; every number counts people who are asked."""

    invited: int
    on_paper: int
    printed: int
    handed: int
    waiting: int
    sent: int
    failed: int

    @property
    def done(self) -> int:
        """For whom the e-mail left, or the letter on paper is made."""
        return self.invited - self.waiting - (self.on_paper - self.printed)

    @property
    def is_busy(self) -> bool:
        """Whether somebody still waits for a letter to be made or sent."""
        return self.done < self.invited


def _facts(asked: Round, schools: Collection[int], on: date) -> dict[str, Any]:
    return {**day_facts(on), "round": asked.pk, "schools": list(schools)}


def class_figures(asked: Round, schools: Collection[int], *, on: date) -> list[ClassFigures]:
    """The response of a round at these schools, per class, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, _facts(asked, schools, on))
        return [ClassFigures(*row) for row in cursor]


def letter_figures(asked: Round, schools: Collection[int]) -> LetterFigures:
    """How far the letters are for people who were asked through these schools."""
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, {"round": asked.pk, "schools": list(schools)})
        return LetterFigures(*cursor.fetchone())


def claim_reminders(
    asked: Round, *, stage: int, asked_before: date, most: int, at: datetime
) -> list[int]:
    """Claim a reminder for invitations with a question open; the keys, each given out once.

    Set by set what `clockwork.reminders.claim` does: the row is the lock. Call it inside the
    transaction that queues the letters.
    """
    schools = list(asked.schools.order_by().values_list("pk", flat=True))
    facts = {
        **_facts(asked, schools, timezone.localdate(at)),
        "before": timezone.make_aware(datetime.combine(asked_before, time.min)),
        "stage": str(stage),
        "most": most,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        return [row[0] for row in cursor]
