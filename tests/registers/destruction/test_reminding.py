"""Destruction lists are told of: each stage once, to who has the next step, then to the role above.

The files of the list must be gone by 1 August 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.deadlines import AMSTERDAM
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from registers.actions.destroying import handing, linking, reminding, stepping
from registers.actions.reminding import remind_of_register
from registers.choices import Bound
from registers.choices.destruction import DestructionState, ItemVerdict
from registers.models import (
    DestructionItem,
    DestructionList,
    DestructionTask,
    Processor,
    destruction_days,
)
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.factories import destruction as make
from tests.factories import registers
from tests.planner import plan_with_only

DAY = timedelta(days=1)
BY = date(2026, 8, 1)
# NOW is 2 March 2026, a quarter of an hour past ten in Amsterdam; a task is due two months later.
TASK_BY = date(2026, 5, 1)
OF = "Vernietigingslijst VL-2026-0001 van De Linde (2 personen)"
S = DestructionState
pytestmark = pytest.mark.django_db


def at(day: date, hour: int = 1) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=AMSTERDAM)


def told() -> list[tuple[str, str]]:
    """Whose morning letter gets which sentence, in order."""
    lines = DigestLine.objects.filter(kind__startswith="list_").select_related("user")
    lines = lines.order_by("pk")
    return [(line.user.email.partition("@")[0], line.sentence) for line in lines]


def letters() -> list[OutboundLetter]:
    return list(
        OutboundLetter.objects.filter(letter="registers/destruction_reminded").order_by("pk")
    )


def run(day: date) -> list[tuple[str, str]]:
    """What one night of the sweep adds to the morning letters."""
    seen = len(told())
    sweeps.run(name="register_reminders", at=at(day))
    return told()[seen:]


# Around every stage, and some days on which nothing is said.
DAYS = (35, 28, 27, 14, 7, 6, 0, -1, -2, -7, -14, -15, -28, -91, -92, -182, -200)


def nights(due: date) -> dict[int, list[str]]:
    """Who was told on which of these nights, by the days that were left."""
    found = {left: sorted(name for name, _words in run(due - left * DAY)) for left in DAYS}
    return {left: names for left, names in found.items() if names}


def at_each(lefts: tuple[int, ...], *names: str) -> dict[int, list[str]]:
    return {left: list(names) for left in lefts}


class TestSteps:
    def test_the_director_checks_and_the_role_above_hears_when_it_is_late(self, cast: Cast) -> None:
        found = make.proposed(cast)
        assert found.number == "VL-2026-0001"
        late = ["dirk", "fenna", "ilse"]
        assert nights(BY) == {
            **at_each((28, 14, 7, 0), "dirk"),
            **at_each((-1, -7, -14, -28, -91, -182), *late),
        }
        sentences = [sentence for name, sentence in told() if name == "dirk"]
        waits = f"{OF} wacht op controle. De gegevens "
        assert sentences[0] == f"{waits}moeten uiterlijk op 1 augustus 2026 weg zijn."
        assert sentences[-1] == f"{waits}hadden uiterlijk op 1 augustus 2026 weg moeten zijn."
        lines = DigestLine.objects.filter(kind="list_check")
        assert set(lines.values_list("path", flat=True)) == {"/register/vernietigen/VL-2026-0001/"}
        assert not any("1001" in line or "1002" in line for _name, line in told())

    def test_another_who_may_approves(self, cast: Cast) -> None:
        make.checked(cast)
        late = ["bram", "fenna", "ilse"]
        assert nights(BY) == {
            **at_each((28, 14, 7, 0), "ilse"),
            **at_each((-1, -7, -14, -28, -91, -182), *late),
        }
        assert told()[0][1] == (
            f"{OF} wacht op goedkeuring. De gegevens moeten uiterlijk op 1 augustus 2026 weg zijn."
        )

    def test_who_checked_it_is_not_asked_to_approve(self, cast: Cast) -> None:
        found = make.proposed(cast)
        stepping.check(found=found, by=cast.ibp, at=NOW)
        assert [name for name, _words in run(BY - 28 * DAY)] == ["bram"]

    def test_nor_is_who_made_a_term_of_it_shorter(self, cast: Cast) -> None:
        rule = make.absence_rule()
        make.kept_in("V01", (rule, "absence"))
        rule.years = 1
        rule.record(by=cast.ibp, why="korter")
        make.leaver(cast.linde, "1001", date(2024, 9, 1))
        make.sweep()
        stepping.check(found=DestructionList.objects.get(), by=cast.director, at=NOW)
        due = destruction_days.waiting(S.CHECKED)(TODAY).get().due_on
        assert [name for name, _words in run(due)] == ["bram"]

    def test_the_school_hands_it_over(self, cast: Cast) -> None:
        make.approved(cast)
        assert run(BY - 28 * DAY) == [
            (
                "dirk",
                f"{OF} is goedgekeurd en nog niet uitgezet. De gegevens moeten uiterlijk op "
                "1 augustus 2026 weg zijn.",
            )
        ]
        assert sorted(name for name, _words in run(BY + DAY)) == ["dirk", "fenna", "ilse"]

    def test_the_next_one_hears_of_it_as_soon_as_it_is_their_turn(self, cast: Cast) -> None:
        found = make.proposed(cast)
        assert [name for name, _words in run(BY - 10 * DAY)] == ["dirk"]
        stepping.check(found=found, by=cast.director, at=at(BY - 10 * DAY, 12))
        assert [name for name, _words in run(BY - 9 * DAY)] == ["ilse"]
        stepping.approve(found=found, by=cast.ibp, at=at(BY - 9 * DAY, 12))
        assert [name for name, _words in run(BY - 8 * DAY)] == ["dirk"]

    def test_what_is_proven_asks_for_its_end(self, cast: Cast) -> None:
        make.proven(cast)
        found = nights(TODAY)
        assert found == {
            **at_each((0, -14), "dirk"),
            **at_each((-28, -91, -182), "dirk", "fenna", "ilse"),
        }
        assert told()[0][1] == (
            f"{OF} is sinds 2 maart 2026 helemaal vernietigd. Sluit de lijst af: tot dan blijven "
            "de nummers hier staan."
        )

    @pytest.mark.parametrize("state", ["closed", "withdrawn"])
    def test_what_ended_asks_nothing(self, cast: Cast, state: str) -> None:
        make.IN_STATE[state](cast)
        assert [run(day) for day in (BY - 28 * DAY, BY, BY + DAY, BY + 200 * DAY)] == [[]] * 4

    def test_the_office_checks_its_own(self, cast: Cast) -> None:
        make.proposed(cast)
        DestructionList.objects.update(school=None)
        assert run(BY) == [
            (
                "ilse",
                "Vernietigingslijst VL-2026-0001 van bestuurskantoor (2 personen) wacht op "
                "controle. De gegevens moeten uiterlijk op 1 augustus 2026 weg zijn.",
            )
        ]
        assert sorted(name for name, _words in run(BY + DAY)) == ["bram", "fenna", "ilse"]


class TestDays:
    def test_what_is_held_or_kept_longer_demands_no_day(self, cast: Cast) -> None:
        make.proposed(cast)
        DestructionItem.objects.filter(person_key="1001").update(not_after=date(2026, 6, 1))
        first = destruction_days.waiting(DestructionState.PROPOSED)(TODAY)
        assert first.get().due_on == date(2026, 6, 1)
        DestructionItem.objects.filter(person_key="1001").update(
            verdict=ItemVerdict.LATER, ground="litigation", reason="Een geschil."
        )
        assert (first.get().due_on, first.get().people) == (BY, 1)

    def test_without_a_maximum_a_quarter_after_it_was_proposed(self, cast: Cast) -> None:
        rule = registers.retention_rule(bound=Bound.MINIMUM, years=1)
        make.kept_in("V01", (rule, "results"))
        make.proposed(cast)
        quarter = date(2026, 6, 1)  # 91 days
        assert nights(quarter).keys() == {28, 14, 7, 0, -1, -7, -14, -28, -91, -182}
        assert told()[0][1] == f"{OF} wacht op controle. De lijst is er sinds 2 maart 2026."

    def test_what_was_late_before_it_was_listed_has_two_weeks(self, cast: Cast) -> None:
        make.proposed(cast)
        DestructionItem.objects.update(not_after=date(2024, 1, 31))
        found = nights(TODAY + 14 * DAY)
        assert found == {
            **at_each((28, 14, 7, 0), "dirk"),
            **at_each((-1, -7, -14, -28, -91, -182), "dirk", "fenna", "ilse"),
        }
        assert told()[0][1].endswith("hadden uiterlijk op 31 januari 2024 weg moeten zijn.")

    def test_a_year_is_no_person(self, cast: Cast) -> None:
        make.proposed(cast)
        item = DestructionItem.objects.get(person_key="1002")
        DestructionItem.objects.filter(pk=item.pk).update(person_key="", period="boekjaar 2018")
        assert run(BY)[0][1].startswith(
            "Vernietigingslijst VL-2026-0001 van De Linde (1 persoon, 1 jaar of periode) wacht op"
        )


class TestLadder:
    def without(self, *people: User) -> None:
        Appointment.objects.filter(user__in=people).update(ends_on=TODAY)

    def test_without_a_director_the_ibp_manager_and_then_the_board(self, cast: Cast) -> None:
        make.proposed(cast)
        self.without(cast.director)
        assert [name for name, _words in run(BY)] == ["ilse"]
        assert sorted(name for name, _words in run(BY + DAY)) == ["bram", "fenna", "ilse"]

    def test_with_nobody_who_can_the_fg_hears_of_it_in_time(self, cast: Cast) -> None:
        make.proposed(cast)
        self.without(cast.director, cast.ibp, cast.board_member)
        assert [name for name, _words in run(BY - 28 * DAY)] == ["fenna"]

    def test_with_nobody_at_all_nothing_is_lost(self, cast: Cast) -> None:
        make.proposed(cast)
        self.without(cast.director, cast.ibp, cast.board_member, cast.fg)
        assert run(BY) == []
        assert not Reminder.objects.exists()
        Appointment.objects.filter(user=cast.director).update(ends_on=None)
        assert [name for name, _words in run(BY + DAY)] == ["dirk"]

    def test_the_letter_says_it_the_next_morning(self, cast: Cast) -> None:
        make.proposed(cast)
        run(date(2026, 7, 6))
        sweeps.run(name="digest", at=at(date(2026, 7, 6), 8))
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.to == cast.director.email
        assert "wacht op controle. De gegevens moeten uiterlijk op 1 augustus" in letter.text

    def test_what_is_done_before_the_morning_is_not_said(self, cast: Cast) -> None:
        found = make.proposed(cast)
        run(date(2026, 7, 6))
        stepping.check(found=found, by=cast.director, at=at(date(2026, 7, 6), 2))
        sweeps.run(name="digest", at=at(date(2026, 7, 6), 8))
        assert not OutboundLetter.objects.filter(letter="frontdesk/digest").exists()


class TestTasksOfColleagues:
    def test_who_handed_it_over_and_later_the_role_above(self, cast: Cast) -> None:
        make.handed(cast)
        assert DestructionTask.objects.get().due_on == TASK_BY
        assert nights(TASK_BY) == {
            **at_each((7, 0, -7), "dirk"),
            **at_each((-14, -28, -91), "dirk", "fenna", "ilse"),
        }
        said = [sentence for name, sentence in told() if name == "dirk"]
        assert said[0] == (
            f"{OF}: nog geen bewijs van Sis. Het moet uiterlijk op 1 mei 2026 vernietigd zijn."
        )
        assert said[-1] == (
            f"{OF}: nog geen bewijs van Sis. Het had uiterlijk op 1 mei 2026 vernietigd moeten "
            "zijn."
        )
        assert not letters()

    def test_who_moved_away_is_followed_by_the_director(self, cast: Cast) -> None:
        make.handed(cast)
        Appointment.objects.filter(user=cast.director).update(ends_on=TODAY)
        make_person("Nora Nieuw", Role.DIRECTOR, cast.linde)
        assert [name for name, _words in run(TASK_BY)] == ["nora"]

    def test_proof_ends_it(self, cast: Cast) -> None:
        make.handed(cast)
        make.prove(DestructionTask.objects.get(), by=cast.director)
        run(TASK_BY)
        assert not DigestLine.objects.filter(kind="list_task").exists()


def asked(cast: Cast, *, address: str = "privacy@topicus.example") -> DestructionTask:
    """Topicus was asked by mail: two months are given."""
    make.kept_in("V02", (make.absence_rule(), "absence"), systems=(), processor=True)
    topicus = Processor.objects.get(code="topicus")
    topicus.contact_email = address
    topicus.record(by=None, why="adres")
    make.leaver(cast.linde, "1002", make.LEFT_LONG_AGO)
    make.sweep()
    found = DestructionList.objects.get()
    stepping.check(found=found, by=cast.director, at=NOW)
    stepping.approve(found=found, by=cast.ibp, at=NOW)
    handing.hand_over(found=found, chosen=["processor:topicus"], by=cast.director, at=NOW)
    return DestructionTask.objects.get()


class TestProcessors:
    def test_three_letters_and_then_who_handed_it_over(self, cast: Cast) -> None:
        task = asked(cast)
        due = task.due_on
        sent, lines = {}, {}
        for left in DAYS:
            before = len(letters())
            names = [name for name, _words in run(due - left * DAY)]
            if len(letters()) > before:
                sent[left] = [each.to for each in letters()[before:]]
            if names:
                lines[left] = sorted(names)
        to = ["privacy@topicus.example"]
        assert sent == {7: to, 0: to, -7: to}
        assert lines == {
            -14: ["dirk"],
            -28: ["dirk", "fenna", "ilse"],
            -91: ["dirk", "fenna", "ilse"],
        }

    def test_what_the_letters_say(self, cast: Cast, client: Client) -> None:
        due = asked(cast).due_on
        for left in (7, 0, -7):
            run(due - left * DAY)
        before, today, after = letters()
        number = DestructionList.objects.get().number
        assert before.subject == (
            f"Herinnering: wilt u gegevens vernietigen, uiterlijk 16 maart? ({number})"
        )
        assert after.subject == (
            f"Te laat: wilt u laten weten of de gegevens zijn vernietigd? ({number})"
        )
        for letter, words in (
            (before, "klaar zijn. U heeft nog niet laten weten dat het is gedaan."),
            (today, "Dat moet vandaag klaar zijn."),
            (after, "klaar moeten zijn. U heeft nog niet laten weten dat het is gedaan."),
        ):
            for shape in (letter.text, letter.html):
                text = " ".join(shape.split())
                assert words in text
                assert "Laat het dan weten aan De Linde: de-linde@deproef.example" in text
                assert "1002" not in re.sub(r"/opdracht/\S+", "", text)

    def test_the_link_works_long_after_the_first_one(
        self, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due = asked(cast).due_on
        for left in (7, 0, -7):
            run(due - left * DAY)
        links = [re.findall(r"(/vernietigen/opdracht/\S+/)", each.text)[0] for each in letters()]
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(due + 100 * DAY))
        assert client.get(links[-1]).status_code == 200

    def test_a_link_that_was_withdrawn_gets_no_letter_and_the_colleague_hears_of_it(
        self, cast: Cast
    ) -> None:
        task = asked(cast)
        linking.withdraw_link(task=task, by=cast.director, at=NOW)
        assert [name for name, _words in run(task.due_on - 7 * DAY)] == ["dirk"]
        assert not letters()

    def test_who_just_got_a_new_link_is_not_reminded_of_an_earlier_day(self, cast: Cast) -> None:
        task = asked(cast)
        linking.withdraw_link(task=task, by=cast.director, at=NOW)
        linking.send_link(task=task, by=cast.director, at=at(task.due_on - 5 * DAY))
        run(task.due_on - 4 * DAY)
        assert not letters()
        run(task.due_on)
        assert len(letters()) == 1

    def test_without_an_address_the_colleague_calls(self, cast: Cast) -> None:
        task = asked(cast, address="")
        assert [name for name, _words in run(task.due_on - 7 * DAY)] == ["dirk"]

    def test_proof_that_came_meanwhile_stops_it(self, cast: Cast) -> None:
        task = asked(cast)
        make.prove(task, by=None)
        run(task.due_on)
        assert not letters()

    def test_missed_nights_heal_in_one_letter(self, cast: Cast) -> None:
        task = asked(cast)
        run(task.due_on + 9 * DAY)
        run(task.due_on + 9 * DAY)
        assert len(letters()) == 1
        assert Reminder.objects.filter(kind="list_task_letter").count() == 3


def copies(found: DestructionList, number: int) -> None:
    """As many lists like this one in each state that waits, with an open task where it is out."""
    item = found.items.earliest("pk")
    for state in (S.PROPOSED, S.CHECKED, S.APPROVED, S.HANDED):
        for _each in range(number):
            serial = DestructionList.objects.count() + 1
            copy = DestructionList.objects.create(
                number=f"VL-2026-9{serial:03}",
                school=found.school,
                year=2026,
                serial=serial,
                state=state,
                proposed_at=NOW,
                checked_by=found.checked_by,
                handed_by=found.checked_by if state == S.HANDED else None,
                handed_at=NOW if state == S.HANDED else None,
            )
            DestructionItem.objects.create(
                list=copy,
                school=found.school,
                rule=item.rule,
                person_key=f"{serial}-{item.person_key}",
                event_on=item.event_on,
                not_after=item.not_after,
                seal=item.seal,
            )
            if state == S.HANDED:
                DestructionTask.objects.create(list=copy, kind="school", name="Kast", due_on=BY)


class TestCost:
    @pytest.mark.parametrize("number", [1, 3])
    def test_two_queries_when_all_was_told(
        self, cast: Cast, django_assert_num_queries: Callable[[int], Any], number: int
    ) -> None:
        copies(make.checked(cast), number)
        sweeps.run(name="register_reminders", at=at(BY))
        with django_assert_num_queries(1):
            assert remind_of_register(by=None, at=at(BY)) == 0
        with django_assert_num_queries(1):
            assert reminding.remind_processors(by=None, at=at(BY)) == 0

    def test_as_much_for_three_as_for_one(self, cast: Cast) -> None:
        found, asked_for = make.checked(cast), []
        for number in (1, 2):
            copies(found, number)
            Reminder.objects.all().delete()
            DigestLine.objects.all().delete()
            with CaptureQueriesContext(connection) as queries:
                # The list itself; and of each state one, then three.
                assert remind_of_register(by=None, at=at(BY)) == 1 + 4 * (2 * number - 1)
            asked_for.append(len(queries))
        assert asked_for[0] == asked_for[1]

    def test_the_first_day_of_a_list_comes_from_an_index(self, cast: Cast) -> None:
        make.proposed(cast)
        found = DestructionItem.objects.filter(
            list=DestructionList.objects.get(), verdict="destroy", not_after__isnull=False
        ).order_by("not_after")[:1]
        assert "first_day_of_a_list" in plan_with_only(
            found, ["first_day_of_a_list"], DestructionItem
        )

    def test_tasks_without_proof_come_from_an_index(self, cast: Cast) -> None:
        make.handed(cast)
        found = DestructionTask.objects.filter(done_on__isnull=True, due_on__lte=BY)
        assert "tasks_without_proof" in plan_with_only(
            found, ["tasks_without_proof"], DestructionTask
        )


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_and_write_each_thing_once(append_only_lifted: None, cast: Cast) -> None:
    task = asked(cast)
    task.list.items.update(not_after=BY)
    DestructionTask.objects.create(list=task.list, kind="school", name="Kast", due_on=task.due_on)
    copies(task.list, 2)
    together = Barrier(2)

    def work(_number: int) -> int:
        try:
            together.wait(20)
            written = reminding.remind_processors(by=None, at=at(BY))
            return written + remind_of_register(by=None, at=at(BY))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        counted = sum(two.map(work, range(2)))

    # One letter; of the silent processor and of the cupboard a line; of each of the copies one.
    assert counted == 1 + 2 + 8
    assert len(letters()) == 1
    assert len(told()) == len(set(told()))
