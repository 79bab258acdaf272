"""A number that passed on: to a child at school, or to one who left on the very same day.

In the other system such a number leads to the data of the child who has it now. Nobody's data are
destroyed by it, and nobody's are skipped because of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from privacyboard.audit.acts import ActRefused
from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork import erasing
from privacyboard.organisation.models import Pupil, User
from registers.actions.destroying import handing, listing, planning, stepping
from registers.choices import RetentionTrigger
from registers.exchange.destruction import task_csv, task_items
from registers.models import DestructionItem, DestructionList, RetentionRule
from registers.models.destruction_holds import item_holds
from tests.conftest import NOW, Cast
from tests.factories import destruction as make
from tests.factories import people
from tests.factories import registers as registry

pytestmark = pytest.mark.django_db

EXAM = date(2025, 6, 1)
ANOTHER = "het nummer is nu van een andere leerling"


def renumber(old: str, new: str) -> Pupil:
    pupil = Pupil.objects.get(key=old)
    pupil.key = new
    pupil.record(by=None, why="gegevens gewijzigd")
    return pupil


def forget(pupil: Pupil) -> None:
    """As the retention run does, years after the pupil left."""
    with forgetting(reason="proef"):
        erasing.Gone("proef").erase(Pupil, [pupil.pk])


def going(found: DestructionList) -> list[str]:
    """The numbers that go to who destroys."""
    return [item.person_key for item, _kinds in task_items(found.tasks.get())]


def on_lists() -> list[tuple[str, str]]:
    """The numbers, each with the state of its list; empty for what waits."""
    rows = DestructionItem.objects.order_by("person_key", "pk").select_related("list")
    return [(item.person_key, item.list.state if item.list else "") for item in rows]


def doubts(found: DestructionList) -> list[str]:
    """Why rows of a list cannot go."""
    reasons = item_holds(found.school, list(found.items.all()))
    return sorted(each.reason for held in reasons.values() for each in held)


def put_by_hand(
    cast: Cast, *numbers: str, rule: RetentionRule | None = None, on: date = EXAM
) -> DestructionList:
    """What a person typed on the list of De Linde: without a rule, exam work of these pupils."""
    rule = rule or registry.retention_rule(
        "exam_work", name="Examenwerk", data="Examenwerk", years=1, trigger=RetentionTrigger.RESULT
    )
    make.kept_in("V09", (rule, "exams"))
    found = listing.open_list(school=cast.linde, by=cast.director, at=NOW)
    added = listing.Added(rule=rule, event_on=on, keys=numbers)
    listing.add_items(found=found, added=added, by=cast.director, at=NOW)
    return found


def out(cast: Cast, found: DestructionList) -> DestructionList:
    """The list, checked, approved and handed over."""
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    return handing.hand_over(found=found, chosen=["system:sis"], by=cast.director, at=NOW)


def done(cast: Cast, found: DestructionList) -> None:
    for task in found.tasks.all():
        make.prove(task, by=cast.director)
    handing.close(found=found, by=cast.director, at=NOW)


# --- what the machine plans -------------------------------------------------------------------


@pytest.mark.parametrize("is_known", [True, False])
def test_who_gets_the_number_of_a_row_that_is_out_has_a_row_too(cast: Cast, is_known: bool) -> None:
    found = make.handed(cast, "1001")
    if is_known:
        renumber("1001", "2001")
    else:
        forget(Pupil.objects.get(key="1001"))
    make.leaver(cast.linde, "1001")
    for _again in range(2):
        make.sweep()
        assert on_lists() == [("1001", "handed"), ("1001", "proposed")]
    assert going(found) == []
    done(cast, found)
    make.sweep()
    former = ("2001", "proposed") if is_known else ("1001", "")
    assert sorted(on_lists()) == sorted([("1001", "proposed"), former])


def test_who_gets_a_number_before_the_row_with_it_could_follow_has_a_row_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody takes a step on the list at that moment: the row follows a sweep later."""
    found = make.proposed(cast, "1001")
    renumber("1001", "2001")
    make.leaver(cast.linde, "1001")
    with monkeypatch.context() as patched:
        patched.setattr(planning, "follow_numbers", lambda **_given: 0)
        make.sweep()
    assert on_lists() == [("1001", "proposed"), ("1001", "proposed")]
    assert doubts(found) == [ANOTHER]
    make.sweep()
    assert on_lists() == [("1001", "proposed"), ("2001", "proposed")]
    assert doubts(found) == []


def test_a_pupil_who_comes_back_takes_along_what_was_planned_and_nothing_of_another(
    cast: Cast,
) -> None:
    """Under the same number something waits of who left years before and is forgotten here."""
    make.kept_in("V01", (registry.retention_rule(), "results"), (make.absence_rule(), "absence"))
    forget_this = make.leaver(cast.linde, "1001", date(2023, 8, 1))
    make.sweep()
    forget(forget_this)
    make.leaver(cast.linde, "1001")
    make.sweep()
    assert sorted(item.event_on.year for item in DestructionItem.objects.all()) == [
        *(2023, 2023, 2024, 2024)
    ]
    pupil = Pupil.objects.get(key="1001")
    pupil.left_on = None
    pupil.record(by=None, why="terug")
    make.sweep()
    assert [item.event_on.year for item in DestructionItem.objects.all()] == [2023, 2023]


