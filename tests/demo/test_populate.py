"""`manage.py populate`: a large board that hangs together, made by the set, twice the same."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from privacyboard.demo import people
from privacyboard.demo.populate import PARTS, NotEmpty, Part, populate
from privacyboard.organisation.models import Appointment, School, User
from registers import actions
from registers.choices import ActivityStatus
from registers.content import digest, to_json
from registers.models import (
    LINE_MODELS,
    ActivityVersion,
    Agreement,
    AgreementCoverage,
    ProcessingActivity,
    Processor,
    RecipientLine,
    read_content,
    read_contents,
)
from registers.rules.completeness import blocking_gaps
from tests.conftest import NOW, Cast, make_person
from tests.factories.demo import put_back_large

COUNTS = {
    "schools": 6,
    "users": 40,
    "suppliers": 12,
    "activities": 40,
    "disclosures": 5,
    "requests": 60,
    "pupils": 40,
    "letters": 4,
    "entries": 7,
    "lists": 13,
}


@pytest.fixture
def large(db: None) -> None:
    put_back_large(COUNTS)


def test_a_board_has_as_many_as_was_asked(large: None) -> None:
    found = {
        "schools": School.objects.count(),
        "users": User.objects.count(),
        "suppliers": Processor.objects.count(),
        "activities": ProcessingActivity.objects.count(),
    }
    assert found == {"schools": 6, "users": 40, "suppliers": 12, "activities": 40}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.option)
def test_each_part_has_its_option_and_its_default(db: None, part: Part) -> None:
    call_command("populate", **{**dict.fromkeys(COUNTS, 0), part.option: 2}, stdout=StringIO())
    assert part.default > 0
    assert School.objects.count() == (2 if part.option == "schools" else 0)


def test_every_record_passes_its_own_checks(now: datetime, db: None) -> None:
    making = populate(COUNTS, seed=1, at=now)
    models: tuple[type[Any], ...] = (
        *(School, User, Appointment, Processor, Agreement, ProcessingActivity),
        *LINE_MODELS,
    )
    refused = []
    for model in models:
        for record in making.made(model)[:8]:
            try:
                model._default_manager.get(pk=record.pk).full_clean(exclude=["group"])
            except ValidationError as problem:
                refused.append((model.__name__, problem.message_dict))
    assert refused == []


def test_every_role_can_sign_in_with_the_password_of_the_demo(large: None, client: Client) -> None:
    for role in Appointment.objects.values_list("role", flat=True).distinct():
        held = Appointment.objects.filter(role=role).select_related("user")[0]
        assert client.login(username=held.user.email, password=people.PASSWORD), role
        assert client.get("/").status_code == 200
    assert Appointment.objects.values("role").distinct().count() == 8


def test_versions_are_what_establishing_would_have_frozen(large: None) -> None:
    in_force = ActivityVersion.objects.in_force().select_related("activity")
    assert in_force.count() == ProcessingActivity.objects.filter(status="established").count()
    for version in in_force[:10]:
        plain = to_json(read_content(version.activity))
        assert (version.content, version.sha256) == (plain, digest(plain))


def test_what_is_established_misses_nothing_that_stops_it(large: None) -> None:
    held = ProcessingActivity.objects.filter(status=ActivityStatus.ESTABLISHED)
    assert [blocking_gaps(content) for content in read_contents(held).values()] == [[]] * 34
    valid = Agreement.objects.valid_on(NOW.date()).values("processor")
    without = RecipientLine.objects.filter(activity__in=held, processor__isnull=False).exclude(
        processor__in=valid
    )
    assert without.exists()
    assert not without.filter(activity__exception_reason="").exists()


def test_it_can_be_revised_and_established_again_by_the_acts(large: None) -> None:
    activity = ProcessingActivity.objects.filter(status=ActivityStatus.ESTABLISHED)[0]
    actions.revise(activity=activity, reason="proef", by=None, at=NOW)
    actions.propose(activity=activity, by=None, at=NOW)
    before = activity.versions.count()
    version = actions.establish(activity=activity, by=None, at=NOW, exception="proef")
    assert version.number == before + 1


def test_coverage_is_what_signing_would_have_written(large: None) -> None:
    rows = ("product_id", "school_id", "period")
    for agreement in Agreement.objects.all():
        written = set(agreement.coverage.values_list(*rows))
        actions.refresh_coverage(agreement=agreement, by=None, at=NOW)
        assert set(agreement.coverage.values_list(*rows)) == written
    assert AgreementCoverage.objects.exists()


def test_everything_has_history_its_lists_included(large: None) -> None:
    activity = ProcessingActivity.objects.filter(all_schools=False)[0]
    event = activity.history.get()
    assert event.history_user is not None
    for name in ("schools", "systems", "products", "measures"):
        kept = getattr(event, name).all()
        assert kept.count() == getattr(activity, name).count(), name
    assert event.schools.count() >= 1
    assert User.history.count() == 40


def test_the_same_seed_makes_the_same_board(db: None, now: datetime) -> None:
    def made(seed: int) -> list[Any]:
        making = populate(COUNTS, seed=seed, at=now)
        found = [
            *making.made(User),
            *(each.reference for each in making.made(Agreement)),
            *(str(each.ends_on) for each in making.made(Agreement)),
            *(each.sha256 for each in making.made(ActivityVersion)),
        ]
        return [str(each) for each in found]

    boards = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            boards.append(made(seed))
            transaction.set_rollback(True)
    assert boards[0] == boards[1]
    assert boards[0] != boards[2]


def test_what_all_databases_of_a_server_share_is_not_held(db: None, now: datetime) -> None:
    """Else who fills another database waits for the end of this transaction."""
    populate({**dict.fromkeys(COUNTS, 0), "schools": 1}, seed=1, at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT database = 0, count(*) > 0 FROM pg_locks WHERE pid = pg_backend_pid()"
            " AND mode = 'ShareUpdateExclusiveLock' AND locktype = 'relation' GROUP BY 1"
        )
        assert cursor.fetchall() == [(False, True)]


def test_a_board_that_holds_data_is_left_alone(cast: Cast) -> None:
    with pytest.raises(CommandError, match="this database holds data already"):
        call_command("populate", schools=1, stdout=StringIO())
    assert School.objects.count() == 2


def test_one_account_is_enough_to_refuse(db: None, now: datetime) -> None:
    make_person("Tom Techniek")
    with pytest.raises(NotEmpty, match=r"organisation\.User"):
        populate(COUNTS, seed=1, at=now)


def test_a_refusal_halfway_leaves_nothing(db: None) -> None:
    with pytest.raises(CommandError, match="there are numbers for 6760 schools, not for 6761"):
        call_command("populate", schools=6761, stdout=StringIO())
    assert not Processor.objects.exists()
    assert not School.objects.exists()


@pytest.mark.parametrize("given", ["-1", "x", "1.5", "", "٣"])
def test_a_number_of_things_is_a_number(db: None, given: str) -> None:
    with pytest.raises(CommandError, match="is no number of things"):
        call_command("populate", f"--schools={given}")


def test_what_it_costs_does_not_grow_with_the_number_of_rows(db: None, now: datetime) -> None:
    asked = []
    for times in (1, 2):
        counts = {name: times * count for name, count in COUNTS.items()}
        counts["schools"], counts["users"] = COUNTS["schools"], COUNTS["users"]
        with transaction.atomic():
            with CaptureQueriesContext(connection) as queries:
                populate(counts, seed=1, at=now)
            asked.append(len(queries))
            transaction.set_rollback(True)
    # A few more where a set does not fit in one statement.
    assert asked[1] - asked[0] < 20
