"""A yes that ended: what was published on it is taken away, once, however late the clock comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from consent.actions.class_papers import Filled, record_papers
from consent.actions.cleaning import clean_up_after_leaving, clean_up_expired, clean_up_unconfirmed
from consent.actions.following import finish_clean_up
from consent.models import CleanUp, ConsentPolicy, ExpiryMark, QuestionText
from consent.models.class_sheet import Voter
from privacyboard.organisation.models import Pupil
from tests.conftest import Cast
from tests.consent.conftest import Families
from tests.factories import people
from tests.factories.consent import say

pytestmark = pytest.mark.django_db
# Until when a yes of early 2026 holds, by the board's own choice; and the first day without it.
LAST, AFTER = date(2026, 10, 31), date(2026, 11, 1)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def sweep(day: date) -> int:
    return clean_up_expired(at=moment(day))


def tasks() -> list[tuple[str, str, str, date, date]]:
    rows = CleanUp.objects.order_by("pk")
    return [(t.pupil.first_name, t.question.code, t.why, t.since, t.due_on) for t in rows]


@pytest.fixture
def said(families: Families) -> Families:
    """The mother said yes about two questions: one is about what is published."""
    for question in (families.website, families.class_photo):
        [answer] = say(families.mother, families.noor, question, True, at=moment(date(2026, 2, 2)))
        assert answer.valid_until == LAST
    return families


@pytest.mark.requirement("KPO-022")
def test_what_stands_on_a_yes_that_ended_is_taken_away_once(said: Families) -> None:
    assert [sweep(day) for day in (date(2026, 9, 1), LAST)] == [0, 0]
    assert [sweep(AFTER), sweep(AFTER), sweep(AFTER + timedelta(days=1))] == [1, 0, 0]
    assert tasks() == [("Noor", "website", "expired", AFTER, date(2026, 11, 15))]

    task = CleanUp.objects.get()
    finish_clean_up(task=task, done_on=AFTER, note="weg", by=None, at=moment(AFTER))
    ExpiryMark.objects.all().delete()
    assert sweep(date(2026, 12, 1)) == 0


def test_a_run_that_came_months_too_late_does_it_still(said: Families) -> None:
    sweep(date(2026, 9, 1))

    assert [sweep(date(2027, 6, 1)), sweep(date(2027, 6, 2))] == [1, 0]


def test_the_first_run_of_all_looks_back_a_year(said: Families) -> None:
    assert sweep(date(2027, 10, 1)) == 1


def test_who_said_yes_again_in_time_keeps_it_until_that_ends(said: Families) -> None:
    say(said.mother, said.noor, said.website, True, at=moment(date(2026, 10, 1)))

    assert sweep(AFTER) == 0
    assert sweep(date(2027, 11, 1)) == 1


def test_a_yes_of_the_other_parent_carries_it_unless_both_have_to_agree(said: Families) -> None:
    say(said.father, said.noor, said.website, True, at=moment(date(2026, 10, 1)))
    assert sweep(AFTER) == 0

    ExpiryMark.objects.all().delete()
    ConsentPolicy(both_must_agree=True).record(by=None, why="streng")
    assert sweep(AFTER) == 1


def test_what_was_refused_meanwhile_has_its_task_already(said: Families) -> None:
    say(said.father, said.noor, said.website, False, at=moment(date(2026, 3, 1)))
    task = CleanUp.objects.get()
    finish_clean_up(
        task=task, done_on=date(2026, 3, 2), note="weg", by=None, at=moment(date(2026, 3, 2))
    )

    assert sweep(AFTER) == 0
    assert [each[2] for each in tasks()] == ["refused"]


def test_who_left_or_has_to_confirm_gets_the_task_of_that_and_no_second(
    said: Families, cast: Cast
) -> None:
    vera = people.pupil(cast.linde, "Vera", born_on=date(2010, 10, 20))
    say(people.guardian(vera), vera, said.website, True, at=moment(date(2026, 2, 2)))
    said.noor.left_on = date(2026, 10, 20)
    said.noor.record(by=None, why="verhuisd")

    for day in (AFTER, date(2027, 1, 10)):
        at = moment(day)
        clean_up_unconfirmed(at=at), clean_up_after_leaving(at=at), clean_up_expired(at=at)
        for task in CleanUp.objects.filter(done_on=None):
            finish_clean_up(task=task, done_on=day, note="weg", by=None, at=at)
    # The pupil's sixty days end with the yes of the parents: on 31 October.
    assert {each[:3] for each in tasks()} == {
        ("Noor", "website", "left"),
        ("Vera", "website", "reconfirm"),
    }
    assert len(tasks()) == 2


def test_a_clock_that_ran_ahead_hides_nothing_that_ends_later(said: Families) -> None:
    assert sweep(date(2027, 3, 1)) == 1
    daan = said.daan
    # Back in October: somebody says yes until the end of it.
    say(said.mother, daan, said.website, True, at=moment(date(2026, 5, 1)))
    assert sweep(date(2026, 10, 15)) == 0

    assert [sweep(AFTER), sweep(AFTER)] == [1, 0]


@pytest.fixture
def since_january(families: Families) -> Families:
    """The questions were asked from the beginning of the year."""
    QuestionText.objects.update(made_at=datetime(2026, 1, 1, tzinfo=UTC))
    return families


def typed(said: Families, said_on: date, day: date) -> None:
    """A yes of Noor's mother about the website, on a paper of one day, typed on another."""
    record_papers(
        filled=[Filled(voter=Voter(said.noor, said.mother, {}), answers={said.website.pk: True})],
        questions=[said.website],
        said_on=said_on,
        by=None,
        at=moment(day),
    )


