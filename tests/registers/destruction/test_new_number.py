"""A pupil got another number after the rows were planned: they follow, and so does what holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork import erasing
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, User
from registers.actions.destroying import handing, listing, planning, stepping
from registers.exchange.destruction import task_csv
from registers.models import DestructionItem, DestructionList, DestructionPlan, RetentionRule
from registers.models.destruction_holds import item_holds
from registers.models.destruction_numbers import renumbered
from registers.models.destruction_steps import edition_of_list
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as make
from tests.factories import people
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], Client]


def renumber(old: str, new: str) -> Pupil:
    pupil = Pupil.objects.get(key=old)
    pupil.key = new
    pupil.record(by=None, why="gegevens gewijzigd")
    return pupil


def numbers() -> list[str]:
    return sorted(DestructionItem.objects.values_list("person_key", flat=True))


def hold(cast: Cast, number: str) -> Hold:
    return put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een zaak.",
        owner=cast.director,
        review_on=TODAY + timedelta(days=30),
        by=cast.director,
        at=NOW,
        school=cast.linde,
        person_key=number,
    )


def rows_of(found: DestructionList) -> list[list[str]]:
    """What goes out of this list, without the heading."""
    text = task_csv(found.tasks.get()).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]


def test_what_waits_and_what_stands_on_a_list_follows(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), (make.absence_rule(), "absence"))
    make.leaver(cast.linde, "1001")  # the file is due, absence waits
    make.sweep()
    renumber("1001", "2001")
    make.sweep()
    assert numbers() == ["2001", "2001"]
    assert DestructionItem.objects.filter(list__isnull=False).count() == 1
    assert planning.plan(by=None, at=NOW) == 0
    assert numbers() == ["2001", "2001"]


def test_the_list_says_that_it_changed(cast: Cast) -> None:
    found = make.checked(cast, "1001", "1002")
    seen = edition_of_list(found)
    renumber("1001", "2001")
    make.sweep()
    assert sorted(item.person_key for item in found.items.all()) == ["1002", "2001"]
    item = found.items.get(person_key="2001")
    assert item.history.first().history_change_reason == "ander nummer"
    with pytest.raises(ActRefused, match="veranderd sinds u hem opende"):
        stepping.approve(found=found, by=cast.ibp, at=NOW, seen=seen)


def test_a_step_looks_before_the_sweep_does(cast: Cast) -> None:
    found = make.approved(cast, "1001")
    renumber("1001", "2001")
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    assert b"2001" in task_csv(found.tasks.get())
    assert numbers() == ["2001"]


def test_two_pupils_change_numbers_with_each_other(cast: Cast) -> None:
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"))
    first, second = make.leaver(cast.linde, "1001"), make.leaver(cast.linde, "1002")
    make.sweep()
    make.keep(DestructionItem.objects.get(person_key="1001"), by=cast.director)
    for pupil, key in ((first, "-"), (second, "1001"), (first, "1002")):
        Pupil.objects.filter(pk=pupil.pk).update(key=key)
    for _again in range(2):
        make.sweep()
    rows = DestructionItem.objects.order_by("person_key").values_list("person_key", "verdict")
    assert list(rows) == [("1001", "destroy"), ("1002", "later")]


def test_two_who_changed_numbers_are_not_changed_back(cast: Cast) -> None:
    found = make.checked(cast, "1001", "1002")
    make.kept_in("V02", (make.absence_rule(), "absence"))
    make.sweep()  # absence waits
    for old, new in (("1001", "-"), ("1002", "1001"), ("-", "1002")):
        Pupil.objects.filter(key=old).update(key=new)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    items = dict(DestructionItem.objects.values_list("pk", "person_key"))
    make.sweep()
    assert dict(DestructionItem.objects.values_list("pk", "person_key")) == items
    assert sorted(items.values()) == ["1001", "1001", "1002", "1002"]


def test_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registers.actions.destroying.following.BATCH", 2)
    make.handed(cast, "1001", "1002", "1003")  # these stay as they are
    for number in (1004, 1005, 1006):
        make.leaver(cast.linde, str(number))
    make.sweep()
    for number in range(1001, 1007):
        renumber(str(number), str(number + 1000))
    make.sweep()
    assert numbers() == ["1001", "1002", "1003", "2004", "2005", "2006"]


def test_the_row_of_another_with_that_number_stays(cast: Cast) -> None:
    """A number is used again: of who left long ago something still waits under it."""
    make.kept_in("V01", (make.absence_rule(), "absence"))
    make.leaver(cast.linde, "1001", date(2023, 8, 1)).delete()
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    added = listing.Added(
        rule=RetentionRule.objects.get(code="absence_enrolment"),
        event_on=date(2019, 8, 1),
        keys=("1001",),
    )
    listing.add_items(found=found, added=added, by=cast.director, at=NOW)
    make.leaver(cast.linde, "1001", date(2024, 8, 1))
    make.sweep()
    renumber("1001", "2001")
    make.sweep()
    rows = DestructionItem.objects.order_by("event_on").values_list("event_on__year", "person_key")
    assert list(rows) == [(2019, "1001"), (2024, "2001")]


def test_what_somebody_put_there_with_the_new_number_is_not_doubled(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    added = listing.Added(
        rule=RetentionRule.objects.get(), event_on=make.LEFT, keys=("2001",), reason="Nieuw."
    )
    listing.add_items(found=found, added=added, by=cast.director, at=NOW)
    renumber("1001", "2001")
    make.sweep()
    assert [(item.person_key, item.reason) for item in found.items.all()] == [("2001", "Nieuw.")]


def test_who_comes_back_with_another_number_goes_from_the_list(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    pupil = renumber("1001", "2001")
    pupil.left_on = None
    pupil.record(by=None, why="terug")
    make.sweep()
    assert [item.person_key for item in found.items.all()] == ["1002"]


def test_a_list_that_is_out_keeps_its_number_and_says_so(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    found = make.handed(cast, "1001", "1002")
    client = as_user(cast.director)
    home = f"/register/vernietigen/{found.number}/"
    told = "Van 1 leerling op deze lijst is het nummer veranderd."
    assert told not in " ".join(client.get(home).content.decode().split())
    renumber("1001", "2001")
    make.sweep()
    assert sorted(item.person_key for item in found.items.all()) == ["1001", "1002"]
    assert told in " ".join(client.get(home).content.decode().split())
    page = client.get(f"{home}nummers/").content.decode()
    assert page.count("nu nummer 2001") == 1
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    make.sweep()
    assert DestructionPlan.objects.count() == 2
    assert not DestructionItem.objects.exists()


def test_a_hold_on_the_former_number_holds_on(cast: Cast) -> None:
    found = make.proposed(cast, "1001")
    hold(cast, "1001")
    renumber("1001", "2001")
    make.sweep()
    item = found.items.get()
    assert [each.reason for each in item_holds(cast.linde, [item])[item.pk]] == [
        "rechtszaak of claim"
    ]
    assert item_holds(cast.eik, [item]) == {}
    with pytest.raises(ActRefused):
        stepping.check(found=found, by=cast.director, at=NOW)
    assert DestructionItem.objects.get().person_key == "2001"


@pytest.mark.parametrize("number", ["1501", "2001"])
def test_a_hold_on_a_newer_number_holds_what_is_out(cast: Cast, number: str) -> None:
    found = make.handed(cast, "1001", "1002")
    renumber("1001", "1501")
    renumber("1501", "2001")
    make.sweep()
    hold(cast, number)
    item = found.items.get(person_key="1001")
    assert list(item_holds(cast.linde, list(found.items.all()))) == [item.pk]
    assert [row[0] for row in rows_of(found)] == ["1002"]
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    found.refresh_from_db()
    assert (found.counts["items"], found.counts["held"]) == (1, 1)
    make.sweep()
    left = DestructionItem.objects.get()
    assert (left.person_key, left.list, left.verdict) == ("2001", None, "destroy")


def test_the_file_tells_the_new_number(cast: Cast) -> None:
    found = make.handed(cast, "1001", "1002")
    renumber("1001", "2001")
    make.sweep()
    assert [(row[0], row[-1]) for row in rows_of(found)] == [("1001", "2001"), ("1002", "")]


def test_a_number_that_is_of_another_by_now_goes_not_out(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the file of a pupil who is at school is destroyed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    found = make.handed(cast, "1001", "1002")
    renumber("1001", "2001")
    Pupil.objects.filter(key="2001").update(first_name="Sanne", last_name="Vertrokken")
    people.pupil(cast.linde, key="1001", first_name="Chris", last_name="Anders")
    make.sweep()
    assert [row[0] for row in rows_of(found)] == ["1002"]
    client = as_user(cast.director)
    home = f"/register/vernietigen/{found.number}/"
    assert "1 regel moet nu toch blijven" in client.get(home).content.decode()
    page = client.get(f"{home}nummers/").content.decode()
    assert "het nummer is nu van een andere leerling" in page
    assert "Sanne Vertrokken" in page
    assert "Chris Anders" not in page
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    make.sweep()
    again = DestructionItem.objects.get()
    assert again.person_key == "2001"
    assert again.list is not None
    assert again.list.state == "proposed"


def test_a_number_of_another_who_left_on_the_same_day_goes_not_out(cast: Cast) -> None:
    found = make.handed(cast, "1001", "1002")
    renumber("1001", "2001")
    make.leaver(cast.linde, "1001")
    for _again in range(2):
        make.sweep()
        assert [row[0] for row in rows_of(found)] == ["1002"]


def test_a_number_of_who_is_forgotten_is_of_another_by_now(cast: Cast) -> None:
    found = make.handed(cast, "1001", "1002")
    with forgetting(reason="proef"):
        erasing.Gone("proef").erase(Pupil, [Pupil.objects.get(key="1001").pk])
    assert [row[0] for row in rows_of(found)] == ["1001", "1002"]
    people.pupil(cast.linde, key="1001")
    assert [row[0] for row in rows_of(found)] == ["1002"]


def test_asked_in_as_many_queries_for_four_as_for_two(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    found = make.handed(cast, "1001", "1002", "1003", "1004")
    task = found.tasks.get()
    for number in (1, 3):
        renumber(f"100{number}", f"200{number}")
        renumber(f"100{number + 1}", f"100{number}")
        items = list(found.items.order_by("pk")[: number + 1])
        with django_assert_num_queries(11):
            assert len(item_holds(cast.linde, items)) == (number + 1) // 2
        with django_assert_num_queries(14):
            task_csv(task)


def trade(*numbers: tuple[str, str]) -> None:
    """Give pupils other numbers at once: also each other's."""
    found = [(Pupil.objects.get(key=old), new) for old, new in numbers]
    for pupil, _new in found:
        Pupil.objects.filter(pk=pupil.pk).update(key=f"-{pupil.pk}")
    for pupil, new in found:
        Pupil.objects.filter(pk=pupil.pk).update(key=new)


