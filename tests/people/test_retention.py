"""What the lists of pupils, parents and staff forget, and what stays as proof of who it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.actions.links import revoke_links
from privacyboard.audit.actions import note_access
from privacyboard.audit.forgetting import forgetting
from privacyboard.audit.models import AccessEntry
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import (
    Appointment,
    Group,
    Guardian,
    Guardianship,
    Placement,
    Pupil,
    Teacher,
    User,
)
from privacyboard.people import retention
from privacyboard.people.actions import files as file_acts
from privacyboard.people.actions.guardians import put_address_right
from privacyboard.people.choices import FileState
from privacyboard.people.models import PeopleFile
from tests.conftest import NOW, TODAY, Cast, make_person
from tests.factories import consent as make
from tests.factories import people
from tests.factories.forgetting import places_of as forgetting_places
from tests.people.conftest import TakeIn
from tests.personal_fields import fields_that_can_hold_people
from tests.retention_runs import run

DAY = timedelta(days=1)
LEFT = date(2026, 7, 18)
ON_THE_DAY, THE_DAY_AFTER = date(2028, 7, 18), date(2028, 7, 19)
FAMILY = "Leerlingnummer;Roepnaam;Achternaam;Verzorger 1 naam;Verzorger 1 e-mail"
CSV = b"Leerlingnummer;Roepnaam;Achternaam\n1;Noor;Visser\n"
# History and the access log are dated by the server: so far ahead that all of it lies behind.
LONG_AFTER = date(2060, 1, 1)


# --- pupils and their parents -----------------------------------------------------------------


@pytest.mark.requirement("VOG-040", "OPO-051")
def test_two_years_after_leaving_only_who_it_was_stays(cast: Cast) -> None:
    child = people.pupil(
        cast.linde,
        of=people.group(cast.linde),
        left_on=LEFT,
        email="noor@school.example",
        eck_id="https://ketenid.example/1",
        language="tr",
    )
    child.first_name = "Nora"
    child.record(by=cast.director, why="naam verbeterd")
    note_access(subject=child, act="opened", by=cast.director)
    # Somebody answered about this child: that is proof of whom it was about.
    make.say(people.guardian(child), child, make.question(at=NOW), True, at=NOW)
    assert run(ON_THE_DAY, "pupil_details", "pupils") == 0
    assert run(THE_DAY_AFTER, "pupil_details", "pupils") == 1
    assert run(THE_DAY_AFTER + DAY, "pupil_details", "pupils") == 0
    kept = Pupil.objects.get()
    assert (kept.name, kept.key, kept.born_on, kept.left_on) == (
        "Nora Visser",
        child.key,
        people.CHILD,
        LEFT,
    )
    assert (kept.email, kept.eck_id, kept.language) == ("", "", "nl")
    assert Placement.objects.count() == 0
    row = Pupil.history.get()
    assert (row.first_name, row.email, row.history_change_reason) == (
        "Nora",
        "",
        "bewaartermijn: Leerlingen: e-mailadres, taal en groepen",
    )
    assert AccessEntry.objects.get().title == "(vergeten)"


@pytest.mark.requirement("VOG-040", "KPO-022")
def test_a_pupil_to_whom_nothing_points_goes_with_all_that_is_theirs(cast: Cast) -> None:
    child = people.pupil(cast.linde, of=people.group(cast.linde), left_on=LEFT)
    sister = people.pupil(cast.linde, "Mila")
    mother = people.guardian(child, sister)
    people.guardian(child, first_name="Tom")
    assert run(ON_THE_DAY, "guardian_details", "guardians", "pupils") == 0
    assert run(THE_DAY_AFTER, "guardian_details", "guardians", "pupils") == 3
    assert (list(Pupil.objects.all()), list(Guardian.objects.all())) == ([sister], [mother])
    assert list(Guardianship.objects.values_list("pupil", flat=True)) == [sister.pk]
    assert set(Pupil.history.values_list("id", flat=True)) == {sister.pk}
    assert set(Guardian.history.values_list("id", flat=True)) == {mother.pk}
    assert set(Guardianship.history.values_list("pupil", flat=True)) == {sister.pk}
    assert (mother.email, Guardian.objects.get().link_number) == ("sanne@gezin.example", 1)


@pytest.mark.parametrize("ends_on", [None, LEFT])
def test_who_stands_for_no_pupil_any_more_keeps_a_name_only(
    cast: Cast, ends_on: date | None
) -> None:
    """The pupil left, or is still there and the tie ended."""
    child = people.pupil(cast.linde, left_on=None if ends_on else LEFT)
    mother = people.guardian(child, key="O1", other_emails=["werk@kantoor.example"])
    Guardianship.objects.update(ends_on=ends_on)
    make.say(mother, child, make.question(at=NOW), True, at=NOW)
    OutboundLetter.objects.create(
        key="consent/new_link:1",
        letter="consent/new_link",
        to=mother.email,
        about_type="organisation.guardian",
        about_id=str(mother.pk),
        queued_at=NOW,
        due_at=NOW,
    )
    assert run(ON_THE_DAY, "guardian_details", "guardians") == 0
    assert run(THE_DAY_AFTER, "guardian_details", "guardians") == 1
    assert run(THE_DAY_AFTER + DAY, "guardian_details", "guardians") == 0
    mother.refresh_from_db()
    assert (mother.name, mother.email, mother.other_emails, mother.key) == (
        "Sanne Visser",
        "",
        [],
        "",
    )
    assert Guardian.history.get().email == ""
    assert OutboundLetter.objects.count() == 0


def test_a_parent_whose_last_pupil_went_is_found_when_the_last_record_went(cast: Cast) -> None:
    child = people.pupil(cast.linde, left_on=LEFT)
    other = people.pupil(cast.linde)
    mother = people.guardian(child, other)
    said = make.say(mother, other, make.question(at=NOW), True, at=NOW)
    Guardianship.objects.filter(pupil=other).delete()
    assert run(THE_DAY_AFTER, "guardian_details", "guardians", "pupils") == 2
    assert (Guardianship.objects.count(), Guardian.objects.get().link_number) == (0, -2)
    with forgetting(reason="proef"):
        type(said[0]).objects.all().delete()
    assert run(THE_DAY_AFTER, "guardians") == 1
    assert Guardian.history.count() == 0


def test_a_link_from_before_never_serves_again(cast: Cast) -> None:
    """Whoever comes back, and goes again, gets numbers that no link ever had."""
    child = people.pupil(cast.linde, left_on=LEFT)
    mother = people.guardian(child)
    make.say(mother, child, make.question(at=NOW), True, at=NOW)
    numbers = [mother.link_number]
    for time in range(3):
        assert run(THE_DAY_AFTER + time * DAY, "guardian_details") == 1
        for email in ("terug@gezin.example", "nieuw@gezin.example"):
            mother = put_address_right(
                guardian=mother, email=email, other_emails=[], by=cast.director, at=NOW
            )
            numbers.append(mother.link_number)
        revoke_links(who=mother, by=cast.director, at=NOW)
        mother.refresh_from_db()
        numbers.append(mother.link_number)
    assert len(numbers) == len(set(numbers)) == 10


def test_a_link_from_before_serves_no_more_after_a_file_brought_the_parent_back(
    cast: Cast, take_in: TakeIn
) -> None:
    child = people.pupil(cast.linde, key="1", left_on=LEFT)
    mother = people.guardian(child)
    make.say(mother, child, make.question(at=NOW), True, at=NOW)
    old = mother.link_number
    assert run(THE_DAY_AFTER, "guardian_details") == 1
    numbers = {old}
    for email in ("terug@gezin.example", "nieuw@gezin.example"):
        take_in(f"{FAMILY}\n1;Noor;Visser;Sanne Visser;{email}\n")
        mother.refresh_from_db()
        assert mother.email == email
        numbers.add(mother.link_number)
    assert len(numbers) == 3


def test_who_came_back_with_another_child_keeps_what_is_known(cast: Cast) -> None:
    first = people.pupil(cast.linde, left_on=LEFT)
    mother = people.guardian(first)
    second = people.pupil(cast.eik, "Mila")
    Guardianship(pupil=second, guardian=mother).record(by=None, why="ingevoerd")
    assert run(THE_DAY_AFTER, "guardian_details", "guardians") == 0
    second.left_on = date(2030, 7, 18)
    second.record(by=None, why="van school")
    assert run(date(2032, 7, 18), "guardian_details", "guardians") == 0
    assert run(date(2032, 7, 19), "guardian_details", "guardians") == 2
    assert Guardian.objects.count() == 0


@pytest.mark.requirement("OPO-052")
def test_a_hold_on_a_pupil_holds_the_parents_too(cast: Cast) -> None:
    child = people.pupil(cast.linde, left_on=LEFT, email="noor@school.example")
    people.guardian(child)
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=TODAY + 90 * DAY,
        school=cast.linde,
        person_key=child.key,
        by=cast.ibp,
        at=NOW,
    )
    names = ("pupil_details", "guardian_details", "guardians", "pupils")
    assert run(THE_DAY_AFTER, *names) == 0
    assert (Pupil.objects.get().email, Guardian.objects.get().email) == (
        "noor@school.example",
        "sanne@gezin.example",
    )
    lift_hold(hold=hold, because="De rechter heeft beslist.", by=cast.ibp, at=NOW + DAY)
    assert run(THE_DAY_AFTER, *names) == 4
    assert (Pupil.history.count(), Guardian.history.count()) == (0, 0)


def test_groups_go_when_nobody_is_in_them(cast: Cast) -> None:
    old, now = people.group(cast.linde), people.group(cast.linde, "8a", year=2026)
    child = people.pupil(cast.linde, of=old)
    people.teacher(cast.linde, "juf@school.example", old, now)
    # The year 2025-2026 ended on 31 July 2026.
    assert run(date(2028, 8, 1), "groups") == 0  # somebody is in it
    people.place(child, now)
    Placement.objects.filter(group=old).delete()
    assert run(date(2028, 7, 31), "groups") == 0
    assert run(date(2028, 8, 1), "groups") == 1
    assert list(Group.objects.all()) == [now]
    assert list(Teacher.objects.get().groups.all()) == [now]


def test_a_chunk_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    def ask(number: int) -> int:
        for each in range(number):
            child = people.pupil(cast.linde, f"P{each}", left_on=LEFT, email="p@school.example")
            people.guardian(child)
        with CaptureQueriesContext(connection) as asked:
            run(THE_DAY_AFTER, "pupil_details", "guardian_details", "guardians", "pupils")
        assert (Pupil.objects.count(), Guardian.objects.count()) == (0, 0)
        return len(asked)

    assert ask(1) == ask(3)


# --- staff ------------------------------------------------------------------------------------


def test_a_teacher_goes_two_years_after_the_last_group(cast: Cast) -> None:
    old, now = people.group(cast.linde), people.group(cast.linde, "8a", year=2057)
    people.teacher(cast.linde, "weg@school.example", old)
    stays = people.teacher(cast.linde, "juf@school.example", old, now)
    people.teacher(cast.linde, "nooit@school.example")
    assert run(LONG_AFTER, "teachers") == 2
    assert list(Teacher.objects.all()) == [stays]
    assert set(Teacher.history.values_list("id", flat=True)) == {stays.pk}


def test_a_teacher_of_this_year_or_of_a_new_file_stays(cast: Cast) -> None:
    people.teacher(cast.linde, "juf@school.example", people.group(cast.linde))
    # The school year ended long enough ago, and the row was written today.
    assert run(timezone.localdate() + 700 * DAY, "teachers") == 0


@pytest.fixture
def former(cast: Cast) -> User:
    """Worked here until 2 March 2026, and decided something."""
    user = make_person("Wil Weg", Role.FG, ends_on=TODAY)
    User.objects.filter(pk=user.pk).update(created_at=datetime(2020, 8, 1, tzinfo=UTC))
    Appointment.objects.filter(user=user).update(is_external=True, basis="Vervangt Fenna")
    return user


def test_an_account_is_closed_two_years_after_the_last_appointment(
    cast: Cast, former: User
) -> None:
    at = NOW + DAY
    hold = put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=TODAY + 90 * DAY,
        subject=cast.linde,
        by=former,
        at=at,
    )
    assert run(date(2028, 3, 2), "accounts") == 0
    assert run(date(2028, 3, 3), "accounts") == 1
    assert run(date(2028, 3, 4), "accounts") == 0
    former.refresh_from_db()
    assert (former.name, former.email) == (
        "Wil Weg",
        f"oud-medewerker-{former.pk}@vergeten.invalid",
    )
    assert (former.is_active, former.has_usable_password(), former.last_login) == (
        False,
        False,
        None,
    )
    assert former.history.get().email == former.email
    assert former.appointments.get().basis == ""
    assert [row.basis for row in Appointment.history.filter(user=former.pk)] == [""]
    assert str(hold.history.get().history_user) == str(former)


@pytest.mark.requirement("OPO-053")
def test_the_name_goes_five_years_later_and_who_decided_is_told_apart(
    cast: Cast, former: User
) -> None:
    run(date(2028, 3, 3), "accounts")
    assert run(date(2033, 3, 2), "account_names") == 0
    assert run(date(2033, 3, 3), "account_names") == 1
    assert run(date(2033, 3, 4), "accounts", "account_names") == 0
    former.refresh_from_db()
    assert (former.name, former.sort_name) == (
        f"Oud-medewerker {former.pk}",
        f"oud-medewerker {former.pk}",
    )
    assert former.history.get().last_name == str(former.pk)
    # The cast works here without end; the auditor until 2099.
    assert User.objects.exclude(first_name="Oud-medewerker").count() == 10


def test_who_comes_back_is_no_former_employee(cast: Cast, former: User) -> None:
    appoint(
        user=former,
        role=Role.AUDITOR,
        school=None,
        starts_on=date(2027, 1, 1),
        ends_on=date(2029, 12, 31),
        by=cast.administrator,
        at=NOW,
    )
    assert run(date(2031, 12, 31), "accounts") == 0
    assert run(date(2032, 1, 1), "accounts") == 1


def test_an_account_that_never_had_an_appointment_counts_from_its_making(cast: Cast) -> None:
    nobody = make_person("Nico Nooit")
    User.objects.filter(pk=nobody.pk).update(created_at=NOW)
    assert (run(date(2028, 3, 2), "accounts"), run(date(2028, 3, 3), "accounts")) == (0, 1)


# --- files ------------------------------------------------------------------------------------


def test_a_file_goes_after_thirty_days_and_its_row_after_a_year(cast: Cast) -> None:
    file = file_acts.take_file(
        school=cast.linde,
        content=CSV,
        file_name="klas van Noor Visser.csv",
        school_year=2025,
        is_full=False,
        by=cast.director,
        at=NOW,
    )
    assert file.document is not None
    on_disk = Path(file.document.file.path)
    assert run(date(2026, 4, 1), "people_files") == 0
    assert on_disk.exists()
    assert run(date(2026, 4, 2), "people_files") == 1
    assert run(date(2026, 4, 3), "people_files") == 0
    assert not on_disk.exists()
    file = PeopleFile.objects.get()
    assert (file.document, file.state, file.file_name) == (
        None,
        FileState.DROPPED,
        "bestand.csv",
    )
    assert run(date(2027, 3, 2), "people_file_rows") == 0
    assert run(date(2027, 3, 3), "people_file_rows") == 1
    assert PeopleFile.objects.count() == 0


def test_a_file_that_the_worker_is_busy_with_stays(cast: Cast) -> None:
    PeopleFile.objects.create(
        school=cast.linde,
        format="table",
        state=FileState.APPLYING,
        school_year=2025,
        asked_at=NOW,
    )
    assert run(LONG_AFTER, "people_files", "people_file_rows") == 0


# --- every field with personal data is named --------------------------------------------------

SCHOOL = {"name", "sort_name", "slug", "brin", "branch", "street", "postcode", "city", "website"}
BOARD = {
    *("name", "street", "postcode", "city", "kvk", "authority_number", "website"),
    *("breach_protocol_url", "complaints_text", "complaints_url"),
}


def test_every_field_that_can_hold_a_person_is_named_or_says_nothing_of_anybody() -> None:
    assert fields_that_can_hold_people("people") == set(retention.PERSONAL)
    about_nobody = {"school": SCHOOL, "board": BOARD, "schoolholiday": {"name"}}
    found = fields_that_can_hold_people("organisation", (), about_nobody)
    # An array of addresses is no text to the test.
    assert found | {"guardian.other_emails"} == set(retention.PERSONAL_IN_ORGANISATION)


# --- who was the FG, or could be reached, before ----------------------------------------------


@pytest.mark.requirement("OPO-051")
def test_a_former_fg_goes_from_the_history_five_years_after_the_next(cast: Cast) -> None:
    board, school = cast.board, cast.linde
    for name in ("Zwaluwman Oud", "Nieuw"):
        board.fg_name, board.fg_email, board.fg_phone = name, f"{name[:4]}@fg.example", "06-1"
        board.record(by=None, why="andere FG")
        school.email = f"{name[:4]}@delinde.example"
        school.record(by=None, why="ander adres")
    names = ("board_contacts_replaced", "school_contacts_replaced")
    rows, today = type(board).history.count(), timezone.localdate()

    assert run(today.replace(year=today.year + 5), *names) == 0
    assert run(LONG_AFTER, *names) > 0
    assert run(LONG_AFTER, *names) == 0
    assert forgetting_places("Zwaluwman") == []
    assert forgetting_places("Zwal@") == []
    # That something changed is told still; and who it is now.
    assert type(board).history.count() == rows
    board.refresh_from_db()
    assert (board.fg_name, type(board).history.first().fg_name) == ("Nieuw", "Nieuw")
