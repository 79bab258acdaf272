"""A pause for who floods a public form: counted per network, per mailbox and per form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from privacyboard.publicforms.models import FormCount
from privacyboard.publicforms.rules import Bound, Sent, bound_reached
from tests.conftest import NOW
from tests.together import together

EVENING = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "bound"),
    [
        (Sent(0, 0, 0), None),
        (Sent(59, 199, 9), None),
        (Sent(60, 60, 0), Bound.HOUR),
        (Sent(0, 200, 0), Bound.DAY),
        (Sent(60, 200, 0), Bound.DAY),
        (Sent(60, 200, 10), Bound.MAILBOX),
    ],
)
def test_the_bounds(sent: Sent, bound: Bound | None) -> None:
    assert bound_reached(sent) == bound


def count(
    *, purpose: str = "request", network: str = "192.0.2.1", mailbox: str = "", at: datetime = NOW
) -> Bound | None:
    return FormCount.objects.count_form(purpose, network=network, mailbox=mailbox, at=at)


def counts() -> list[int]:
    return list(FormCount.objects.order_by("id").values_list("forms", flat=True))


@pytest.mark.django_db
def test_an_evening_at_school_gets_through_in_hours_and_a_day_has_its_end() -> None:
    assert [count(at=EVENING) for _each in range(61)] == [None] * 60 + [Bound.HOUR]

    later = [count(at=EVENING + timedelta(hours=passed)) for passed in (1, 2)]
    assert later == [None, None]
    # What is counted is told by the database: no two hundred forms are needed to see it.
    FormCount.objects.filter(forms=60).update(forms=198)
    assert count(at=EVENING + timedelta(hours=3)) == Bound.DAY
    assert count(at=EVENING + timedelta(hours=7)) is None  # half past one at night


@pytest.mark.django_db
def test_a_mailbox_is_one_however_it_is_spelled_and_who_waits_is_not_counted() -> None:
    for number in range(10):
        assert count(network=f"192.0.2.{number}", mailbox="mila@thuis.example") is None
    before = counts()

    assert count(network="192.0.2.99", mailbox=" MILA@Thuis.example ") == Bound.MAILBOX

    assert counts() == before
    assert count(network="192.0.2.99", mailbox="kim@thuis.example") is None


@pytest.mark.django_db
def test_each_form_has_a_count_of_its_own() -> None:
    for _each in range(60):
        count(purpose="request")

    assert count(purpose="request") == Bound.HOUR
    assert count(purpose="breach") is None


@pytest.mark.django_db
def test_nobodys_address_is_kept_and_a_sender_is_another_the_next_day() -> None:
    count(mailbox="mila@thuis.example")
    first = set(FormCount.objects.values_list("sender", flat=True))
    assert len(first) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", sender) for sender in first)

    count(mailbox="mila@thuis.example", at=NOW + timedelta(days=1))
    # Another hash: that it was the same sender cannot be told.
    assert FormCount.objects.exclude(sender__in=first).count() == 2


@pytest.mark.django_db(transaction=True)
def test_forms_counted_at_once_are_all_counted(append_only_lifted: None) -> None:
    assert together(*[transaction.atomic(count)] * 6) == [None] * 6

    assert counts() == [6]
