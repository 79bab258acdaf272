"""The demo board shows a destruction list in every state, on any day of the year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from privacyboard.clockwork.models import Hold
from privacyboard.demo import loading
from registers.choices.destruction import DestructionState
from registers.models import DestructionItem, DestructionList
from tests.conftest import NOW
from tests.factories.demo import picture_of_the_demo

pytestmark = pytest.mark.django_db


def demo_of(month: int, day: int) -> None:
    now = datetime(2026, month, day, 9, 0, tzinfo=UTC)
    if now == NOW:
        picture_of_the_demo().put_back()
    else:
        loading.load(at=now, password="x")


# Before and after the day on which the next year's lists begin; before and after 1 August.
@pytest.mark.parametrize(("month", "day"), [(3, 2), (7, 31), (11, 22)])
def test_a_list_in_every_state(month: int, day: int) -> None:
    demo_of(month, day)
    states = DestructionList.objects.order_by().values_list("state", flat=True).distinct()
    assert set(states) == set(DestructionState.values)
    linde = DestructionList.objects.get(school__slug="de-linde", state="proposed")
    assert linde.lines.filter(verdict="conflict").exists()
    assert linde.items.count() == 27  # Coen, number 90013, is held: his two rows wait
    assert not linde.items.filter(person_key="90013").exists()
    assert Hold.objects.running().count() == 2
    handed = DestructionList.objects.get(state="handed")
    assert handed.tasks.filter(done_on=None).exists()
    assert handed.tasks.exclude(done_on=None).exists()
    closed = DestructionList.objects.get(state="closed")
    assert closed.certificate is not None
    assert not DestructionItem.objects.filter(list=closed).exclude(person_key="").exists()
