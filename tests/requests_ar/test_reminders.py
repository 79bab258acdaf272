"""Reminders of the last day: 14, 7, 3 and 1 days before, and late; once, to the right person.

The first three wait for the morning letter; the last two are a letter of their own, at once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.choices import Pace
from privacyboard.clockwork.models import DigestLine
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Appointment, User
from requests_ar.actions.guarding import name_person
from requests_ar.actions.reminding import remind_of_terms
from tests.conftest import TODAY, Cast
from tests.factories import requests as make

# Received on 2 March 2026.
LAST = date(2026, 4, 2)


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)


def before(days: int) -> datetime:
    return at(LAST - timedelta(days=days))


Told = list[tuple[str, str]]


def waiting() -> Told:
    """Whose morning letter gets which sentence, in order."""
    lines = DigestLine.objects.select_related("user").order_by("pk")
    return [(line.user.email.partition("@")[0], line.sentence) for line in lines]


def letters() -> Told:
    """Who got which subject, in order."""
    rows = OutboundLetter.objects.filter(letter="requests_ar/reminder").order_by("pk")
    return [(row.to.partition("@")[0], row.subject) for row in rows]


def run(moment: datetime) -> Told:
    """What one run of the sweep adds: lines that wait for the morning, then letters."""
    lines, sent = len(waiting()), len(letters())
    sweeps.run(name="request_reminders", at=moment)
    return waiting()[lines:] + letters()[sent:]


WAITS = "Verzoek V-2026-0001 heeft uiterlijk op donderdag 2 april 2026 een antwoord nodig."
JUNE = "dinsdag 2 juni"
DUE, LATE = "Verzoek V-2026-0001: antwoord uiterlijk 2 april", "Te laat: verzoek V-2026-0001"


@pytest.mark.django_db
@pytest.mark.requirement("KPO-040")
class TestStages:
    def test_at_14_7_3_and_1_days_and_when_late(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now, handler=cast.director, state="in_progress")
        days = {days: run(before(days)) for days in range(16, -3, -1)}
        own = [("dirk", WAITS)]
        late = [("dirk", LATE), ("fenna", LATE), ("ilse", LATE)]
        assert {day: sent for day, sent in days.items() if sent} == {
            14: own,
            7: own,
            3: own,
            1: [("dirk", DUE)],
            -1: late,
        }

    def test_a_second_run_sends_nothing_twice(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now)
        assert run(before(7)) == [("dirk", WAITS)]
        assert run(before(7)) == []
        assert remind_of_terms(by=None, at=before(6)) == 0

    def test_nights_that_were_missed_heal_in_one_letter(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now)
        assert run(before(2)) == [("dirk", WAITS)]
        assert run(before(2)) == []
        assert run(before(1)) == [("dirk", DUE)]

    @pytest.mark.requirement("KPO-041", "OPO-073")
    def test_an_extended_one_is_reminded_against_the_new_day(
        self, cast: Cast, now: datetime
    ) -> None:
        request = make.subject_request(cast.linde, at=now)
        assert run(before(7)) == [("dirk", WAITS)]
        request.extended_on, request.extension_reason = date(2026, 3, 30), "complexity"
        request.last_day = date(2026, 6, 2)
        request.record(by=None, why="verlengd")
        assert run(before(1)) == []
        assert run(at(date(2026, 5, 19))) == [("dirk", WAITS.replace("donderdag 2 april", JUNE))]
        assert run(at(date(2026, 6, 1))) == [
            ("dirk", "Verzoek V-2026-0001: antwoord uiterlijk 2 juni")
        ]
        text = OutboundLetter.objects.latest("pk").text
        assert "De termijn is al verlengd; langer uitstel kan niet." in text

    @pytest.mark.parametrize("state", ["answered", "closed", "withdrawn"])
    def test_what_runs_no_term_is_not_reminded(self, cast: Cast, now: datetime, state: str) -> None:
        day = None if state == "withdrawn" else TODAY
        make.subject_request(cast.linde, at=now, state=state, answered_on=day)
        assert remind_of_terms(by=None, at=before(-5)) == 0


@pytest.mark.django_db
class TestWho:
    def test_nobody_assigned_means_the_role(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now)
        make.subject_request(None, at=now)
        assert [name for name, _words in run(before(14))] == ["dirk", "ilse"]

    def test_a_school_without_a_director_leads_to_the_ibp_manager(
        self, cast: Cast, now: datetime
    ) -> None:
        Appointment.objects.filter(user=cast.director).delete()
        make.subject_request(cast.linde, at=now)
        assert [name for name, _words in run(before(14))] == ["ilse"]

    def test_without_either_the_fg_hears_of_it_before_the_last_day(
        self, cast: Cast, now: datetime
    ) -> None:
        gone = Appointment.objects.filter(user__in=[cast.director, cast.ibp])
        make.subject_request(cast.linde, at=now, handler=cast.director, state="in_progress")
        gone.update(ends_on=TODAY)
        days = {days: run(before(days)) for days in range(16, -3, -1)}
        assert {day: sent for day, sent in days.items() if sent} == {
            14: [("fenna", WAITS)],
            7: [("fenna", WAITS)],
            3: [("fenna", WAITS)],
            1: [("fenna", DUE)],
            -1: [("fenna", LATE)],
        }
        in_time, late = (
            " ".join(each.text.split())
            for each in OutboundLetter.objects.filter(letter="requests_ar/reminder").order_by("pk")
        )
        nobody = "Niemand kan het nu behandelen. Vraag het bestuur om iemand aan te wijzen."
        assert nobody in in_time
        # The FG supervises and answers nothing (AVG 38(6)).
        assert "Beantwoord het" not in late
        assert nobody in late

    def test_what_the_fg_was_told_is_said_on_the_morning_itself(
        self, cast: Cast, now: datetime
    ) -> None:
        gone = Appointment.objects.filter(user__in=[cast.director, cast.ibp])
        make.subject_request(cast.linde, at=now)
        gone.update(ends_on=TODAY)
        run(before(14))
        sweeps.run(name="digest", at=before(13))
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.to == cast.fg.email
        assert WAITS in letter.text

    def test_who_comes_in_the_place_of_the_ibp_manager_hears_of_it(
        self, cast: Cast, now: datetime
    ) -> None:
        gone = Appointment.objects.filter(user__in=[cast.director, cast.ibp])
        make.subject_request(cast.linde, at=now)
        gone.update(ends_on=TODAY)
        assert run(before(7)) == [("fenna", WAITS)]
        gone.filter(user=cast.ibp).update(ends_on=None)
        assert run(before(6)) == [("ilse", WAITS)]

    def test_a_handler_whose_role_ended_is_followed_by_the_role(
        self, cast: Cast, now: datetime
    ) -> None:
        make.subject_request(cast.linde, at=now, handler=cast.teacher, state="in_progress")
        assert [name for name, _words in run(before(14))] == ["dirk"]

    def test_who_takes_over_hears_of_it_too(self, cast: Cast, now: datetime) -> None:
        request = make.subject_request(cast.linde, at=now)
        assert [name for name, _words in run(before(7))] == ["dirk"]
        request.handler = cast.ibp
        request.record(by=None, why="proef")
        assert [name for name, _words in run(before(6))] == ["ilse"]

    def test_a_confidential_one_never_reaches_the_director_whom_it_concerns(
        self, cast: Cast, now: datetime
    ) -> None:
        make.subject_request(cast.linde, at=now, is_confidential=True, handler=cast.director)
        assert [name for name, _words in run(before(14))] == ["ilse"]
        assert [name for name, _words in run(before(-1))] == ["ilse", "fenna"]
        sent = OutboundLetter.objects.filter(letter="requests_ar/reminder")
        assert set(sent.values_list("school", flat=True)) == {None}

    def test_a_named_director_handles_it(self, cast: Cast, now: datetime) -> None:
        request = make.subject_request(cast.linde, at=now, is_confidential=True)
        name_person(request=request, user=cast.director, by=None, at=now)
        assert [name for name, _words in run(before(14))] == ["dirk"]

    def test_a_closed_account_gets_nothing(self, cast: Cast, now: datetime) -> None:
        User.objects.filter(pk=cast.director.pk).update(is_active=False)
        make.subject_request(cast.linde, at=now)
        assert [name for name, _words in run(before(14))] == ["ilse"]


@pytest.mark.django_db
class TestPreference:
    def test_who_wants_no_morning_letter_hears_of_what_cannot_wait_all_the_same(
        self, cast: Cast, now: datetime
    ) -> None:
        choose_pace(pace=Pace.NONE, by=cast.director, at=now)
        make.subject_request(cast.linde, at=now)
        assert [run(before(days)) for days in (14, 7, 3)] == [[], [], []]
        assert run(before(1)) == [("dirk", DUE)]
        assert [name for name, _words in run(before(-1))] == ["dirk", "fenna", "ilse"]


@pytest.mark.django_db
class TestLine:
    def test_of_a_confidential_one_it_says_not_even_the_number(
        self, cast: Cast, now: datetime
    ) -> None:
        make.subject_request(cast.linde, at=now, is_confidential=True)
        assert run(before(7)) == [
            (
                "ilse",
                "Een vertrouwelijk verzoek heeft uiterlijk op donderdag 2 april 2026 een "
                "antwoord nodig.",
            )
        ]
        line = DigestLine.objects.get()
        assert (line.path, line.due_on) == ("/verzoeken/", LAST)
        assert "V-2026" not in f"{line.sentence} {line.path}"

    def test_of_another_it_leads_to_the_case(self, cast: Cast, now: datetime) -> None:
        make.subject_request(cast.linde, at=now)
        run(before(7))
        assert DigestLine.objects.get().path == "/verzoeken/V-2026-0001/"


@pytest.mark.django_db
def test_the_letter_says_number_day_and_link_and_nothing_of_the_person(
    cast: Cast, now: datetime
) -> None:
    make.subject_request(cast.linde, at=now)
    run(before(1))
    letter = OutboundLetter.objects.get(letter="requests_ar/reminder")
    assert f"{WAITS} U hebt nog 1 dag." in " ".join(letter.text.split())
    for shape in (letter.text, letter.html):
        assert "/verzoeken/V-2026-0001/" in shape
        for secret in ("Mila", "Kim", "thuis.example", "inzage", "De Linde"):
            assert secret not in shape


@pytest.mark.django_db
def test_what_it_costs_when_all_was_told_does_not_grow(
    cast: Cast, now: datetime, django_assert_num_queries: object
) -> None:
    for number in (1, 3):
        for _each in range(number):
            make.subject_request(cast.linde, at=now)
        remind_of_terms(by=None, at=before(-1))
        with django_assert_num_queries(4):  # type: ignore[operator]
            assert remind_of_terms(by=None, at=before(-1)) == 0
