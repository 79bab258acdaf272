"""Letters in holidays: what waits, what cannot, and until which day. Days counted on a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest

from privacyboard.clockwork.choices import Pace
from privacyboard.deadlines import AMSTERDAM
from privacyboard.frontdesk.rules import (
    Closed,
    Letter,
    is_school_day,
    last_letter,
    letters_after,
    next_letter,
)
from privacyboard.organisation.rules import closed_days


def moment(text: str) -> datetime:
    """In Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def days(first: str, last: str) -> Closed:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(begin + timedelta(days=each) for each in range((end - begin).days + 1))


# From Saturday 19 December 2026 until Sunday 3 January 2027; Christmas is on Friday and Saturday.
CHRISTMAS = days("2026-12-19", "2027-01-03")
# From Saturday 11 July until Sunday 23 August 2026.
SUMMER = days("2026-07-11", "2026-08-23")
# Wednesday 4 March 2026.
STUDY_DAY = days("2026-03-04", "2026-03-04")
# Monday 2 and Tuesday 3 March 2026.
BEGIN_OF_WEEK = days("2026-03-02", "2026-03-03")


@pytest.mark.parametrize(
    ("closed", "at", "morning", "back_on"),
    [
        # The last school day before Christmas: everything.
        (CHRISTMAS, "2026-12-18T07:30", "2026-12-18T07:30", None),
        (CHRISTMAS, "2026-12-21T07:29", "2026-12-18T07:30", None),
        # In the holiday each working day, for what cannot wait until Monday 4 January.
        (CHRISTMAS, "2026-12-21T07:30", "2026-12-21T07:30", "2027-01-04"),
        (CHRISTMAS, "2026-12-27T12:00", "2026-12-24T07:30", "2027-01-04"),
        (CHRISTMAS, "2026-12-31T09:00", "2026-12-31T07:30", "2027-01-04"),
        (CHRISTMAS, "2027-01-03T23:59", "2026-12-31T07:30", "2027-01-04"),
        (CHRISTMAS, "2027-01-04T07:30", "2027-01-04T07:30", None),
        # Summer.
        (SUMMER, "2026-07-10T09:00", "2026-07-10T07:30", None),
        (SUMMER, "2026-07-13T09:00", "2026-07-13T07:30", "2026-08-24"),
        (SUMMER, "2026-08-21T09:00", "2026-08-21T07:30", "2026-08-24"),
        (SUMMER, "2026-08-24T07:29", "2026-08-21T07:30", "2026-08-24"),
        (SUMMER, "2026-08-24T07:30", "2026-08-24T07:30", None),
        # A single day, and a holiday that ends at a public holiday: Easter Monday 6 April 2026.
        (STUDY_DAY, "2026-03-04T09:00", "2026-03-04T07:30", "2026-03-05"),
        (days("2026-03-30", "2026-04-05"), "2026-04-03T09:00", "2026-04-03T07:30", "2026-04-07"),
    ],
)
def test_daily(closed: Closed, at: str, morning: str, back_on: str | None) -> None:
    back = date.fromisoformat(back_on) if back_on else None
    assert last_letter(Pace.DAILY, moment(at), closed) == Letter(moment(morning), back)


