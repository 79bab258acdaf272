"""Who is on duty for breaches: turns given and ended; overlap is told; only who may handle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from datalekken.actions.duty import add_turn, end_turn
from datalekken.models import DutyTurn, people_on_duty
from privacyboard.audit.acts import ActRefused
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from tests.conftest import TODAY, Cast, make_person
from tests.retention_runs import run

AsUser = Callable[[User], Client]
PAGE = "/datalekken/dienst/"
WEEK = (date(2026, 3, 9), date(2026, 3, 13))
pytestmark = pytest.mark.django_db


@pytest.fixture
def deputy(cast: Cast) -> User:
    return make_person("Dina Dienst", Role.IBP_MANAGER)


def turn(user: User, first: date, last: date) -> DutyTurn:
    made = DutyTurn(user=user, starts_on=first, ends_on=last, why="vakantie")
    made.record(by=None, why="proef")
    return made


def refusal(**values: Any) -> dict[str, str]:
    with pytest.raises(ActRefused) as refused:
        add_turn(**values)
    return dict(refused.value.errors)


class TestGiving:
    def test_the_alerts_go_to_who_has_a_turn_and_afterwards_to_all(
        self, cast: Cast, now: datetime, deputy: User
    ) -> None:
        add_turn(user=deputy, starts_on=WEEK[0], ends_on=WEEK[1], by=cast.ibp, at=now)
        days = [date(2026, 3, 8), *WEEK, date(2026, 3, 14)]
        assert [[each.first_name for each in people_on_duty(day)] for day in days] == [
            ["Ilse", "Dina"],
            ["Dina"],
            ["Dina"],
            ["Ilse", "Dina"],
        ]
        row = DutyTurn.history.get()
        assert (row.history_user, row.history_change_reason) == (cast.ibp, "dienst gegeven")

    def test_who_may_not_handle_is_refused(self, cast: Cast, now: datetime) -> None:
        for user in (cast.fg, cast.board_member, cast.director, cast.teacher, cast.administrator):
            errors = refusal(user=user, starts_on=WEEK[0], ends_on=WEEK[1], by=cast.ibp, at=now)
            assert errors["user"].startswith("Deze persoon mag in deze dagen geen datalekken")
        assert not DutyTurn.objects.exists()

    def test_a_role_that_ends_halfway_is_refused(
        self, cast: Cast, now: datetime, deputy: User
    ) -> None:
        Appointment.objects.filter(user=deputy).update(ends_on=date(2026, 3, 11))
        assert set(refusal(user=deputy, starts_on=WEEK[0], ends_on=WEEK[1], by=None, at=now)) == {
            "user"
        }

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (WEEK[1], WEEK[0], "De laatste dag ligt voor de eerste dag."),
            (date(2026, 2, 1), date(2026, 3, 1), "Deze dag is al voorbij."),
            (TODAY, date(2027, 3, 1), "Kies ten hoogste 100 dagen."),
        ],
    )
    def test_days_that_cannot_be_are_refused(
        self, cast: Cast, now: datetime, first: date, last: date, words: str
    ) -> None:
        assert refusal(user=cast.ibp, starts_on=first, ends_on=last, by=None, at=now) == {
            "ends_on": words
        }

    def test_the_same_turn_twice_is_one(self, cast: Cast, now: datetime) -> None:
        given: dict[str, Any] = {"user": cast.ibp, "starts_on": WEEK[0], "ends_on": WEEK[1]}
        add_turn(**given, by=None, at=now)
        assert refusal(**given, by=None, at=now) == {"user": "Deze dienst staat er al."}


class TestEnding:
    def test_one_that_runs_ended_yesterday(self, cast: Cast, now: datetime, deputy: User) -> None:
        made = turn(deputy, TODAY - timedelta(days=3), TODAY + timedelta(days=3))
        end_turn(turn=made, by=cast.ibp, at=now)
        made.refresh_from_db()
        assert made.ends_on == TODAY - timedelta(days=1)
        assert [each.first_name for each in people_on_duty(TODAY)] == ["Ilse", "Dina"]

    def test_one_that_did_not_begin_leaves_its_history(
        self, cast: Cast, now: datetime, deputy: User
    ) -> None:
        for first in (TODAY, WEEK[0]):
            end_turn(turn=turn(deputy, first, WEEK[1]), by=cast.ibp, at=now)
        assert not DutyTurn.objects.exists()
        reasons = DutyTurn.history.filter(history_type="-")
        assert [row.history_change_reason for row in reasons] == ["dienst ingetrokken"] * 2

    def test_what_is_over_is_refused(self, cast: Cast, now: datetime, deputy: User) -> None:
        made = turn(deputy, date(2026, 2, 1), date(2026, 2, 8))
        with pytest.raises(ActRefused) as refused:
            end_turn(turn=made, by=cast.ibp, at=now)
        assert refused.value.errors == {"": "Deze dienst is al voorbij."}


class TestPages:
    def test_who_sees_it_and_who_changes_it(self, cast: Cast, as_user: AsUser) -> None:
        made = turn(cast.ibp, timezone.localdate(), timezone.localdate())
        pages = (PAGE, f"{PAGE}{made.pk}/einde/")
        seen = {
            user.first_name: tuple(as_user(user).get(url).status_code for url in pages)
            for user in cast.everybody()
        }
        assert {name: codes for name, codes in seen.items() if codes != (404, 404)} == {
            "Fenna": (200, 404),
            "Ilse": (200, 200),
            "Bram": (200, 404),
        }
        for user in (cast.fg, cast.board_member, cast.director):
            client = as_user(user)
            assert [client.post(url).status_code for url in pages] == [404, 404]
        assert DutyTurn.objects.count() == 1

    def test_a_turn_is_given_and_overlap_is_told(
        self, cast: Cast, as_user: AsUser, deputy: User
    ) -> None:
        today = timezone.localdate()
        turn(cast.ibp, today, today + timedelta(days=5))
        client = as_user(cast.ibp)
        answer = client.post(
            PAGE,
            {
                "user": deputy.pk,
                "starts_on": (today + timedelta(days=5)).isoformat(),
                "ends_on": (today + timedelta(days=9)).isoformat(),
                "why": "herfstvakantie",
            },
            follow=True,
        )
        told = [str(each) for each in get_messages(answer.wsgi_request)] or [
            str(each) for each in answer.context["messages"]
        ]
        assert told[0] == "Dina Dienst heeft dienst."
        assert told[1].startswith("Ilse Beheer heeft ook dienst van ")
        assert "In de dagen die samenvallen krijgen beiden de meldingen." in told[1]
        page = answer.content.decode()
        assert "herfstvakantie" in page
        assert [each.first_name for each in answer.context["on_duty"]] == ["Ilse"]

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"user": ""}, "Kies wie dienst heeft."),
            ({"user": "teacher"}, "Deze persoon mag geen datalekken behandelen."),
            ({"user": "x' OR 1=1"}, "Deze persoon mag geen datalekken behandelen."),
            ({"starts_on": "31-02-2026"}, "Dit is geen dag die bestaat."),
            ({"ends_on": "0001-01-01"}, "Dit jaar ligt voor 1900."),
            ({"starts_on": "9999-12-31", "ends_on": "9999-12-31", "user": "teacher"}, "Deze"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(
        self, cast: Cast, as_user: AsUser, changed: dict[str, str], words: str
    ) -> None:
        today = timezone.localdate().isoformat()
        given = {"user": str(cast.ibp.pk), "starts_on": today, "ends_on": today, "why": "<b>feest"}
        given |= changed
        if given["user"] == "teacher":
            given["user"] = str(cast.teacher.pk)
        answer = as_user(cast.ibp).post(PAGE, given)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert words in page
        assert "&lt;b&gt;feest" in page
        assert not DutyTurn.objects.exists()

    def test_a_turn_is_ended_by_its_page(self, cast: Cast, as_user: AsUser, deputy: User) -> None:
        made = turn(deputy, timezone.localdate(), timezone.localdate() + timedelta(days=4))
        client = as_user(cast.ibp)
        url = f"{PAGE}{made.pk}/einde/"
        assert "Dina Dienst" in client.get(url).content.decode()
        assert DutyTurn.objects.exists()
        assert client.post(url)["Location"] == PAGE
        assert not DutyTurn.objects.exists()
        assert client.post(url).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_it_asks_the_same_for_one_and_for_three(
        self,
        cast: Cast,
        as_user: AsUser,
        deputy: User,
        django_assert_num_queries: Any,
        number: int,
    ) -> None:
        first = timezone.localdate() + timedelta(days=10)
        for each in range(number):
            turn(deputy, first + timedelta(days=each), first + timedelta(days=each))
            turn(deputy, date(2025, 1, 1), date(2025, 1, 2 + each))
        client = as_user(cast.ibp)
        client.get(PAGE)
        with django_assert_num_queries(10):
            client.get(PAGE)


def test_a_turn_that_was_taken_back_leaves_its_history_for_two_years(
    cast: Cast, deputy: User
) -> None:
    """Its history alone would stay for ever: who it was, and why."""
    now = timezone.now()
    first = timezone.localdate() + timedelta(days=5)
    given: dict[str, Any] = {
        "user": deputy,
        "starts_on": first,
        "ends_on": first,
        "by": cast.fg,
        "at": now,
    }
    end_turn(turn=add_turn(**given, why="operatie van Dina"), by=cast.fg, at=now)
    add_turn(**given, why="vakantie")
    assert not DutyTurn.objects.filter(why="operatie van Dina").exists()
    last = first + relativedelta(years=2)
    assert run(last, "breach_duty_withdrawn") == 0
    assert DutyTurn.history.filter(why="operatie van Dina").count() == 2
    assert run(last + timedelta(days=1), "breach_duty_withdrawn") == 1
    assert list(DutyTurn.history.values_list("why", flat=True)) == ["vakantie"]
