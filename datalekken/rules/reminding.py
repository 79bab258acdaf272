"""Which reminders of a file are due; each is a stage, and the most urgent comes last.

The term (AVG 33(1)): at certainty, after 24, 48, 60 and 70 hours, and when late. A decision not to
notify, or a notification, ends them. A decision to notify does not notify anybody: from 60 hours
on they go on until the AP was told.

Before anything is certain no term runs. Then a file is still not left alone: after a day in which
nobody took it up, and when two of the three days have passed since the first signal (the careful
clock) without anybody having written down that it is certain, or that it is nothing.

These reminders guard a term of the law: no preference of a person or of the board turns them off.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from datalekken.rules.clocks import LATE, Clock, Times, careful_clock, stages_due

UNTOUCHED = "untouched"
UNCERTAIN = "uncertain"
TAKEN_UP_WITHIN = timedelta(hours=24)
CERTAIN_WITHIN = timedelta(hours=48)
_AFTER_DECISION = frozenset({"60h", "70h", LATE})


def term_stages(clock: Clock | None, *, is_decided: bool, at: datetime) -> tuple[str, ...]:
    """The stages of the term by now. `is_decided`: it was decided to notify."""
    due = stages_due(clock, at=at)
    return tuple(each for each in due if each in _AFTER_DECISION) if is_decided else due


def careful_stages(times: Times, *, is_taken_up: bool, at: datetime) -> tuple[str, ...]:
    """The stages by now of a file of which nothing is certain."""
    due = []
    if not is_taken_up and at >= times.reported_at + TAKEN_UP_WITHIN:
        due.append(UNTOUCHED)
    if at >= careful_clock(times).started_at + CERTAIN_WITHIN:
        due.append(UNCERTAIN)
    return tuple(due)