@pytest.mark.parametrize(
    ("closed", "at", "morning", "back_on"),
    [
        # In a week of holiday on its first working day.
        (CHRISTMAS, "2026-12-21T07:30", "2026-12-21T07:30", "2027-01-04"),
        (CHRISTMAS, "2026-12-24T09:00", "2026-12-21T07:30", "2027-01-04"),
        (CHRISTMAS, "2026-12-28T07:30", "2026-12-28T07:30", "2027-01-04"),
        (CHRISTMAS, "2027-01-04T07:30", "2027-01-04T07:30", None),
        # A free day in the middle takes nothing away, and adds nothing.
        (STUDY_DAY, "2026-03-04T09:00", "2026-03-02T07:30", None),
        (STUDY_DAY, "2026-03-05T09:00", "2026-03-02T07:30", None),
        # A week that begins in a holiday: on Monday what cannot wait, on Wednesday the rest.
        (BEGIN_OF_WEEK, "2026-03-02T09:00", "2026-03-02T07:30", "2026-03-04"),
        (BEGIN_OF_WEEK, "2026-03-03T09:00", "2026-03-02T07:30", "2026-03-04"),
        (BEGIN_OF_WEEK, "2026-03-04T07:29", "2026-03-02T07:30", "2026-03-04"),
        (BEGIN_OF_WEEK, "2026-03-06T09:00", "2026-03-04T07:30", None),
    ],
)
def test_weekly(closed: Closed, at: str, morning: str, back_on: str | None) -> None:
    back = date.fromisoformat(back_on) if back_on else None
    assert last_letter(Pace.WEEKLY, moment(at), closed) == Letter(moment(morning), back)


def test_at_once_knows_no_holidays() -> None:
    at = moment("2026-12-25T03:04")
    assert last_letter(Pace.AT_ONCE, at, CHRISTMAS) == Letter(at)
    assert next_letter(Pace.AT_ONCE, at, CHRISTMAS) == Letter(at)


@pytest.mark.parametrize(
    ("back_on", "before"),
    # Back on Monday 4 January: what is due on Sunday the 10th goes now, what on the 11th waits.
    [(date(2027, 1, 4), date(2027, 1, 11)), (None, None)],
)
def test_what_is_due_within_a_week_of_school_cannot_wait(
    back_on: date | None, before: date | None
) -> None:
    assert Letter(moment("2026-12-21T07:30"), back_on).before == before


@pytest.mark.parametrize(
    ("pace", "at", "morning"),
    [
        (Pace.DAILY, "2026-12-17T07:30", "2026-12-18T07:30"),
        (Pace.DAILY, "2026-12-18T07:30", "2027-01-04T07:30"),
        (Pace.DAILY, "2026-12-29T12:00", "2027-01-04T07:30"),
        (Pace.WEEKLY, "2026-12-14T07:30", "2027-01-04T07:30"),
    ],
)
def test_the_next_letter_of_everything(pace: str, at: str, morning: str) -> None:
    assert next_letter(pace, moment(at), CHRISTMAS) == Letter(moment(morning))


def test_the_letters_of_christmas_one_after_the_other() -> None:
    coming = islice(letters_after(Pace.DAILY, moment("2026-12-18T07:30"), CHRISTMAS), 10)
    assert [f"{each.morning:%d-%m}" for each in coming] == [
        *("21-12", "22-12", "23-12", "24-12", "28-12", "29-12", "30-12", "31-12", "04-01", "05-01")
    ]


def test_every_letter_of_a_year_is_the_last_one_at_its_own_morning() -> None:
    closed = CHRISTMAS | SUMMER | STUDY_DAY | BEGIN_OF_WEEK
    for pace in (Pace.DAILY, Pace.WEEKLY):
        for letter in islice(letters_after(pace, moment("2026-01-01T00:00"), closed), 260):
            assert last_letter(pace, letter.morning, closed) == letter
            told = letter.back_on is None
            assert is_school_day(letter.morning.date(), closed) is told


@pytest.mark.parametrize(
    ("schools", "closed"),
    [
        # De Linde (1) has Monday and Tuesday off, De Eik (2) Tuesday; Friday is of everybody.
        ((), {6}),
        ((1,), {2, 3, 6}),
        ((2,), {3, 6}),
        ((1, 2), {3, 6}),
        ((1, 2, 3), {6}),
    ],
)
def test_who_has_several_schools_is_free_when_all_are_closed(
    schools: tuple[int, ...], closed: set[int]
) -> None:
    def march(first: int, last: int) -> tuple[date, date]:
        return date(2026, 3, first), date(2026, 3, last)

    found = closed_days([march(6, 6)], {1: [march(2, 3)], 2: [march(3, 3)]}, schools)
    assert found == {date(2026, 3, each) for each in closed}
