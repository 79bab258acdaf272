"""The cast that a test gets is the one that the acts make, and nobody has touched it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import Group, School, User
from privacyboard.organisation.rules import RIGHTS
from tests.conftest import Cast, make_cast, make_person, make_school, picture_of_the_cast
from tests.factories import people
from tests.factories.pictures import Picture, filled, key_of, rows_of
from tests.quick_emptying import ALWAYS_THERE

# What the house enters after each migrate.
AFTER_MIGRATE = {"clockwork_heartbeat"}
# Moments are those of the making or of the putting back; a hash has a salt of its own.
_OF_THEIR_OWN = {"history_date", "created_at", "password"}


def everything() -> dict[str, list[dict[str, Any]]]:
    return {
        table: [{k: v for k, v in row.items() if k not in _OF_THEIR_OWN} for row in rows_of(table)]
        for table in filled()
    }


def count_again(picture: Picture[Cast]) -> None:
    """The next keys are those that the cast got."""
    with connection.cursor() as cursor:
        for table, rows in picture.rows.items():
            key = key_of(table)
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)",
                [table, key, rows[0][key]],
            )


def said_by(record: models.Model) -> dict[str, Any]:
    """All that an object holds, also what it remembers beside its columns."""
    beside = {"_state", "_django_version", *_OF_THEIR_OWN}
    return {k: v for k, v in vars(record).items() if k not in beside}


def records(cast: Cast) -> list[models.Model]:
    return [cast.board, cast.linde, cast.eik, *cast.everybody()]


def test_it_is_row_for_row_and_object_for_object_what_the_acts_make(db: None) -> None:
    picture = picture_of_the_cast()
    count_again(picture)
    with transaction.atomic():
        made, made_rows = make_cast(), everything()
        transaction.set_rollback(True)
    put, put_rows = picture.put_back(), everything()
    assert put_rows == made_rows
    assert {table: len(rows) for table, rows in put_rows.items()}.items() >= {
        "organisation_board": 1,
        "organisation_school": 2,
        "organisation_user": 10,
        "organisation_appointment": 10,
        "auth_group": 10,
        "organisation_historicaluser": 10,
        "organisation_historicalappointment": 10,
    }.items()
    assert [said_by(each) for each in records(put)] == [said_by(each) for each in records(made)]
    assert put.linde.board is put.board
    for each in records(put):
        kept = type(each)._default_manager.get(pk=each.pk)
        assert {f.name: f.value_from_object(each) for f in each._meta.concrete_fields} == {
            f.name: f.value_from_object(kept) for f in kept._meta.concrete_fields
        }


def test_nothing_is_remembered_of_another_test(db: None) -> None:
    picture = picture_of_the_cast()
    with transaction.atomic():
        first = picture.put_back()
        first.linde.name = "Anders"
        first.linde.record(by=first.director, why="proef")
        assert first.director.standing.has_rights
        transaction.set_rollback(True)
    again = picture.put_back()
    assert again.linde.name == "De Linde"
    assert School.objects.get(pk=again.linde.pk).name == "De Linde"
    assert again.linde.history.count() == 1
    assert "_standing" not in vars(again.director)


def test_it_comes_back_in_one_round_trip(db: None) -> None:
    picture = picture_of_the_cast()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        picture.put_back()
    assert len(asked) == 1


def test_who_comes_after_gets_a_key_of_its_own(cast: Cast) -> None:
    school = make_school(cast.board, name="De Es", slug="de-es", brin="56EF", public=True)
    person = make_person("Nina Nieuw", Role.DIRECTOR, school)
    assert School.objects.count() == 3
    assert User.objects.count() == 11
    assert {school.pk, person.pk}.isdisjoint(each.pk for each in records(cast))
    keys = [each.pk for each in records(cast)]
    assert len(set(keys)) == len(keys)


def rights_are_in_order(cast: Cast) -> None:
    assert cast.fg.standing.everywhere == {right.value for right in RIGHTS[Role.FG]}
    at_linde = {right.value for right in RIGHTS[Role.DIRECTOR]}
    assert cast.director.standing.at_school == {cast.linde.pk: at_linde}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "after one with real commits"])
def test_with_real_commits_there_is_the_cast_and_nothing_else(
    append_only_lifted: None, cast: Cast, time: str
) -> None:
    with connection.cursor() as cursor:  # who came before took its permission to delete along
        cursor.execute("SELECT current_setting('session_replication_role')")
        assert cursor.fetchone() == ("origin",)
    rights_are_in_order(cast)
    entered = filled().keys() - picture_of_the_cast().rows.keys()
    assert entered == {*ALWAYS_THERE, *AFTER_MIGRATE}
    assert User.objects.count() == 10
    make_person("Nina Nieuw", Role.DIRECTOR, cast.eik)


def test_the_rights_hold(cast: Cast) -> None:
    rights_are_in_order(cast)


def test_a_picture_beside_other_rows_is_refused(cast: Cast) -> None:
    with pytest.raises(AssertionError, match="organisation_school"):
        Picture(lambda: make_school(cast.board, name="x", slug="x", brin="56EF", public=True))
    assert School.objects.count() == 2


def test_of_rows_that_are_put_back_triggers_and_references_hold_as_of_all_others(
    cast: Cast,
) -> None:
    def delete_the_school() -> None:
        School.objects.filter(pk=cast.linde.pk)._raw_delete("default")
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():  # the director works there
        delete_the_school()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        School.history.filter(id=cast.linde.pk).delete()


def test_a_picture_that_points_to_nothing_is_refused(cast: Cast) -> None:
    def make() -> None:
        Group.objects.create(school_id=0, name="7a", level="7", school_year=2025)

    with pytest.raises(IntegrityError):
        Picture(make)
    assert Group.objects.count() == 0


def test_what_is_made_beside_the_cast_points_to_the_people_of_the_test(cast: Cast) -> None:
    picture = Picture(lambda: people.group(cast.linde, "7a"), around=cast)
    assert Group.objects.count() == 0
    group = picture.put_back(around=cast)
    assert group.school is cast.linde
    assert Group.objects.get().school_id == cast.linde.pk
