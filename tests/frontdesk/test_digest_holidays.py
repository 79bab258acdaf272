"""The morning letter in holidays: what can wait does, what cannot goes, each line once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.frontdesk.digests import send_digests
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, SchoolHoliday, User
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, Cast, make_person
from tests.factories import requests as make
from tests.frontdesk.test_digest import line, moment, send
from tests.frontdesk.test_digest_readers import leaves, review_of_access
from tests.retention_runs import run

pytestmark = pytest.mark.django_db
WHY = "Het is vakantie of een vrije dag. Dit kan niet wachten tot maandag 16 maart."


def closed(school: School | None, first: date, last: date, name: str = "Vakantie") -> SchoolHoliday:
    made = SchoolHoliday(school=school, name=name, first_day=first, last_day=last)
    made.record(by=None, why="proef")
    return made


@pytest.fixture
def fortnight(cast: Cast) -> SchoolHoliday:
    """From Saturday 28 February until Sunday 15 March 2026, for all schools."""
    return closed(None, date(2026, 2, 28), date(2026, 3, 15), "Voorjaarsvakantie")


def wait(user: User, last_day: date, made: str, *, stage: str = "14") -> DigestLine:
    """A line about a request at De Linde that needs an answer by a day."""
    request = make.subject_request(user_school(user), at=NOW)
    SubjectRequest.objects.filter(pk=request.pk).update(last_day=last_day, handler=user)
    request.refresh_from_db()
    return line(user, request, made, stage=stage)


def user_school(user: User) -> School:
    found = School.objects.filter(appointments__user=user).first()
    return found or School.objects.get(slug="de-linde")


def letters() -> list[OutboundLetter]:
    return list(OutboundLetter.objects.filter(letter="frontdesk/digest").order_by("pk"))


SOON, LATER = date(2026, 3, 22), date(2026, 3, 23)


class TestWhatCannotWait:
    def test_what_is_due_before_a_week_of_school_has_passed_goes_in_the_holiday(
        self, cast: Cast, fortnight: SchoolHoliday
    ) -> None:
        wait(cast.director, SOON, "2026-03-03T00:10")
        assert send("2026-03-03T06:29") == []
        assert send("2026-03-03T06:30") == ["dirk"]
        assert send("2026-03-03T06:31") == []
        assert send("2026-03-04T06:30") == []
        assert send("2026-03-16T06:30") == []
        (letter,) = letters()
        for text in (letter.text, letter.html):
            assert WHY in " ".join(text.split())

    def test_what_is_due_later_waits_for_the_first_school_day_and_goes_once(
        self, cast: Cast, fortnight: SchoolHoliday
    ) -> None:
        wait(cast.director, LATER, "2026-03-03T00:10")
        for day in range(3, 16):
            assert send(f"2026-03-{day:02}T10:00") == []
        assert send("2026-03-16T06:29") == []
        assert send("2026-03-16T06:30") == ["dirk"]
        assert send("2026-03-16T06:31") == []
        assert send("2026-03-17T06:30") == []
        (letter,) = letters()
        assert "Het is vakantie" not in letter.text + letter.html

    def test_of_two_the_one_goes_and_the_other_waits(
        self, cast: Cast, fortnight: SchoolHoliday
    ) -> None:
        for last_day in (LATER, SOON):
            wait(cast.director, last_day, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        assert send("2026-03-04T06:30") == []
        assert send("2026-03-16T06:30") == ["dirk"]
        said = [each.text.count("/verzoeken/V-2026-") for each in letters()]
        assert said == [1, 1]
        assert "/verzoeken/V-2026-0002/" in letters()[0].text
        assert "/verzoeken/V-2026-0001/" in letters()[1].text

    def test_what_passed_already_goes(self, cast: Cast, fortnight: SchoolHoliday) -> None:
        wait(cast.director, date(2026, 3, 3), "2026-03-02T09:00")
        assert send("2026-03-03T06:30") == ["dirk"]

    def test_in_the_weekend_of_a_holiday_nothing_goes(
        self, cast: Cast, fortnight: SchoolHoliday
    ) -> None:
        wait(cast.director, SOON, "2026-03-06T09:00")
        assert send("2026-03-07T12:00") == []
        assert send("2026-03-08T12:00") == []
        assert send("2026-03-09T06:30") == ["dirk"]

    def test_without_a_holiday_it_is_as_it_was(self, cast: Cast) -> None:
        wait(cast.director, LATER, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        assert "Het is vakantie" not in letters()[0].text

    def test_nor_in_a_holiday_that_is_over_or_comes(self, cast: Cast) -> None:
        closed(None, date(2026, 2, 21), date(2026, 3, 1))
        closed(None, date(2026, 3, 4), date(2026, 3, 8))
        wait(cast.director, LATER, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]


class TestPaces:
    def test_at_once_is_at_once(self, cast: Cast, fortnight: SchoolHoliday) -> None:
        choose_pace(pace=Pace.AT_ONCE, by=cast.director, at=NOW)
        wait(cast.director, LATER, "2026-03-07T00:10")
        assert send("2026-03-07T00:11") == ["dirk"]
        assert "Het is vakantie" not in letters()[0].text

    def test_once_a_week_on_its_first_working_day(
        self, cast: Cast, fortnight: SchoolHoliday
    ) -> None:
        choose_pace(pace=Pace.WEEKLY, by=cast.director, at=NOW)
        wait(cast.director, SOON, "2026-03-03T09:00")
        wait(cast.director, LATER, "2026-03-03T09:00")
        assert send("2026-03-04T10:00") == []
        assert send("2026-03-09T06:30") == ["dirk"]
        assert [send(f"2026-03-{day}T10:00") for day in (10, 11, 12, 13)] == [[], [], [], []]
        assert send("2026-03-16T06:30") == ["dirk"]
        assert [each.text.count("/verzoeken/V-2026-") for each in letters()] == [1, 1]


class TestWhoseSchool:
    def test_a_free_day_of_one_school_is_of_its_people_only(self, cast: Cast) -> None:
        closed(cast.linde, date(2026, 3, 3), date(2026, 3, 3), "Studiedag")
        wait(cast.director, LATER, "2026-03-03T00:10")
        wait(cast.eik_director, LATER, "2026-03-03T00:10")
        wait(cast.ibp, LATER, "2026-03-03T00:10")
        assert sorted(send("2026-03-03T06:30")) == ["edo", "ilse"]
        assert send("2026-03-04T06:30") == ["dirk"]

    def test_the_board_is_free_when_every_school_is(self, cast: Cast) -> None:
        day = date(2026, 3, 3)
        for school in (cast.linde, cast.eik):
            closed(school, day, day, "Studiedag")
        for user in (cast.ibp, cast.director, cast.eik_director):
            wait(user, LATER, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == []
        assert sorted(send("2026-03-04T06:30")) == ["dirk", "edo", "ilse"]

    def test_who_works_at_two_schools_is_free_when_both_are(self, cast: Cast) -> None:
        closed(cast.linde, date(2026, 3, 3), date(2026, 3, 4), "Studiedagen")
        closed(cast.eik, date(2026, 3, 4), date(2026, 3, 4), "Studiedag")
        both = make_person("Bea Beide", Role.DIRECTOR, cast.linde)
        appoint(
            user=both,
            role=Role.DIRECTOR,
            school=cast.eik,
            starts_on=date(2020, 8, 1),
            by=None,
            at=NOW,
        )
        wait(both, LATER, "2026-03-03T00:10")
        wait(cast.director, LATER, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["bea"]
        wait(both, LATER, "2026-03-04T00:10")
        assert send("2026-03-04T06:30") == []
        assert sorted(send("2026-03-05T06:30")) == ["bea", "dirk"]

    def test_a_line_that_is_passed_on_waits_for_the_holiday_of_its_new_reader(
        self, cast: Cast
    ) -> None:
        closed(cast.linde, date(2026, 3, 3), date(2026, 3, 3), "Studiedag")
        review_of_access(cast)
        sweeps.run(name="register_reminders", at=moment("2026-03-03T00:10"))
        leaves(cast.director)
        make_person("Nora Nieuw", Role.DIRECTOR, cast.linde)
        assert send("2026-03-03T06:30") == []
        assert send("2026-03-04T06:30") == ["nora"]


@pytest.mark.parametrize("people", [1, 4])
def test_asks_the_same_for_one_person_and_for_four(cast: Cast, people: int) -> None:
    closed(cast.linde, date(2026, 3, 2), date(2026, 3, 6))
    closed(cast.eik, date(2026, 3, 2), date(2026, 3, 4))
    for user in (cast.ibp, cast.eik_director, cast.director, cast.fg)[:people]:
        wait(user, date(2026, 4, 2), "2026-03-02T00:10")
    with CaptureQueriesContext(connection) as asked:
        assert send_digests(by=None, at=datetime(2026, 3, 2, 7, tzinfo=UTC)) == 0
    # A clock that ran ahead, holidays, appointments, the schools of the board, and what is ripe.
    assert len(asked) == 5


def test_a_holiday_that_is_entered_on_the_day_itself_sends_nothing_twice(cast: Cast) -> None:
    wait(cast.director, LATER, "2026-03-03T00:10")
    assert send("2026-03-03T06:30") == ["dirk"]
    made = closed(cast.linde, date(2026, 3, 3), date(2026, 3, 3))
    wait(cast.director, SOON, "2026-03-03T06:29")
    # This morning's letter went; it goes tomorrow.
    assert send("2026-03-03T07:00") == []
    made.erase(by=None, why="vergissing")
    assert send("2026-03-03T07:01") == []
    assert send("2026-03-04T06:30") == ["dirk"]
    assert len(letters()) == 2


def test_what_waits_longer_than_a_month_for_a_school_day_is_not_forgotten(cast: Cast) -> None:
    """Eight weeks, as a summer with a building that is not ready: the claim stands, so the line
    is all that tells of it."""
    closed(None, date(2026, 2, 28), date(2026, 4, 26))
    wait(cast.director, date(2026, 6, 1), "2026-03-02 09:00")
    for day in (date(2026, 4, 2), date(2026, 4, 24)):
        assert run(day, "digest_lines") == 0
    assert (send("2026-04-24 07:31"), send("2026-04-28 07:31")) == ([], ["dirk"])