def test_who_comes_back_with_another_number_while_a_row_is_out_leaves_nothing_that_waits(
    cast: Cast,
) -> None:
    make.handed(cast, "1001")
    make.kept_in("V02", (make.absence_rule(), "absence"))
    make.sweep()
    assert on_lists() == [("1001", "handed"), ("1001", "")]
    pupil = renumber("1001", "2001")
    pupil.left_on = None
    pupil.record(by=None, why="terug")
    make.sweep()
    assert on_lists() == [("1001", "handed")]


def test_a_pupil_of_another_school_is_not_the_one_of_this_number(cast: Cast) -> None:
    """Another school gives numbers of its own: what is kept here stays under the number of here."""
    make.proposed(cast, "1001")
    Pupil.objects.filter(key="1001").update(school=cast.eik, key="77")
    make.sweep()
    assert DestructionItem.objects.filter(school=cast.linde).get().person_key == "1001"


# --- what a person typed ----------------------------------------------------------------------


@pytest.mark.parametrize("was_known", [True, False])
def test_a_typed_number_that_passed_on_to_a_child_at_school_goes_not_out(
    cast: Cast, was_known: bool
) -> None:
    first = people.pupil(cast.linde, key="1001") if was_known else None
    found = out(cast, put_by_hand(cast, "1001", "1002"))
    assert going(found) == ["1001", "1002"]
    if first is not None:
        forget(first)
    people.pupil(cast.linde, key="1001", first_name="Chris")
    assert going(found) == ["1002"]
    assert doubts(found) == [ANOTHER]
    done(cast, found)
    make.sweep()
    assert on_lists() == [("1001", "")]


def test_a_typed_number_that_passed_on_is_doubted_before_anybody_checks(cast: Cast) -> None:
    found = put_by_hand(cast, "1001")
    people.pupil(cast.linde, key="1001")
    with pytest.raises(ActRefused, match="niets meer op deze lijst"):
        stepping.check(found=found, by=cast.director, at=NOW)
    make.sweep()
    assert [item.person_key for item in found.items.all()] == ["1001"]


def test_a_typed_number_of_a_child_at_school_goes_where_the_term_is_of_something_else(
    cast: Cast,
) -> None:
    """Exam work goes while the pupil is at school: it was this pupil's number all along."""
    people.pupil(cast.linde, key="1001")
    found = out(cast, put_by_hand(cast, "1001"))
    assert (going(found), doubts(found)) == (["1001"], [])


def test_a_typed_number_goes_not_out_when_its_pupil_is_back_at_school(cast: Cast) -> None:
    pupil = make.leaver(cast.linde, "1001")
    rule = registry.retention_rule()
    found = put_by_hand(cast, "1001", "1002", rule=rule, on=make.LEFT)
    found = out(cast, found)
    pupil.left_on = None
    pupil.record(by=None, why="terug")
    assert going(found) == ["1002"]
    assert doubts(found) == ["wie dit nummer nu heeft, ging niet op die dag van school"]


def test_a_typed_number_follows_its_pupil(cast: Cast) -> None:
    people.pupil(cast.linde, key="1001")
    found = put_by_hand(cast, "1001")
    renumber("1001", "2001")
    people.pupil(cast.linde, key="1001", first_name="Chris")
    make.sweep()
    found = out(cast, found)
    assert going(found) == ["2001"]
    renumber("2001", "3001")
    text = task_csv(found.tasks.get()).decode("utf-8-sig")
    assert "2001;Examenwerk" in text
    assert ";3001" in text


def test_what_was_typed_before_its_pupil_was_known_is_not_doubled(cast: Cast) -> None:
    rule = registry.retention_rule()
    put_by_hand(cast, "1001", rule=rule, on=make.LEFT)
    make.leaver(cast.linde, "1001")
    for _again in range(2):
        make.sweep()
        assert on_lists() == [("1001", "proposed")]
    item = DestructionItem.objects.get()
    assert (item.added_by, item_holds(cast.linde, [item])) == (cast.director, {})
    renumber("1001", "2001")
    make.sweep()
    assert on_lists() == [("2001", "proposed")]


def test_the_page_names_whom_a_row_is_of_and_not_who_has_the_number_now(
    cast: Cast, as_user: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    found = make.handed(cast, "1001")
    page = f"/register/vernietigen/{found.number}/nummers/"
    client = as_user(cast.director)
    assert "Noor Visser" in client.get(page).content.decode()
    forget(Pupil.objects.get(key="1001"))
    people.pupil(cast.linde, key="1001", first_name="Chris", last_name="Anders")
    text = client.get(page).content.decode()
    assert ANOTHER in text
    assert "Chris Anders" not in text


def test_who_types_a_number_again_says_whose_it_is_by_now(cast: Cast) -> None:
    found = put_by_hand(cast, "1001")
    people.pupil(cast.linde, key="1001")
    rule = RetentionRule.objects.get(code="exam_work")
    added = listing.Added(rule=rule, event_on=EXAM, keys=("1001",))
    for new in (1, 0):
        _found, made = listing.add_items(found=found, added=added, by=cast.director, at=NOW)
        assert made == new
    assert doubts(found) == [ANOTHER]
    assert going(out(cast, found)) == ["1001"]


@pytest.mark.parametrize("numbers", [("1001",), ("1001", "1002", "1003")])
def test_doubted_in_as_many_queries_for_three_as_for_one(
    cast: Cast, numbers: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    found = put_by_hand(cast, *numbers)
    for number in numbers:
        people.pupil(cast.linde, key=number)
    items = list(found.items.all())
    with django_assert_num_queries(11):
        assert len(item_holds(cast.linde, items)) == len(numbers)
