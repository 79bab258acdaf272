"""Two people, and five workers, at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from time import sleep

import pytest
from django.db import connection, transaction

from privacyboard.audit.acts import ActRefused
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.choices import Role
from registers.actions.destroying import handing, listing, planning, stepping
from registers.models import DestructionItem, DestructionLine, DestructionList, DestructionPlan
from tests.conftest import NOW, Cast, make_person
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("append_only_lifted"),
]


def together(*work: object) -> list[str]:
    """Do these at once; what each of them said, "" where it went well."""
    begin = threading.Barrier(len(work), timeout=30)
    said: list[str] = []

    def do(one: object) -> None:
        try:
            begin.wait()
            one()  # type: ignore[operator]
            said.append("")
        except ActRefused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    people = [threading.Thread(target=do, args=[each]) for each in work]
    for each in people:
        each.start()
    for each in people:
        each.join(timeout=60)
    return sorted(said)


def test_of_two_who_approve_at_once_one_does(cast: Cast) -> None:
    second = make_person("Ida Tweede", Role.IBP_MANAGER)
    found = make.checked(cast)
    said = together(
        lambda: stepping.approve(found=found, by=cast.ibp, at=NOW),
        lambda: stepping.approve(found=found, by=second, at=NOW),
    )
    assert said[0] == ""
    assert said[1].startswith("Dit kan alleen bij “gecontroleerd”. De lijst is nu “goedgekeurd”.")
    found.refresh_from_db()
    assert found.counts["items"] == 2
    assert found.history.filter(history_change_reason="goedgekeurd").count() == 1


def test_of_two_who_close_at_once_one_does(cast: Cast) -> None:
    found = make.proven(cast)
    said = together(
        lambda: handing.close(found=found, by=cast.director, at=NOW),
        lambda: handing.close(found=found, by=cast.ibp, at=NOW),
    )
    assert said[0] == ""
    assert "De lijst is" in said[1]
    assert DestructionItem.objects.count() == 0


def test_five_workers_propose_the_same_as_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registers.actions.destroying.planning.BATCH", 4)
    monkeypatch.setattr("registers.actions.destroying.listing.BATCH", 4)
    make.kept_in("V01", (registry.retention_rule(), "results"), (make.absence_rule(), "absence"))
    make.kept_in("V04", (make.book_year_rule(), "invoices"))
    for number in range(11):
        make.leaver(cast.linde, f"1{number:02}", make.LEFT_LONG_AGO)
        make.leaver(cast.eik, f"2{number:02}")
    assert together(*[make.sweep] * 5) == [""] * 5
    make.sweep()  # what one of them held while another looked is found by the next
    assert DestructionList.objects.count() == 2
    rows = DestructionItem.objects.filter(list__isnull=False).select_related("rule")
    assert Counter((item.list_id is not None, item.rule.code) for item in rows) == {
        (True, "pupil_file"): 22,
        (True, "absence_enrolment"): 11,
        (True, "financial"): 2,
    }
    assert (DestructionItem.objects.count(), DestructionPlan.objects.count()) == (46, 22)
    assert DestructionLine.objects.count() == 5


def _somebody_waits() -> bool:
    for _time in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
        sleep(0.01)
    return False


def test_a_hold_is_put_before_a_step_or_after_it_and_never_in_between(cast: Cast) -> None:
    """What the step saw of holds is so when it commits."""
    found = make.approved(cast)

    def put() -> None:
        try:
            put_hold(
                kind=HoldKind.LAWSUIT,
                reason="De ouders hebben de school gedagvaard.",
                owner=cast.director,
                review_on=date(2026, 9, 1),
                school=cast.linde,
                person_key="1001",
                by=cast.director,
                at=NOW,
            )
        finally:
            connection.close()

    other = threading.Thread(target=put)
    with transaction.atomic():
        handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
        other.start()
        assert _somebody_waits()
        assert not Hold.objects.exists()
    other.join(timeout=30)
    assert Hold.objects.get().person_key == "1001"


def _adding(cast: Cast, found: DestructionList, added: listing.Added, said: list[str]) -> None:
    """What the director types, on a connection of its own; what came of it."""
    try:
        _held, number = listing.add_items(found=found, added=added, by=cast.director, at=NOW)
        said.append(str(number))
    except ActRefused as refusal:
        said.append(str(refusal))
    finally:
        connection.close()


def _while_planning(cast: Cast, found: DestructionList, added: listing.Added) -> list[str]:
    """Somebody types what the sweep plans at that moment, and did not commit yet."""
    said: list[str] = []
    other = threading.Thread(target=_adding, args=[cast, found, added, said])
    with transaction.atomic():
        planning.plan(by=None, at=NOW)
        other.start()
        assert _somebody_waits()
    other.join(timeout=30)
    return said


def test_a_number_that_is_planned_at_that_moment_is_there_already(cast: Cast) -> None:
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"))
    make.leaver(cast.linde, "1001")
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    added = listing.Added(rule=rule, event_on=make.LEFT, keys=("1001",))
    assert _while_planning(cast, found, added) == ["0"]
    assert DestructionItem.objects.get().person_key == "1001"


def test_a_year_that_is_planned_at_that_moment_is_refused_in_words(cast: Cast) -> None:
    rule = make.book_year_rule()
    make.kept_in("V04", (rule, "invoices"), group="suppliers")
    found = listing.open_list(school=None, by=cast.ibp, at=NOW)
    added = listing.Added(
        rule=rule, event_on=date(2018, 12, 31), period="boekjaar 2018 en eerder", reason=""
    )
    [told] = _while_planning(cast, found, added)
    assert told == (
        "De computer of een collega zette dit op hetzelfde moment klaar. Kijk wat er nu staat en "
        "probeer het nog eens."
    )
    assert DestructionItem.objects.get().period == "boekjaar 2018 en eerder"
