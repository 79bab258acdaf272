"""What one line must say before it can be saved."""

from __future__ import annotations

import pytest
from django.utils import translation

from registers.choices import CategoryKind, LegalBasis, RecipientKind
from registers.rules.countries import country_name
from registers.rules.lines import (
    NEED_IN_WORDS,
    data_line_problems,
    purpose_line_problems,
    recipient_problems,
)
from registers.rules.transfers import is_in_eea

OTHER_BASES = [basis for basis in LegalBasis if basis != LegalBasis.LEGITIMATE_INTEREST]


@pytest.mark.requirement("KPO-020")
def test_legitimate_interest_asks_the_balancing_in_which_the_child_is_weighed() -> None:
    assert purpose_line_problems(
        basis="legitimate_interest", interest="", balancing=" ", child_interest="\n"
    ) == {
        "interest": "Schrijf op welk belang de school of een ander heeft.",
        "balancing": "Leg de afweging van belangen vast (AVG 6 lid 1 f).",
        "child_interest": ("Schrijf op hoe het belang van het kind is meegewogen (AVG 6 lid 1 f)."),
    }


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"interest": "", "balancing": "b", "child_interest": "c"}, ["interest"]),
        ({"interest": "i", "balancing": "", "child_interest": "c"}, ["balancing"]),
        ({"interest": "i", "balancing": "b", "child_interest": ""}, ["child_interest"]),
        ({"interest": "i", "balancing": "b", "child_interest": "c"}, []),
    ],
)
def test_each_part_of_the_balancing_is_asked_by_itself(
    given: dict[str, str], missing: list[str]
) -> None:
    assert list(purpose_line_problems(basis="legitimate_interest", **given)) == missing


@pytest.mark.parametrize("basis", OTHER_BASES)
def test_the_other_five_bases_ask_no_balancing(basis: str) -> None:
    assert purpose_line_problems(basis=basis, interest="", balancing="", child_interest="") == {}


def _data(kind: str, **given: str) -> dict[str, str]:
    empty = {
        "special_ground": "",
        "criminal_ground": "",
        "national_number_ground": "",
        "necessity": "",
    }
    return data_line_problems(kind=kind, **{**empty, **given})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("ordinary", []),
        ("sensitive", []),
        pytest.param(
            "special",
            ["special_ground", "necessity"],
            marks=pytest.mark.requirement("KPO-003", "INN-003", "OPO-020"),
        ),
        pytest.param(
            "criminal", ["criminal_ground", "necessity"], marks=pytest.mark.requirement("OPO-020")
        ),
        pytest.param(
            "national_number",
            ["national_number_ground", "necessity"],
            marks=pytest.mark.requirement("KPO-067"),
        ),
    ],
)
def test_guarded_data_ask_their_ground_and_why_they_are_needed(
    kind: str, fields: list[str]
) -> None:
    assert list(_data(kind)) == fields


def test_every_kind_of_category_has_its_row_above() -> None:
    assert set(CategoryKind.values) == {
        "ordinary",
        "sensitive",
        "special",
        "criminal",
        "national_number",
    }


@pytest.mark.parametrize(
    ("kind", "ground"),
    [
        ("special", {"special_ground": "uavg_30_2_a"}),
        ("criminal", {"criminal_ground": "uavg_32"}),
        ("national_number", {"national_number_ground": "UAVG 46"}),
    ],
)
def test_a_ground_alone_does_not_say_why_the_data_are_needed(
    kind: str, ground: dict[str, str]
) -> None:
    assert _data(kind, **ground) == {"necessity": NEED_IN_WORDS}
    assert _data(kind, **ground, necessity="Voor de begeleiding.") == {}


@pytest.mark.parametrize(
    ("kind", "ground"),
    [
        ("special", {"criminal_ground": "uavg_32", "national_number_ground": "UAVG 46"}),
        ("criminal", {"special_ground": "uavg_30_2_a", "national_number_ground": "UAVG 46"}),
        ("national_number", {"special_ground": "uavg_30_2_a", "criminal_ground": "uavg_32"}),
    ],
)
def test_the_ground_of_another_kind_does_not_help(kind: str, ground: dict[str, str]) -> None:
    assert len(_data(kind, **ground, necessity="Nodig.")) == 1


@pytest.mark.requirement("KPO-025", "KPO-029", "OPO-026")
@pytest.mark.parametrize(
    "kind", [RecipientKind.CONTROLLER, RecipientKind.JOINT_CONTROLLER, RecipientKind.THIRD_PARTY]
)
def test_who_is_no_processor_needs_a_legal_basis(kind: str) -> None:
    assert recipient_problems(kind=kind, has_processor=False, has_party=True, basis="") == {
        "basis": "Kies op welke grondslag deze partij de gegevens krijgt."
    }


@pytest.mark.requirement("KPO-008")
@pytest.mark.parametrize(
    ("kind", "has_processor", "has_party", "fields"),
    [
        ("processor", True, False, []),
        ("processor", False, False, ["processor"]),
        ("processor", False, True, ["processor", "party"]),
        ("processor", True, True, ["party"]),
        ("third_party", False, True, []),
        ("third_party", False, False, ["party"]),
        ("third_party", True, False, ["party", "processor"]),
        ("controller", True, True, ["processor"]),
    ],
)
def test_a_processor_is_named_as_one_and_others_are_not(
    kind: str, has_processor: bool, has_party: bool, fields: list[str]
) -> None:
    found = recipient_problems(
        kind=kind, has_processor=has_processor, has_party=has_party, basis="legal_duty"
    )
    assert list(found) == fields


@pytest.mark.parametrize("country", ["NL", "DE", "IS", "LI", "NO", "HR"])
def test_the_thirty_states_of_the_eea_are_inside(country: str) -> None:
    assert is_in_eea(country)


@pytest.mark.parametrize("country", ["US", "GB", "CH", "TR", "", "nl"])
def test_other_countries_are_outside(country: str) -> None:
    assert not is_in_eea(country)


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("nl", "US", "Verenigde Staten"),
        ("en", "US", "United States"),
        ("nl", "XX", "XX"),
    ],
)
def test_a_country_has_a_name_for_who_reads(language: str, code: str, name: str) -> None:
    with translation.override(language):
        assert country_name(code) == name
