"""What is held stays with what the logs and the outbox tell of it: who looked, what was written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from privacyboard.audit.actions import note_access
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork import actions, holds, runs
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Guardian, Pupil
from requests_ar.models import ComplaintStep, DossierFile, SearchTask
from tests.conftest import NOW, Cast
from tests.factories import forgetting, people
from tests.factories.breaches import breach, decided
from tests.factories.complaints import complaint
from tests.factories.requests import person, subject_request
from tests.factories.tellings import candidate, telling

pytestmark = pytest.mark.requirement("OPO-052")

# The logs are dated by the database: so far ahead, the term of all of it is over.
OVER = timezone.make_aware(datetime(2060, 1, 1, 12))
LOGS = ("access_log", "admin_log", "letters")
ALL, NONE = (True, True, True), (False, False, False)


@pytest.fixture
def family(cast: Cast) -> tuple[Pupil, Guardian]:
    child = people.pupil(cast.linde, "Noor", key="L-1")
    return child, people.guardian(child, email="sanne@ouders.example")


def trace(cast: Cast, *records: models.Model) -> None:
    """Of each record: somebody opened it, changed it in the admin, and wrote about it."""
    for record in records:
        label = record._meta.label_lower
        note_access(subject=record, act=AccessEntry.Act.OPENED, by=cast.fg)
        LogEntry.objects.create(
            user=cast.administrator,
            content_type=ContentType.objects.get_for_model(type(record)),
            object_id=str(record.pk),
            object_repr=str(record)[:200],
            action_flag=2,
        )
        OutboundLetter.objects.create(
            key=f"{label}:{record.pk}",
            digest=f"{record.pk:040}",
            letter="proef",
            to="sanne@ouders.example",
            subject="Over Noor",
            text="Beste Sanne",
            state=OutboundLetter.State.SENT,
            about_type=label,
            about_id=str(record.pk),
            queued_at=NOW,
            due_at=NOW,
            sent_at=NOW,
        )


def left(*records: models.Model) -> list[tuple[bool, bool, bool]]:
    """Whether something is there of each record once the terms are over, by kind of log."""
    runs.run_rules(by=None, at=OVER, names=LOGS)
    return [
        (
            AccessEntry.objects.filter(
                subject_type=record._meta.label_lower, subject_id=str(record.pk)
            ).exists(),
            LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(type(record)),
                object_id=str(record.pk),
            ).exists(),
            OutboundLetter.objects.filter(
                about_type=record._meta.label_lower, about_id=str(record.pk), text="Beste Sanne"
            ).exists(),
        )
        for record in records
    ]


def put(cast: Cast, **on: Any) -> Hold:
    return actions.put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De ouders hebben de school gedagvaard.",
        owner=cast.fg,
        review_on=date(2026, 9, 1),
        by=cast.fg,
        at=NOW,
        **on,
    )


def test_a_hold_on_a_pupil_holds_who_looked_and_what_was_written(
    cast: Cast, family: tuple[Pupil, Guardian]
) -> None:
    other = people.pupil(cast.linde, "Daan", key="L-2")
    elsewhere = people.pupil(cast.eik, "Noor", key="L-1")
    records = (*family, other, elsewhere)
    trace(cast, *records)
    hold = put(cast, school=cast.linde, person_key="L-1")
    assert left(*records) == [ALL, ALL, NONE, NONE]
    actions.lift_hold(hold=hold, because="De zaak is klaar.", by=cast.fg, at=NOW)
    assert left(*records) == [NONE] * 4


def test_a_hold_on_a_record_holds_what_the_logs_tell_of_it(
    cast: Cast, family: tuple[Pupil, Guardian]
) -> None:
    trace(cast, *family)
    put(cast, subject=family[0])
    assert left(*family) == [ALL, NONE]


def test_an_open_request_holds_the_logs_of_itself_of_its_people_and_of_what_belongs_to_it(
    cast: Cast, family: tuple[Pupil, Guardian]
) -> None:
    made = forgetting.full_request(cast, "Zwaluwman", at=NOW, state="in_progress", closed_at=None)
    done = forgetting.full_request(cast, "Blijfman", at=NOW)
    subject = person(made, "subject")
    subject.key = "L-1"
    subject.record(by=None, why="opgezocht")
    records = []
    for case in (made, done):
        task = SearchTask.objects.filter(request=case)[0]
        records += [case, task, DossierFile.objects.filter(request=case)[0].document]
    trace(cast, *records, family[0])
    assert left(*records, family[0]) == [ALL, ALL, ALL, NONE, NONE, NONE, ALL]


def test_a_hold_on_a_closed_request_holds_what_belongs_to_it(cast: Cast) -> None:
    done = forgetting.full_request(cast, "Blijfman", at=NOW)
    task = SearchTask.objects.filter(request=done)[0]
    trace(cast, done, task)
    put(cast, subject=done)
    assert left(done, task) == [ALL, ALL]


def test_a_complaint_holds_the_logs_as_long_as_somebody_is_busy_with_it(
    cast: Cast, family: tuple[Pupil, Guardian]
) -> None:
    made = complaint(cast.linde, at=NOW, email="Sanne@ouders.example")
    trace(cast, made, *family)
    assert left(made, *family) == [ALL, ALL, ALL]
    made.outcome, made.closed_on = "settled", date(2026, 3, 6)
    made.record(by=None, why="klaar")
    ComplaintStep.objects.update(ended_on=date(2026, 3, 6))
    assert left(made, *family) == [NONE, NONE, NONE]


def test_an_open_breach_holds_the_logs_of_itself_and_of_whom_it_tells(
    cast: Cast, family: tuple[Pupil, Guardian]
) -> None:
    made = decided(breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    told = telling(made, [candidate("Sanne", email="Sanne@ouders.example")], at=NOW, by=cast.ibp)
    other = people.pupil(cast.linde, "Daan", key="L-2")
    trace(cast, made, told, *family, other)
    assert left(made, told, *family, other) == [ALL, ALL, ALL, ALL, NONE]
    made.state = "closed"
    made.record(by=None, why="afgesloten")
    assert left(made, told, *family) == [NONE] * 4


def test_what_tells_of_nothing_that_is_known_goes_on_its_day(cast: Cast) -> None:
    put(cast, school=cast.linde, person_key="L-1")
    for kind, number in (
        ("weg.model", "1"),
        ("organisation.pupil", "geen-getal"),
        ("organisation.pupil", "9" * 40),
        ("sessions.session", "1"),
        ("", ""),
        ("organisation.pupil", "999999999"),
    ):
        AccessEntry.objects.create(
            act="opened", subject_type=kind, subject_id=number, title="x", by=cast.fg
        )
    runs.run_rules(by=None, at=OVER, names=LOGS)
    assert not AccessEntry.objects.exists()


def test_asking_costs_the_same_for_one_line_and_for_many(cast: Cast) -> None:
    """By kinds of record and never by rows: also with cases open, and with some of them meant."""
    counted = []
    for many in (1, 6):
        pupils = [people.pupil(cast.linde, key=f"L-{many}-{each}") for each in range(many)]
        cases = [subject_request(cast.linde, at=NOW, key=each.key) for each in pupils]
        for pupil in pupils:
            put(cast, school=cast.linde, person_key=pupil.key)
        trace(cast, *pupils, *cases)
        keys = list(AccessEntry.objects.order_by("pk").values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            assert sorted(holds.held(AccessEntry, keys)) == keys
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert counted[0] <= 40
