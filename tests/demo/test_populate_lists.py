"""`populate --lists`: destruction lists, as the acts would have left them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from privacyboard.demo.populate import populate
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment
from registers.actions.destroying import listing, planning
from registers.models import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionTask,
)
from tests.factories.demo import put_back_large

COUNTS = {
    "schools": 6,
    "users": 40,
    "suppliers": 0,
    "activities": 0,
    "disclosures": 0,
    "requests": 0,
    "breaches": 0,
    "pupils": 0,
    "letters": 0,
    "entries": 0,
    "lists": 13,
}


@pytest.fixture
def lists(db: None) -> None:
    put_back_large(COUNTS)


def test_lists_of_three_years_of_which_the_last_are_on_their_way(lists: None) -> None:
    found = DestructionList.objects.order_by("number").values_list("number", "state")
    assert list(found) == [
        ("VL-2024-0001", "closed"),
        *(("VL-2025-0001", "closed"), ("VL-2025-0002", "closed"), ("VL-2025-0003", "closed")),
        *(("VL-2025-0004", "withdrawn"), ("VL-2025-0005", "closed"), ("VL-2025-0006", "closed")),
        *(("VL-2026-0001", "proposed"), ("VL-2026-0002", "proposed")),
        *(("VL-2026-0003", "proposed"), ("VL-2026-0004", "checked")),
        *(("VL-2026-0005", "approved"), ("VL-2026-0006", "handed")),
    ]
    assert DestructionList.history.count() == 13


def test_every_record_passes_its_own_checks(lists: None) -> None:
    refused = []
    for model in (DestructionList, DestructionLine, DestructionItem, DestructionTask):
        for record in model._default_manager.order_by("pk")[:40]:
            try:
                # What waits has no list, and not every term has two ends.
                record.full_clean(exclude=["list", "not_before", "not_after"])
            except ValidationError as problem:
                refused.append((model.__name__, problem.message_dict))
    assert refused == []


def test_of_a_list_that_is_over_only_counts_are_left(lists: None) -> None:
    over = DestructionList.objects.filter(state__in=("closed", "withdrawn"))
    assert not DestructionItem.objects.filter(list__in=over).exists()
    closed = over.filter(state="closed")[0]
    assert (closed.counts["items"], closed.tasks.filter(done_on=None).count()) == (40, 0)
    assert {line.number for line in closed.lines.all()} == {20}
    out = DestructionList.objects.get(state="handed")
    assert (out.items.count(), out.tasks.filter(done_on=None).count()) == (40, 1)


def test_nobody_checked_what_the_same_person_approved(lists: None) -> None:
    approved = DestructionList.objects.exclude(approved_at=None)
    assert approved.count() == 8
    for each in approved:
        assert each.checked_by is not None
        assert each.approved_by is not None
        assert each.proposed_at < each.checked_at < each.approved_at <= timezone.now()


def test_what_waits_is_not_due(lists: None, now: datetime) -> None:
    assert DestructionItem.objects.filter(list=None).count() == 13 * 2 * 5
    assert planning.plan(by=None, at=now) == 0
    assert listing.list_due(by=None, at=now) == 0


def test_the_pages_open(lists: None, client: Client) -> None:
    held = Appointment.objects.filter(role=Role.IBP_MANAGER).select_related("user")[0]
    client.force_login(held.user)
    for found in DestructionList.objects.all():
        assert client.get(f"/register/vernietigen/{found.number}/").status_code == 200
    found = DestructionList.objects.filter(state="proposed")[0]
    page = client.get(f"/register/vernietigen/{found.number}/nummers/").content.decode()
    first = found.items.order_by("rule__sort_name", "person_key").first()
    assert first is not None
    assert first.person_key in page


def test_no_list_without_a_school(db: None, now: datetime) -> None:
    populate({**COUNTS, "schools": 0, "users": 0}, seed=1, at=now)
    assert not DestructionList.objects.exists()
