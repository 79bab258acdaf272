"""What the machine proposes: once, of what is due, and never what must stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Pupil, School
from registers.actions.destroying import planning
from registers.choices import Bound, Fate, RetentionTrigger
from registers.models import (
    DestructionItem,
    DestructionLine,
    DestructionList,
    DestructionPlan,
    RetentionRule,
)
from tests.conftest import NOW, Cast
from tests.factories import destruction as make
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def on_lists() -> list[tuple[str, str, str]]:
    rows = DestructionItem.objects.filter(list__isnull=False).order_by("person_key", "period")
    return [(each.list.number, str(each), each.rule.code) for each in rows]  # type: ignore[union-attr]


@pytest.mark.requirement("VOG-040", "KPO-022", "OPO-051")
def test_the_file_of_who_left_stands_on_the_list_of_the_year_in_which_it_must_be_gone(
    cast: Cast,
) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"))
    make.leaver(cast.linde, "1001", date(2024, 8, 1))
    make.leaver(cast.linde, "1002", date(2025, 8, 1))
    make.leaver(cast.eik, "2001", date(2024, 10, 1))
    Pupil.objects.create(school=cast.linde, first_name="Blijft", key="1003")
    assert make.sweep() == 5  # three pupils planned, two rows listed
    lists = DestructionList.objects.order_by("number")
    assert [(each.number, each.school, each.year, each.serial, each.state) for each in lists] == [
        ("VL-2026-0001", cast.linde, 2026, 1, "proposed"),
        ("VL-2026-0002", cast.eik, 2026, 1, "proposed"),
    ]
    assert on_lists() == [
        ("VL-2026-0001", "1001", "pupil_file"),
        ("VL-2026-0002", "2001", "pupil_file"),
    ]
    item = DestructionItem.objects.get(person_key="1001")
    assert (item.event_on, item.not_before, item.not_after) == (
        date(2024, 8, 1),
        None,
        date(2026, 8, 1),
    )
    waiting = DestructionItem.objects.get(person_key="1002")
    assert (waiting.list, waiting.listed_from) == (None, date(2026, 11, 2))
    line = lists[0].lines.get()
    assert (line.rule_name, line.data, line.term, line.verdict) == (
        "Leerlingdossier",
        "Results",
        "ten hoogste 2 jaar na vertrek van de leerling",
        "destroy",
    )


@pytest.mark.requirement("VOG-042")
def test_a_minimum_stands_on_no_list_before_it_has_passed(cast: Cast) -> None:
    make.kept_in("V01", (make.absence_rule(), "absence"))
    make.leaver(cast.linde, "1001", date(2021, 3, 2))
    make.sweep(moment(date(2026, 3, 2)))
    assert on_lists() == []
    make.sweep(moment(date(2026, 3, 3)))
    assert on_lists() == [("VL-2026-0001", "1001", "absence_enrolment")]


@pytest.mark.requirement("VOG-042")
def test_what_waits_stays_when_the_pupil_is_forgotten_here(cast: Cast) -> None:
    make.kept_in("V01", (make.absence_rule(), "absence"))
    pupil = make.leaver(cast.linde, "1001", date(2021, 3, 2))
    make.sweep(moment(date(2022, 1, 10)))
    pupil.delete()
    make.sweep(moment(date(2026, 3, 3)))
    assert on_lists() == [("VL-2026-0001", "1001", "absence_enrolment")]
    assert not DestructionPlan.objects.exists()


def test_again_late_and_double_give_the_same(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), (make.absence_rule(), "absence"))
    for number in range(7):
        make.leaver(cast.linde, f"10{number}", date(2019 + number, 8, 1))
    sweeps.run(name="destruction_lists", at=NOW)
    first = on_lists()
    assert len(first) == 8  # the files of 2019-2024, and absence of 2019 and 2020
    assert sweeps.run(name="destruction_lists", at=NOW) == 0
    assert sweeps.run(name="destruction_lists", at=NOW + timedelta(days=2)) == 0
    assert on_lists() == first
    assert DestructionItem.objects.count() == 14
    assert DestructionLine.objects.count() == 2


def test_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registers.actions.destroying.planning.BATCH", 3)
    monkeypatch.setattr("registers.actions.destroying.listing.BATCH", 3)
    found = make.proposed(cast, *(f"1{number:03}" for number in range(8)))
    assert found.items.count() == 8
    assert DestructionPlan.objects.count() == 8
    assert found.history.count() == 1
    assert {item.history.count() for item in found.items.all()} == {1}


def test_a_rule_that_is_added_later_is_planned_for_who_left_before(cast: Cast) -> None:
    make.proposed(cast, "1001")
    make.kept_in("V02", (make.absence_rule(), "absence"))
    make.sweep()
    assert sorted(DestructionItem.objects.values_list("rule__code", flat=True)) == [
        "absence_enrolment",
        "pupil_file",
    ]


def test_what_is_not_at_the_school_is_not_planned(cast: Cast) -> None:
    make.kept_in("V01", (registry.retention_rule(), "results"), schools=(cast.eik,))
    make.leaver(cast.linde, "1001")
    assert make.sweep() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"bound": Bound.NONE, "years": 0},
        {"fate": Fate.KEEP},
        {"trigger": RetentionTrigger.RESULT},
    ],
)
def test_what_a_person_decides_is_not_proposed(cast: Cast, values: dict[str, str]) -> None:
    rule = registry.retention_rule("other", **values)
    make.kept_in("V01", (rule, "results"))
    make.leaver(cast.linde, "1001", date(2019, 8, 1))
    assert make.sweep() == 0


def test_who_comes_back_is_on_no_list_and_leaves_no_trace(cast: Cast) -> None:
    found = make.proposed(cast, "1001", "1002")
    pupil = Pupil.objects.get(key="1001")
    pupil.left_on = None
    pupil.record(by=None, why="weer ingeschreven")
    make.sweep()
    assert [str(item) for item in found.items.all()] == ["1002"]
    assert not DestructionItem.history.filter(person_key="1001").exists()
    pupil.left_on = date(2026, 2, 2)
    pupil.record(by=None, why="uitgeschreven")
    make.sweep()
    assert DestructionItem.objects.get(person_key="1001").not_after == date(2028, 2, 2)


def test_another_day_of_leaving_counts_anew(cast: Cast) -> None:
    make.proposed(cast, "1001")
    pupil = Pupil.objects.get(key="1001")
    pupil.left_on = date(2024, 9, 1)
    pupil.record(by=None, why="datum verbeterd")
    make.sweep()
    assert DestructionItem.objects.get().not_after == date(2026, 9, 1)


def test_another_term_of_the_board_counts_what_waits_anew(cast: Cast) -> None:
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"))
    make.leaver(cast.linde, "1001", date(2025, 8, 1))
    make.sweep()
    rule.years = 1
    rule.record(by=None, why="korter")
    make.sweep()
    item = DestructionItem.objects.get()
    assert (item.not_after, item.list is not None) == (date(2026, 8, 1), True)
    assert planning.recount(by=None, at=NOW) == 0


def test_what_is_destroyed_is_not_proposed_again_while_the_pupil_is_known(cast: Cast) -> None:
    make.closed(cast)
    assert DestructionItem.objects.count() == 0
    assert make.sweep() == 0
    assert DestructionList.objects.count() == 1


def test_after_the_check_the_next_list_takes_what_turns_up(cast: Cast) -> None:
    first = make.checked(cast, "1001")
    make.leaver(cast.linde, "1002")
    make.sweep()
    second = DestructionList.objects.exclude(pk=first.pk).get()
    assert (second.year, second.serial, second.number) == (2026, 2, "VL-2026-0002")
    assert [str(item) for item in second.items.all()] == ["1002"]


# --- years ------------------------------------------------------------------------------------


@pytest.mark.requirement("VOG-043")
def test_a_year_that_is_over_stands_on_the_list_with_what_is_older(cast: Cast) -> None:
    rule = registry.retention_rule(
        "funding",
        name="Bekostiging",
        years=7,
        bound=Bound.MINIMUM,
        trigger=RetentionTrigger.SCHOOL_YEAR_END,
    )
    make.kept_in("V04", (rule, "funding"), schools=(cast.linde,))
    make.sweep(moment(date(2026, 7, 31)))
    assert on_lists() == [("VL-2026-0001", "schooljaar 2017-2018 en eerder", "funding")]
    make.sweep(moment(date(2026, 8, 1)))
    make.sweep(moment(date(2028, 8, 1)))
    assert [name for _number, name, _rule in on_lists()] == [
        "schooljaar 2017-2018 en eerder",
        "schooljaar 2018-2019",
        "schooljaar 2019-2020",
        "schooljaar 2020-2021",
    ]


def test_what_the_office_keeps_stands_on_the_list_of_the_office(cast: Cast) -> None:
    make.kept_in("V25", (make.book_year_rule(), "invoices"), group="staff")
    make.sweep()
    found = DestructionList.objects.get()
    assert (found.school, found.place) == (None, "bestuurskantoor")
    assert on_lists() == [("VL-2026-0001", "boekjaar 2018 en eerder", "financial")]
    assert make.sweep() == 0


# --- holds ------------------------------------------------------------------------------------


def hold(cast: Cast, key: str = "1001", school: School | None = None) -> Hold:
    return put_hold(
        kind=HoldKind.LAWSUIT,
        reason="Er loopt een rechtszaak.",
        owner=cast.director,
        review_on=date(2026, 9, 1),
        school=school or cast.linde,
        person_key=key,
        by=cast.director,
        at=NOW,
    )


@pytest.mark.requirement("OPO-052")
def test_who_is_held_waits_and_is_listed_once_the_hold_is_lifted(cast: Cast) -> None:
    held = hold(cast)
    hold(cast, "1002", cast.eik)  # the same number at another school is another pupil
    found = make.proposed(cast, "1001", "1002")
    assert [str(item) for item in found.items.all()] == ["1002"]
    assert make.sweep() == 0
    lift_hold(hold=held, because="Het vonnis is er.", by=cast.director, at=NOW)
    assert make.sweep() == 1
    assert sorted(str(item) for item in found.items.all()) == ["1001", "1002"]


def test_a_hold_on_a_rule_holds_everything_under_it_at_that_school(cast: Cast) -> None:
    rule = registry.retention_rule()
    make.kept_in("V01", (rule, "results"))
    put_hold(
        kind=HoldKind.OTHER,
        reason="Onderzoek van de inspectie.",
        owner=cast.ibp,
        review_on=date(2026, 9, 1),
        school=cast.linde,
        subject=RetentionRule.objects.get(),
        by=cast.ibp,
        at=NOW,
    )
    make.leaver(cast.linde, "1001")
    make.leaver(cast.eik, "2001")
    make.sweep()
    assert [name for _number, name, _rule in on_lists()] == ["2001"]
