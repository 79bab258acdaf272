"""An open request or complaint holds what is kept of its people, here and elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db.models import Model

from consent.models import Answer
from privacyboard.clockwork import holds
from privacyboard.clockwork.holds import Held
from privacyboard.organisation.models import Guardian, Guardianship, Pupil, School
from requests_ar.models import ComplaintStep, SubjectRequest
from tests.conftest import NOW, Cast
from tests.factories import consent as asked
from tests.factories import people
from tests.factories.complaints import complaint
from tests.factories.requests import person, subject_request

pytestmark = pytest.mark.requirement("OPO-052")

HIDDEN = Held("Er loopt nog een verzoek of klacht. Vraag de FG ernaar.", "FG")


def about(pupil: Pupil, *, parent: Guardian | None = None, **values: Any) -> SubjectRequest:
    """A request about a pupil whom somebody chose from the administration."""
    case = subject_request(pupil.school, at=NOW, key=pupil.key, **values)
    subject, requester = person(case, "subject"), person(case)
    subject.pupil, requester.guardian = pupil, parent
    subject.record(by=None, why="gekozen")
    requester.record(by=None, why="gekozen")
    return case


def held(record: Model) -> list[Held]:
    return holds.held(type(record), [record.pk]).get(record.pk, [])


def elsewhere(school: School, *keys: str) -> dict[str, list[Held]]:
    return holds.held_people(school.pk, keys)


@pytest.mark.parametrize("state", ["received", "in_progress", "decided", "answered"])
def test_an_open_request_holds_its_pupil_and_parent(cast: Cast, state: str) -> None:
    pupil, other = people.pupil(cast.linde, key="L-1"), people.pupil(cast.linde, key="L-2")
    parent = people.guardian(pupil)
    answered = date(2026, 3, 2) if state == "answered" else None
    case = about(pupil, parent=parent, state=state, handler=cast.ibp, answered_on=answered)
    told = Held("Verzoek V-2026-0001 loopt nog.", "Ilse Beheer", case.last_day)
    assert (held(pupil), held(parent), held(other)) == ([told], [told], [])
    assert elsewhere(cast.linde, "L-1", "L-2") == {"L-1": [told]}
    assert elsewhere(cast.eik, "L-1") == {}


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
def test_a_request_that_is_done_holds_nothing(cast: Cast, state: str) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    about(pupil, state=state, answered_on=date(2026, 3, 3))
    assert (held(pupil), elsewhere(cast.linde, "L-1")) == ([], {})


def test_it_holds_what_other_apps_keep_of_the_pupil(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    parent = people.guardian(pupil)
    asked.say(parent, pupil, asked.question(at=NOW), True, at=NOW)
    about(pupil)
    reason = "Verzoek V-2026-0001 loopt nog."
    assert reason in {each.reason for each in held(Answer.objects.get())}
    assert [each.reason for each in held(Guardianship.objects.get())] == [reason]


def test_a_number_alone_holds_the_pupil_of_that_school(cast: Cast) -> None:
    here, there = people.pupil(cast.linde, key="L-1"), people.pupil(cast.eik, key="L-1")
    subject_request(cast.linde, at=NOW, key="L-1")
    assert [len(held(here)), len(held(there))] == [1, 0]


def test_a_pupil_who_is_kept_elsewhere_only_is_held_by_number(cast: Cast) -> None:
    subject_request(cast.linde, at=NOW, key="L-9")
    assert list(elsewhere(cast.linde, "L-8", "L-9")) == ["L-9"]


def test_a_confidential_case_is_not_named(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    case = about(pupil, is_confidential=True, handler=cast.ibp)
    assert held(pupil) == [HIDDEN]
    assert elsewhere(cast.linde, "L-1") == {"L-1": [HIDDEN]}
    assert held(pupil)[0].case == f"requests_ar.subjectrequest:{case.pk}"


def test_a_complaint_of_a_parent_holds_the_parent_and_the_child(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    parent = people.guardian(pupil, email="vic@thuis.example")
    made = complaint(cast.linde, at=NOW, email="Vic@thuis.example")
    told = Held("Klacht K-2026-0001 loopt nog.")
    assert (held(pupil), held(parent)) == ([told], [told])
    assert elsewhere(cast.linde, "L-1") == {"L-1": [told]}
    made.outcome, made.closed_on = "settled", date(2026, 3, 6)
    made.record(by=None, why="klaar")
    assert held(pupil) == [told]  # the director is still busy
    ComplaintStep.objects.update(ended_on=date(2026, 3, 6))
    assert (held(pupil), held(parent)) == ([], [])


def test_a_request_by_form_holds_by_address_until_somebody_wrote_down_whom_it_is_about(
    cast: Cast,
) -> None:
    pupil, other = people.pupil(cast.linde, key="L-1"), people.pupil(cast.linde, key="L-2")
    parent = people.guardian(pupil, other, email="mila@thuis.example")
    case = subject_request(cast.linde, at=NOW, email="Mila@thuis.example")
    assert [len(held(each)) for each in (pupil, other, parent)] == [1, 1, 1]
    subject = person(case, "subject")
    subject.pupil = pupil
    subject.record(by=None, why="gekozen")
    assert [len(held(each)) for each in (pupil, other)] == [1, 0]


def test_a_pupil_who_asks_is_held_by_the_own_address(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, email="Noor@school.example")
    subject_request(cast.linde, at=NOW, email="noor@school.example", relation="self")
    assert len(held(pupil)) == 1


def test_a_complaint_about_a_request_holds_the_pupil_of_it(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    case = about(pupil, state="closed", answered_on=date(2026, 3, 2))
    complaint(None, at=NOW, request=case, received_on=case.received_on, email="")
    assert [each.reason for each in held(pupil)] == [
        "Bij verzoek V-2026-0001 loopt nog een klacht of een beperking."
    ]


def test_two_requests_are_two_reasons_and_one_person_twice_is_one(cast: Cast) -> None:
    pupil = people.pupil(cast.linde, key="L-1")
    about(pupil)
    about(pupil, is_confidential=True)
    assert [each.reason for each in held(pupil)] == [
        "Verzoek V-2026-0001 loopt nog.",
        HIDDEN.reason,
    ]


def test_asking_costs_the_same_for_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    pupils = [people.pupil(cast.linde, key=f"L-{number}") for number in range(30)]
    for pupil in pupils[:3]:
        about(pupil)
    with django_assert_max_num_queries(24):
        assert len(holds.held(Pupil, [each.pk for each in pupils])) == 3
