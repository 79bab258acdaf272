"""What the database itself refuses, and the one way past it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.utils import timezone

from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import ReasonMissing, forgetting
from privacyboard.audit.models import AccessEntry, ForgettingCount
from privacyboard.audit.triggers import append_only_models, lay_triggers
from privacyboard.organisation.models import School
from tests.conftest import Cast

LONG_AGO = datetime(1999, 12, 31, 12, 0, tzinfo=UTC)


def sql(statement: str, *values: Any) -> int:
    """Run raw SQL; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement: str) -> str:
    """Run raw SQL in a savepoint that must fail; return what the database says."""
    with pytest.raises(ProgrammingError) as problem, transaction.atomic():
        sql(statement)
    return str(problem.value)


def tables() -> list[str]:
    return sorted(model._meta.db_table for model, _column in append_only_models())


class TestWhereTheyLie:
    def test_every_history_table_and_the_access_log_are_append_only(self) -> None:
        histories = {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model.__name__.startswith("Historical")
        }
        assert histories < set(tables())
        assert "organisation_historicalschool" in histories
        assert "registers_historicalprocessingactivity_schools" in histories
        assert set(tables()) - histories == {
            "audit_accessentry",
            "consent_answer",
            "consent_wording",
            "datalekken_apnumber",
            "datalekken_notification",
            "datalekken_notificationpaper",
        }

    @pytest.mark.requirement("OPO-001")
    def test_each_has_its_triggers_in_the_database(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, array_agg(t.tgname::text ORDER BY t.tgname) FROM pg_trigger t"
                " JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND t.tgname LIKE 'audit_%%'"
                " GROUP BY c.relname"
            )
            laid = dict(cursor.fetchall())
        guards = ["audit_count_delete", "audit_count_update", "audit_refuse"]
        assert laid == {
            model._meta.db_table: [*guards, "audit_stamp"] if column else guards
            for model, column in append_only_models()
        }

    def test_laying_them_again_changes_nothing(self, db: None) -> None:
        count = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
        with connection.cursor() as cursor:
            cursor.execute(count)
            before = cursor.fetchone()
            lay_triggers()
            cursor.execute(count)
            assert cursor.fetchone() == before


class TestRefusal:
    @pytest.mark.requirement("OPO-001")
    @pytest.mark.parametrize("table", tables())
    def test_nothing_is_changed_deleted_or_emptied(self, db: None, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1",
                [table],
            )
            (column,) = cursor.fetchone()
        said = [
            refused(f'UPDATE {table} SET "{column}" = "{column}"'),  # noqa: S608
            refused(f"DELETE FROM {table}"),  # noqa: S608
            refused(f"TRUNCATE {table} CASCADE"),
        ]
        assert [text.split(" is refused")[0] for text in said] == [
            f"append-only: UPDATE on {table}",
            f"append-only: DELETE on {table}",
            f"append-only: TRUNCATE on {table}",
        ]

    def test_the_orm_is_refused_as_well(self, cast: Cast) -> None:
        row = cast.linde.history.get()
        row.name = "Een ander verhaal"
        for attempt in (row.save, row.delete, cast.linde.history.all().delete):
            with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
                attempt()
        assert cast.linde.history.get().name == "De Linde"


class TestServerTime:
    def test_wins_over_a_given_date(self, cast: Cast) -> None:
        before = timezone.now()
        cast.linde._history_date = LONG_AGO  # type: ignore[attr-defined]
        cast.linde.record(by=None, why="teruggedateerd")
        assert cast.linde.history.first().history_date >= before

    def test_wins_over_raw_sql(self, cast: Cast) -> None:
        sql(
            "INSERT INTO audit_accessentry (at, act, subject_type, subject_id, title)"
            " VALUES (%s, 'opened', 'x', '1', 'x')",
            LONG_AGO,
        )
        assert AccessEntry.objects.get().at > LONG_AGO.replace(year=2020)


