"""When a verdict can be saved: its ground, its reasons, and what its kind asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registers.choices import LegalBasis
from requests_ar.choices import RefusalGround, RequestKind, Verdict
from requests_ar.rules.decisions import (
    ACCESSES,
    Decided,
    decision_problems,
    deviation_problem,
    granted_as,
    grounds_for,
    objection_is_possible,
    portability_is_possible,
    what_is_possible,
)

REFUSED = Decided(
    kind=RequestKind.ERASURE,
    verdict=Verdict.REFUSED,
    grounds={RefusalGround.LEGAL_DUTY: "De wet vraagt vijf jaar bewaren."},
)


def test_a_refusal_with_ground_and_reasons_is_in_order() -> None:
    assert decision_problems(REFUSED) == {}


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"verdict": ""}, {"verdict": "Kies een besluit."}),
        (
            {"grounds": {}},
            {"grounds": "Kies ten minste één grond voor de afwijzing (AVG 12 lid 4)."},
        ),
        (
            {"grounds": {"legal_duty": "De wet.", "no_data": " "}},
            {
                "reasons_no_data": "Leg uit waarom deze grond hier geldt. De vrager heeft recht "
                "op redenen (AVG 12 lid 4)."
            },
        ),
        (
            {"grounds": {RefusalGround.ACCURATE: "Alles klopt."}},
            {
                "grounds": "Bij dit soort verzoek kan deze grond niet: "
                "“de gegevens kloppen (AVG 16)”."
            },
        ),
        (
            {"verdict": Verdict.GRANTED, "grounds": {}},
            {"erasure_grounds": "Kies waarom gewist wordt (AVG 17 lid 1)."},
        ),
        (
            {"verdict": Verdict.GRANTED, "erasure_grounds": frozenset({"unlawful"})},
            {
                "grounds": "U wijst niet af, maar koos wel een grond daarvoor. Kies “deels "
                "toegewezen” of haal de grond weg."
            },
        ),
        (
            {"handled_as": RequestKind.RESTRICTION},
            {
                "handled_as": "Dit hoort bij “behandeld als een ander soort verzoek”. Kies dat "
                "besluit, of kies hier “niet van toepassing”."
            },
        ),
        (
            {
                "verdict": Verdict.OTHER_KIND,
                "grounds": {},
                "handled_as": RequestKind.ERASURE,
            },
            {
                "handled_as": "Kies als welk ander soort verzoek u het behandelt.",
                "reasons": "Leg uit waarom u het anders behandelt dan gevraagd.",
            },
        ),
        (
            {
                "verdict": Verdict.OTHER_KIND,
                "grounds": {},
                "handled_as": RequestKind.RESTRICTION,
                "reasons": "Wissen kan nog niet.",
            },
            {},
        ),
    ],
)
def test_what_a_verdict_misses(changes: dict[str, object], problems: dict[str, str]) -> None:
    assert decision_problems(replace(REFUSED, **changes)) == problems  # type: ignore[arg-type]


def test_a_restriction_names_its_ground() -> None:
    granted = Decided(kind=RequestKind.RESTRICTION, verdict=Verdict.GRANTED)
    assert decision_problems(granted) == {
        "restriction_ground": "Kies waarom het gebruik beperkt wordt (AVG 18 lid 1)."
    }
    assert decision_problems(replace(granted, restriction_ground="accuracy")) == {}


def test_copies_in_part_say_what_is_left_out() -> None:
    partly = Decided(
        kind=RequestKind.ACCESS,
        verdict=Verdict.PARTLY,
        grounds={RefusalGround.RIGHTS_OF_OTHERS: "Een andere leerling staat erin."},
    )
    assert decision_problems(partly) == {
        "redactions": "Schrijf op wat u weglaat of onleesbaar maakt."
    }
    assert decision_problems(replace(partly, redactions=("naam van een ander",))) == {}


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.PARTLY])
@pytest.mark.parametrize("kind", [RequestKind.OBJECTION, RequestKind.CAMERA_OBJECTION])
def test_an_objection_is_refused_on_compelling_grounds_with_the_balancing_only(
    kind: RequestKind, verdict: Verdict
) -> None:
    refused = Decided(
        kind=kind,
        verdict=verdict,
        grounds={RefusalGround.COMPELLING: "De veiligheid van het gebouw."},
    )
    assert list(decision_problems(refused)) == ["balancing"]
    assert decision_problems(replace(refused, balancing="Er is geen lichter middel.")) == {}


def test_consent_is_withdrawn_and_never_refused_for_its_content() -> None:
    assert grounds_for(RequestKind.CONSENT) == (
        RefusalGround.NOT_IDENTIFIED,
        RefusalGround.NO_AUTHORITY,
    )


WELFARE = {"welfare": "Inzage brengt het kind in gevaar."}


@pytest.mark.requirement("OPO-074")
@pytest.mark.parametrize("kind", [each for each in RequestKind if each != "consent"])
def test_safety_or_welfare_of_the_pupil_can_carry_a_refusal_with_its_reasons(
    kind: RequestKind,
) -> None:
    welfare = Decided(kind=kind, verdict=Verdict.REFUSED, grounds=WELFARE)
    assert (
        str(RefusalGround.WELFARE.label)
        == "veiligheid of welzijn van de leerling (UAVG 41 lid 1 i)"
    )
    assert RefusalGround.WELFARE in grounds_for(kind)
    assert decision_problems(welfare) == {}
    bare = replace(welfare, grounds={RefusalGround.WELFARE: ""})
    assert list(decision_problems(bare)) == ["reasons_welfare"]


def test_access_to_images_is_access_all_the_same() -> None:
    assert {"access", "camera_access"} == ACCESSES


@pytest.mark.parametrize(
    ("verdict", "handled_as", "granted"),
    [
        ("granted", "", "erasure"),
        ("partly", "", "erasure"),
        ("refused", "", ""),
        ("other_kind", "restriction", "restriction"),
        ("", "", ""),
    ],
)
def test_what_was_granted_is_as_asked_or_as_handled(
    verdict: str, handled_as: str, granted: str
) -> None:
    assert granted_as(kind="erasure", handled_as=handled_as, verdict=verdict) == granted


@pytest.mark.parametrize("basis", list(LegalBasis))
def test_objection_is_for_public_task_and_legitimate_interest(basis: LegalBasis) -> None:
    expected = basis.value in {"public_task", "legitimate_interest"}
    assert objection_is_possible([basis]) is expected
    assert (what_is_possible(RequestKind.OBJECTION, [basis]) == "") is expected


@pytest.mark.parametrize(
    ("bases", "possible"),
    [
        (["consent"], True),
        (["contract", "legal_duty"], True),
        (["public_task"], False),
        (["legal_duty", "legitimate_interest"], False),
    ],
)
def test_portability_is_for_consent_and_contract(bases: list[str], possible: bool) -> None:
    assert portability_is_possible(bases) is possible
    assert (what_is_possible(RequestKind.PORTABILITY, bases) == "") is possible


def test_going_against_the_fg_gives_its_reason() -> None:
    assert deviation_problem(advice="Weiger niet.", deviates=True, reason="") == (
        "U wijkt af van het advies van de FG. Schrijf op waarom."
    )
    assert deviation_problem(advice="", deviates=True, reason="") == ""
