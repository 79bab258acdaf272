"""What in the register needs somebody: literal items per role."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from privacyboard.vocabulary import Tone, WorkItem
from registers import actions
from registers.models import Agreement, ProcessingActivity, Processor
from registers.worklist import MOST, items_for
from tests.conftest import TODAY, Cast
from tests.factories import registers as make

SILENT = ["director", "care", "teacher", "auditor", "administrator", "eik_director", "eik_teacher"]


def _page(record: ProcessingActivity | Agreement | Processor) -> str:
    return reverse(f"admin:registers_{record._meta.model_name}_change", args=[record.pk])


def _proposed(code: str, cast: Cast, now: datetime) -> ProcessingActivity:
    return actions.propose(activity=make.activity(code), by=cast.ibp, at=now)


def test_an_empty_register_asks_nobody_anything(cast: Cast) -> None:
    assert [items_for(user, TODAY) for user in cast.everybody()] == [[]] * 10


def test_a_proposal_asks_a_decision_and_advice(cast: Cast, now: datetime) -> None:
    activity = _proposed("V01", cast, now)
    decide = WorkItem(
        sentence="V01 Verwerking V01 wacht op een besluit.",
        url=_page(activity),
        act_label="Beoordelen",
        tone=Tone.ATTENTION,
    )
    advise = WorkItem(
        sentence="V01 Verwerking V01 is voorgesteld; u kunt een opmerking geven.",
        url=_page(activity),
        act_label="Lezen",
        tone=Tone.CALM,
    )
    assert {name: items_for(getattr(cast, name), TODAY) for name in ("ibp", "board_member")} == {
        "ibp": [decide],
        "board_member": [decide],
    }
    assert items_for(cast.fg, TODAY) == [advise]
    actions.remark(activity=activity, text="Akkoord.", by=cast.fg, at=now)
    assert items_for(cast.fg, TODAY) == []


def test_a_review_that_is_due_asks_the_ibp_manager_only(cast: Cast, now: datetime) -> None:
    late = make.established("V01", at=now, next_review_on=date(2026, 3, 1))
    due = make.established("V02", at=now, next_review_on=TODAY)
    make.established("V03", at=now, next_review_on=date(2026, 3, 3))
    assert items_for(cast.ibp, TODAY) == [
        WorkItem(
            sentence="Controleer of V01 Verwerking V01 nog klopt.",
            url=_page(late),
            act_label="Controleren",
            tone=Tone.LATE,
            due=date(2026, 3, 1),
        ),
        WorkItem(
            sentence="Controleer of V02 Verwerking V02 nog klopt.",
            url=_page(due),
            act_label="Controleren",
            tone=Tone.ATTENTION,
            due=TODAY,
        ),
    ]
    assert items_for(cast.board_member, TODAY) == []
    assert items_for(cast.fg, TODAY) == []


def test_an_agreement_that_ends_within_ninety_days_asks_to_be_renewed(cast: Cast) -> None:
    for code, ends_on in (
        ("Laatst", date(2026, 5, 31)),
        ("Eerst", TODAY),
        ("Later", date(2026, 6, 1)),
        ("Voorbij", date(2026, 3, 1)),
    ):
        of = make.processor(code.lower(), code)
        make.agreement(of, reference=f"VO {code}", ends_on=ends_on)
    first, last = Processor.objects.filter(name__in=["Eerst", "Laatst"]).order_by("name")
    assert items_for(cast.ibp, TODAY) == [
        WorkItem(
            sentence="Overeenkomst VO Eerst loopt af op 2 maart 2026: binnen 30 dagen.",
            url=_page(first),
            act_label="Bekijken",
            tone=Tone.ATTENTION,
            due=TODAY,
        ),
        WorkItem(
            sentence="Overeenkomst VO Laatst loopt af op 31 mei 2026: binnen 90 dagen.",
            url=_page(last),
            act_label="Bekijken",
            tone=Tone.ATTENTION,
            due=date(2026, 5, 31),
        ),
    ]
    assert items_for(cast.fg, TODAY) == []


@pytest.mark.requirement("OPO-031")
def test_a_processor_in_use_without_a_valid_agreement_is_named(cast: Cast) -> None:
    make.recipient_line(make.activity("V01"))  # Topicus receives data
    by_product = make.processor("iddink", "Iddink")
    using = make.bare_activity("V02")
    using.products.set([make.product("magister", "Magister", of="iddink")])
    make.processor("ongebruikt", "Ongebruikt")
    make.agreement(by_product, signed_on=None)  # unsigned helps nobody
    make.agreement(make.processor(), ends_on=date(2026, 3, 1))
    assert items_for(cast.ibp, TODAY) == [
        WorkItem(
            sentence=f"{processor} verwerkt gegevens zonder geldige overeenkomst.",
            url=_page(processor),
            act_label="Bekijken",
            tone=Tone.LATE,
        )
        for processor in (by_product, make.processor())
    ]
    make.agreement(make.processor(), reference="nieuw", ends_on=None)
    signed = make.agreement(by_product, reference="nieuw", ends_on=None)
    signed.products.set(using.products.all())
    assert items_for(cast.ibp, TODAY) == []


@pytest.mark.parametrize("person", SILENT)
def test_who_has_no_task_in_the_register_gets_none(cast: Cast, now: datetime, person: str) -> None:
    _proposed("V01", cast, now)
    make.established("V02", at=now, next_review_on=TODAY)
    make.agreement(make.processor("bijna", "Bijna"), ends_on=TODAY)
    assert items_for(getattr(cast, person), TODAY) == []


def test_at_most_twenty_of_a_kind(cast: Cast, now: datetime) -> None:
    for number in range(MOST + 1):
        _proposed(f"V{number:02}", cast, now)
    assert len(items_for(cast.board_member, TODAY)) == 20
