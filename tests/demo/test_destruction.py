"""The demo board shows a destruction list in every state, on any day of the year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from privacyboard.clockwork.models import Hold
from privacyboard.demo import loading
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers.choices.destruction import DestructionState
from registers.models import DestructionItem, DestructionList, DestructionTask, RetentionRule
from registers.models.destruction_changes import shortened_on
from requests_ar.models import SubjectRequest
from requests_ar.retention.whose import means_of
from requests_ar.views.held import sought_of
from tests.conftest import NOW, TODAY
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


def test_a_processor_has_its_link_by_mail_and_each_doubt_stands_on_a_list() -> None:
    demo_of(3, 2)
    mailed = DestructionTask.objects.exclude(asked_at=None)
    assert sorted(mailed.values_list("name", flat=True)) == ["Momento", "Pearson"]
    letters = OutboundLetter.objects.filter(letter="registers/destruction_asked")
    assert sorted(letters.values_list("to", flat=True)) == [
        "privacy@momento.example",
        "privacy@pearson.example",
    ]
    linde = DestructionList.objects.get(school__slug="de-linde", state="proposed")
    lost = linde.lines.filter(verdict="conflict", against="geen vaste termijn meer")
    assert set(lost.values_list("rule__code", flat=True)) == {"disputes"}
    eik = DestructionList.objects.get(school__slug="de-eik", state="checked")
    for found in (linde, eik):
        shorter = shortened_on(found, TODAY)
        assert [each.now.name for each in shorter.values()] == [
            "Verwijzing naar speciaal onderwijs"
        ]
    rule = RetentionRule.objects.get(code="special_referral")
    assert rule.term == "ten minste 3 jaar na vertrek van de leerling, daarna weg"


def test_one_erasing_request_is_about_a_number_that_two_people_have() -> None:
    demo_of(3, 2)
    case = SubjectRequest.objects.get(parts__kind="erasure", people__key="90051")
    person = case.people.get(key="90051")
    reader = User.objects.get(email="ibp@dewaterlanden.example")
    (number,) = [each for each in means_of(sought_of(reader, person), person) if each.is_number]
    assert number.is_shared
    assert case.state == "answered"
