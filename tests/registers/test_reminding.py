"""Days of the register that somebody is told of: each stage once, to who can do something."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacyboard.clockwork import sweeps
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind, Pace
from privacyboard.clockwork.models import DigestLine, Hold, Reminder
from privacyboard.clockwork.rules import Stages
from privacyboard.deadlines import AMSTERDAM
from privacyboard.frontdesk.actions import choose_pace
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Appointment, User
from registers import actions, worklist
from registers.actions.reminding import remind_of_register
from registers.choices import Renewal, SharingKind, YesNo
from registers.models import (
    AccessReview,
    ConfidentialityNote,
    ProcessingActivity,
    RetentionRule,
    SharingAgreement,
    dated,
)
from registers.rules import reminding as stages
from tests.conftest import NOW, TODAY, Cast
from tests.factories import registers as make
from tests.factories.forgetting import changed_on

DAY = timedelta(days=1)


def at(day: date, hour: int = 1) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=AMSTERDAM)


def told() -> list[tuple[str, str]]:
    """Whose morning letter gets which sentence, in order."""
    lines = DigestLine.objects.select_related("user").order_by("pk")
    return [(line.user.email.partition("@")[0], line.sentence) for line in lines]


def run(day: date) -> list[tuple[str, str]]:
    """What one night of the sweep adds."""
    seen = len(told())
    sweeps.run(name="register_reminders", at=at(day))
    return told()[seen:]


# The days of every stage there is. Each comes on its own day: not the night before, and not again
# the night after.
STAGES = (90, 60, 30, 14, 7, 3, 1, 0, -1, -14, -30, -31)


def nights(first: date, last: date, due: date) -> dict[int, list[str]]:
    """The nights of a period around each stage: who was told, by the days that were left."""
    around = {stage + each for stage in STAGES for each in (1, 0, -1)}
    found = {}
    for left in sorted(around, reverse=True):
        day = due - left * DAY
        names = [name for name, _sentence in run(day)] if first <= day <= last else []
        if names:
            found[left] = names
    return found


class TestStages:
    @pytest.mark.parametrize(
        ("left", "expected"),
        [
            (91, ()),
            (90, ("90",)),
            (61, ("90",)),
            (60, ("90", "60")),
            (30, ("90", "60", "30")),
            (0, ("90", "60", "30")),
            (-1, ("90", "60", "30", "-1")),
            (-31, ("90", "60", "30", "-1")),
            (-32, ()),
        ],
    )
    def test_of_the_end_of_an_agreement(self, left: int, expected: tuple[str, ...]) -> None:
        due = TODAY + left * DAY
        found = stages.AGREEMENT_END.reached(due, TODAY)
        assert found == tuple(f"{due:%Y%m%d}:{each}" for each in expected)

    def test_the_table(self) -> None:
        table = {
            name: (value.days, value.ago)
            for name, value in vars(stages).items()
            if isinstance(value, Stages)
        }
        assert table == {
            "AGREEMENT_END": ((90, 60, 30, -1), 31),
            "AGREEMENT_NOTICE": ((60, 30, 7, -1), 31),
            "SHARING_END": ((90, 30, -1), 31),
            "ACTIVITY_REVIEW": ((30, 0, -30), None),
            "DPIA_REVIEW": ((90, 30, 0, -30), None),
            "TRANSFER_REVIEW": ((30, 0, -30), None),
            "CONFIDENTIALITY_REVIEW": ((14, 0, -14), None),
            "ACCESS_REVIEW": ((14, 3, -1, -14), None),
            "HOLD_REVIEW": ((0, -14), None),
            "TERM_CHANGE": ((30, 7), 0),
            "LIST_STEP": ((28, 14, 7, 0, -1, -7, -14, -28, -91, -182), None),
            "LIST_CLOSE": ((0, -14, -28, -91, -182), None),
            "LIST_TASK": ((7, 0, -7, -14, -28, -91), None),
            "LIST_TASK_LETTER": ((7, 0, -7), None),
            "LIST_TASK_SILENT": ((-14, -28, -91), None),
        }

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("ends_on", "months", "day"),
        [
            ("2026-12-31", 3, "2026-09-30"),
            ("2026-05-31", 3, "2026-02-28"),
            ("2028-05-31", 3, "2028-02-29"),
            ("2026-06-15", 1, "2026-05-15"),
        ],
    )
    def test_the_last_day_to_give_notice(self, ends_on: str, months: int, day: str) -> None:
        make.agreement(make.processor(), ends_on=date.fromisoformat(ends_on), notice_months=months)
        assert dated.with_notice(TODAY).get().notice_on == date.fromisoformat(day)

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("adopted", "due"), [("2023-09-01", "2026-09-01"), ("2024-02-29", "2027-02-28")]
    )
    def test_a_dpia_is_done_anew_after_three_years(self, adopted: str, due: str) -> None:
        make.established(
            "V01",
            at=NOW,
            dpia_needed=YesNo.YES,
            dpia_reference="DPIA 2023-1",
            dpia_adopted_on=date.fromisoformat(adopted),
        )
        assert dated.with_dpia(TODAY).get().dpia_due_on == date.fromisoformat(due)


@pytest.mark.django_db
class TestAgreements:
    END = date(2026, 9, 30)

    def test_the_end_at_90_60_and_30_days_and_when_it_passed(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        found = nights(self.END - 95 * DAY, self.END + 5 * DAY, self.END)
        assert found == {90: ["ilse"], 60: ["ilse"], 30: ["ilse"], -1: ["ilse"]}
        runs = "De overeenkomst met Topicus: VO-2025-1 loopt tot en met 30 september 2026."
        over = "De overeenkomst met Topicus: VO-2025-1 is op 30 september 2026 afgelopen."
        assert [sentence for _name, sentence in told()] == [runs, runs, runs, over]
        page = f"/beheer/registers/agreement/{make.processor().agreements.get().pk}/change/"
        assert set(DigestLine.objects.values_list("path", "due_on")) == {(page, self.END)}

    def test_a_successor_ends_the_matter(self, cast: Cast) -> None:
        product = make.product()
        make.covering(product, at=NOW, ends_on=self.END)
        make.covering(product, at=NOW, starts_on=self.END + DAY, ends_on=date(2028, 9, 30))
        assert nights(self.END - 95 * DAY, self.END + 5 * DAY, self.END) == {}

    def test_one_that_nobody_signed_is_none(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END, signed_on=None)
        assert run(self.END - 30 * DAY) == []

    def test_what_ended_long_ago_is_no_news(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        assert run(self.END + 40 * DAY) == []

    def test_the_last_day_to_give_notice(self, cast: Cast) -> None:
        make.agreement(
            make.processor(),
            ends_on=date(2027, 5, 31),
            notice_months=3,
            renewal=Renewal.YEARLY,
        )
        last = date(2027, 2, 28)
        found = nights(last - 61 * DAY, last + DAY, last)
        assert found == {60: ["ilse"], 30: ["ilse"], 7: ["ilse"], -1: ["ilse"]}
        assert told()[0][1] == (
            "De overeenkomst met Topicus: VO-2025-1 kan tot en met 28 februari 2027 worden "
            "opgezegd."
        )

    def test_an_agreement_with_another_controller(self, cast: Cast) -> None:
        SharingAgreement(
            kind=SharingKind.SHARING,
            party=make.party(),
            reference="C-1",
            purpose="Leerlingenvervoer",
            starts_on=date(2025, 1, 1),
            ends_on=self.END,
            signed_on=date(2025, 1, 1),
        ).record(by=None, why="proef")
        assert run(self.END - 30 * DAY) == [
            ("ilse", "De afspraak met DUO loopt tot en met 30 september 2026.")
        ]


@pytest.mark.django_db
class TestRegister:
    DUE = date(2026, 9, 1)

    def test_the_review_of_an_activity(self, cast: Cast) -> None:
        make.established("V01", at=NOW, next_review_on=self.DUE)
        make.activity("V02", next_review_on=self.DUE)
        found = nights(self.DUE - 31 * DAY, self.DUE + 31 * DAY, self.DUE)
        assert found == {30: ["ilse"], 0: ["ilse"], -30: ["ilse"]}
        ask = "Controleer of verwerking V01 Verwerking V01 nog klopt."
        until = f"{ask} Dat moet uiterlijk op 1 september 2026."
        late = f"{ask} Dat moest uiterlijk op 1 september 2026."
        assert [sentence for _name, sentence in told()] == [until, until, late]

    def test_a_dpia_after_three_years(self, cast: Cast) -> None:
        make.established(
            "V01",
            at=NOW,
            next_review_on=None,
            dpia_needed=YesNo.YES,
            dpia_reference="DPIA 2023-1",
            dpia_adopted_on=date(2023, 9, 1),
        )
        found = nights(self.DUE - 91 * DAY, self.DUE + 31 * DAY, self.DUE)
        assert found == {90: ["ilse"], 30: ["ilse"], 0: ["ilse"], -30: ["ilse"]}
        assert told()[0][1] == (
            "Doe een nieuwe DPIA voor verwerking V01 Verwerking V01. "
            "Dat moet uiterlijk op 1 september 2026."
        )

    def test_a_transfer(self, cast: Cast) -> None:
        made = make.established("V01", at=NOW, next_review_on=None)
        make.transfer_line(made, review_on=self.DUE)
        assert run(self.DUE) == [
            (
                "ilse",
                "Bekijk opnieuw de doorgifte (US) van verwerking V01 Verwerking V01. "
                "Dat moet uiterlijk op 1 september 2026.",
            )
        ]

    def test_another_day_begins_anew(self, cast: Cast) -> None:
        made = make.established("V01", at=NOW, next_review_on=self.DUE)
        assert len(run(self.DUE)) == 1
        ProcessingActivity.objects.filter(pk=made.pk).update(next_review_on=date(2027, 9, 1))
        assert run(self.DUE + DAY) == []
        assert len(run(date(2027, 9, 1))) == 1


def note(cast: Cast, **values: Any) -> ConfidentialityNote:
    filled = {
        "school": cast.linde,
        "pupil_key": "4711",
        "who_may_know": "De leraar Tess",
        "agreed_with": "Moeder Kim",
        "agreed_on": TODAY,
        "review_on": date(2026, 9, 1),
        **values,
    }
    made = ConfidentialityNote(**filled)
    made.record(by=None, why="proef")
    return made


def review(cast: Cast) -> AccessReview:
    make.established("V01", at=NOW, next_review_on=None)
    return actions.open_review(school=cast.linde, year=2026, by=cast.ibp, at=NOW)


@pytest.mark.django_db
class TestTerms:
    def test_the_fg_hears_of_a_term_that_changed_before_a_shorter_one_counts(
        self, cast: Cast
    ) -> None:
        rule = make.retention_rule("breach_register", years=5)
        again = RetentionRule.objects.get(pk=rule.pk)
        again.years = 1
        again.record(by=cast.ibp, why="gewijzigd")
        changed_on(again, at(TODAY))
        found = nights(TODAY, TODAY + 40 * DAY, TODAY + 30 * DAY)
        assert found == {30: ["fenna"], 7: ["fenna"]}
        assert told()[0][1] == (
            f"De bewaartermijn “{rule.name}” is gewijzigd. Is hij korter, dan gaat hier vanaf "
            "1 april 2026 meer weg. Kijk of dat klopt."
        )
        assert DigestLine.objects.order_by("pk")[0].path == (
            f"/beheer/registers/retentionrule/{rule.pk}/change/"
        )

    def test_another_name_afterwards_moves_no_day(self, cast: Cast) -> None:
        rule = make.retention_rule("breach_register", years=5)
        rule.years = 1
        rule.record(by=cast.ibp, why="gewijzigd")
        changed_on(rule, at(TODAY))
        rule.name = "Meldingen"
        rule.record(by=cast.ibp, why="gewijzigd")
        changed_on(rule, at(TODAY + 20 * DAY))
        found = nights(TODAY, TODAY + 40 * DAY, TODAY + 30 * DAY)
        assert found == {30: ["fenna"], 7: ["fenna"]}

    def test_a_term_by_which_nothing_goes_here_is_no_news(self, cast: Cast) -> None:
        rule = make.retention_rule("financial", years=7)
        rule.years = 1
        rule.record(by=cast.ibp, why="gewijzigd")
        changed_on(rule, at(TODAY))
        assert run(TODAY) == []

    def test_another_name_is_no_news(self, cast: Cast) -> None:
        rule = make.retention_rule("breach_register", years=5)
        rule.name = "Meldingen"
        rule.record(by=cast.ibp, why="gewijzigd")
        changed_on(rule, at(TODAY))
        assert run(TODAY) == []


@pytest.mark.django_db
class TestAccess:
    DUE = date(2026, 9, 1)

    def test_an_agreement_on_very_confidential_data_names_nobody(self, cast: Cast) -> None:
        made = note(cast)
        assert run(self.DUE - 14 * DAY) == [
            (
                "carla",
                "Bespreek opnieuw een afspraak over zeer vertrouwelijke gegevens op De Linde. "
                "Dat moet uiterlijk op 1 september 2026.",
            )
        ]
        line = DigestLine.objects.get()
        assert line.path == f"/beheer/registers/confidentialitynote/{made.pk}/change/"
        for secret in ("4711", "Tess", "Kim"):
            assert secret not in line.sentence

    def test_one_that_ended_is_left_alone(self, cast: Cast) -> None:
        note(cast, ended_on=date(2026, 8, 1))
        assert run(self.DUE) == []

    def test_the_review_of_the_access_goes_to_the_director(self, cast: Cast) -> None:
        made = review(cast)
        assert made.due_on == date(2026, 3, 30)
        found = nights(TODAY, made.due_on + 15 * DAY, made.due_on)
        assert found == {14: ["dirk"], 3: ["dirk"], -1: ["dirk"], -14: ["dirk"]}
        assert told()[0][1] == (
            "Controleer wie op De Linde welke gegevens mag zien. "
            "Dat moet uiterlijk op 30 maart 2026."
        )

    def test_an_answer_ends_it(self, cast: Cast) -> None:
        made = review(cast)
        AccessReview.objects.filter(pk=made.pk).update(answered_at=NOW, outcome="confirmed")
        assert run(made.due_on) == []


@pytest.mark.django_db
class TestHolds:
    DUE = date(2026, 9, 1)

    def put(self, cast: Cast, owner: User) -> Hold:
        return put_hold(
            kind=HoldKind.LAWSUIT,
            reason="Zaak van Mila",
            owner=owner,
            review_on=self.DUE,
            by=owner,
            at=NOW,
            school=cast.linde,
            person_key="4711",
        )

    def test_its_owner_is_asked_to_look_again(self, cast: Cast) -> None:
        self.put(cast, cast.fg)
        ask = "Kijk of er nog reden is om gegevens te bewaren (De Linde)."
        assert nights(self.DUE - DAY, self.DUE + 15 * DAY, self.DUE) == {
            0: ["fenna"],
            -14: ["fenna"],
        }
        assert told() == [
            ("fenna", f"{ask} Dat moet uiterlijk op 1 september 2026."),
            ("fenna", f"{ask} Dat moest uiterlijk op 1 september 2026."),
        ]
        assert set(DigestLine.objects.values_list("path", flat=True)) == {
            "/register/vernietigen/vasthouden/"
        }

    def test_without_the_owner_the_director_is(self, cast: Cast) -> None:
        self.put(cast, cast.fg)
        Appointment.objects.filter(user=cast.fg).update(ends_on=TODAY)
        assert [name for name, _words in run(self.DUE)] == ["dirk"]

    def test_what_was_lifted_asks_nothing(self, cast: Cast) -> None:
        hold = self.put(cast, cast.fg)
        lift_hold(hold=hold, because="De zaak is voorbij.", by=cast.fg, at=NOW)
        assert run(self.DUE) == []


@pytest.mark.django_db
class TestLadder:
    """To the role, else the role above it; who comes later hears of what nobody heard."""

    DUE = date(2026, 9, 1)

    def without(self, *people: User) -> None:
        Appointment.objects.filter(user__in=people).delete()

    def test_without_a_care_coordinator_the_director(self, cast: Cast) -> None:
        note(cast)
        self.without(cast.care)
        assert [name for name, _words in run(self.DUE)] == ["dirk"]

    def test_without_either_the_ibp_manager(self, cast: Cast) -> None:
        note(cast)
        self.without(cast.care, cast.director)
        assert [name for name, _words in run(self.DUE)] == ["ilse"]

    def test_without_those_the_board(self, cast: Cast) -> None:
        make.established("V01", at=NOW, next_review_on=self.DUE)
        User.objects.filter(pk=cast.ibp.pk).update(is_active=False)
        assert [name for name, _words in run(self.DUE)] == ["bram"]

    def test_with_nobody_at_all_nothing_is_lost(self, cast: Cast) -> None:
        make.established("V01", at=NOW, next_review_on=self.DUE)
        ended = Appointment.objects.filter(user__in=[cast.ibp, cast.board_member])
        ended.update(ends_on=TODAY)
        assert run(self.DUE) == []
        assert not Reminder.objects.exists()
        ended.update(ends_on=None)
        assert [name for name, _words in run(self.DUE + 3 * DAY)] == ["ilse"]

    def test_everybody_of_a_role_hears_of_it(self, cast: Cast) -> None:
        make.established("V01", at=NOW, next_review_on=self.DUE)
        Appointment.objects.filter(user=cast.auditor).update(role=Role.IBP_MANAGER)
        assert sorted(name for name, _words in run(self.DUE)) == ["aad", "ilse"]

    def test_who_wants_no_letter_gets_no_line(self, cast: Cast) -> None:
        make.established("V01", at=NOW, next_review_on=self.DUE)
        choose_pace(pace=Pace.NONE, by=cast.ibp, at=NOW)
        assert run(self.DUE) == []
        assert Reminder.objects.count() == 2


@pytest.mark.django_db
class TestOnce:
    END = date(2026, 9, 30)

    def test_a_double_run_tells_nothing_twice(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        assert len(run(self.END - 30 * DAY)) == 1
        assert run(self.END - 30 * DAY) == []

    def test_nights_that_were_missed_heal_in_one_line(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        assert len(run(self.END - 20 * DAY)) == 1
        assert Reminder.objects.count() == 3
        assert run(self.END - 19 * DAY) == []

    def test_a_clock_that_is_set_back_tells_nothing_again(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        assert len(run(self.END - 25 * DAY)) == 1
        assert run(self.END - 65 * DAY) == []

    def test_the_letter_says_it_the_same_morning(self, cast: Cast) -> None:
        make.agreement(make.processor(), ends_on=self.END)
        run(date(2026, 9, 1))
        sweeps.run(name="digest", at=at(date(2026, 9, 1), hour=8))
        letter = OutboundLetter.objects.get(letter="frontdesk/digest")
        assert letter.to == cast.ibp.email
        assert "De overeenkomst met Topicus: VO-2025-1 loopt tot en met" in letter.text

    def test_a_line_that_is_settled_before_the_letter_is_not_said(self, cast: Cast) -> None:
        made = make.agreement(make.processor(), ends_on=self.END)
        run(date(2026, 9, 1))
        type(made).objects.filter(pk=made.pk).update(ends_on=date(2028, 9, 30))
        sweeps.run(name="digest", at=at(date(2026, 9, 1), hour=8))
        assert not OutboundLetter.objects.filter(letter="frontdesk/digest").exists()


def _many(rows: int) -> None:
    for number in range(rows):
        make.established(f"V{number}", at=NOW, next_review_on=date(2026, 9, 1))
        make.agreement(make.processor(f"p{number}", f"P{number}"), ends_on=date(2026, 9, 30))


@pytest.mark.django_db
class TestCost:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_one_query_when_all_was_told(
        self, cast: Cast, django_assert_num_queries: Callable[[int], Any], rows: int
    ) -> None:
        _many(rows)
        run(date(2026, 9, 1))
        with django_assert_num_queries(1):
            assert remind_of_register(by=None, at=at(date(2026, 9, 2))) == 0

    def test_as_much_for_three_as_for_one(self, cast: Cast) -> None:
        asked = []
        for rows in (1, 3):
            DigestLine.objects.all().delete()
            Reminder.objects.all().delete()
            _many(rows) if rows == 1 else [
                make.agreement(make.processor(f"q{n}", f"Q{n}"), ends_on=date(2026, 9, 30))
                for n in range(rows)
            ]
            with CaptureQueriesContext(connection) as queries:
                remind_of_register(by=None, at=at(date(2026, 9, 1)))
            asked.append(len(queries))
        assert asked[0] == asked[1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_each_thing_once(append_only_lifted: None, cast: Cast) -> None:
    _many(5)
    together = Barrier(2)

    def work(_number: int) -> int:
        try:
            together.wait(20)
            return remind_of_register(by=None, at=at(date(2026, 9, 1)))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        counted = sum(two.map(work, range(2)))

    assert counted == 10
    assert len(told()) == 10
    assert len(set(told())) == 10


@pytest.mark.django_db
class TestWorklist:
    """What was told stays on the home page of who can do something, whatever was read or muted."""

    DUE = date(2026, 9, 1)

    def sentences(self, user: User) -> list[str]:
        fresh = User.objects.get(pk=user.pk)
        return [item.sentence for item in worklist.items_for(fresh, self.DUE)]

    def test_a_dpia_and_a_transfer_for_who_keeps_the_register(self, cast: Cast) -> None:
        made = make.established(
            "V01",
            at=NOW,
            next_review_on=None,
            dpia_needed=YesNo.YES,
            dpia_reference="DPIA 2023-1",
            dpia_adopted_on=date(2023, 9, 1),
        )
        make.transfer_line(made, review_on=self.DUE)
        assert self.sentences(cast.ibp)[:2] == [
            "V01 Verwerking V01: doe de DPIA opnieuw.",
            "V01: kijk of de doorgifte (US) nog mag.",
        ]
        assert self.sentences(cast.director) == []

    def test_an_agreement_to_discuss_for_the_school(self, cast: Cast) -> None:
        note(cast)
        said = "De Linde: bespreek een afspraak over zeer vertrouwelijke gegevens opnieuw."
        assert self.sentences(cast.care) == [said]
        assert self.sentences(cast.director) == [said]
        assert self.sentences(cast.eik_director) == []
        assert self.sentences(cast.ibp) == []

    def test_where_nobody_leads_the_school_it_is_the_ibp_managers(self, cast: Cast) -> None:
        note(cast)
        made = review(cast)
        Appointment.objects.filter(user__in=[cast.care, cast.director]).delete()
        assert made.due_on < self.DUE
        assert self.sentences(cast.ibp) == [
            "Controleer wie op De Linde welke gegevens mag zien (2026).",
            "De Linde: bespreek een afspraak over zeer vertrouwelijke gegevens opnieuw.",
        ]
