"""Whoever makes the row sends the alert; nobody else does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from privacyboard.clockwork.models import Reminder
from privacyboard.clockwork.reminders import claim
from tests.conftest import NOW, Cast


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
