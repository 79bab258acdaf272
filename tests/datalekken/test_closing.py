"""Measures are followed up, and nothing closes before it is learned from."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from datalekken.actions.closing import (
    Lessons,
    Task,
    add_measure,
    close_breach,
    finish_measure,
    learn,
)
from datalekken.actions.deciding import decide, reopen
from datalekken.actions.notifying import Delivery, record_notification
from datalekken.choices import BreachState, Cause, MeasureKind
from datalekken.models import Breach, Measure
from privacyboard.audit.acts import ActRefused
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db

LEARNED = Lessons(
    cause=Cause.INTERNAL_ACCIDENT,
    root_cause="De stick was niet versleuteld.",
    lessons="Wij gebruiken geen losse sticks meer.",
    dpia_must_change=False,
    register_must_change=False,
)


def a_measure(made: Breach, cast: Cast, at: datetime) -> Measure:
    task = Task(
        kind=MeasureKind.PREVENT,
        text="Versleutelde sticks kopen",
        due_on=date(2026, 4, 1),
        owner=cast.director,
    )
    return add_measure(breach=made, task=task, by=cast.ibp, at=at)


def test_closing_tells_everything_that_is_missing(cast: Cast, now: datetime) -> None:
    made = make.decided(make.breach(cast.linde, at=now, nature="breach"), at=now, by=cast.ibp)
    with pytest.raises(ActRefused) as refusal:
        close_breach(breach=made, by=cast.ibp, at=now)
    assert refusal.value.errors[""] == (
        "Schrijf op wat u ervan leert, ook als dat niets is. "
        "Leg vast dat u het bij de AP meldde. "
        "Vertel het de mensen, en leg dat vast. "
        "Leg vast welke maatregelen u nam of neemt. "
        "Schrijf op waardoor het kon gebeuren. "
        "Kies of het register en een DPIA moeten veranderen."
    )


@pytest.mark.requirement("OPO-049")
def test_a_file_with_nothing_to_notify_closes_and_reopens_with_what_was(
    cast: Cast, now: datetime
) -> None:
    made = make.breach(cast.linde, at=now)
    make.certain(made, at=now, by=cast.ibp)
    made = make.decided_not(made, at=now, by=cast.ibp)
    a_measure(made, cast, now)
    learn(breach=made, lessons=LEARNED, by=cast.ibp, at=now)
    closed = close_breach(breach=made, by=cast.ibp, at=now)
    assert (closed.state, closed.closed_at) == (BreachState.CLOSED, now)
    again = reopen(breach=closed, reason="Er is meer gevonden", by=cast.ibp, at=now)
    assert (again.state, again.closed_at) == (BreachState.IN_PROGRESS, None)
    assert again.notify_reasons == "Een vertrouwde ontvanger wiste het."
    assert again.assessments.count() == 1


def test_what_must_change_is_said(cast: Cast, now: datetime) -> None:
    made = make.certain(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    change = Lessons(**{**vars(LEARNED), "register_must_change": True})
    with pytest.raises(ActRefused) as refusal:
        learn(breach=made, lessons=change, by=cast.ibp, at=now)
    assert refusal.value.errors == {"change_text": "Schrijf op wat er moet veranderen."}


def test_a_measure_has_an_owner_and_is_done_once(cast: Cast, now: datetime) -> None:
    made = make.certain(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    nobody = Task(kind=MeasureKind.PREVENT, text="Iets", due_on=date(2026, 4, 1))
    with pytest.raises(ActRefused) as refusal:
        add_measure(breach=made, task=nobody, by=cast.ibp, at=now)
    assert refusal.value.errors == {"owner": "Kies of schrijf op wie het doet."}
    measure = a_measure(made, cast, now)
    assert Measure.objects.of_owner(cast.director).get() == measure
    early = now.date() - timedelta(days=1)
    with pytest.raises(ActRefused) as refusal:
        finish_measure(measure=measure, done_on=early, result="", by=cast.director, at=now)
    assert refusal.value.errors == {"done_on": "Deze dag ligt voor 02-03-2026."}
    finish_measure(measure=measure, done_on=now.date(), result="Klaar", by=cast.director, at=now)
    assert not Measure.objects.of_owner(cast.director).exists()
    with pytest.raises(ActRefused) as refusal:
        finish_measure(measure=measure, done_on=now.date(), result="", by=cast.director, at=now)
    assert refusal.value.errors == {"": "Deze maatregel is al klaar sinds 02-03-2026."}


def _notified(made: Breach, cast: Cast, now: datetime, kind: str, why: str = "") -> None:
    delivery = Delivery(kind=kind, sent_at=now, withdrawal_reason=why)
    record_notification(breach=made, delivery=delivery, by=cast.ibp, at=now)


def _refusal(made: Breach, cast: Cast, now: datetime) -> str:
    with pytest.raises(ActRefused) as refusal:
        close_breach(breach=made, by=cast.ibp, at=now)
    return str(refusal.value.errors[""])


@pytest.mark.parametrize("nature", ["breach", "no_breach"])
def test_a_notification_that_stands_at_the_ap_is_withdrawn_before_closing(
    cast: Cast, now: datetime, nature: str
) -> None:
    made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    _notified(made, cast, now, "complete")
    reopen(breach=made, reason="Het was een oefening.", by=cast.ibp, at=now)
    chosen = make.decision(notifies=False, tells=False, tell_ground="b", nature=nature)
    decide(breach=made, decision=chosen, by=cast.ibp, at=now)
    told = "Besloten is om niet te melden, maar de melding bij de AP staat nog. Trek haar in."
    assert told in _refusal(made, cast, now)

    _notified(made, cast, now, "withdrawal", "Het was een oefening.")
    assert told not in _refusal(made, cast, now)


def test_a_withdrawn_notification_is_no_notification(cast: Cast, now: datetime) -> None:
    made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    told = "Leg vast dat u het bij de AP meldde."
    _notified(made, cast, now, "complete")
    assert told not in _refusal(made, cast, now)
    _notified(made, cast, now, "withdrawal", "De verkeerde gegevens.")
    assert told in _refusal(made, cast, now)
    _notified(made, cast, now, "complete")
    assert told not in _refusal(made, cast, now)
