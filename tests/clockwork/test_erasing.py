"""Forgetting rows with their history, their traces and what belongs to them alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models

from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry, ForgettingCount
from privacyboard.clockwork import erasing
from privacyboard.clockwork.erasing import FORGOTTEN, Gone
from privacyboard.clockwork.models import Reminder
from privacyboard.clockwork.reminders import claim
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Placement, Pupil, SchoolGroupPermission
from registers.models import ProcessingActivity
from requests_ar.models import RequestUserPermission, SubjectRequest
from tests.conftest import NOW, Cast
from tests.factories import people
from tests.factories import registers as make
from tests.factories.requests import subject_request

WHY = "bewaartermijn: proef"


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
        found: int = cursor.fetchone()[0]
        return found


def test_a_row_goes_with_its_history_and_nothing_of_another(cast: Cast) -> None:
    goes, stays = people.pupil(cast.linde, "Noor"), people.pupil(cast.linde, "Daan")
    goes.first_name = "Noortje"
    goes.record(by=cast.director, why="naam")
    gone = Gone(WHY)
    with forgetting(reason=WHY):
        assert gone.erase(Pupil, [goes.pk]) == [goes.pk]
    assert list(Pupil.objects.values_list("first_name", flat=True)) == ["Daan"]
    assert list(Pupil.history.values_list("first_name", flat=True)) == ["Daan"]
    assert gone.counts == {"organisation_pupil": 1, "organisation_historicalpupil": 2}
    assert stays.history.count() == 1
    told = ForgettingCount.objects.get(table_name="organisation_historicalpupil")
    assert (told.operation, told.rows, told.reason) == ("delete", 2, WHY)


def test_children_go_by_the_key_of_their_parent(cast: Cast) -> None:
    group = people.group(cast.linde)
    one, other = people.pupil(cast.linde, of=group), people.pupil(cast.linde, of=group)
    gone = Gone(WHY)
    with forgetting(reason=WHY):
        erased = gone.erase(Placement, [one.pk], by="pupil")
    assert len(erased) == 1
    assert list(Placement.objects.values_list("pupil", flat=True)) == [other.pk]


def test_history_stays_closed_to_who_says_no_reason(cast: Cast) -> None:
    pupil = people.pupil(cast.linde)
    with pytest.raises(Exception, match="append-only"):
        Gone(WHY).erase(Pupil, [pupil.pk])


def test_the_rows_of_a_many_to_many_go_in_the_table_and_in_the_history(cast: Cast) -> None:
    activity = make.bare_activity("V01")
    activity.schools.add(cast.linde, cast.eik)
    activity.record(by=cast.ibp, why="scholen")
    through = "registers_historicalprocessingactivity_schools"
    assert (rows_of("registers_processingactivity_schools"), rows_of(through)) == (2, 4)
    with forgetting(reason=WHY):
        Gone(WHY).erase(ProcessingActivity, [activity.pk])
    assert (rows_of("registers_processingactivity_schools"), rows_of(through)) == (0, 0)
    connection.check_constraints()


def test_rights_on_a_case_go_with_it_and_rights_on_a_school_stay(cast: Cast) -> None:
    request = subject_request(cast.linde, at=NOW)
    rights = SchoolGroupPermission.objects.count()
    permission = Permission.objects.get(codename="open_case", content_type__model="subjectrequest")
    RequestUserPermission.objects.create(
        permission=permission, user=cast.director, content_object=request
    )
    with forgetting(reason=WHY):
        for model in children_of(SubjectRequest):
            Gone(WHY).erase(model, [request.pk], by="request")
        Gone(WHY).erase(SubjectRequest, [request.pk])
    assert not RequestUserPermission.objects.exists()
    assert SchoolGroupPermission.objects.count() == rights
    connection.check_constraints()


def children_of(model: type[models.Model]) -> Iterator[type[models.Model]]:
    for pointer in erasing.pointers_to(model):
        if pointer.name == "request":
            yield pointer.model


def test_what_the_logs_tell_of_it_goes_too(cast: Cast) -> None:
    goes, stays = people.pupil(cast.linde, "Noor"), people.pupil(cast.linde, "Daan")
    kind = ContentType.objects.get_for_model(Pupil)
    for pupil in (goes, stays):
        note_access(subject=pupil, act=AccessEntry.Act.OPENED, by=cast.director, school=cast.linde)
        claim(subject=pupil, kind="sixteen", stage="now", at=NOW)
        LogEntry.objects.create(
            user=cast.ibp,
            content_type=kind,
            object_id=str(pupil.pk),
            object_repr=str(pupil),
            action_flag=CHANGE,
        )
    with forgetting(reason=WHY):
        Gone(WHY).erase(Pupil, [goes.pk])
    titles = AccessEntry.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == [FORGOTTEN, str(stays)]
    assert list(Reminder.objects.values_list("subject_id", flat=True)) == [str(stays.pk)]
    assert list(LogEntry.objects.values_list("object_id", flat=True)) == [str(stays.pk)]


@pytest.fixture
def owned() -> Iterator[list[int]]:
    """Documents that went with the rows that pointed to them."""
    asked: list[int] = []

    def forget(keys: list[int]) -> dict[str, int]:
        asked.extend(keys)
        return {"documents": len(keys)}

    kept = dict(erasing._owned)
    erasing.register_owned(StoredDocument, forget)
    yield asked
    erasing._owned.clear()
    erasing._owned.update(kept)


def test_a_file_goes_with_the_row_that_points_to_it(cast: Cast, owned: list[int]) -> None:
    document = StoredDocument.objects.create(
        title="t", file="x", file_name="x", media_type="text/plain", size=1, kind="k", stored_at=NOW
    )
    agreement = make.agreement(make.processor(), document=document)
    gone = Gone(WHY)
    with forgetting(reason=WHY):
        gone.erase(type(agreement), [agreement.pk])
    assert owned == [document.pk]
    assert gone.counts["documents"] == 1


def test_a_row_that_stays_tells_nothing_any_more(cast: Cast) -> None:
    pupil, other = people.pupil(cast.linde, "Noor"), people.pupil(cast.linde, "Daan")
    pupil.email = "noor@gezin.example"
    pupil.record(by=cast.director, why="adres van de vader")
    with forgetting(reason=WHY):
        Gone(WHY).blank(Pupil, [pupil.pk], last_name="", sort_name="", email="", born_on=None)
    pupil.refresh_from_db()
    assert (pupil.last_name, pupil.email, pupil.born_on) == ("", "", None)
    left = pupil.history.get()
    assert (left.last_name, left.email, left.key) == ("", "", pupil.key)
    assert (left.history_type, left.history_change_reason, left.history_user) == ("~", WHY, None)
    other.refresh_from_db()
    assert (other.last_name, other.history.get().last_name) == ("Visser", "Visser")


def test_nothing_to_forget_asks_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    gone = Gone(WHY)
    with django_assert_num_queries(0):
        gone.blank(Pupil, [], first_name="")
    with forgetting(reason=WHY), django_assert_num_queries(1):
        assert gone.erase(Pupil, []) == []
    assert gone.counts == {}
