"""What follows from answers: a difference between parents, and what has to be taken away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.actions.cleaning import clean_up_expired
from consent.actions.following import finish_clean_up
from consent.models import CleanUp, ConsentPolicy, Dispute
from privacyboard.audit.acts import ActRefused
from tests.consent.conftest import Families
from tests.factories.consent import say
from tests.factories.people import guardian


def test_what_a_parent_without_authority_is_said_to_want_makes_no_difference(
    families: Families, now: datetime
) -> None:
    tie = families.father.guardianships.get(pupil=families.noor)
    say(families.father, families.noor, families.website, False, at=now)
    tie.has_authority = False
    tie.record(by=None, why="uitspraak")

    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=1))

    assert not Dispute.objects.exists()


def test_one_difference_is_one_task_however_often_they_repeat_it(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now + timedelta(days=1))
    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=2))
    say(families.father, families.noor, families.website, False, at=now + timedelta(days=3))

    assert Dispute.objects.get().settled_at is None
    assert CleanUp.objects.count() == 1


def test_a_third_who_still_says_no_keeps_the_difference(families: Families, now: datetime) -> None:
    third = guardian(families.noor, first_name="Voogd", kind="guardian")
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now)
    say(third, families.noor, families.website, False, at=now)

    say(families.father, families.noor, families.website, True, at=now + timedelta(days=1))

    assert Dispute.objects.get().settled_at is None

    say(third, families.noor, families.website, True, at=now + timedelta(days=2))

    dispute = Dispute.objects.get()
    assert dispute.settled_at == now + timedelta(days=2)
    assert [each.history_change_reason for each in dispute.history.order_by("history_id")] == [
        "ouders verschillen van mening",
        "geen verschil meer",
    ]


def test_a_paper_from_before_what_was_said_since_makes_no_difference(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, True, at=now + timedelta(days=1))

    say(
        families.father,
        families.noor,
        families.website,
        False,
        at=now + timedelta(days=3),
        said_at=now - timedelta(days=5),
        way="paper",
    )

    assert not Dispute.objects.exists()


@pytest.mark.requirement("KPO-045")
@pytest.mark.parametrize(("published_at", "tasks"), [("de website", 1), ("", 0)])
def test_only_what_was_published_is_taken_away(
    families: Families, now: datetime, published_at: str, tasks: int
) -> None:
    families.website.published_at = published_at
    families.website.record(by=None, why="plaats")
    say(families.mother, families.noor, families.website, True, at=now)

    say(families.mother, families.noor, families.website, False, at=now + timedelta(days=1))

    assert CleanUp.objects.count() == tasks


def test_a_no_from_the_start_takes_nothing_away(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, False, at=now)

    assert not CleanUp.objects.exists()


def test_a_yes_that_ran_out_differs_from_nobody(families: Families, now: datetime) -> None:
    """Last year's yes of the mother is no opinion of today."""
    two_years_ago = now - timedelta(days=730)
    say(families.mother, families.noor, families.website, True, at=two_years_ago)
    say(families.father, families.noor, families.website, False, at=now)

    assert not Dispute.objects.exists()
    # What was published on that yes is taken away all the same.
    assert CleanUp.objects.get().why == "refused"


def no_again(families: Families, at: datetime) -> CleanUp:
    """The mother said yes, and takes it back: the task."""
    say(families.mother, families.noor, families.website, True, at=at)
    say(families.mother, families.noor, families.website, False, at=at + timedelta(days=1))
    return CleanUp.objects.get(done_on=None)


def test_a_yes_that_is_said_again_closes_the_task_and_says_why(
    families: Families, now: datetime
) -> None:
    task = no_again(families, now)
    day = timedelta(days=1)

    say(families.mother, families.noor, families.website, True, at=now + 3 * day)

    task.refresh_from_db()
    assert (task.was_needless, task.done_on, task.done_by) == (True, date(2026, 3, 5), None)
    assert [each.history_change_reason for each in task.history.order_by("history_id")] == [
        "toestemming geweigerd of ingetrokken",
        "opnieuw ja gezegd: er hoeft niets meer weg",
    ]
    with pytest.raises(ActRefused, match="Intussen is het weer ja: er hoeft niets meer weg"):
        finish_clean_up(task=task, done_on=date(2026, 3, 5), note="weg", by=None, at=now + 3 * day)
    # And a no after that is a task again.
    say(families.mother, families.noor, families.website, False, at=now + 4 * day)
    assert CleanUp.objects.get(done_on=None).since == date(2026, 3, 6)


def test_a_yes_that_does_not_carry_it_leaves_the_task_open(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now)
    # The father still says no; and then says yes, while all have to and the third is silent.
    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=2))
    assert CleanUp.objects.get().done_on is None
    guardian(families.noor, first_name="Voogd", kind="guardian")
    ConsentPolicy(both_must_agree=True).record(by=None, why="streng")
    say(families.father, families.noor, families.website, True, at=now + timedelta(days=3))
    assert CleanUp.objects.get().done_on is None


def test_a_yes_about_something_else_or_of_another_child_closes_nothing(
    families: Families, now: datetime
) -> None:
    no_again(families, now)
    later = now + timedelta(days=2)

    say(families.mother, families.noor, families.class_photo, True, at=later)
    say(families.mother, families.daan, families.website, True, at=later)

    assert CleanUp.objects.get().done_on is None


def test_what_was_needless_cares_for_nothing_when_that_yes_ends(
    families: Families, now: datetime
) -> None:
    """Yes, no and yes on one day; a year later the last yes has ended."""
    for minute, yes in enumerate((True, False, True)):
        moment = now + timedelta(minutes=minute)
        say(families.mother, families.noor, families.website, yes, at=moment)
    assert CleanUp.objects.get().was_needless

    assert clean_up_expired(at=datetime(2026, 11, 2, 12, tzinfo=UTC)) == 1


def test_only_who_says_yes_where_something_is_being_taken_away_pays_for_it(
    families: Families, now: datetime
) -> None:
    with CaptureQueriesContext(connection) as plain:
        say(families.mother, families.daan, families.website, True, at=now)
    no_again(families, now)
    with CaptureQueriesContext(connection) as again:
        say(families.mother, families.noor, families.website, True, at=now + timedelta(days=3))
    # What holds now (three), the task, and its two writes.
    assert (len(plain), len(again) - len(plain)) == (10, 6)
