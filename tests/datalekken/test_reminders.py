"""Reminders of the 72 hours: at certainty, +24, +48, +60, +70 and late; once, to who is on duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from datalekken.actions.deciding import reopen
from datalekken.actions.guarding import make_confidential, name_person
from datalekken.actions.investigating import Timeline, set_times, take_up
from datalekken.actions.reminding import remind_of_breaches
from datalekken.models import Breach, DutyTurn
from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import Reminder
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import NOW, Cast, make_person
from tests.factories import breaches as make
from tests.together import together

HOUR = timedelta(hours=1)
LETTERS = ("datalekken/reminder", "datalekken/careful")
# Certain on Monday 2 March 2026 at ten: the term ends on Thursday at ten.
DUE = "Datalek D-2026-0001: uiterlijk donderdag 5 maart, 10:00 uur"
LATE = "Te laat: datalek D-2026-0001"
UNTOUCHED = "Nog niet opgepakt: melding D-2026-0001"
UNCERTAIN = "Is melding D-2026-0001 een datalek?"


def after(hours: float) -> datetime:
    return NOW + hours * HOUR


def told() -> list[tuple[str, str]]:
    """Who got which subject, in order."""
    rows = OutboundLetter.objects.filter(letter__in=LETTERS).order_by("pk")
    return [(row.to.partition("@")[0], row.subject) for row in rows]


def run(moment: datetime) -> list[tuple[str, str]]:
    """What one run of the sweep adds."""
    seen = len(told())
    sweeps.run(name="breach_reminders", at=moment)
    return told()[seen:]


def names(moment: datetime) -> list[str]:
    return [name for name, _subject in run(moment)]


@pytest.fixture
def known(cast: Cast) -> Breach:
    """Certain at NOW, and in investigation."""
    return make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)


def turn(user: User, first: date, last: date) -> DutyTurn:
    made = DutyTurn(user=user, starts_on=first, ends_on=last)
    made.record(by=None, why="proef")
    return made


@pytest.fixture
def deputy(cast: Cast) -> User:
    return make_person("Dina Dienst", Role.IBP_MANAGER)


@pytest.mark.django_db
class TestStages:
    def test_at_0_24_48_60_and_70_hours_and_when_late(self, known: Breach) -> None:
        sent = {hours: run(after(hours)) for hours in range(80)}
        own = [("ilse", DUE)]
        assert {hours: each for hours, each in sent.items() if each} == {
            0: own,
            24: own,
            48: own,
            60: own,
            70: own,
            73: [("ilse", LATE), ("fenna", LATE), ("bram", LATE)],
        }

    def test_the_last_moment_is_in_time_and_a_second_later_is_late(self, known: Breach) -> None:
        run(after(71))
        assert run(after(72)) == []
        assert names(after(72) + timedelta(seconds=1)) == ["ilse", "fenna", "bram"]

    def test_a_double_run_sends_nothing_twice(self, known: Breach) -> None:
        assert run(after(24)) == [("ilse", DUE)]
        assert run(after(24)) == []
        assert remind_of_breaches(by=None, at=after(25)) == 0

    def test_a_night_that_was_missed_heals_in_one_letter(self, known: Breach) -> None:
        assert run(after(61)) == [("ilse", DUE)]
        assert run(after(61)) == []
        assert run(after(70)) == [("ilse", DUE)]
        assert Reminder.objects.filter(kind="breach_term").count() == 5

    def test_days_that_were_missed_send_only_that_it_is_late(self, known: Breach) -> None:
        assert run(after(200)) == [("ilse", LATE), ("fenna", LATE), ("bram", LATE)]

    def test_a_corrected_time_begins_anew(self, cast: Cast, known: Breach) -> None:
        assert run(after(24)) == [("ilse", DUE)]
        earlier = Timeline(first_signal_at=after(-30), certain_at=after(-25))
        set_times(breach=known, timeline=earlier, by=cast.ibp, at=after(24))
        corrected = "Datalek D-2026-0001: uiterlijk woensdag 4 maart, 09:00 uur"
        assert run(after(24)) == [("ilse", corrected)]
        assert run(after(34)) == []
        assert run(after(35)) == [("ilse", corrected)]

    def test_the_notice_of_a_processor_starts_it(self, cast: Cast) -> None:
        made = make.breach(cast.linde, at=NOW)
        make.certain(made, at=NOW, by=cast.ibp, certain_at=None, processor_noticed_at=NOW)
        assert run(after(0)) == [("ilse", DUE)]


@pytest.mark.django_db
class TestWhatStopsThem:
    def test_a_decision_not_to_notify(self, cast: Cast, known: Breach) -> None:
        make.decided_not(known, at=after(1), by=cast.ibp)
        assert [run(after(hours)) for hours in (1, 24, 60, 80)] == [[], [], [], []]

    def test_a_notification(self, cast: Cast, known: Breach) -> None:
        known.notified_at = after(1)
        known.record(by=None, why="proef")
        assert [run(after(hours)) for hours in (1, 24, 60, 80)] == [[], [], [], []]

    def test_a_decision_to_notify_is_no_notification(self, cast: Cast) -> None:
        made = make.decided(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
        assert [run(after(hours)) for hours in (0, 24, 59)] == [[], [], []]
        assert run(after(60)) == [("ilse", DUE)]
        text = " ".join(OutboundLetter.objects.latest("pk").text.split())
        assert "Er is besloten om te melden. Meld het nu bij de AP, en leg dat hier vast." in text
        assert names(after(73)) == ["ilse", "fenna", "bram"]
        made.notified_at = after(74)
        made.record(by=None, why="proef")
        assert run(after(90)) == []

    def test_reopening_lets_them_run_again(self, cast: Cast, known: Breach) -> None:
        decided = make.decided_not(known, at=after(1), by=cast.ibp)
        reopen(breach=decided, reason="Er is meer gevonden.", by=cast.ibp, at=after(30))
        assert run(after(30)) == [("ilse", DUE)]


@pytest.mark.django_db
class TestBeforeCertainty:
    def test_a_report_that_nobody_takes_up_is_told_after_a_day(self, cast: Cast) -> None:
        make.breach(cast.linde, at=NOW)
        assert run(after(23)) == []
        assert run(after(24)) == [("ilse", UNTOUCHED)]
        assert run(after(25)) == []

    def test_what_is_not_certain_after_two_days_is_asked_once(self, cast: Cast) -> None:
        made = make.breach(cast.linde, at=NOW)
        take_up(breach=made, handler=cast.ibp, by=cast.ibp, at=after(1))
        assert run(after(47)) == []
        assert run(after(48)) == [("ilse", UNCERTAIN)]
        assert run(after(100)) == []

    def test_the_careful_clock_runs_from_the_first_signal(self, cast: Cast) -> None:
        made = make.breach(cast.linde, at=NOW, first_signal_at=after(-40))
        take_up(breach=made, handler=cast.ibp, by=cast.ibp, at=NOW)
        assert run(after(8)) == [("ilse", UNCERTAIN)]


@pytest.mark.django_db
class TestWho:
    def test_who_has_a_turn_is_told_and_no_other(
        self, cast: Cast, known: Breach, deputy: User
    ) -> None:
        turn(deputy, date(2026, 3, 3), date(2026, 3, 3))
        assert names(after(0)) == ["ilse", "dina"]
        assert names(after(24)) == ["dina"]
        # The next day the turn is over: everybody who may handle.
        assert names(after(48)) == ["ilse", "dina"]

    def test_two_turns_of_one_person_are_one_letter(
        self, cast: Cast, known: Breach, deputy: User
    ) -> None:
        turn(deputy, date(2026, 3, 1), date(2026, 3, 3))
        turn(deputy, date(2026, 3, 2), date(2026, 3, 9))
        assert names(after(0)) == ["dina"]

    def test_a_turn_of_somebody_who_may_not_handle_any_more_counts_for_nothing(
        self, cast: Cast, known: Breach
    ) -> None:
        turn(cast.teacher, date(2026, 3, 1), date(2026, 3, 9))
        assert names(after(0)) == ["ilse"]

    def test_without_anybody_on_duty_the_fg_is_told(self, cast: Cast, known: Breach) -> None:
        Appointment.objects.filter(user=cast.ibp).delete()
        assert names(after(0)) == ["fenna"]
        assert names(after(73)) == ["fenna", "bram"]

    def test_and_without_an_fg_the_board_not_only_when_it_is_late(
        self, cast: Cast, known: Breach
    ) -> None:
        Appointment.objects.filter(user__in=[cast.ibp, cast.fg]).delete()
        assert names(after(0)) == ["bram"]
        assert names(after(73)) == ["bram"]

    def test_a_confidential_file_is_told_to_who_may_read_it_only(
        self, cast: Cast, known: Breach
    ) -> None:
        make_confidential(breach=known, reason="Over de bestuurder.", by=cast.ibp, at=NOW)
        assert names(after(0)) == ["ilse"]
        assert names(after(73)) == ["ilse", "fenna"]
        name_person(breach=known, user=cast.board_member, by=cast.ibp, at=after(74))
        assert names(after(74)) == ["bram"]
        letters = OutboundLetter.objects.filter(letter__in=LETTERS)
        assert set(letters.values_list("school", flat=True)) == {None}

    def test_nobody_of_a_school_is_told(self, cast: Cast, known: Breach) -> None:
        everybody = {name for hours in range(0, 100, 6) for name in names(after(hours))}
        assert everybody == {"ilse", "fenna", "bram"}


@pytest.mark.django_db
def test_the_letter_says_number_moment_and_link_and_nothing_of_the_contents(known: Breach) -> None:
    run(after(24))
    letter = OutboundLetter.objects.get(letter="datalekken/reminder")
    words = "De termijn van datalek D-2026-0001 loopt tot donderdag 5 maart 2026, 10:00 uur."
    assert f"{words} U hebt nog 48 uur." in " ".join(letter.text.split())
    for shape in (letter.text, letter.html):
        assert "/datalekken/D-2026-0001/" in shape
        for secret in ("USB", "rapporten", "Bas", "De Linde", "kwijt"):
            assert secret not in shape


@pytest.mark.django_db
def test_hours_are_hours_when_the_clock_changes(cast: Cast) -> None:
    # Summer time begins on Sunday 29 March 2026: 72 hours later it is an hour later on the wall.
    friday = datetime.fromisoformat("2026-03-27T16:30:00+01:00")
    make.certain(make.breach(cast.linde, at=friday), at=friday, by=cast.ibp)
    assert run(friday) == [("ilse", "Datalek D-2026-0001: uiterlijk maandag 30 maart, 17:30 uur")]
    assert run(friday + 23 * HOUR) == []
    assert len(run(friday + 60 * HOUR)) == 1


@pytest.mark.django_db
def test_what_a_quiet_run_costs_does_not_grow(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in (1, 3):
        for _each in range(number):
            make.certain(make.breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
        remind_of_breaches(by=None, at=after(80))
        with django_assert_num_queries(14):
            assert remind_of_breaches(by=None, at=after(80)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_letter(append_only_lifted: None, known: Breach) -> None:
    done = together(*[lambda: remind_of_breaches(by=None, at=after(73))] * 4)
    assert sum(done) == 3
    assert sorted(name for name, _subject in told()) == ["bram", "fenna", "ilse"]