def test_a_yes_that_is_typed_after_it_ended_is_taken_away_at_once(since_january: Families) -> None:
    """The clock went past its last day already, and looks there no more."""
    sweep(AFTER)
    typing = date(2026, 12, 1)

    typed(since_january, date(2026, 2, 2), typing)

    assert tasks() == [("Noor", "website", "expired", typing, date(2026, 12, 15))]
    assert sweep(date(2026, 12, 2)) == 0
    # The paper of the next year, in the same pile: what stood there may stay after all.
    typed(since_january, date(2026, 11, 20), typing)
    assert not CleanUp.objects.filter(done_on=None).exists()


def test_an_old_paper_asks_nothing_where_it_is_still_a_yes_or_was_cared_for(
    since_january: Families, said: Families
) -> None:
    sweep(AFTER)
    task = CleanUp.objects.get()
    finish_clean_up(task=task, done_on=AFTER, note="weg", by=None, at=moment(AFTER))
    # It was taken away after this yes ended.
    typed(said, date(2026, 1, 12), date(2026, 12, 1))
    assert len(tasks()) == 1

    say(said.father, said.daan, said.website, True, at=moment(date(2026, 11, 20)))
    child = replace(said, noor=said.daan)
    typed(child, date(2026, 2, 2), date(2026, 12, 1))
    assert len(tasks()) == 1


def test_a_paper_from_before_a_no_takes_away_what_stood_on_it(since_january: Families) -> None:
    """Who said no made no task: nobody knew then of a yes."""
    say(
        since_january.father,
        since_january.noor,
        since_january.website,
        False,
        at=moment(date(2026, 4, 1)),
    )
    say(
        since_january.mother,
        since_january.daan,
        since_january.website,
        False,
        at=moment(date(2026, 4, 1)),
    )
    assert tasks() == []
    typing = date(2026, 5, 4)

    typed(since_january, date(2026, 2, 2), typing)
    # Also where the same person said no later than the own paper.
    typed(replace(since_january, noor=since_january.daan), date(2026, 2, 2), typing)
    assert [(each[0], each[2]) for each in tasks()] == [("Noor", "refused"), ("Daan", "refused")]


def test_a_paper_from_after_a_no_takes_nothing_away(since_january: Families) -> None:
    """It was no all the time: nothing can stand on this yes."""
    say(
        since_january.father,
        since_january.noor,
        since_january.website,
        False,
        at=moment(date(2026, 1, 12)),
    )

    typed(since_january, date(2026, 2, 2), date(2026, 5, 4))

    assert tasks() == []


def test_what_is_kept_around_midnight_is_met_a_day_later(families: Families) -> None:
    """An answer that was entered before midnight, and stands in the table only after the sweep."""
    sweep(AFTER)
    say(families.mother, families.noor, families.website, True, at=moment(date(2026, 2, 2)))

    assert [sweep(AFTER), sweep(AFTER + timedelta(days=1))] == [0, 1]
    assert sweep(AFTER + timedelta(days=2)) == 0


def test_it_costs_by_what_ended_and_next_to_nothing_when_nothing_did(
    said: Families, cast: Cast
) -> None:
    sweep(AFTER)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert sweep(AFTER) == 0
        return len(seen)

    before = cost()
    for number in range(3):
        child = people.pupil(cast.linde, f"Kind {number}")
        say(people.guardian(child), child, said.website, True, at=moment(date(2026, 3, 1)))
    assert (before, cost()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_five_workers_make_each_task_once_and_pass_by_who_is_busy(
    append_only_lifted: None, said: Families, cast: Cast
) -> None:
    for number in range(30):
        child = people.pupil(cast.linde, f"Kind {number}")
        say(people.guardian(child), child, said.website, True, at=moment(date(2026, 3, 1)))

    def work(_number: int) -> int:
        try:
            return sweep(AFTER)
        finally:
            connection.close()

    with transaction.atomic():
        busy = Pupil.objects.select_for_update().get(first_name="Kind 7")
        with ThreadPoolExecutor(5) as workers:
            made = sum(workers.map(work, range(5)))
    assert made == 30
    assert not CleanUp.objects.filter(pupil=busy).exists()

    assert [sweep(AFTER), sweep(AFTER)] == [1, 0]
    assert CleanUp.objects.count() == 31
