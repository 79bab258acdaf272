"""What logs, sessions and the clockwork itself must forget; also for `audit`, one floor down."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import holds, runs
from privacyboard.clockwork.models import AlertPreference, DigestLine, Hold
from privacyboard.clockwork.rules import Cut, Term
from privacyboard.organisation.models import User

# Rules of the board, no terms of a law.
LINES_ARE_KEPT = Term(days=30)
# As long as somebody can ask why data stayed longer than their term (AVG 5(2); Awb 5:45).
HOLDS_ARE_KEPT = Term(years=5)


class Fate(StrEnum):
    """What becomes of data of a person in the logs and the clockwork."""

    LOG = "the row goes a year after it was written"
    LINE = "the row goes a month after the letter that told it"
    HOLD = "the row goes five years after the hold was lifted"
    STAFF = "the row goes two years after the last appointment of its account"
    NUMBER = "stays: a number or a word of ours, that tells nothing once its record is gone"
    PROOF = "stays: who began a run is part of the account (AVG 5(2))"


# Each as `model.field`; the history of a model holds the same, and shares the fate.
PERSONAL: dict[str, Fate] = {
    "alertpreference.user": Fate.STAFF,
    "digestline.path": Fate.LINE,
    "digestline.sentence": Fate.LINE,
    "digestline.subject_id": Fate.LINE,
    "digestline.user": Fate.LINE,
    "hold.lifted_because": Fate.HOLD,
    "hold.owner": Fate.HOLD,
    "hold.person_key": Fate.HOLD,
    "hold.reason": Fate.HOLD,
    "hold.subject_id": Fate.HOLD,
    # Who deletes a reminder sends it again: it goes with its subject, never by its age.
    "reminder.subject_id": Fate.NUMBER,
    "retentionrun.by": Fate.PROOF,
}
# The same of `audit`.
PERSONAL_IN_AUDIT: dict[str, Fate] = {
    "accessentry.by": Fate.LOG,
    "accessentry.subject_id": Fate.LOG,
    "accessentry.title": Fate.LOG,
    "forgettingcount.reason": Fate.NUMBER,
}


def register_all() -> None:
    """Tell the retention run what the logs and the clockwork forget, and of whom the logs tell."""
    holds.register_about(AccessEntry, kind="subject_type")
    label = Concat("content_type__app_label", Value("."), "content_type__model")
    holds.register_about(LogEntry, kind=label, number="object_id")
    runs.register(*_of_logs(), *_of_the_clockwork())


def _of_logs() -> tuple[runs.Rule, ...]:
    year: dict[str, Any] = {"default": Term(months=12), "term_of": "logs"}
    return (
        runs.Rule(
            name="access_log",
            title="Toegangslog",
            model=AccessEntry,
            starts="het inzien",
            due=runs.counted_from(AccessEntry, "at"),
            forget=_erasing(AccessEntry),
            **year,
        ),
        runs.Rule(
            name="admin_log",
            title="Logboek van het beheer",
            model=LogEntry,
            starts="de wijziging",
            due=runs.counted_from(LogEntry, "action_time"),
            forget=_erasing(LogEntry),
            **year,
        ),
        runs.Rule(
            name="sessions",
            title="Sessies van wie inlogde",
            model=Session,
            default=Term(days=1),
            starts="het verlopen",
            due=runs.counted_from(Session, "expire_date"),
            forget=_erasing(Session),
        ),
    )


def _of_the_clockwork() -> tuple[runs.Rule, ...]:
    return (
        runs.Rule(
            name="digest_lines",
            title="Regels van ochtendberichten",
            model=DigestLine,
            default=LINES_ARE_KEPT,
            starts="het verzenden",
            due=_due_lines,
            forget=_erasing(DigestLine),
        ),
        runs.Rule(
            name="holds",
            title="Opgeheven redenen om te bewaren",
            model=Hold,
            default=HOLDS_ARE_KEPT,
            starts="het opheffen",
            due=runs.counted_from(Hold, "lifted_at"),
            forget=_erasing(Hold),
        ),
        runs.Rule(
            name="alert_preferences",
            title="Keuzes voor berichten van oud-medewerkers",
            model=AlertPreference,
            default=Term(years=2),
            term_of="personnel_file",
            starts="het einde van de laatste aanstelling",
            due=_due_preferences,
            forget=_erasing(AlertPreference),
        ),
    )


def _erasing(model: type[models.Model]) -> runs.Forget:
    """Nothing is written or logged about a row of a log."""
    return runs.erasing(model, traced=False)


def _due_lines(cut: Cut) -> QuerySet[DigestLine]:
    """Sent, or so old that no letter will tell it any more.

    In a holiday waits what is due after it, however long it lasts: its own day has to pass first.
    """
    waits = Q(sent_at__isnull=True, made_at__lt=cut.before, due_on__lte=cut.day)
    return DigestLine.objects.filter(Q(sent_at__lt=cut.before) | waits)


def _due_preferences(cut: Cut) -> QuerySet[AlertPreference]:
    left = User.objects.left_by(cut.day, before=cut.before)
    return AlertPreference.objects.filter(user__in=left.values("pk"))
