"""A line goes to who has the role on the morning itself, and to nobody who lost it in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.actions import put_hold
from privacyboard.clockwork.choices import HoldKind, Pace
from privacyboard.clockwork.models import DigestLine, Heartbeat, Reminder
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.frontdesk.digests import send_digests
from privacyboard.mail.models import OutboundLetter
from privacyboard.mail.outbox import NoAddress
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, School, User
from registers.actions import open_review
from registers.models import AccessReview, ProcessingActivity
from requests_ar.models import SubjectRequest
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.factories import breaches, registers, requests
from tests.frontdesk.test_digest import line, moment, send

YESTERDAY = TODAY - timedelta(days=1)
# What the nights of Monday and Tuesday find goes on Tuesday and Wednesday at half past seven.
NIGHT, MORNING, NEXT_MORNING = "2026-03-03T00:10", "2026-03-03T06:30", "2026-03-04T06:30"


def night(name: str, at: str = NIGHT) -> list[str]:
    """Whose line one night of a sweep adds."""
    seen = set(DigestLine.objects.values_list("pk", flat=True))
    sweeps.run(name=name, at=moment(at))
    new = DigestLine.objects.exclude(pk__in=seen).select_related("user").order_by("pk")
    return [each.user.email.partition("@")[0] for each in new]


def leaves(user: User, last_day: date = YESTERDAY) -> None:
    Appointment.objects.filter(user=user).update(ends_on=last_day)


def moves(user: User, to: School) -> None:
    leaves(user)
    role = Appointment.objects.filter(user=user).latest("pk").role
    appoint(user=user, role=Role(role), school=to, starts_on=TODAY, ends_on=None, by=None, at=NOW)


def review_of_access(cast: Cast) -> None:
    """Of De Linde: its director is told, fourteen days ahead."""
    registers.established("Toegang", at=NOW, next_review_on=None)
    made = open_review(school=cast.linde, year=2026, by=cast.ibp, at=NOW)
    AccessReview.objects.filter(pk=made.pk).update(due_on=date(2026, 3, 16))


@pytest.mark.django_db
class TestWhoLostTheRole:
    def test_who_left_gets_no_line_and_the_role_does_the_same_morning(self, cast: Cast) -> None:
        review_of_access(cast)
        assert night("register_reminders") == ["dirk"]
        leaves(cast.director)
        make_person("Nora Nieuw", Role.DIRECTOR, cast.linde)
        assert send(MORNING) == ["nora"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert "De Linde" in letter.text
        assert send(MORNING) == []
        assert not DigestLine.objects.filter(user=cast.director).exists()

    def test_nor_who_moved_to_another_school(self, cast: Cast) -> None:
        review_of_access(cast)
        assert night("register_reminders") == ["dirk"]
        moves(cast.director, cast.eik)
        # De Linde has no director now: the role above the director hears of it.
        assert send(MORNING) == ["ilse"]

    def test_nor_whose_account_was_closed(self, cast: Cast) -> None:
        review_of_access(cast)
        assert night("register_reminders") == ["dirk"]
        User.objects.filter(pk=cast.director.pk).update(is_active=False)
        assert send(MORNING) == ["ilse"]

    def test_who_has_the_line_already_gets_it_once(self, cast: Cast) -> None:
        registers.established("Leerlingen", at=NOW, next_review_on=date(2026, 4, 2))
        second = make_person("Ine Tweede", Role.IBP_MANAGER)
        assert night("register_reminders") == ["ilse", "ine"]
        leaves(second)
        assert send(MORNING) == ["ilse"]
        assert OutboundLetter.objects.get(letter="frontdesk/digest").subject == (
            "1 ding vraagt uw aandacht"
        )
        assert not DigestLine.objects.filter(user=second).exists()

    def test_who_stays_and_who_comes_both_hear_of_it(self, cast: Cast) -> None:
        registers.established("Leerlingen", at=NOW, next_review_on=date(2026, 4, 2))
        second = make_person("Ine Tweede", Role.IBP_MANAGER)
        choose_pace(pace=Pace.WEEKLY, by=second, at=NOW)
        assert night("register_reminders") == ["ilse", "ine"]
        assert send(MORNING) == ["ilse"]
        leaves(second)
        make_person("Nora Nieuw", Role.IBP_MANAGER)
        assert send("2026-03-09T06:30") == ["nora"]

    def test_of_what_nobody_can_be_told_who_comes_later_hears(self, cast: Cast) -> None:
        registers.established("Leerlingen", at=NOW, next_review_on=date(2026, 4, 2))
        assert night("register_reminders") == ["ilse"]
        leaves(cast.ibp)
        leaves(cast.board_member)
        assert send(MORNING) == []
        assert night("register_reminders", "2026-03-03T08:00") == []
        make_person("Nora Nieuw", Role.IBP_MANAGER)
        assert night("register_reminders", "2026-03-03T09:00") == ["nora"]
        assert send(NEXT_MORNING) == ["nora"]

    def test_who_wants_none_gets_none_in_somebody_elses_place(self, cast: Cast) -> None:
        review_of_access(cast)
        choose_pace(pace=Pace.NONE, by=cast.ibp, at=NOW)
        assert night("register_reminders") == ["dirk"]
        leaves(cast.director)
        assert send(MORNING) == []
        assert not DigestLine.objects.exists()

    def test_a_line_that_is_passed_on_goes_at_the_pace_of_its_new_reader(self, cast: Cast) -> None:
        review_of_access(cast)
        choose_pace(pace=Pace.WEEKLY, by=cast.ibp, at=NOW)
        assert night("register_reminders") == ["dirk"]
        leaves(cast.director)
        assert send(MORNING) == []
        assert send(NEXT_MORNING) == []
        assert send("2026-03-09T06:30") == ["ilse"]

    def test_the_owner_of_a_hold_who_moved_away_hears_no_more_of_it(self, cast: Cast) -> None:
        put_hold(
            school=cast.linde,
            person_key="L-1",
            kind=HoldKind.LAWSUIT,
            reason="Er loopt een zaak.",
            owner=cast.director,
            review_on=TODAY + timedelta(days=1),
            by=cast.director,
            at=NOW,
        )
        assert night("register_reminders") == ["dirk"]
        moves(cast.director, cast.eik)
        assert send(MORNING) == ["ilse"]


@pytest.mark.django_db
class TestRequests:
    def asked(self, cast: Cast) -> SubjectRequest:
        """A request whose first reminder is of the night of 19 March: fourteen days ahead."""
        return requests.subject_request(cast.linde, at=NOW)

    def test_who_left_gets_no_line_and_the_role_does(self, cast: Cast) -> None:
        self.asked(cast)
        assert night("request_reminders", "2026-03-19T00:10") == ["dirk"]
        leaves(cast.director)
        assert night("request_reminders", "2026-03-19T01:10") == ["ilse"]
        assert send("2026-03-19T06:30") == ["ilse"]
        assert not DigestLine.objects.filter(user=cast.director).exists()

    def test_another_handler_hears_of_it_in_the_first_ones_place(self, cast: Cast) -> None:
        request = self.asked(cast)
        second = make_person("Dora Linde", Role.DIRECTOR, cast.linde)
        SubjectRequest.objects.filter(pk=request.pk).update(handler=cast.director)
        assert night("request_reminders", "2026-03-19T00:10") == ["dirk"]
        SubjectRequest.objects.filter(pk=request.pk).update(handler=second)
        assert night("request_reminders", "2026-03-19T01:10") == ["dora"]
        assert send("2026-03-19T06:30") == ["dora"]

    def test_who_gets_it_back_before_hearing_of_it_still_hears(self, cast: Cast) -> None:
        request = self.asked(cast)
        second = make_person("Dora Linde", Role.DIRECTOR, cast.linde)
        handled = SubjectRequest.objects.filter(pk=request.pk)
        handled.update(handler=cast.director)
        assert night("request_reminders", "2026-03-19T00:10") == ["dirk"]
        handled.update(handler=second)
        assert send("2026-03-19T06:30") == []
        handled.update(handler=cast.director)
        assert night("request_reminders", "2026-03-19T09:10") == ["dirk"]
        assert send("2026-03-20T06:30") == ["dirk"]

    def test_what_became_confidential_is_said_to_who_may_open_it(self, cast: Cast) -> None:
        request = self.asked(cast)
        assert night("request_reminders", "2026-03-19T00:10") == ["dirk"]
        SubjectRequest.objects.filter(pk=request.pk).update(is_confidential=True)
        assert night("request_reminders", "2026-03-19T01:10") == ["ilse"]
        assert send("2026-03-19T06:30") == ["ilse"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert request.number not in f"{letter.subject} {letter.text} {letter.html}"
        assert "Een vertrouwelijk verzoek heeft uiterlijk op donderdag 2 april 2026" in letter.text

    def test_what_became_confidential_for_its_own_handler_is_said_without_its_number(
        self, cast: Cast
    ) -> None:
        request = self.asked(cast)
        line(cast.ibp, request, NIGHT)
        SubjectRequest.objects.filter(pk=request.pk).update(is_confidential=True, handler=cast.ibp)
        assert send(MORNING) == ["ilse"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert request.number not in f"{letter.subject} {letter.text} {letter.html}"


@pytest.mark.django_db
class TestSaidOnTheMorning:
    def test_what_is_late_by_then_is_called_late(self, cast: Cast) -> None:
        registers.established("Leerlingen", at=NOW, next_review_on=date(2026, 3, 6))
        assert night("register_reminders", "2026-03-06T08:00") == ["ilse"]
        assert send("2026-03-09T06:30") == ["ilse"]
        text = " ".join(OutboundLetter.objects.get(letter="frontdesk/digest").text.split())
        assert "Leerlingen nog klopt. Dat moest uiterlijk op 6 maart 2026." in text

    def test_two_stages_of_one_record_are_one_sentence_of_one_record(self, cast: Cast) -> None:
        review_of_access(cast)
        AccessReview.objects.update(due_on=date(2026, 3, 12))
        choose_pace(pace=Pace.WEEKLY, by=cast.director, at=NOW)
        assert night("register_reminders", "2026-03-10T00:10") == ["dirk"]
        assert night("register_reminders", "2026-03-13T00:10") == ["dirk"]
        assert send("2026-03-16T06:30") == ["dirk"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        text = " ".join(letter.text.split())
        assert text.count("Dat moest uiterlijk op 12 maart 2026.") == 1
        assert "keer)" not in text
        assert "keer)" not in letter.html
        assert DigestLine.objects.filter(sent_at=moment("2026-03-16T06:30")).count() == 2
        assert not DigestLine.objects.filter(sent_at=None).exists()

    def test_one_sentence_of_three_records_is_said_three_times(self, cast: Cast) -> None:
        for _each in range(3):
            request = requests.subject_request(cast.linde, at=NOW)
            SubjectRequest.objects.filter(pk=request.pk).update(
                is_confidential=True, handler=cast.ibp
            )
            line(cast.ibp, request, NIGHT)
            line(cast.ibp, request, NIGHT, stage="3")
        assert send(MORNING) == ["ilse"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.subject == "1 ding vraagt uw aandacht"
        assert letter.text.count("(3 keer)") == 1

    def test_two_roles_of_one_person_make_one_line(self, cast: Cast) -> None:
        appoint(
            user=cast.ibp,
            role=Role.DIRECTOR,
            school=cast.linde,
            starts_on=TODAY,
            ends_on=None,
            by=None,
            at=NOW,
        )
        leaves(cast.director)
        review_of_access(cast)
        registers.established("Leerlingen", at=NOW, next_review_on=date(2026, 4, 2))
        assert night("register_reminders") == ["ilse", "ilse"]
        assert send(MORNING) == ["ilse"]
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.subject == "2 dingen vragen uw aandacht"
        assert "keer)" not in letter.text


@pytest.mark.django_db
class TestCost:
    def cost(self, cast: Cast, rows: int) -> int:
        DigestLine.objects.all().delete()
        Reminder.objects.all().delete()
        ProcessingActivity.objects.update(next_review_on=None)
        for number in range(rows):
            registers.established(f"V{rows}{number}", at=NOW, next_review_on=date(2026, 4, 2))
        assert len(night("register_reminders")) == rows
        User.objects.filter(pk=cast.ibp.pk).update(is_active=False)
        with CaptureQueriesContext(connection) as asked:
            assert send_digests(by=None, at=moment(MORNING)) == 1
        User.objects.filter(pk=cast.ibp.pk).update(is_active=True)
        OutboundLetter.objects.all().delete()
        return len(asked)

    def test_passing_on_costs_the_same_for_one_line_and_for_three(self, cast: Cast) -> None:
        assert self.cost(cast, 1) == self.cost(cast, 3)

    def test_a_reader_more_costs_one_letter_more(self, cast: Cast) -> None:
        def letters(people: list[User]) -> int:
            DigestLine.objects.all().delete()
            Reminder.objects.all().delete()
            OutboundLetter.objects.all().delete()
            for each in people:
                request = requests.subject_request(cast.linde, at=NOW)
                SubjectRequest.objects.filter(pk=request.pk).update(handler=each)
                line(each, request, NIGHT)
            with CaptureQueriesContext(connection) as asked:
                assert send_digests(by=None, at=moment(MORNING)) == len(people)
            return len(asked)

        people = [cast.director, cast.ibp, make_person("Ine Ook", Role.IBP_MANAGER)]
        one, two, three = (letters(people[:number]) for number in (1, 2, 3))
        # Each letter is a transaction of its own: its lines, its claim, what was sent, its row.
        assert two - one == three - two == 9


@pytest.mark.django_db
class TestWithoutAnAddress:
    """One account with a wrong address keeps nobody else's letter back, and is not passed over."""

    def spoil(self, user: User) -> None:
        User.objects.filter(pk=user.pk).update(email="geen adres")

    def test_the_morning_letters(self, cast: Cast) -> None:
        mine, other = (requests.subject_request(cast.linde, at=NOW) for _each in range(2))
        SubjectRequest.objects.filter(pk=other.pk).update(handler=cast.ibp)
        line(cast.director, mine, NIGHT)
        line(cast.ibp, other, NIGHT)
        self.spoil(cast.ibp)
        with pytest.raises(NoAddress):
            sweeps.run(name="digest", at=moment(MORNING))
        letters = OutboundLetter.objects.filter(letter="frontdesk/digest")
        assert [each.to for each in letters] == ["dirk@deproef.example"]
        assert Heartbeat.objects.get(name="digest").error == "NoAddress"
        User.objects.filter(pk=cast.ibp.pk).update(email="ilse@deproef.example")
        assert send(MORNING) == ["ilse"]

    def test_the_last_days_of_requests(self, cast: Cast) -> None:
        mine, other = (requests.subject_request(cast.linde, at=NOW) for _each in range(2))
        SubjectRequest.objects.filter(pk=mine.pk).update(handler=cast.director)
        SubjectRequest.objects.filter(pk=other.pk).update(handler=cast.ibp)
        self.spoil(cast.director)
        with pytest.raises(NoAddress):
            sweeps.run(name="request_reminders", at=moment("2026-04-01T06:00"))
        letters = OutboundLetter.objects.filter(letter="requests_ar/reminder")
        assert [each.to for each in letters] == ["ilse@deproef.example"]
        User.objects.filter(pk=cast.director.pk).update(email="dirk@deproef.example")
        assert sweeps.run(name="request_reminders", at=moment("2026-04-01T06:00")) == 1

    def test_what_nobody_closed(self, cast: Cast) -> None:
        """A wrong address at the terms of requests does not keep back who has to close one."""
        waiting, done = (requests.subject_request(cast.linde, at=NOW) for _each in range(2))
        SubjectRequest.objects.filter(pk=waiting.pk).update(handler=cast.ibp)
        SubjectRequest.objects.filter(pk=done.pk).update(
            handler=cast.director, state="answered", answered_on=date(2026, 3, 18)
        )
        self.spoil(cast.ibp)
        failed, told = [], []
        for name in (each.name for each in sweeps.all_sweeps() if each.name.startswith("request")):
            try:
                told += night(name, "2026-04-01T06:00")
            except NoAddress:
                failed.append(name)
        assert failed == ["request_reminders"]
        assert told == ["dirk"]
        assert Heartbeat.objects.get(name="request_closing").done == 1

    def test_the_72_hours(self, cast: Cast) -> None:
        breaches.breach(cast.linde, at=NOW)
        second = make_person("Ine Ook", Role.IBP_MANAGER)
        self.spoil(cast.ibp)
        with pytest.raises(NoAddress):
            sweeps.run(name="breach_reminders", at=NOW + timedelta(hours=49))
        letters = OutboundLetter.objects.filter(letter__startswith="datalekken/")
        assert second.email in {each.to for each in letters}


def test_the_moments_of_these_tests_are_mornings_of_school_days() -> None:
    for text in (MORNING, NEXT_MORNING):
        assert datetime.fromisoformat(text).weekday() < 5
