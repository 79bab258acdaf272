"""A report is a file at once, and the right people hear it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from datalekken.actions.reporting import report
from datalekken.choices import BreachState
from datalekken.models import Breach
from privacyboard.audit.acts import ActRefused
from privacyboard.mail.models import OutboundLetter
from tests.conftest import Cast
from tests.factories import breaches as make

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("KPO-058")
def test_a_report_is_a_file_and_three_hear_it_at_once(cast: Cast, now: datetime) -> None:
    made = make.breach(cast.linde, at=now)
    assert (made.number, made.state) == ("D-2026-0001", BreachState.REPORTED)
    told = OutboundLetter.objects.filter(letter="datalekken/alert").values_list("to", flat=True)
    assert sorted(told) == [
        "datalek@deproef.example",
        cast.fg.email,
        cast.ibp.email,
    ]
    alert = OutboundLetter.objects.filter(letter="datalekken/alert").first()
    assert alert is not None
    assert "D-2026-0001" in alert.text
    assert "De Linde" in alert.text
    assert "rapporten" not in alert.text


def test_the_reporter_gets_a_number_and_a_link(cast: Cast, now: datetime) -> None:
    make.breach(cast.linde, at=now)
    receipt = OutboundLetter.objects.get(letter="datalekken/receipt")
    assert receipt.to == "bas@deproef.example"
    assert "D-2026-0001" in receipt.text
    assert "/datalek-melden/volgen/" in receipt.text


def test_the_same_form_sent_twice_is_one_file(cast: Cast, now: datetime) -> None:
    first = make.breach(cast.linde, at=now, form_digest="a" * 64)
    second = make.breach(cast.linde, at=now, form_digest="a" * 64)
    assert first == second
    assert Breach.objects.count() == 1
    assert OutboundLetter.objects.filter(letter="datalekken/alert").count() == 3


def test_a_signal_in_the_future_is_refused_at_its_field(cast: Cast, now: datetime) -> None:
    later = now + timedelta(hours=1)
    with pytest.raises(ActRefused) as refusal:
        report(reported=make.reported([cast.linde], at=now, first_signal_at=later), by=None, at=now)
    assert refusal.value.errors == {
        "first_signal_at": "Dit moment is nog niet geweest. Controleer datum en tijd."
    }
    assert Breach.objects.count() == 0


def test_certainty_starts_the_seventy_two_hours(cast: Cast, now: datetime) -> None:
    made = make.certain(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    assert made.notify_by == now + timedelta(hours=72)
    assert Breach.objects.running().get() == made
    assert not Breach.objects.overdue(now + timedelta(hours=72)).exists()
    assert Breach.objects.overdue(now + timedelta(hours=73)).get() == made


def test_a_decided_file_runs_no_term(cast: Cast, now: datetime) -> None:
    made = make.decided(make.breach(cast.linde, at=now), at=now, by=cast.ibp)
    assert made.state == BreachState.DECIDED
    assert not Breach.objects.running().exists()
