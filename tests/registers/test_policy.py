"""What the board's own regulations ask, beside the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from registers.choices import LegalBasis, RecipientKind, SpecialGround, TransferInstrument
from registers.content import MeasureContent, Named
from registers.models import read_policy
from registers.rules.policy import Policy, board_policy_gaps, policy_gaps
from tests.conftest import TODAY, Cast
from tests.factories import register_content as plain
from tests.factories import registers as make

CONFIDENTIAL = MeasureContent("confidentiality", "Geheimhouding", "organisational")
SHUT = MeasureContent("locked_file", "Afgesloten kast", "physical")
POLICY = Policy(
    on=TODAY,
    signed=frozenset({plain.RECIPIENT.party.code}),
    shared=frozenset({"duo"}),
    purposes=frozenset("abcdefghijk"),
)
SPECIAL = replace(
    plain.DATA,
    category=Named("health_support", "Gezondheid"),
    kind="special",
    special_ground=SpecialGround.UAVG_SCHOOLS.value,
    necessity="Nodig voor de begeleiding.",
)
MEDICAL = replace(SPECIAL, category=Named("health_emergency", "Medische gegevens"))
CAMERA = replace(plain.DATA, category=Named("camera_images", "Camerabeelden"))


def found(policy: Policy = POLICY, **changes: Any) -> list[tuple[str, str]]:
    changes.setdefault("measures", (CONFIDENTIAL, SHUT))
    made = plain.content(**changes)
    assert not any(gap.blocks for gap in policy_gaps(made, policy))
    return [(gap.article, gap.place) for gap in policy_gaps(made, policy)]


def test_an_activity_that_follows_the_policy_has_no_gap() -> None:
    assert found() == []


@pytest.mark.requirement("OPO-017")
@pytest.mark.parametrize(
    ("adopted", "gaps"),
    [("2023-03-02", []), ("2023-03-01", [("OPOO 3.5.2", "DPIA")]), ("", [])],
)
def test_a_dpia_is_done_again_after_three_years(adopted: str, gaps: list[tuple[str, str]]) -> None:
    assert found(dpia_needed="yes", dpia_reference="DPIA", dpia_adopted_on=adopted) == gaps


@pytest.mark.requirement("OPO-015")
@pytest.mark.parametrize(
    ("changes", "article"),
    [
        ({"automation": "profiling"}, "OPOO 3.5.1"),
        ({"name": "AI in de klas"}, "OPOO 3.5.1"),
        ({"description": "Een algoritme kiest de sommen."}, "OPOO 3.5.1"),
        ({"data": (SPECIAL,)}, "OPOO 3.5.1"),
        ({"data": (CAMERA,)}, "OPOO 7.1"),
    ],
)
def test_some_uses_ask_a_dpia(changes: dict[str, Any], article: str) -> None:
    no: dict[str, Any] = {"dpia_needed": "no", "dpia_reference": "", "dpia_adopted_on": ""}
    assert found(**no, **changes) == [(article, "DPIA")]
    yes: dict[str, Any] = {
        "dpia_needed": "yes",
        "dpia_reference": "DPIA",
        "dpia_adopted_on": "2026-01-01",
    }
    assert found(**yes, **changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Maintenance van MAIL"},
        {"data": (replace(SPECIAL, identifiability="anonymous"),)},
        {"data": (SPECIAL,), "all_schools": False, "schools": (Named("de-eik", "De Eik"),)},
    ],
)
def test_others_ask_none(changes: dict[str, Any]) -> None:
    assert found(dpia_needed="no", **changes) == []


@pytest.mark.requirement("OPO-031")
def test_a_processor_without_an_agreement_is_asked_one() -> None:
    unsigned = replace(POLICY, signed=frozenset())
    name = plain.RECIPIENT.party.name
    assert found(unsigned, recipients=(plain.RECIPIENT,)) == [("OPOO 5.4.2", name)]
    assert found(recipients=(plain.RECIPIENT,)) == []


@pytest.mark.requirement("OPO-007", "OPO-030")
def test_a_party_that_is_controller_itself_is_asked_arrangements_and_no_processing_agreement() -> (
    None
):
    committee = replace(
        plain.CONTROLLER,
        party=Named("complaints_committee", "Klachtencommissie"),
        basis=LegalBasis.CONSENT.value,
    )
    nothing = replace(POLICY, signed=frozenset(), shared=frozenset())
    assert found(nothing, recipients=(committee,)) == [("OPOO 5.4.1", "Klachtencommissie")]
    arranged = replace(nothing, shared=frozenset({"complaints_committee"}))
    assert found(arranged, recipients=(committee,)) == []
    by_law = replace(committee, basis=LegalBasis.LEGAL_DUTY.value)
    assert found(nothing, recipients=(by_law,)) == []


@pytest.mark.requirement("OPO-056")
def test_disclosure_on_another_basis_than_9_2_1_names_is_remarked() -> None:
    other = replace(plain.CONTROLLER, basis=LegalBasis.PUBLIC_TASK.value)
    assert found(recipients=(other,)) == [("OPOO 9.2.1", "DUO")]


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"next_review_on": "2026-03-01"}, ("OPOO 3.4.3", "controle")),
        ({"measures": (SHUT,)}, ("OPOO 8.1.2", "maatregelen")),
        (
            {"purposes": (replace(plain.PURPOSE, letter="z"),)},
            ("KPO 4.1", "doel z"),
        ),
        (
            {"transfers": (replace(plain.TRANSFER, instrument=TransferInstrument.DEROGATION),)},
            ("OPOO 6.1.3", "doorgifte US"),
        ),
        pytest.param(
            {"data": (replace(CAMERA, retention=replace(plain.RETENTION, months=1)),)},
            ("OPOO 7.2", "Camerabeelden"),
            marks=pytest.mark.requirement("OPO-037", "VOG-047"),
        ),
        (
            {"process_group": "websites_cookies", "automation": "profiling"},
            ("OPOO 10.9.2", "profilering"),
        ),
        (
            {"process_group": "guidance", "automation": "automated_decision"},
            ("OPOO 10.8", "geautomatiseerd besluit"),
        ),
        (
            {"data": (SPECIAL,), "measures": (CONFIDENTIAL,)},
            ("OPOO 4.2.3", "maatregelen"),
        ),
    ],
)
def test_the_regulations_ask(changes: dict[str, Any], gap: tuple[str, str]) -> None:
    yes: dict[str, Any] = {
        "dpia_needed": "yes",
        "dpia_reference": "DPIA",
        "dpia_adopted_on": "2026-01-01",
    }
    assert found(**yes, **changes) == [gap]


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03"])
def test_a_review_is_late_after_its_day_only(day: str) -> None:
    assert found(next_review_on=day) == []


@pytest.mark.requirement("OPO-037", "VOG-047")
def test_four_weeks_of_camera_images_are_allowed() -> None:
    short = replace(CAMERA, retention=replace(plain.RETENTION, months=0))
    yes: dict[str, Any] = {
        "dpia_needed": "yes",
        "dpia_reference": "DPIA",
        "dpia_adopted_on": "2026-01-01",
    }
    assert found(data=(short,), **yes) == []


@pytest.mark.parametrize(
    ("ground", "basis", "gaps"),
    [
        ("uavg_30_2_a", "public_task", [("OPOO 4.2.2", "Medische gegevens")]),
        ("explicit_consent", "public_task", []),
        ("uavg_30_2_a", "consent", []),
    ],
)
def test_medical_data_ask_the_consent_of_parents(
    ground: str, basis: str, gaps: list[tuple[str, str]]
) -> None:
    made: dict[str, Any] = {
        "data": (replace(MEDICAL, special_ground=ground),),
        "purposes": (replace(plain.PURPOSE, basis=basis),),
        "all_schools": False,
        "schools": (Named("de-eik", "De Eik"),),
    }
    assert found(**made) == gaps


def test_of_work_for_another_only_agreements_review_and_secrecy_are_asked() -> None:
    gaps = found(
        replace(POLICY, signed=frozenset(), shared=frozenset(), purposes=frozenset()),
        acts_as="processor",
        measures=(),
        automation="automated_decision",
        data=(MEDICAL, CAMERA),
        recipients=(plain.RECIPIENT, plain.CONTROLLER),
        next_review_on="2020-01-01",
    )
    assert [article for article, _place in gaps] == ["OPOO 5.4.2", "OPOO 3.4.3", "OPOO 8.1.2"]


class TestTheBoard:
    def gaps(self, *contents: Any, **facts: Any) -> list[tuple[str, str]]:
        found = board_policy_gaps(contents, replace(POLICY, **facts))
        return [(gap.article, gap.place) for gap in found]

    def test_nothing_is_asked_of_an_empty_register(self) -> None:
        assert self.gaps() == []

    @pytest.mark.requirement("VOG-048")
    def test_each_school_checks_its_access_every_year(self) -> None:
        assert self.gaps(unreviewed=("De Eik",)) == [("Veluwse, Beveiliging", "De Eik")]

    @pytest.mark.requirement("OPO-024")
    @pytest.mark.parametrize("code", ["duo", "municipality"])
    def test_pupil_data_are_checked_with_duo_or_the_municipality(self, code: str) -> None:
        outside = replace(plain.CONTROLLER, party=Named(code, "Buiten"))
        checked = plain.content(process_group="enrolment", recipients=(outside,))
        assert self.gaps(checked) == []
        elsewhere = plain.content(process_group="staff", recipients=(outside,))
        nobody = plain.content(process_group="enrolment", recipients=())
        assert self.gaps(elsewhere, nobody) == [("OPOO 4.3.3", "leerlinggegevens")]

    @pytest.mark.requirement("OPO-016")
    def test_special_data_ask_a_dpia_every_three_years(self) -> None:
        duo = replace(plain.CONTROLLER, party=Named("duo", "DUO"))
        special = plain.content(
            process_group="enrolment",
            recipients=(duo,),
            data=(SPECIAL,),
            dpia_adopted_on="2022-01-01",
        )
        assert self.gaps(special) == [("OPOO 3.5.2", "DPIA")]
        assert self.gaps(special, replace(special, dpia_adopted_on="2025-01-01")) == []


@pytest.mark.django_db
def test_the_policy_is_held_against_what_runs_on_the_day(cast: Cast, now: datetime) -> None:
    make.agreement(make.processor("tekent", "Tekent"), ends_on=TODAY)
    make.agreement(make.processor("te-laat", "Te laat"), ends_on=date(2026, 3, 1))
    make.processor("zonder", "Zonder")
    make.purpose("a")
    own = make.purpose("z")
    own.source = ""
    own.record(by=None, why="proef")
    policy = read_policy(on=TODAY, user=cast.director)
    assert policy == Policy(
        on=TODAY,
        signed=frozenset({"tekent"}),
        purposes=frozenset({"a"}),
        unreviewed=("De Linde",),
    )
    assert read_policy(on=TODAY, user=cast.ibp).unreviewed == ("De Eik", "De Linde")
    assert read_policy(on=TODAY).unreviewed == ()


def test_a_joint_controller_is_no_processor() -> None:
    joint = replace(
        plain.CONTROLLER,
        kind=RecipientKind.JOINT_CONTROLLER.value,
        party=Named("platform", "Platform"),
        basis=LegalBasis.CONSENT.value,
    )
    assert found(recipients=(joint,)) == [("OPOO 5.4.1", "Platform")]
