"""Which records, for whom: with rows present that could leak."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from privacyboard.organisation.actions import appoint
from privacyboard.organisation.choices import Role
from registers import actions
from registers.models import (
    LINE_MODELS,
    ActivityVersion,
    Agreement,
    ProcessingActivity,
    Processor,
    PublishedStatement,
)
from tests.conftest import Cast, make_person
from tests.factories import registers as make
from tests.factories.pictures import kept

EVERYTHING = ["V01", "V02", "V03", "V04"]
LINDE = ["V01", "V02", "V04"]
EIK = ["V01", "V03", "V04"]

VISIBLE = [
    ("fg", EVERYTHING),
    ("ibp", EVERYTHING),
    ("board_member", EVERYTHING),
    ("director", LINDE),
    ("care", []),
    ("teacher", []),
    ("auditor", EVERYTHING),
    ("administrator", []),
    ("eik_director", EIK),
    ("eik_teacher", []),
]


@pytest.fixture
@kept
def register(cast: Cast, now: datetime) -> Cast:
    """V01 for the whole board, V02 at De Linde, V03 at De Eik, V04 at both; all established."""
    schools = {"V01": [], "V02": [cast.linde], "V03": [cast.eik], "V04": [cast.linde, cast.eik]}
    for code, chosen in schools.items():
        activity = make.activity(code, schools=chosen)
        make.transfer_line(activity)
        make.establish(activity, at=now)
        make.agreement(make.processor(), schools=chosen, reference=code)
    return cast


@pytest.mark.requirement("KPO-023", "OPO-041")
@pytest.mark.parametrize(("person", "codes"), VISIBLE)
def test_who_sees_which_activities(register: Cast, person: str, codes: list[str]) -> None:
    user = getattr(register, person)
    found = ProcessingActivity.objects.visible_to(user).order_by("code")
    assert [each.code for each in found] == codes


def test_the_table_names_the_whole_cast(cast: Cast) -> None:
    assert [getattr(cast, person) for person, _codes in VISIBLE] == cast.everybody()


@pytest.mark.parametrize(("person", "codes"), VISIBLE)
def test_lines_versions_and_agreements_follow_their_activity(
    register: Cast, person: str, codes: list[str]
) -> None:
    user = getattr(register, person)
    for model in LINE_MODELS:
        lines = model.objects.visible_to(user).order_by("activity__code")
        assert [line.activity.code for line in lines] == codes, model
    versions = ActivityVersion.objects.visible_to(user).order_by("activity__code")
    assert [version.activity.code for version in versions] == codes
    agreements = Agreement.objects.visible_to(user).order_by("reference")
    assert [agreement.reference for agreement in agreements] == codes


@pytest.mark.parametrize(("person", "codes"), VISIBLE)
def test_the_lists_are_whole_for_who_reads_the_register(
    register: Cast, person: str, codes: list[str]
) -> None:
    found = Processor.objects.visible_to(getattr(register, person)).values_list("code", flat=True)
    assert list(found) == (["topicus"] if codes else [])


def test_a_director_of_two_schools_sees_each_activity_once(register: Cast, now: datetime) -> None:
    user = make_person("Daan Dubbel", Role.DIRECTOR, register.linde)
    appoint(
        user=user,
        role=Role.DIRECTOR,
        school=register.eik,
        starts_on=date(2020, 8, 1),
        by=None,
        at=now,
    )
    codes = ProcessingActivity.objects.visible_to(user).values_list("code", flat=True)
    assert sorted(codes) == EVERYTHING


def test_a_role_that_has_ended_sees_nothing(register: Cast) -> None:
    gone = make_person("Gijs Gister", Role.DIRECTOR, register.linde, ends_on=date(2021, 7, 31))
    assert not ProcessingActivity.objects.visible_to(gone).exists()


def test_an_activity_is_established_while_a_version_is_in_force(cast: Cast, now: datetime) -> None:
    make.activity("V01")
    make.established("V02", at=now)
    revised = make.established("V03", at=now)
    actions.revise(activity=revised, reason="Nieuw doel.", by=cast.ibp, at=now)
    twice = make.established("V04", at=now)
    actions.revise(activity=twice, reason="Nieuw doel.", by=cast.ibp, at=now)
    make.establish(twice, at=now)
    gone = make.established("V05", at=now)
    actions.expire(activity=gone, reason="Gestopt.", by=cast.ibp, at=now)
    codes = ProcessingActivity.objects.established().values_list("code", flat=True)
    assert sorted(codes) == ["V02", "V03", "V04"]
    in_force = ActivityVersion.objects.in_force().values_list("activity__code", "number")
    assert sorted(in_force) == [("V02", 1), ("V03", 1), ("V04", 2)]


def test_a_proposal_awaits_its_decision(cast: Cast, now: datetime) -> None:
    make.activity("V01")
    make.established("V02", at=now)
    proposed = make.activity("V03")
    actions.propose(activity=proposed, by=cast.ibp, at=now)
    assert [each.code for each in ProcessingActivity.objects.awaiting_decision()] == ["V03"]


@pytest.mark.django_db
def test_a_review_is_due_on_its_day(now: datetime) -> None:
    for code, review_on in (
        ("V01", date(2026, 3, 1)),
        ("V02", date(2026, 3, 2)),
        ("V03", date(2026, 3, 3)),
        ("V04", None),
    ):
        make.established(code, at=now, next_review_on=review_on)
    make.activity("V05", next_review_on=date(2026, 1, 1))  # a concept is not reviewed
    due = ProcessingActivity.objects.review_due_by(date(2026, 3, 2))
    assert [each.code for each in due] == ["V01", "V02"]


@pytest.mark.requirement("KPO-001")
def test_board_wide_activities_hold_at_every_school(register: Cast) -> None:
    found = {
        school.slug: sorted(each.code for each in ProcessingActivity.objects.holding_at(school))
        for school in (register.linde, register.eik)
    }
    assert found == {"de-linde": LINDE, "de-eik": EIK}


@pytest.mark.django_db
def test_an_agreement_is_valid_from_signing_through_its_last_day() -> None:
    of = make.processor()
    day = date(2026, 3, 2)
    rows: dict[str, dict[str, Any]] = {
        "valid": {},
        "endless": {"ends_on": None},
        "last day": {"ends_on": day},
        "first day": {"starts_on": day, "signed_on": day},
        "ended": {"ends_on": date(2026, 3, 1)},
        "later": {"starts_on": date(2026, 3, 3)},
        "unsigned": {"signed_on": None},
        "signed later": {"signed_on": date(2026, 3, 3)},
    }
    for reference, values in rows.items():
        make.agreement(of, reference=reference, **values)
    valid = Agreement.objects.valid_on(day).values_list("reference", flat=True)
    assert sorted(valid) == ["endless", "first day", "last day", "valid"]
    for agreement in Agreement.objects.all():  # the same truth as the rule's
        is_valid = agreement.state_on(day) in {"valid", "expiring"}
        assert is_valid == (agreement.reference in set(valid)), agreement.reference


@pytest.mark.django_db
@pytest.mark.django_db
def test_nothing_is_published_in_an_empty_register() -> None:
    assert not PublishedStatement.objects.in_force().exists()
