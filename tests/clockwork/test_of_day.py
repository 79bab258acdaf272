"""What sweeps ask day after day is written once: it has to say what writing it anew would say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from datalekken.actions import left_open as breaches
from privacyboard.backoffice import reminders as accounts
from privacyboard.clockwork import reminders, runs
from privacyboard.clockwork.models import Hold
from privacyboard.clockwork.querysets import _GIVEN, OfDay, StageOf
from privacyboard.clockwork.rules import Cut, Stages
from privacyboard.organisation.models import Board, User
from privacyboard.organisation.rules import school_year_of
from registers.actions import reminding as register
from registers.actions.destroying.reminding import LETTERS
from requests_ar.actions import left_open as requests
from tests.conftest import TODAY, Cast

WATCHES = (
    *(*register.WATCHES, LETTERS, *accounts.WATCHES),
    *(*breaches.WATCHES, *requests.WATCHES),
)
# New Year and its eve, a leap day, clocks that go forward and back, both ends of a school year.
DAYS = [
    *(date(2026, 12, 31), date(2027, 1, 1), date(2028, 2, 29), date(2027, 3, 28)),
    *(date(2026, 10, 25), date(2027, 7, 31), date(2027, 8, 1), date(1990, 5, 5)),
]


@pytest.fixture
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the clock while writing a query would go on asking about that day."""

    def read() -> datetime:
        raise AssertionError("a query of a day read the clock")

    monkeypatch.setattr("django.utils.timezone.now", read)


def assert_same(asked: OfDay) -> None:
    """Without a database: what stands in it is not asked while the query is written."""
    for day in DAYS:
        sql, values = asked._on(day)
        assert asked.words(day, _GIVEN) == (sql, tuple(values)), day


def test_every_watch_is_known_here() -> None:
    owners = {getattr(each.said, "__self__", None) for each in reminders.kinds().values()}
    watched = {each.kind for each in owners if isinstance(each, reminders.Watch)}
    assert watched == {each.kind for each in WATCHES} - {LETTERS.kind}


@pytest.mark.parametrize("watch", WATCHES, ids=lambda each: each.kind)
def test_a_watch_asks_what_it_would_ask_anew(watch: reminders.Days, no_clock: None) -> None:
    assert_same(watch._asked)
    assert None not in watch._asked._made.values()


@pytest.mark.parametrize("rule", runs.all_rules(), ids=lambda each: each.name)
def test_a_rule_asks_what_it_would_ask_anew(rule: runs.Rule, no_clock: None) -> None:
    assert_same(rule._asked)
    # A school year is no day: these two are written anew each time.
    is_written_anew = None in rule._asked._made.values()
    assert is_written_anew is (rule.name in {"groups", "teachers"})


def test_a_school_year_is_written_anew() -> None:
    asked = OfDay(lambda day: User.objects.filter(pk=school_year_of(day)).values_list("pk"))
    assert asked.words(date(2026, 7, 31))[1] == (2025,)
    assert asked.words(date(2026, 8, 1))[1] == (2026,)


def test_a_query_of_which_the_words_differ_is_written_anew() -> None:
    def build(day: date) -> QuerySet[Any, Any]:
        found = Hold.objects.values_list("pk")
        return found.filter(review_on=day) if day.month == 2 else found.filter(review_on__lt=day)

    asked = OfDay(build)
    assert 'review_on" = %s' in asked.words(date(2026, 2, 3))[0]
    assert 'review_on" < %s' in asked.words(date(2026, 3, 3))[0]


def test_days_and_moments_move_along_and_what_stands_still_stays() -> None:
    def build(day: date) -> QuerySet[Any, Any]:
        midnight = Cut(day).before
        return Hold.objects.filter(
            review_on__lte=day + timedelta(days=30), lifted_at__lt=midnight, reason="1999-02-28"
        ).values_list("pk")

    _sql, values = OfDay(build).words(date(2027, 3, 27))
    assert values == (
        datetime.fromisoformat("2027-03-28T00:00:00+01:00"),
        "1999-02-28",
        date(2027, 4, 26),
    )


def test_what_else_it_depends_on_is_asked_each_time() -> None:
    names = ["fg"]
    asked = OfDay(
        lambda day: Hold.objects.filter(review_on=day, owner__first_name__in=names).values("pk"),
        also=lambda: tuple(names),
    )
    assert "fg" in asked.words(TODAY)[1]
    names[:] = ["ibp"]
    assert "ibp" in asked.words(TODAY)[1]
    names[:] = []
    assert asked.words(TODAY) == ("", ())  # nothing can be found


def test_a_time_zone_has_its_own_words() -> None:
    asked = OfDay(
        lambda day: Hold.objects.alias(on=TruncDate("put_at")).filter(on=day).values("pk")
    )
    with timezone.override("America/Aruba"):
        assert "Aruba" in str(asked.words(TODAY))
    assert "Amsterdam" in str(asked.words(TODAY))


@pytest.mark.parametrize(
    "stages", [Stages((30, 7, 0, -1, -14)), Stages((-14,)), Stages((2,)), Stages((90, 30), ago=5)]
)
def test_the_database_tells_the_stage_as_the_rules_do(cast: Cast, stages: Stages) -> None:
    for left in range(-40, 95):
        due = TODAY + timedelta(days=left)
        (row,) = Board.objects.annotate(
            stage=StageOf(Value(due, DateField()), stages.days, TODAY)
        ).values_list("stage", flat=True)
        reached = Stages(stages.days).reached(due, TODAY)
        assert row == (reached[-1] if reached else None), left