def kept_and_approved(cast: Cast, kept: str, *others: str) -> DestructionList:
    """A list that is approved, from which one pupil was taken to be kept longer."""
    found = make.proposed(cast, kept, *others)
    make.keep(found.items.get(person_key=kept), by=cast.director)
    stepping.check(found=found, by=cast.director, at=NOW)
    return stepping.approve(found=found, by=cast.ibp, at=NOW)


def test_who_gets_the_number_of_a_row_that_is_out_follows_beside_it(cast: Cast) -> None:
    found = kept_and_approved(cast, "1001", "1002")
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    trade(("1002", "3001"), ("1001", "1002"))
    make.sweep()
    rows = DestructionItem.objects.order_by("person_key").values_list("person_key", "verdict")
    assert sorted(rows) == [("1002", "destroy"), ("1002", "later")]
    assert rows_of(found) == []  # 1002 is of the other pupil by now
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    make.sweep()
    assert list(rows.all()) == [("1002", "later"), ("3001", "destroy")]


def test_nobody_waits_for_who_cannot_follow(cast: Cast) -> None:
    found = kept_and_approved(cast, "1001", "1002")
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    make.leaver(cast.linde, "1003")
    make.sweep()
    trade(("1002", "3001"), ("1001", "1002"), ("1003", "1001"))
    make.sweep()
    assert numbers() == ["1001", "1002", "1002"]


