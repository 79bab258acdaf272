"""Who is held: by a number of before too, by every address, staff as well, and while data rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Model

from privacyboard.clockwork import holds
from privacyboard.clockwork.actions import lift_hold, put_hold
from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.models import Hold
from privacyboard.organisation.models import Guardian, Pupil, School, Teacher, User
from registers.actions.destroying import listing
from registers.choices import Bound, RetentionTrigger
from registers.forms.destruction import HoldForm
from registers.models import ConfidentialityNote, DestructionItem, Disclosure
from requests_ar.actions import afterwards
from requests_ar.models import Restriction, SubjectRequest
from tests.conftest import NOW, TODAY, Cast
from tests.factories import disclosures, people
from tests.factories import registers as make
from tests.factories.breaches import breach, decided
from tests.factories.complaints import complaint
from tests.factories.requests import person, subject_request
from tests.factories.tellings import candidate, telling
from tests.retention_runs import run

pytestmark = pytest.mark.requirement("OPO-052")

LEFT, OVER = date(2026, 7, 18), date(2028, 7, 19)
FAMILY = ("pupil_details", "guardian_details", "guardians", "pupils", "confidentiality_notes")


def put(cast: Cast, number: str) -> Hold:
    return put_hold(
        kind=HoldKind.LAWSUIT,
        reason="De zaak loopt.",
        owner=cast.ibp,
        review_on=TODAY + timedelta(days=90),
        school=cast.linde,
        person_key=number,
        by=cast.ibp,
        at=NOW,
    )


def renumber(pupil: Pupil, number: str) -> None:
    pupil.key = number
    pupil.record(by=None, why="ander nummer")


def reasons(record: Model) -> list[str]:
    found = holds.held(type(record), [record.pk])
    return [each.reason for each in found.get(record.pk, [])]


# --- numbers ----------------------------------------------------------------------------------


def test_a_hold_on_a_number_of_before_holds_the_pupil_and_the_parents(cast: Cast) -> None:
    child = people.pupil(cast.linde, key="L-1001", left_on=LEFT, email="noor@school.example")
    people.guardian(child)
    other = people.pupil(cast.linde, key="L-1002")
    there = people.pupil(cast.eik, key="L-1003")
    hold = put(cast, "L-1001")
    renumber(child, "2001")
    renumber(there, "L-1001")
    assert run(OVER, *FAMILY) == 0
    assert (reasons(other), reasons(there)) == ([], [])
    lift_hold(hold=hold, because="Klaar.", by=cast.ibp, at=NOW)
    assert run(OVER, *FAMILY) == 4
    assert not Guardian.objects.exists()


def test_a_record_with_a_number_of_before_is_held_by_the_number_of_now(cast: Cast) -> None:
    child = people.pupil(cast.linde, key="L-1001", left_on=LEFT)
    note = disclosures.note(cast.linde)
    given = disclosures.disclosure(cast.linde, at=NOW, by=cast.director)
    renumber(child, "2001")
    assert (reasons(note), reasons(given)) == ([], [])
    put(cast, "2001")
    assert (reasons(note), reasons(given)) == (["rechtszaak of claim"], ["rechtszaak of claim"])
    assert run(date(2060, 1, 1), "disclosures", "confidentiality_notes") == 0
    assert (Disclosure.objects.count(), ConfidentialityNote.objects.count()) == (1, 1)


def test_a_request_says_what_the_number_was(cast: Cast) -> None:
    child = people.pupil(cast.linde, key="L-1001")
    case = subject_request(cast.linde, at=NOW, key="L-1001", email="")
    renumber(child, "2001")
    assert reasons(child) == [f"Verzoek {case.number} loopt nog."]


def test_a_request_of_a_pupil_who_was_chosen_is_held_without_a_number_in_it(cast: Cast) -> None:
    """At the board there is no school by which a number is known."""
    child = people.pupil(cast.linde, key="L-1001")
    case = subject_request(None, at=NOW, state="closed", answered_on=TODAY)
    subject = person(case, "subject")
    subject.pupil = child
    subject.record(by=None, why="gekozen")
    assert reasons(case) == []
    put(cast, "L-1001")
    assert reasons(case) == ["rechtszaak of claim"]


def test_a_pupil_with_a_long_number_can_be_held(cast: Cast) -> None:
    """An EDEXML file may give keys of 256 signs."""
    child = people.pupil(cast.linde, key=f"{'abcdef0123456789-' * 15}1")
    given = {
        "kind": HoldKind.LAWSUIT,
        "school": cast.linde.pk,
        "person_key": child.key,
        "reason": "De zaak loopt.",
        "owner": cast.ibp.pk,
        "review_on": "01-09-2050",
    }
    form = HoldForm(given, schools=School.objects.filter(pk=cast.linde.pk), office=False)
    assert form.is_valid(), form.errors
    put(cast, child.key)
    assert reasons(child) == ["rechtszaak of claim"]


# --- addresses --------------------------------------------------------------------------------


def test_another_address_of_a_parent_is_of_the_parent_too(cast: Cast) -> None:
    child = people.pupil(cast.linde, key="L-1001")
    parent = people.guardian(child, other_emails=["sanne@kantoor.example"])
    alone = people.guardian(first_name="Tom", other_emails=["tom@kantoor.example"])
    made = complaint(cast.linde, at=NOW, email="Sanne@kantoor.example")
    subject_request(cast.linde, at=NOW, email="Tom@kantoor.example")
    told = f"Klacht {made.number} loopt nog."
    assert (reasons(child), reasons(parent)) == ([told], [told])
    assert reasons(alone) == ["Verzoek V-2026-0001 loopt nog."]


def test_who_is_told_of_a_breach_at_another_address_is_held(cast: Cast) -> None:
    parent = people.guardian(people.pupil(cast.linde), other_emails=["sanne@kantoor.example"])
    case = decided(breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    telling(case, [candidate("S.", email="Sanne@kantoor.example")], at=NOW, by=cast.ibp)
    assert reasons(parent) == [f"Datalek {case.number} loopt nog."]


# --- staff ------------------------------------------------------------------------------------


def of_staff(school: School | None, **values: Any) -> SubjectRequest:
    name = "Juf Jansen"
    own: dict[str, Any] = {"name": name, "subject_name": name, "relation": "self", "born_on": None}
    return subject_request(school, at=NOW, group="staff", **(own | values))


@pytest.mark.django_db
def test_who_works_here_is_held_by_what_runs_from_the_own_address(cast: Cast) -> None:
    teacher = people.teacher(cast.linde, "juf@school.example")
    other = people.teacher(cast.linde, "meester@school.example")
    case = of_staff(cast.linde, email="Juf@school.example")
    assert (reasons(teacher), reasons(other)) == ([f"Verzoek {case.number} loopt nog."], [])
    made = complaint(cast.linde, at=NOW, email=cast.teacher.email.upper())
    assert reasons(cast.teacher) == [f"Klacht {made.number} loopt nog."]
    leak = decided(breach(cast.linde, at=NOW), at=NOW, by=cast.ibp)
    telling(leak, [candidate("Meester", email=other.email)], at=NOW, by=cast.ibp)
    assert reasons(other) == [f"Datalek {leak.number} loopt nog."]
    # Long after: the account and the list of teachers wait for it.
    assert run(date(2060, 1, 1), "teachers") == 0
    cast.teacher.appointments.update(ends_on=LEFT)
    assert run(OVER, "accounts") == 0
    assert User.objects.get(pk=cast.teacher.pk).email == cast.teacher.email
    SubjectRequest.objects.update(state="closed", answered_on=TODAY)
    assert reasons(teacher) == []


def test_a_teacher_is_held_by_number_and_no_teacher_by_the_number_of_a_pupil(cast: Cast) -> None:
    teacher = people.teacher(cast.linde, "")
    elsewhere = people.teacher(cast.eik, "")
    Teacher.objects.filter(pk__in=[teacher.pk, elsewhere.pk]).update(key="P-77")
    subject_request(cast.linde, at=NOW, key="P-77", email="")
    assert reasons(teacher) == []
    case = of_staff(cast.linde, key="P-77", email="")
    assert (reasons(teacher), reasons(elsewhere)) == ([f"Verzoek {case.number} loopt nog."], [])


def test_the_list_of_the_office_waits_for_the_request_of_who_works_here(cast: Cast) -> None:
    rule = make.retention_rule(
        "personnel_file", bound=Bound.MAXIMUM, trigger=RetentionTrigger.EMPLOYMENT_END
    )
    found = listing.open_list(school=None, by=cast.ibp, at=NOW)
    of_staff(cast.linde, key="P-77", email="")
    subject_request(cast.linde, at=NOW, key="P-78", email="")  # a pupil
    added = listing.Added(rule=rule, event_on=date(2023, 1, 1), keys=("P-77", "P-78"))
    listing.add_items(found=found, added=added, by=cast.ibp, at=NOW)
    verdicts = DestructionItem.objects.values_list("person_key", "verdict")
    assert dict(verdicts) == {"P-77": "held", "P-78": "destroy"}


# --- a restriction ----------------------------------------------------------------------------


def test_what_is_restricted_is_kept_after_the_request_was_closed(cast: Cast) -> None:
    """Kept and not used (AVG 18(2)): the person needs them, or does not want them erased."""
    child = people.pupil(cast.linde, key="L-1001", left_on=LEFT)
    case = subject_request(cast.linde, at=NOW, kinds=("restriction",), key="L-1001", email="")
    mark = afterwards.restrict(
        request=case,
        ground="needed_for_claim",
        what="Het dossier",
        starts_on=TODAY,
        by=cast.ibp,
        at=NOW,
    )
    case.refresh_from_db()
    case.state, case.answered_on, case.closed_at = "closed", TODAY, NOW
    case.record(by=None, why="proef")
    told = f"Bij verzoek {case.number} loopt nog een klacht of een beperking."
    assert reasons(child) == [told]
    elsewhere = holds.held_people(cast.linde.pk, ["L-1001", "L-1002"])
    assert {key: [each.reason for each in held] for key, held in elsewhere.items()} == {
        "L-1001": [told]
    }
    assert run(OVER, *FAMILY) == 0
    # A last day that still comes is part of it: by the clock of the database.
    last = date(2099, 7, 31)
    afterwards.lift(restriction=mark, told_on=TODAY, ends_on=last, by=cast.ibp, at=NOW)
    assert reasons(child) == [told]
    Restriction.objects.update(ends_on=TODAY)
    assert run(OVER, *FAMILY) == 1
    assert not Pupil.objects.exists()
