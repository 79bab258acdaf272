"""One bad thing keeps no other waiting: it is passed by, and told when all had their turn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import DateField, Value

from privacyboard.clockwork import holds, reminders, sweeps
from privacyboard.clockwork.holds import Held
from privacyboard.clockwork.models import DigestLine, Heartbeat
from privacyboard.clockwork.reminders import Alert, Kind, Reach, Said, Watch
from privacyboard.clockwork.rules import Stages
from privacyboard.clockwork.turns import in_turn, past_bad
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import User
from registers import actions
from registers.choices.destruction import DestructionState
from registers.models import DestructionList, DestructionPlan, ParentNotice, PublishedStatement
from tests.conftest import NOW, TODAY, Cast
from tests.factories import destruction as lists
from tests.factories import registers as make
from tests.frontdesk.test_digest import moment

LATER = NOW + timedelta(days=7)


def test_all_have_their_turn_and_the_first_problem_is_told() -> None:
    done = []

    def work() -> None:
        with in_turn() as turn:
            for number in range(5):
                with turn():
                    done.append(10 // (number - 1) if number != 3 else int("drie"))

    with pytest.raises(ZeroDivisionError):
        work()
    assert done == [-10, 10, 3]


def test_a_batch_without_a_problem_is_done_at_once() -> None:
    tries: list[Sequence[int]] = []
    passed = past_bad(range(2000), tries.append)
    assert (len(tries), passed.number, passed.problem, passed.is_all) == (1, 0, None, False)


@pytest.mark.parametrize("bad", [{0}, {1999}, {777}, {3, 4, 5}, {0, 250, 251, 1000, 1999}])
def test_what_is_bad_is_found_and_all_else_is_done_once(bad: set[int]) -> None:
    done: list[int] = []
    tries = []

    def do(some: Sequence[int]) -> None:
        tries.append(some)
        if bad & {*some}:
            raise KeyError
        done.extend(some)

    passed = past_bad(range(2000), do)
    assert (sorted(passed.bad), passed.beside, passed.is_all) == (sorted(bad), 0, False)
    assert sorted(done) == [each for each in range(2000) if each not in bad]
    assert isinstance(passed.problem, KeyError)
    assert len(tries) < 150


def test_it_is_not_tried_for_ever_and_goes_on_the_next_time() -> None:
    """One in ten is bad, and they stand between all others."""
    random.seed(1)
    left = list(range(2000))
    for _time in range(60):
        done: list[int] = []
        failed: list[int] = []

        def do(some: Sequence[int], done: list[int] = done, failed: list[int] = failed) -> None:
            if any(each % 10 == 7 for each in some):
                failed.append(len(some))
                raise KeyError
            done.extend(some)

        passed = past_bad(left, do)
        assert len(failed) <= 100
        assert passed.number == len(left) - len(done)
        left = [each for each in left if each not in {*done}]
    assert len(left) < 300


def test_when_none_can_be_done_it_stops_at_once() -> None:
    tries = []

    def do(some: Sequence[int]) -> None:
        tries.append(some)
        raise KeyError

    passed = past_bad(range(2000), do)
    assert (len(tries), len(passed.bad), passed.number, passed.is_all) == (9, 8, 2000, True)


# --- who goes through many --------------------------------------------------------------------


def test_a_record_of_which_nothing_can_be_said_keeps_no_other(cast: Cast) -> None:
    def say(user: Any, _reach: Reach) -> Said:
        if user == cast.director:
            raise ZeroDivisionError
        return f"Nummer {user.pk}", "/", (cast.fg.pk,)

    def of(*users: User) -> Any:
        due = Value(TODAY, output_field=DateField())
        rows = User.objects.filter(pk__in=[each.pk for each in users])
        return lambda _day: rows.annotate(due=due)

    watches = [
        Watch(kind=kind, title="", rows=rows, due="due", stages=Stages(days=(0,)), say=say)
        for kind, rows in (("een", of(cast.director, cast.ibp)), ("twee", of(cast.teacher)))
    ]
    with pytest.raises(ZeroDivisionError):
        reminders.remind(watches, at=NOW)
    told = DigestLine.objects.values_list("kind", "subject_id").order_by("kind")
    assert list(told) == [("een", str(cast.ibp.pk)), ("twee", str(cast.teacher.pk))]


def test_an_alert_that_cannot_be_written_keeps_no_other(cast: Cast) -> None:
    alerts = [
        Alert(
            subject=school,
            kind="proef",
            stages=("0",),
            due_on=TODAY,
            sentence=sentence,
            path="/",
            people=(cast.fg.pk,),
        )
        for school, sentence in ((cast.linde, "Stuk\x00"), (cast.eik, "Heel"))
    ]
    with pytest.raises(ValueError, match="NUL"):
        reminders.tell(alerts, at=NOW)
    assert list(DigestLine.objects.values_list("sentence", flat=True)) == ["Heel"]


@pytest.fixture
def proef() -> Iterator[None]:
    """A kind of line of which some cannot be said."""

    def said(lines: Sequence[DigestLine], today: date) -> dict[int, Said]:
        return {
            each.pk: (f"{100 // int(each.stage)}", "/", (each.user_id,))
            for each in lines
            if each.stage != "-1"
        }

    reminders.register(Kind(name="proef", title="Proef", said=said))
    yield
    del reminders._kinds["proef"]


def test_a_line_that_cannot_be_said_waits_and_keeps_no_letter(cast: Cast, proef: None) -> None:
    for person, stage in ((cast.fg, "0"), (cast.fg, "5"), (cast.ibp, "4"), (cast.ibp, "-1")):
        DigestLine.objects.create(
            user=person,
            subject_type="organisation.school",
            subject_id="1",
            kind="proef",
            stage=stage,
            sentence="",
            path="/",
            due_on=TODAY,
            made_at=moment("2026-03-03T00:10"),
        )
    with pytest.raises(ZeroDivisionError):
        sweeps.run(name="digest", at=moment("2026-03-03T06:30"))
    letters = OutboundLetter.objects.filter(letter="frontdesk/digest").order_by("to")
    assert [each.to for each in letters] == [cast.fg.email, cast.ibp.email]
    lines = DigestLine.objects.order_by("stage")
    waits = [(each.stage, each.sent_at is None) for each in lines]
    assert waits == [("0", True), ("4", False), ("5", False)]
    assert Heartbeat.objects.get(name="digest").error == "ZeroDivisionError"


def test_a_letter_to_parents_that_cannot_be_made_keeps_no_other(cast: Cast) -> None:
    make.established("V01", at=NOW)
    for school in (cast.linde, cast.eik):
        make.published(NOW, school=school)
    make.established("V02", at=LATER)
    for school in (cast.linde, cast.eik):
        actions.publish_statement(
            school=school, material_change="Nieuw.", by=cast.ibp, at=LATER, language="nl"
        )
    replaced = PublishedStatement.objects.filter(school=cast.linde, number=1)
    replaced.update(content=["geen verklaring"])
    with pytest.raises((AttributeError, KeyError, TypeError)):
        sweeps.run(name="parent_letters", at=LATER)
    made = ParentNotice.objects.filter(letter__isnull=False)
    assert [each.school for each in made] == [cast.eik]


def test_a_school_whose_pupils_cannot_be_planned_keeps_no_other(cast: Cast) -> None:
    lists.kept_in("V01", (make.retention_rule(), "results"))
    lists.leaver(cast.linde, "1001", date(9999, 12, 31))
    lists.leaver(cast.eik, "2001", date(2024, 8, 1))
    with pytest.raises((OverflowError, ValueError)):
        sweeps.run(name="destruction_lists", at=NOW)
    assert [each.school for each in DestructionPlan.objects.all()] == [cast.eik]
    assert [each.school for each in DestructionList.objects.all()] == [cast.eik]


def test_a_school_of_which_nothing_can_be_listed_keeps_no_other(cast: Cast) -> None:
    def source(school_id: int | None, numbers: Any) -> dict[str, list[Held]]:
        if school_id == cast.linde.pk:
            raise ZeroDivisionError
        return {}

    lists.kept_in("V01", (make.retention_rule(), "results"))
    lists.leaver(cast.linde, "1001", date(2024, 8, 1))
    lists.leaver(cast.eik, "2001", date(2024, 8, 1))
    holds.register_people("proef", source)
    try:
        with pytest.raises(ZeroDivisionError):
            sweeps.run(name="destruction_lists", at=NOW)
    finally:
        del holds._people["proef"]
    (made,) = DestructionList.objects.all()
    assert (made.school, made.state) == (cast.eik, DestructionState.PROPOSED)