def test_a_step_moves_who_changed_numbers_on_another_list_too(cast: Cast) -> None:
    found = kept_and_approved(cast, "1002", "1001", "1003")
    trade(("1001", "1002"), ("1002", "1001"))
    handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)
    make.sweep()
    rows = DestructionItem.objects.order_by("person_key").values_list("person_key", "list")
    assert list(rows) == [("1001", None), ("1002", found.pk), ("1003", found.pk)]


def test_numbers_change_across_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registers.actions.destroying.following.BATCH", 1)
    found = make.proposed(cast, "1001", "1002", "1003")
    first = found.items.get(person_key="1001").pk
    trade(("1001", "1002"), ("1002", "1003"), ("1003", "1001"))
    make.sweep()
    assert numbers() == ["1001", "1002", "1003"]
    assert DestructionItem.objects.get(pk=first).person_key == "1002"
    assert not renumbered().exists()


def test_a_row_that_is_out_is_no_double(cast: Cast) -> None:
    """Of whom is forgotten here: the row goes when its list is closed, and this one must not."""
    found = make.handed(cast, "1002")
    with forgetting(reason="proef"):
        erasing.Gone("proef").erase(Pupil, [Pupil.objects.get(key="1002").pk])
    make.leaver(cast.linde, "1001")
    make.sweep()
    renumber("1001", "1002")
    make.sweep()
    assert numbers() == ["1002", "1002"]
    assert rows_of(found) == []  # in the other system the number is of the second pupil by now
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)
    make.sweep()
    assert numbers() == ["1002", "1002"]
    (item,) = DestructionItem.objects.filter(list__isnull=False)
    assert item.pupil == Pupil.objects.get().pk


def test_the_plan_goes_with_the_pupil(cast: Cast) -> None:
    make.proposed(cast, "1001", "1002")
    keys = dict(Pupil.objects.values_list("key", "pk"))
    with forgetting(reason="proef"):
        gone = erasing.Gone("proef")
        gone.erase(Pupil, [keys["1001"]])
        gone.blank(Pupil, [keys["1002"]], email="")
    assert [plan.pupil for plan in DestructionPlan.objects.all()] == [keys["1002"]]
    assert DestructionList.objects.get().items.count() == 2
