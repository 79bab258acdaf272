"""What holds, read from the database: on any day, in three queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.choices import Outcome
from consent.models import Answer, ConsentPolicy
from consent.models.holding import end_of, rulings_on
from privacyboard.organisation.models import Guardian, Guardianship, Pupil
from tests.conftest import TODAY
from tests.consent.conftest import Families
from tests.factories import consent, people
from tests.factories.consent import say

pytestmark = pytest.mark.django_db


def outcome(families: Families, pupil: Pupil, *, on: date = TODAY) -> Outcome:
    found = rulings_on([pupil], [families.website], on=on)
    return found[pupil.pk][families.website.pk].outcome


def write(
    families: Families, who: Guardian | None, pupil: Pupil, *, at: datetime, **values: Any
) -> Answer:
    """An event as the database holds it, without asking who has a say."""
    text = families.website.texts.order_by("number").first()
    assert text is not None
    values = {"kind": "given", "way": "link", "text_number": text.number, **values}
    return Answer.objects.create(
        pupil=pupil,
        question=families.website,
        guardian=who,
        text=text,
        at=at,
        entered_at=at,
        **values,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_three_queries_whatever_the_number_of_pupils(
    families: Families, now: datetime, count: int
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    pupils = [families.noor, families.daan, families.mila][:count]
    questions = [families.website, families.class_photo]
    with CaptureQueriesContext(connection) as asked:
        found = rulings_on(pupils, questions, on=TODAY)
    assert len(asked) == 3
    assert {len(each) for each in found.values()} == {2}
    assert len(found) == count


def test_on_the_twelfth_of_may_last_year(families: Families) -> None:
    may = datetime(2025, 5, 1, 10, tzinfo=UTC)
    write(families, families.mother, families.noor, at=may, valid_until=date(2025, 10, 31))
    write(families, families.mother, families.noor, at=may + timedelta(30), kind="withdrawn")

    assert outcome(families, families.noor, on=date(2025, 4, 30)) == Outcome.SILENT
    assert outcome(families, families.noor, on=date(2025, 5, 12)) == Outcome.YES
    assert outcome(families, families.noor, on=date(2025, 5, 31)) == Outcome.NO


def test_a_day_ends_at_midnight_in_amsterdam(families: Families) -> None:
    assert end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 21, 59, 59, 999999, tzinfo=UTC)
    assert end_of(date(2026, 3, 2)) == datetime(2026, 3, 2, 22, 59, 59, 999999, tzinfo=UTC)
    write(families, families.mother, families.noor, at=datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    write(families, families.mother, families.daan, at=datetime(2026, 3, 2, 23, 0, tzinfo=UTC))

    assert outcome(families, families.noor) == Outcome.YES
    assert outcome(families, families.daan) == Outcome.SILENT


def test_of_two_events_at_one_moment_the_last_written_counts(
    families: Families, now: datetime
) -> None:
    write(families, families.mother, families.noor, at=now)
    write(families, families.mother, families.noor, at=now, kind="refused")
    assert outcome(families, families.noor) == Outcome.NO


def test_what_the_board_decided_is_asked_of_the_database(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    assert outcome(families, families.noor) == Outcome.YES
    ConsentPolicy(both_must_agree=True).record(by=None, why="proef")
    assert outcome(families, families.noor) == Outcome.WAITS_FOR_OTHER
    say(families.father, families.noor, families.website, True, at=now)
    assert outcome(families, families.noor) == Outcome.YES


def test_a_new_text_that_asks_again_counts_from_its_own_day(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    consent.text(families.website, at=now + timedelta(days=3))
    consent.text(families.website, at=now + timedelta(days=5), asks_again=True)

    assert outcome(families, families.noor, on=date(2026, 3, 6)) == Outcome.YES
    assert outcome(families, families.noor, on=date(2026, 3, 7)) == Outcome.CHANGED
    say(families.mother, families.noor, families.website, True, at=now + timedelta(days=6))
    assert outcome(families, families.noor, on=date(2026, 3, 8)) == Outcome.YES


def test_authority_is_that_of_the_day(families: Families, now: datetime) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    say(families.father, families.noor, families.website, False, at=now)
    tie = Guardianship.objects.get(pupil=families.noor, guardian=families.father)
    tie.ends_on = date(2026, 3, 10)
    tie.record(by=None, why="gezag eindigt")

    assert outcome(families, families.noor, on=date(2026, 3, 10)) == Outcome.NO
    assert outcome(families, families.noor, on=date(2026, 3, 11)) == Outcome.YES


def test_what_a_parent_says_on_the_birthday_itself_came_too_late(families: Families) -> None:
    """Half past midnight in Amsterdam is still the day before in Greenwich."""
    for name, moment, expected in (
        ("Ada", datetime(2026, 3, 1, 22, 30, tzinfo=UTC), Outcome.TO_RECONFIRM),
        ("Bo", datetime(2026, 3, 1, 23, 30, tzinfo=UTC), Outcome.SILENT),
    ):
        pupil = people.pupil(
            families.group.school, name, of=families.group, born_on=date(2010, 3, 2)
        )
        parent = people.guardian(pupil, first_name=f"Ouder van {name}", email="")
        write(families, parent, pupil, at=moment)
        assert outcome(families, pupil) == expected, name


def test_who_left_ends_everything_and_who_has_yet_to_come_has_nothing(
    families: Families, now: datetime
) -> None:
    say(families.mother, families.noor, families.website, True, at=now)
    families.noor.left_on = date(2026, 3, 20)
    assert outcome(families, families.noor, on=date(2026, 3, 19)) == Outcome.YES
    assert outcome(families, families.noor, on=date(2026, 3, 20)) == Outcome.LEFT
    families.noor.left_on, families.noor.arrived_on = None, date(2026, 3, 10)
    assert outcome(families, families.noor, on=date(2026, 3, 9)) == Outcome.LEFT


def test_nobody_and_nothing_is_an_empty_answer(families: Families) -> None:
    assert rulings_on([], [families.website], on=TODAY) == {}
    assert rulings_on([families.noor], [], on=TODAY) == {families.noor.pk: {}}
