"""Whoever makes the row sends the alert; nobody else does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from privacyboard.audit.forgetting import forgetting
from privacyboard.clockwork.erasing import Gone
from privacyboard.clockwork.models import DigestLine, Reminder
from privacyboard.clockwork.reminders import Alert, claim, tell
from privacyboard.organisation.models import School, User
from tests.conftest import NOW, TODAY, Cast


class TestClaim:
    def test_is_given_once(self, cast: Cast) -> None:
        assert claim(subject=cast.linde, kind="review", stage="due", at=NOW)
        assert not claim(subject=cast.linde, kind="review", stage="due", at=NOW + timedelta(days=1))
        row = Reminder.objects.get()
        assert (row.subject_type, row.subject_id, row.kind, row.stage, row.made_at) == (
            "organisation.school",
            str(cast.linde.pk),
            "review",
            "due",
            NOW,
        )
        assert str(row) == "review due"

    def test_another_subject_kind_or_stage_is_another_reminder(self, cast: Cast) -> None:
        assert claim(subject=cast.linde, kind="review", stage="due", at=NOW)
        assert claim(subject=cast.eik, kind="review", stage="due", at=NOW)
        assert claim(subject=cast.linde, kind="agreement", stage="due", at=NOW)
        assert claim(subject=cast.linde, kind="review", stage="late", at=NOW)
        assert claim(subject=cast.board, kind="review", stage="due", at=NOW)
        assert Reminder.objects.count() == 5

    def test_does_not_stand_when_the_transaction_fails(self, cast: Cast) -> None:
        with transaction.atomic():
            claim(subject=cast.linde, kind="review", stage="due", at=NOW)
            transaction.set_rollback(True)
        assert claim(subject=cast.linde, kind="review", stage="due", at=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_claim_at_once_one_gets_it(
        self, append_only_lifted: None, cast: Cast
    ) -> None:
        together = Barrier(2)

        def try_it(_number: int) -> bool:
            try:
                with transaction.atomic():
                    together.wait(20)
                    return claim(subject=cast.linde, kind="review", stage="due", at=NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as two:
            answers = list(two.map(try_it, range(2)))

        assert sorted(answers) == [False, True]
        assert Reminder.objects.count() == 1


def alert(cast: Cast, *people: User, stage: str = "14", kind: str = "proof") -> Alert:
    return Alert(
        subject=cast.linde,
        kind=kind,
        stages=("30", stage),
        due_on=TODAY,
        sentence="Er is iets.",
        path="/",
        people=tuple(each.pk for each in people),
    )


class TestTell:
    def test_a_line_for_each_person_and_a_row_for_each_stage(self, cast: Cast) -> None:
        assert tell([alert(cast, cast.fg, cast.ibp)], at=NOW) == 1
        assert set(DigestLine.objects.values_list("user", "stage")) == {
            (cast.fg.pk, "14"),
            (cast.ibp.pk, "14"),
        }
        assert set(Reminder.objects.values_list("stage", flat=True)) == {"30", "14"}

    def test_a_second_time_nobody_is_told(self, cast: Cast) -> None:
        tell([alert(cast, cast.fg)], at=NOW)
        assert tell([alert(cast, cast.fg, cast.ibp)], at=NOW) == 0
        assert DigestLine.objects.count() == 1

    def test_with_nobody_to_tell_nothing_is_claimed(self, cast: Cast) -> None:
        assert tell([alert(cast)], at=NOW) == 0
        assert not Reminder.objects.exists()
        assert tell([alert(cast, cast.fg)], at=NOW) == 1

    def test_more_than_a_chunk(self, cast: Cast) -> None:
        alerts = [alert(cast, cast.fg, stage=str(number)) for number in range(-1, -502, -1)]
        assert tell(alerts, at=NOW) == 501
        assert DigestLine.objects.count() == 501


def test_lines_about_what_is_forgotten_are_forgotten(cast: Cast) -> None:
    tell([alert(cast, cast.fg)], at=NOW)
    with forgetting(reason="proef"):
        Gone("proef").forget_traces(School, [cast.eik.pk])
        assert DigestLine.objects.count() == 1
        Gone("proef").forget_traces(School, [cast.linde.pk])
    assert not DigestLine.objects.exists()
    assert not Reminder.objects.exists()