class TestForgetting:
    def test_passes_inside_its_transaction_and_leaves_a_count(self, cast: Cast) -> None:
        rows = School.history.model.objects
        with forgetting(reason="bewaartermijn voorbij"):
            assert rows.filter(id=cast.linde.pk).update(email="") == 1
            assert rows.all().delete()[0] == 2

        assert list(
            ForgettingCount.objects.order_by("id").values_list(
                "table_name", "operation", "rows", "reason"
            )
        ) == [
            ("organisation_historicalschool", "update", 1, "bewaartermijn voorbij"),
            ("organisation_historicalschool", "delete", 2, "bewaartermijn voorbij"),
        ]

    def test_what_touched_nothing_is_not_counted(self, cast: Cast) -> None:
        with forgetting(reason="bewaartermijn voorbij"):
            School.history.filter(id=0).delete()
        assert not ForgettingCount.objects.exists()

    def test_emptying_a_table_is_counted_too(self, cast: Cast) -> None:
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        with forgetting(reason="bewaartermijn voorbij"):
            sql("TRUNCATE organisation_historicalschool")
        counted = ForgettingCount.objects.get()
        assert (counted.table_name, counted.operation, counted.rows) == (
            "organisation_historicalschool",
            "truncate",
            2,
        )

    def test_is_refused_again_afterwards(self, cast: Cast) -> None:
        with forgetting(reason="bewaartermijn voorbij"):
            School.history.filter(id=cast.eik.pk).delete()
        assert "append-only" in refused("DELETE FROM organisation_historicalschool")
        assert School.history.count() == 1

    def test_a_failure_leaves_nothing_and_the_door_closed(self, cast: Cast) -> None:
        def forget_and_fail() -> None:
            with forgetting(reason="bewaartermijn voorbij"):
                School.history.all().delete()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            forget_and_fail()
        assert School.history.count() == 2
        assert not ForgettingCount.objects.exists()
        assert "append-only" in refused("DELETE FROM organisation_historicalschool")

    def test_an_inner_forgetting_does_not_close_the_outer_one(self, cast: Cast) -> None:
        with forgetting(reason="buiten"):
            with forgetting(reason="binnen"):
                School.history.filter(id=cast.eik.pk).delete()
            School.history.filter(id=cast.linde.pk).delete()
        assert list(ForgettingCount.objects.order_by("id").values_list("rows", "reason")) == [
            (1, "binnen"),
            (1, "buiten"),
        ]

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_asks_a_reason(self, cast: Cast, reason: str) -> None:
        with pytest.raises(ReasonMissing), forgetting(reason=reason):
            pytest.fail("the way past opened without a reason")

    def test_a_long_reason_is_cut_and_not_refused(self, cast: Cast) -> None:
        with forgetting(reason="x" * 500):
            School.history.all().delete()
        assert ForgettingCount.objects.get().reason == "x" * 200

    @pytest.mark.django_db(transaction=True)
    def test_ends_with_its_transaction_also_for_the_next_one(
        self, append_only_lifted: None, cast: Cast
    ) -> None:
        with forgetting(reason="bewaartermijn voorbij"):
            School.history.filter(id=cast.eik.pk).delete()
        assert "append-only" in refused("DELETE FROM organisation_historicalschool")
        assert ForgettingCount.objects.count() == 1


class TestAccessLog:
    def test_says_who_did_what_with_which_record(self, cast: Cast) -> None:
        note_access(
            subject=cast.linde,
            act=AccessEntry.Act.EXPORTED,
            by=cast.fg,
            school=cast.linde,
        )
        entry = AccessEntry.objects.get()
        assert (entry.by, entry.act, entry.subject_type, entry.subject_id, entry.title) == (
            cast.fg,
            "exported",
            "organisation.school",
            str(cast.linde.pk),
            "De Linde",
        )
        assert entry.school == cast.linde
        assert str(entry) == "geëxporteerd: De Linde"

    def test_a_long_title_is_cut(self, cast: Cast) -> None:
        cast.linde.name = "x" * 400
        assert note_access(subject=cast.linde, act="opened", by=None).title == "x" * 300

    @pytest.mark.parametrize("attempt", ["save", "delete"])
    def test_is_never_rewritten(self, cast: Cast, attempt: str) -> None:
        entry = note_access(subject=cast.linde, act="opened", by=cast.fg)
        rewrite: Callable[[], object] = getattr(entry, attempt)
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            rewrite()


def labels(model: type[models.Model]) -> list[str]:
    """The words under which a record's history names its fields."""
    history = model.history.model  # type: ignore[attr-defined]
    fields = [each for each in history.tracked_fields if each.name not in {"id", "sort_name"}]
    return [str(each.verbose_name) for each in [*fields, *history._history_m2m_fields]]


@pytest.mark.parametrize(
    "model",
    [each for each in apps.get_models() if hasattr(getattr(each, "history", None), "model")],
    ids=lambda model: model._meta.label,
)
def test_no_two_fields_of_a_record_share_a_name_in_its_history(model: Any) -> None:
    assert sorted(labels(model)) == sorted(set(labels(model)))
