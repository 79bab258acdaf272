"""Records of cases for the year test, each with the day on which its term begins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from datalekken.choices import BreachState
from datalekken.models import Breach, DutyTurn, RegisterFile
from privacyboard.documents import storage
from privacyboard.documents.models import StoredDocument
from requests_ar.choices import Channel, RequestState
from tests.clockwork.year_world import moment
from tests.conftest import Cast
from tests.factories import breaches, tellings
from tests.factories.requests import subject_request

_DAY = timedelta(days=1)


def document(day: date, kind: str) -> StoredDocument:
    return storage.store(
        content=b"%PDF-1.7",
        title="Bestand",
        file_name="bestand.pdf",
        media_type="application/pdf",
        kind=kind,
        by=None,
        at=moment(day, 7),
    )


def print_of_breaches(cast: Cast, day: date) -> Any:
    """Asked on the day, and made."""
    return RegisterFile.objects.create(
        asked_by=cast.fg,
        asked_at=moment(day, 7),
        breaches=[],
        chosen=[],
        document=document(day, "datalekken.register"),
    )


def unconfirmed(cast: Cast, day: date) -> Any:
    """A form of which nobody confirmed the address, withdrawn on the day it came."""
    return subject_request(
        cast.linde,
        at=moment(day, 7),
        confirmed=False,
        channel=Channel.FORM,
        state=RequestState.WITHDRAWN,
        withdrawn_on=day,
    )


def telling(cast: Cast, day: date) -> Any:
    """Two parents on a list of a file that was closed on the day."""
    at = moment(day - 5 * _DAY)
    made = breaches.decided(breaches.breach(cast.linde, at=at), at=at, by=cast.ibp)
    people = [tellings.candidate(f"Ouder{number}") for number in (1, 2)]
    found = tellings.telling(made, people, at=at, by=cast.ibp)
    Breach.objects.filter(pk=made.pk).update(state=BreachState.CLOSED, closed_at=moment(day))
    return found


def duty(cast: Cast, day: date) -> Any:
    """Until and including the day."""
    turn = DutyTurn(user=cast.ibp, starts_on=day - 8 * _DAY, ends_on=day, why="vakantie")
    turn.record(by=cast.fg, why="vakantie")
    return turn


def withdrawn_duty(cast: Cast, day: date) -> Any:
    """The same, taken back before it began: its history tells it."""
    turn = duty(cast, day)
    turn.erase(by=cast.fg, why="dienst ingetrokken")
    return DutyTurn.history.get(history_type="-", ends_on=day)
