"""What logs, sessions and the clockwork itself must forget; also for `audit`, one floor down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q, QuerySet

from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import choices, runs
from privacyboard.clockwork.erasing import Gone
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

Due = Callable[[Cut], QuerySet[models.Model]]


def register_all() -> None:
    """Tell the retention run what the logs and the clockwork forget."""
    for name, title, model, starts, due in (
        ("access_log", "Toegangslog", AccessEntry, "het inzien", _due_access),
        ("admin_log", "Logboek van het beheer", LogEntry, "de wijziging", _due_admin),
    ):
        _register(name, title, model, starts, due, term_of="logs", term=Term(months=12))
    _register(
        *("sessions", "Sessies van wie inlogde", Session, "het verlopen", _due_sessions),
        term=Term(days=1),
    )
    _register(
        *("digest_lines", "Regels van ochtendberichten", DigestLine, "het verzenden", _due_lines),
        term=LINES_ARE_KEPT,
    )
    _register(
        *("holds", "Opgeheven redenen om te bewaren", Hold, "het opheffen", _due_holds),
        term=HOLDS_ARE_KEPT,
    )
    _register(
        "alert_preferences",
        "Keuzes voor berichten van oud-medewerkers",
        AlertPreference,
        "het einde van de laatste aanstelling",
        _due_preferences,
        term_of="personnel_file",
        term=Term(years=2),
    )


def _register(
    name: str,
    title: str,
    model: type[models.Model],
    starts: str,
    due: Due,
    *,
    term: Term,
    term_of: str = "",
) -> None:
    def forget(gone: Gone, keys: list[int], at: datetime) -> None:
        # Nothing is written or logged about a row of a log.
        gone.erase(model, keys, traced=False)

    runs.register(
        runs.Rule(
            name=name,
            title=title,
            model=model,
            term_of=term_of,
            default=term,
            starts=starts,
            fate=choices.Fate.DESTROY,
            due=due,
            forget=forget,
        )
    )


def _due_access(cut: Cut) -> QuerySet[AccessEntry]:
    return AccessEntry.objects.filter(at__lt=cut.before)


def _due_admin(cut: Cut) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(action_time__lt=cut.before)


def _due_sessions(cut: Cut) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=cut.before)


def _due_lines(cut: Cut) -> QuerySet[DigestLine]:
    """Sent, or so old that no letter will tell it any more."""
    waits = Q(sent_at__isnull=True, made_at__lt=cut.before)
    return DigestLine.objects.filter(Q(sent_at__lt=cut.before) | waits)


def _due_holds(cut: Cut) -> QuerySet[Hold]:
    found: QuerySet[Hold] = Hold.objects.filter(lifted_at__lt=cut.before)
    return found


def _due_preferences(cut: Cut) -> QuerySet[AlertPreference]:
    left = User.objects.left_by(cut.day, before=cut.before)
    return AlertPreference.objects.filter(user__in=left.values("pk"))
