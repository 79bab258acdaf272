"""The morning letter: what can wait, together, on school days, each line once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datalekken.tasks import sweep_breach_reminders
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import AlertPreference, DigestLine, Reminder
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.frontdesk.digests import send_digests
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import User
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, Cast, make_person
from tests.factories import breaches
from tests.factories import requests as make

# The last day of a request of Monday 2 March 2026 is Thursday 2 April.
LAST = date(2026, 4, 2)
SENTENCE = "Verzoek V-2026-{:04d} heeft uiterlijk op donderdag 2 april 2026 een antwoord nodig."


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def line(user: User, request: SubjectRequest, made: str, *, stage: str = "14") -> DigestLine:
    """What the sweep of requests writes down for somebody."""
    number = int(request.number.rpartition("-")[2])
    return DigestLine.objects.create(
        user=user,
        subject_type="requests_ar.subjectrequest",
        subject_id=str(request.pk),
        kind="request_term",
        stage=stage,
        sentence=SENTENCE.format(number),
        path=f"/verzoeken/{request.number}/",
        due_on=request.last_day,
        made_at=moment(made),
    )


def the_letter() -> OutboundLetter:
    """The one morning letter."""
    return OutboundLetter.objects.get(letter="frontdesk/digest")


def send(at: str) -> list[str]:
    """Who gets a letter in one run of the sweep."""
    seen = set(OutboundLetter.objects.values_list("pk", flat=True))
    sweeps.run(name="digest", at=moment(at))
    new = OutboundLetter.objects.filter(letter="frontdesk/digest").exclude(pk__in=seen)
    return [each.to.partition("@")[0] for each in new.order_by("pk")]


@pytest.mark.django_db
class TestMorning:
    def test_nothing_to_say_nothing_sent(self, cast: Cast) -> None:
        assert send("2026-03-03T06:30") == []
        assert not OutboundLetter.objects.exists()

    def test_at_half_past_seven_all_that_waits_in_one_letter(self, cast: Cast) -> None:
        for _each in range(2):
            line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T00:10")
        assert send("2026-03-03T06:29") == []
        assert send("2026-03-03T06:30") == ["dirk"]
        letter = the_letter()
        assert letter.subject == "2 dingen vragen uw aandacht"
        text = " ".join(letter.text.split())
        for number in (1, 2):
            assert SENTENCE.format(number) in text
            assert f"http://127.0.0.1:8000/verzoeken/V-2026-000{number}/" in letter.text
            assert f"http://127.0.0.1:8000/verzoeken/V-2026-000{number}/" in letter.html
        assert "Beste Dirk" in text
        assert "Stichting De Proef" in text

    def test_each_line_once_however_often_it_runs(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        assert send("2026-03-03T06:30") == []
        assert send("2026-03-03T06:31") == []
        assert send("2026-03-04T06:30") == []

    def test_what_comes_after_the_letter_waits_for_the_next_one(self, cast: Cast) -> None:
        first, second = (make.subject_request(cast.linde, at=NOW) for _each in range(2))
        line(cast.director, first, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        line(cast.director, second, "2026-03-03T07:00")
        assert send("2026-03-03T07:01") == []
        assert send("2026-03-04T06:30") == ["dirk"]

    def test_a_line_that_was_written_late_makes_no_second_letter_of_a_morning(
        self, cast: Cast
    ) -> None:
        first, second = (make.subject_request(cast.linde, at=NOW) for _each in range(2))
        line(cast.director, first, "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        # Its transaction began before half past seven and ended after the letter.
        line(cast.director, second, "2026-03-03T06:29")
        assert send("2026-03-03T06:31") == []
        assert send("2026-03-04T06:30") == ["dirk"]

    def test_a_morning_that_was_missed_is_made_up_for_the_same_day(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T00:10")
        assert send("2026-03-03T13:00") == ["dirk"]

    def test_after_the_weekend_on_monday(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-06T09:00")
        assert send("2026-03-07T09:00") == []
        assert send("2026-03-08T09:00") == []
        assert send("2026-03-09T06:29") == []
        assert send("2026-03-09T06:30") == ["dirk"]

    def test_not_on_kings_day(self, cast: Cast) -> None:
        request = make.subject_request(cast.linde, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
        line(cast.director, request, "2026-04-24T09:00")
        DigestLine.objects.update(
            sentence="Verzoek V-2026-0001 heeft uiterlijk op vrijdag 1 mei 2026 een antwoord nodig."
        )
        assert send("2026-04-27T12:00") == []
        assert send("2026-04-28T05:29") == []
        assert send("2026-04-28T05:30") == ["dirk"]

    def test_the_same_hour_after_the_clock_changed(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-28T09:00")
        # Summer time began on Sunday 29 March.
        assert send("2026-03-30T05:29") == []
        assert send("2026-03-30T05:30") == ["dirk"]


@pytest.mark.django_db
class TestPace:
    def write(self, cast: Cast, pace: Pace) -> None:
        choose_pace(pace=pace, by=cast.director, at=NOW)
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T09:00")

    def test_weekly_is_on_monday(self, cast: Cast) -> None:
        self.write(cast, Pace.WEEKLY)
        assert [send(f"2026-03-0{day}T10:00") for day in (3, 4, 5, 6)] == [[], [], [], []]
        assert send("2026-03-09T06:30") == ["dirk"]
        text = the_letter().text
        assert "U krijgt dit bericht één keer per week, als er iets is." in text

    def test_weekly_in_a_week_that_begins_with_a_holiday_is_on_tuesday(self, cast: Cast) -> None:
        choose_pace(pace=Pace.WEEKLY, by=cast.director, at=NOW)
        request = make.subject_request(cast.linde, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
        line(cast.director, request, "2026-04-22T09:00")
        DigestLine.objects.update(
            sentence="Verzoek V-2026-0001 heeft uiterlijk op vrijdag 1 mei 2026 een antwoord nodig."
        )
        assert send("2026-04-27T10:00") == []
        assert send("2026-04-28T10:00") == ["dirk"]

    def test_at_once_is_at_once(self, cast: Cast) -> None:
        self.write(cast, Pace.AT_ONCE)
        assert send("2026-03-03T09:00") == ["dirk"]
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T09:05")
        assert send("2026-03-03T09:06") == ["dirk"]
        assert send("2026-03-03T09:07") == []

    def test_none_is_none(self, cast: Cast) -> None:
        self.write(cast, Pace.NONE)
        assert send("2026-03-09T10:00") == []

    def test_who_turns_it_off_gets_nothing_that_waited(self, cast: Cast) -> None:
        self.write(cast, Pace.DAILY)
        choose_pace(pace=Pace.NONE, by=cast.director, at=moment("2026-03-03T10:00"))
        assert not DigestLine.objects.exists()
        choose_pace(pace=Pace.DAILY, by=cast.director, at=moment("2026-03-03T11:00"))
        assert send("2026-03-04T06:30") == []

    def test_a_choice_is_kept_with_who_made_it(self, cast: Cast) -> None:
        choose_pace(pace=Pace.WEEKLY, by=cast.fg, at=NOW)
        choose_pace(pace=Pace.WEEKLY, by=cast.fg, at=NOW)
        choose_pace(pace=Pace.NONE, by=cast.fg, at=NOW)
        chosen = AlertPreference.objects.get()
        rows = chosen.history.order_by("history_id").values_list("pace", "history_user")
        assert list(rows) == [("weekly", cast.fg.pk), ("none", cast.fg.pk)]

    def test_the_72_hours_ask_nobody_what_he_wants(self, cast: Cast) -> None:
        for user in cast.everybody():
            choose_pace(pace=Pace.NONE, by=user, at=NOW)
        breach = breaches.breach(cast.linde, at=NOW)
        assert breach is not None
        assert sweep_breach_reminders(NOW + timedelta(hours=73)) > 0
        to = set(OutboundLetter.objects.values_list("to", flat=True))
        assert "ilse@deproef.example" in to
        assert not DigestLine.objects.exists()


@pytest.mark.django_db
class TestTruth:
    def test_what_was_answered_meanwhile_is_not_said(self, cast: Cast) -> None:
        request = make.subject_request(cast.linde, at=NOW)
        line(cast.director, request, "2026-03-03T09:00")
        SubjectRequest.objects.filter(pk=request.pk).update(state="withdrawn")
        assert send("2026-03-04T06:30") == []
        assert not DigestLine.objects.exists()

    def test_nor_what_got_another_last_day(self, cast: Cast) -> None:
        request = make.subject_request(cast.linde, at=NOW)
        line(cast.director, request, "2026-03-03T09:00")
        SubjectRequest.objects.filter(pk=request.pk).update(last_day=date(2026, 6, 2))
        assert send("2026-03-04T06:30") == []

    def test_nor_what_became_confidential(self, cast: Cast) -> None:
        request = make.subject_request(cast.linde, at=NOW)
        line(cast.director, request, "2026-03-03T09:00")
        SubjectRequest.objects.filter(pk=request.pk).update(is_confidential=True)
        assert send("2026-03-04T06:30") == []

    def test_nor_a_last_day_that_passed_while_it_waited(self, cast: Cast) -> None:
        line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-04-02T09:00")
        assert send("2026-04-03T06:30") == []

    def test_nobody_who_may_not_sign_in_is_written_to(self, cast: Cast) -> None:
        request = make.subject_request(cast.linde, at=NOW)
        left = make_person("Lars Weg", Role.EMPLOYEE, cast.linde, ends_on=date(2026, 3, 3))
        User.objects.filter(pk=cast.director.pk).update(is_active=False)
        for user in (left, cast.director, cast.ibp):
            line(user, request, "2026-03-03T09:00")
        assert send("2026-03-04T06:30") == ["ilse"]
        assert DigestLine.objects.count() == 1

    def test_a_letter_names_nobody_but_its_reader(self, cast: Cast) -> None:
        make.subject_request(cast.linde, at=NOW)
        sweeps.run(name="request_reminders", at=moment("2026-03-19T05:00"))
        assert send("2026-03-19T06:30") == ["dirk"]
        letter = the_letter()
        for secret in ("Mila", "Kim", "thuis.example", "inzage"):
            assert secret not in f"{letter.subject} {letter.text} {letter.html}"


@pytest.mark.django_db
class TestMany:
    def test_more_than_ten_of_a_kind_are_counted(self, cast: Cast) -> None:
        for _each in range(12):
            line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T00:10")
        assert send("2026-03-03T06:30") == ["dirk"]
        letter = the_letter()
        assert letter.subject == "12 dingen vragen uw aandacht"
        assert letter.text.count("http://127.0.0.1:8000/verzoeken/V-2026-") == 10
        assert "En nog 2 andere. U ziet ze op uw startpagina." in letter.text
        assert not DigestLine.objects.filter(sent_at=None).exists()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_letter_costs_the_same_for_one_line_and_for_three(
        self, cast: Cast, rows: int
    ) -> None:
        for _each in range(rows):
            line(cast.director, make.subject_request(cast.linde, at=NOW), "2026-03-03T00:10")
        with CaptureQueriesContext(connection) as asked:
            assert send_digests(by=None, at=moment("2026-03-03T06:30")) == 1
        # Seven to know what and to whom, and for each letter its lines, its claim and its row.
        assert len(asked) == 16

    def test_with_nothing_due_it_is_three_queries(
        self, cast: Cast, django_assert_num_queries: object
    ) -> None:
        for user in (cast.director, cast.ibp, cast.fg):
            line(user, make.subject_request(cast.linde, at=NOW), "2026-03-03T09:00")
        # What is ripe, whether a clock ran ahead, and whether there are holidays.
        with django_assert_num_queries(3):  # type: ignore[operator]
            assert send_digests(by=None, at=moment("2026-03-03T10:00")) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pace", [Pace.DAILY, Pace.AT_ONCE])
def test_two_workers_send_each_line_once(append_only_lifted: None, cast: Cast, pace: Pace) -> None:
    others = (make_person(f"{name} Ook", Role.IBP_MANAGER) for name in ("Ine", "Iris"))
    people = [cast.director, cast.ibp, *others]
    for user in people:
        choose_pace(pace=pace, by=user, at=NOW)
        for _each in range(3):
            request = make.subject_request(cast.linde, at=NOW)
            SubjectRequest.objects.filter(pk=request.pk).update(handler=user)
            line(user, request, "2026-03-03T00:10")
    together = Barrier(2)

    def work(_number: int) -> int:
        try:
            together.wait(20)
            return send_digests(by=None, at=moment("2026-03-03T06:30"))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        sent = sum(two.map(work, range(2)))

    letters = OutboundLetter.objects.filter(letter="frontdesk/digest")
    said = [letter.text.count("/verzoeken/V-2026-") for letter in letters]
    assert sum(said) == 12
    assert sorted(letters.values_list("to", flat=True)) == sorted(each.email for each in people)
    assert sent == 4
    assert not DigestLine.objects.filter(sent_at=None).exists()
    daily = pace == Pace.DAILY
    assert Reminder.objects.filter(kind="digest").count() == (4 if daily else 0)
