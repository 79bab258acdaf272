"""What follows from answers: a difference between parents, and what has to be taken away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from consent.models import CleanUp, Dispute
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
