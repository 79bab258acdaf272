"""Breach files, as the acts save them. Whatever is not given is in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from datalekken.actions.deciding import Decision, assess_breach, decide
from datalekken.actions.investigating import Timeline, set_times, take_up
from datalekken.actions.reporting import Reported, report
from datalekken.choices import Aspect, DataKind, IncidentKind, Recipient, ReporterKind
from datalekken.models import Breach
from datalekken.rules.assessment import Facts
from privacyboard.organisation.models import School, User

_STATE = frozenset({"title", "state", "handler", "is_confidential", "nature", "closed_at"})


def reported(schools: Sequence[School], *, at: datetime, **values: Any) -> Reported:
    """A teacher lost an USB stick."""
    return Reported(
        **{
            "schools": tuple(schools),
            "reporter_kind": ReporterKind.STAFF,
            "reporter_name": "Meester Bas",
            "reporter_email": "bas@deproef.example",
            "kind": IncidentKind.DEVICE_LOST,
            "what_happened": "Mijn USB-stick met rapporten is weg.",
            "reported_at": at,
            **values,
        }
    )


def breach(*schools: School, at: datetime, by: User | None = None, **values: Any) -> Breach:
    """A registered report, by the act that people use; then put in the state that is asked."""
    state = {key: values.pop(key) for key in _STATE & values.keys()}
    made = report(reported=reported(schools, at=at, **values), by=by, at=at)
    if state:
        for name, value in state.items():
            setattr(made, name, value)
        made.record(by=by, why="proef")
    return made


def facts(**values: Any) -> Facts:
    """School results of 25 children on a stick that somebody can find: a high risk."""
    return Facts(
        **{
            "aspects": frozenset({Aspect.CONFIDENTIALITY}),
            "kind": IncidentKind.DEVICE_LOST,
            "data": frozenset({DataKind.NAME, DataKind.SCHOOL_RESULTS}),
            "people": 25,
            "recipient": Recipient.UNKNOWN,
            "has_children": True,
            **values,
        }
    )


def decision(**values: Any) -> Decision:
    """To notify and to tell, with reasons."""
    return Decision(
        **{
            "notifies": True,
            "notify_reasons": "Een hoog risico.",
            "tells": True,
            "tell_reasons": "De ouders kunnen dan opletten.",
            **values,
        }
    )


def certain(made: Breach, *, at: datetime, by: User | None, **values: Any) -> Breach:
    """The file, taken up, with its times: the first signal an hour before it was certain."""
    if by is not None:
        take_up(breach=made, handler=by, by=by, at=at)
    timeline = Timeline(**{"first_signal_at": at - timedelta(hours=1), "certain_at": at, **values})
    return set_times(breach=made, timeline=timeline, by=by, at=at)


def decided(made: Breach, *, at: datetime, by: User, **values: Any) -> Breach:
    """The file, investigated, assessed at a high risk and decided."""
    certain(made, at=at, by=by)
    assess_breach(breach=made, facts=facts(), by=by, at=at)
    return decide(breach=made, decision=decision(**values), by=by, at=at)


def decided_not(made: Breach, *, at: datetime, by: User, **values: Any) -> Breach:
    """Certain already: assessed as no risk, and neither notified nor told."""
    harmless = facts(recipient=Recipient.TRUSTED_DELETED, data=frozenset({DataKind.NAME}))
    assess_breach(breach=made, facts=harmless, by=by, at=at)
    reasons = "Een vertrouwde ontvanger wiste het."
    chosen = decision(
        notifies=False, notify_reasons=reasons, tells=False, tell_reasons=reasons, **values
    )
    return decide(breach=made, decision=chosen, by=by, at=at)
