"""What an activity still misses: every gap with its article."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from registers.rules.completeness import Gap, blocking_gaps, gaps
from tests.factories.register_content import (
    CONTROLLER,
    DATA,
    INTEREST,
    PURPOSE,
    RECIPIENT,
    TRANSFER,
    content,
)


def _found(**changes: Any) -> list[tuple[str, str, str]]:
    return [(gap.article, gap.place, gap.sentence) for gap in gaps(content(**changes))]


def test_a_complete_activity_has_no_gap() -> None:
    assert gaps(content()) == []


BLOCKING = [
    pytest.param(
        {"purposes": ()},
        [Gap("AVG 5 lid 1 b", "doelen", "Kies ten minste één doel met zijn grondslag.", True)],
        id="purpose",
        marks=pytest.mark.requirement("VOG-002"),
    ),
    pytest.param(
        {"purposes": (replace(PURPOSE, basis=""),)},
        [Gap("AVG 6 lid 1", "doelen", "Kies een grondslag voor doel a.", True)],
        id="basis",
        marks=pytest.mark.requirement("VOG-003"),
    ),
    pytest.param(
        {"subsidiarity": " "},
        [Gap("AVG 5 lid 1 c", "noodzaak", "Schrijf op waarom het niet lichter kan.", True)],
        id="subsidiarity",
        marks=pytest.mark.requirement("INN-001"),
    ),
    pytest.param(
        {"proportionality": ""},
        [Gap("AVG 5 lid 1 c", "evenredigheid", "Schrijf op waarom het in verhouding is.", True)],
        id="proportionality",
    ),
    pytest.param(
        {"minimisation": ""},
        [
            Gap(
                "AVG 5 lid 1 c",
                "minimale gegevens",
                "Schrijf op waarom het niet met minder kan.",
                True,
            )
        ],
        id="minimisation",
        marks=pytest.mark.requirement("VOG-004", "OPO-018", "INN-001"),
    ),
    pytest.param(
        {"data": ()},
        [
            Gap(
                "AVG 30 lid 1 c",
                "gegevens",
                "Noem welke gegevens van wie gebruikt worden.",
                True,
            )
        ],
        id="data",
        marks=pytest.mark.requirement("KPO-018"),
    ),
    pytest.param(
        {"data": (replace(DATA, retention=None),)},
        [
            Gap(
                "AVG 5 lid 1 e",
                "gegevens",
                "Kies een bewaartermijn voor Naam van Leerlingen.",
                True,
            )
        ],
        id="retention",
        marks=pytest.mark.requirement("KPO-022"),
    ),
    pytest.param(
        {"dpia_needed": ""},
        [Gap("AVG 35", "DPIA", "Beantwoord of een DPIA nodig is.", True)],
        id="DPIA answer",
    ),
    pytest.param(
        {"dpia_reason": ""},
        [Gap("AVG 35", "DPIA", "Schrijf op waarom een DPIA wel of niet nodig is.", True)],
        id="DPIA reason",
    ),
    pytest.param(
        {"dpia_needed": "yes", "dpia_reference": "DPIA netwerk"},
        [
            Gap(
                "AVG 35",
                "DPIA",
                "De DPIA is nodig maar nog niet vastgesteld: noem de DPIA en de datum.",
                True,
            )
        ],
        id="DPIA without its day",
    ),
    pytest.param(
        {"dpia_needed": "yes", "dpia_adopted_on": "2025-01-01"},
        [
            Gap(
                "AVG 35",
                "DPIA",
                "De DPIA is nodig maar nog niet vastgesteld: noem de DPIA en de datum.",
                True,
            )
        ],
        id="DPIA without its name",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BLOCKING)
def test_establishing_is_stopped_by(changes: dict[str, Any], expected: list[Gap]) -> None:
    assert blocking_gaps(content(**changes)) == expected


def test_an_adopted_dpia_does_not_stop_establishing() -> None:
    adopted = content(
        dpia_needed="yes", dpia_reference="DPIA netwerk", dpia_adopted_on="2025-01-01"
    )
    assert gaps(adopted) == []


WARNING = [
    pytest.param({"owner": ""}, "AVG 5 lid 2", "eigenaar", id="owner"),
    pytest.param({"all_schools": False}, "AVG 30 lid 1", "scholen", id="schools"),
    pytest.param({"access": ()}, "AVG 32", "toegang", id="access"),
    pytest.param(
        {"measures": ()},
        "AVG 30 lid 1 g",
        "maatregelen",
        id="measures",
        marks=pytest.mark.requirement("KPO-026"),
    ),
    pytest.param({"next_review_on": ""}, "AVG 5 lid 1 d", "controle", id="review"),
    pytest.param(
        {"recipients": (replace(CONTROLLER, basis=""),)}, "AVG 6 lid 1", "DUO", id="recipient basis"
    ),
    pytest.param(
        {"recipients": (replace(RECIPIENT, purpose=""),)},
        "AVG 30 lid 1 d",
        "Topicus",
        id="recipient purpose",
    ),
    pytest.param(
        {"transfers": (replace(TRANSFER, document=""),)},
        "AVG 30 lid 1 e",
        "doorgifte US",
        id="transfer document",
    ),
    pytest.param(
        {"purposes": (replace(INTEREST, balancing=""),)},
        "AVG 6 lid 1 f",
        "doel c",
        id="balancing",
    ),
    pytest.param(
        {"data": (replace(DATA, kind="special", special_ground="uavg_30_2_a"),)},
        "AVG 9",
        "Naam van Leerlingen",
        id="special",
    ),
    pytest.param(
        {"data": (replace(DATA, kind="criminal", criminal_ground="uavg_32"),)},
        "AVG 10",
        "Naam van Leerlingen",
        id="criminal",
    ),
    pytest.param(
        {"data": (replace(DATA, kind="national_number", national_number_ground="UAVG 46"),)},
        "UAVG 46",
        "Naam van Leerlingen",
        id="national number",
    ),
]


@pytest.mark.parametrize(("changes", "article", "place"), WARNING)
def test_every_other_gap_warns_and_stops_nothing(
    changes: dict[str, Any], article: str, place: str
) -> None:
    assert [(gap.article, gap.place, gap.blocks) for gap in gaps(content(**changes))] == [
        (article, place, False)
    ]
    assert blocking_gaps(content(**changes)) == []


@pytest.mark.parametrize("automation", ["profiling", "automated_decision"])
def test_profiling_and_automatic_decisions_are_explained(automation: str) -> None:
    assert _found(automation=automation) == [
        ("AVG 13 lid 2 f", "geautomatiseerd besluit", "Leg in gewone taal uit hoe het werkt."),
        ("AVG 13 lid 2 f", "geautomatiseerd besluit", "Schrijf op wat het voor iemand betekent."),
        ("AVG 13 lid 2 f", "geautomatiseerd besluit", "Schrijf op hoe een mens meebeslist."),
    ]


@pytest.mark.requirement("OPO-001")
def test_an_empty_activity_is_asked_all_seven_principles() -> None:
    nothing = content(
        owner="",
        minimisation="",
        proportionality="",
        subsidiarity="",
        dpia_needed="",
        dpia_reason="",
        next_review_on="",
        measures=(),
        purposes=(replace(PURPOSE, basis=""),),
        data=(replace(DATA, retention=None),),
        access=(),
        recipients=(),
    )
    assert [(gap.article, gap.blocks) for gap in gaps(nothing)] == [
        ("AVG 6 lid 1", True),  # lawfulness
        ("AVG 5 lid 1 c", True),  # minimisation, in three questions
        ("AVG 5 lid 1 c", True),
        ("AVG 5 lid 1 c", True),
        ("AVG 5 lid 1 e", True),  # storage limitation
        ("AVG 35", True),
        ("AVG 5 lid 2", False),  # accountability
        ("AVG 32", False),  # integrity and confidentiality
        ("AVG 30 lid 1 g", False),
        ("AVG 5 lid 1 d", False),  # accuracy
    ]
    # Purpose limitation: asked while there is no purpose at all.
    assert gaps(replace(nothing, purposes=()))[0].article == "AVG 5 lid 1 b"


def test_what_stops_stands_before_what_warns() -> None:
    found = gaps(content(owner="", data=(replace(DATA, kind="special"),), dpia_needed=""))
    assert [gap.blocks for gap in found] == [True, False, False, False]


@pytest.mark.requirement("KPO-012")
@pytest.mark.parametrize("basis", ["legal_duty", "public_task"])
def test_a_basis_that_rests_on_a_law_names_that_law(basis: str) -> None:
    unnamed = replace(PURPOSE, basis=basis, statute=" ")
    assert _found(purposes=(unnamed,)) == [
        ("AVG 6 lid 3", "doel a", "Noem de wet en het artikel waarop deze grondslag rust.")
    ]
    assert _found(purposes=(replace(unnamed, statute="WPO 8"),)) == []


@pytest.mark.requirement("KPO-012")
def test_every_gap_names_its_article_of_avg_or_uavg() -> None:
    changes: list[Any] = [each.values[0] for each in [*BLOCKING, *WARNING]]
    named = {gap.article.partition(" ")[0] for each in changes for gap in gaps(content(**each))}
    assert named == {"AVG", "UAVG"}


ON_BEHALF = {
    "acts_as": "processor",
    "on_behalf_of": "Stichting De Buur",
    "on_behalf_contact": "bestuur@debuur.example",
    "processing_kinds": "Wij voeren de leerlingadministratie.",
}
EMPTY_ON_BEHALF = {
    **ON_BEHALF,
    "purposes": (),
    "data": (),
    "recipients": (),
    "minimisation": "",
    "proportionality": "",
    "subsidiarity": "",
    "dpia_needed": "",
    "dpia_reason": "",
    "all_schools": False,
}


def test_work_for_another_is_not_asked_what_that_controller_decides() -> None:
    assert gaps(content(**EMPTY_ON_BEHALF)) == []


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        (
            {"on_behalf_of": " "},
            Gap("AVG 30 lid 2 a", "opdrachtgever", "Noem voor wie het bestuur dit doet.", True),
        ),
        (
            {"on_behalf_contact": ""},
            Gap(
                "AVG 30 lid 2 a",
                "opdrachtgever",
                "Vul de contactgegevens van de opdrachtgever in.",
                True,
            ),
        ),
        (
            {"processing_kinds": ""},
            Gap(
                "AVG 30 lid 2 b",
                "wat wij doen",
                "Schrijf op wat het bestuur voor de opdrachtgever met de gegevens doet.",
                True,
            ),
        ),
        (
            {"transfers": (replace(TRANSFER, document=""),)},
            Gap("AVG 30 lid 2 c", "doorgifte US", "Noem het document waarop de doorgifte rust."),
        ),
        (
            {"measures": ()},
            Gap("AVG 30 lid 2 d", "maatregelen", "Noem de maatregelen die de gegevens beschermen."),
        ),
        ({"owner": ""}, Gap("AVG 5 lid 2", "eigenaar", "Noem wie deze verwerking beheert.")),
        (
            {"access": ()},
            Gap("AVG 32", "toegang", "Leg vast welke rollen wat mogen zien en wijzigen."),
        ),
        (
            {"next_review_on": ""},
            Gap("AVG 5 lid 1 d", "controle", "Kies een datum voor de volgende controle."),
        ),
    ],
)
def test_work_for_another_is_asked_the_items_of_article_30_2(
    changes: dict[str, Any], gap: Gap
) -> None:
    made = content(**{**EMPTY_ON_BEHALF, **changes})
    assert gaps(made) == [gap]
    assert blocking_gaps(made) == ([gap] if gap.blocks else [])
