"""The privacy statement: composed from content, and what it could not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registers.content import ActivityContent, Named
from registers.rules.statement import (
    BoardFacts,
    Chapter,
    DataText,
    GroupText,
    OutsideText,
    ProcessText,
    PurposeText,
    SchoolFacts,
    Statement,
    TransferText,
    basis_in_words,
    compose,
    statement_gaps,
)
from tests.factories.register_content import (
    ACCESS,
    CONTENT,
    CONTROLLER,
    DATA,
    INTEREST,
    PURPOSE,
    RECIPIENT,
    TRANSFER,
    content,
)

BOARD = BoardFacts(
    name="Stichting De Proef",
    address="Proefweg 1, 1234 AB Proefstad",
    kvk="12345678",
    email="bestuur@deproef.example",
    phone="",
    website="",
    is_public_authority=False,
    fg_name="Fenna Graaf",
    fg_email="fg@deproef.example",
    fg_phone="",
    ibp_email="",
    breach_email="datalek@deproef.example",
    complaints_text="Praat eerst met de directeur.",
    complaints_url="",
)
LINDE = SchoolFacts("de-linde", "De Linde", "Schoolstraat 1", "de-linde@deproef.example", "")
EIK = replace(LINDE, slug="de-eik", name="De Eik")
DAY = date(2026, 3, 2)


def _compose(*contents: ActivityContent, school: SchoolFacts | None = None) -> Statement:
    return compose(board=BOARD, school=school, contents=contents, on=DAY)


def _process(**changes: Any) -> ProcessText:
    [chapter] = _compose(content(**changes)).chapters
    [process] = chapter.processes
    return process


def test_one_activity_in_the_words_of_the_statement() -> None:
    assert _compose(CONTENT) == Statement(
        board=BOARD,
        school=None,
        day="2026-03-02",
        chapters=(
            Chapter(
                "Onderwijs, begeleiding en zorg",
                (
                    ProcessText(
                        code="V01",
                        name="Leerlingdossier",
                        description="De school volgt haar leerlingen.",
                        purposes=(
                            PurposeText(
                                text="Onderwijs en begeleiding",
                                explanation="Leerlingen volgen.",
                                basis=(
                                    "taak van algemeen belang of openbaar gezag "
                                    "(AVG 6 lid 1 e; WPO 8)"
                                ),
                                interest="",
                                child_interest="",
                            ),
                        ),
                        groups=(
                            GroupText(
                                "Leerlingen",
                                (
                                    DataText(
                                        category="Naam",
                                        source="van de ouders",
                                        obligation=(
                                            "verplicht door de wet. Inschrijven lukt dan niet."
                                        ),
                                        term="ten hoogste 2 jaar na vertrek van de leerling",
                                    ),
                                ),
                            ),
                        ),
                        inside=("Leraar: inzien (alle gegevens van dit onderdeel)",),
                        outside=(
                            OutsideText(
                                name="Topicus",
                                role="verwerker",
                                basis=(
                                    "in opdracht van het bestuur (verwerkersovereenkomst, AVG 28)"
                                ),
                                purpose="De administratie bijhouden.",
                                data="Naam",
                            ),
                        ),
                        transfers=(),
                        automation="",
                        logic="",
                        significance="",
                        human_intervention="",
                    ),
                ),
            ),
        ),
        uses_consent=False,
        uses_legitimate_interest=False,
        transfers_outside_eea=False,
        decides_automatically=False,
        uses_profiling=False,
    )


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("consent", "toestemming (AVG 6 lid 1 a)"),
        ("contract", "uitvoering van een overeenkomst (AVG 6 lid 1 b)"),
        ("legal_duty", "wettelijke verplichting (AVG 6 lid 1 c)"),
        ("vital_interest", "vitaal belang (AVG 6 lid 1 d)"),
        ("public_task", "taak van algemeen belang of openbaar gezag (AVG 6 lid 1 e)"),
        ("legitimate_interest", "gerechtvaardigd belang (AVG 6 lid 1 f)"),
    ],
)
def test_each_basis_has_its_article(basis: str, words: str) -> None:
    assert basis_in_words(basis) == words


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, (False, False, False, False, False)),
        ({"purposes": (replace(PURPOSE, basis="consent"),)}, (True, False, False, False, False)),
        ({"purposes": (INTEREST,)}, (False, True, False, False, False)),
        ({"transfers": (TRANSFER,)}, (False, False, True, False, False)),
        ({"automation": "automated_decision"}, (False, False, False, True, False)),
        ({"automation": "profiling"}, (False, False, False, False, True)),
    ],
)
def test_what_holds_for_one_activity_is_said_of_the_whole(
    changes: dict[str, Any], flags: tuple[bool, ...]
) -> None:
    made = _compose(content(code="V02"), content(**changes))
    assert (
        made.uses_consent,
        made.uses_legitimate_interest,
        made.transfers_outside_eea,
        made.decides_automatically,
        made.uses_profiling,
    ) == flags


@pytest.mark.requirement("KPO-001")
def test_a_school_reads_its_own_activities_and_those_of_the_whole_board() -> None:
    at_linde = content(
        code="V02",
        all_schools=False,
        schools=(Named("de-linde", "De Linde"),),
        transfers=(TRANSFER,),
    )
    made = {
        name: _compose(CONTENT, at_linde, school=school)
        for name, school in (("board", None), ("linde", LINDE), ("eik", EIK))
    }
    assert {name: _codes(each) for name, each in made.items()} == {
        "board": ["V01", "V02"],
        "linde": ["V01", "V02"],
        "eik": ["V01"],
    }
    assert [each.transfers_outside_eea for each in made.values()] == [True, True, False]


def _codes(made: Statement) -> list[str]:
    return [process.code for chapter in made.chapters for process in chapter.processes]


def test_chapters_stand_in_their_order_and_activities_by_number() -> None:
    made = _compose(
        content(code="V30", process_group="governance"),
        content(code="V09"),
        content(code="V08"),
        content(code="V02", process_group="enrolment"),
    )
    assert [(each.title, [one.code for one in each.processes]) for each in made.chapters] == [
        ("Inschrijving en administratie", ["V02"]),
        ("Onderwijs, begeleiding en zorg", ["V08", "V09"]),
        ("Bestuur, financiën en klachten", ["V30"]),
    ]


def test_data_stand_under_the_group_they_are_about() -> None:
    guardians = Named("guardians", "Ouders")
    lines = (
        DATA,
        replace(DATA, group=guardians, source_explanation="bij de inschrijving"),
        replace(DATA, category=Named("contact", "Adres"), obligation="voluntary", consequence=""),
    )
    groups = _process(data=lines).groups
    assert [(each.group, [line.category for line in each.data]) for each in groups] == [
        ("Leerlingen", ["Naam", "Adres"]),
        ("Ouders", ["Naam"]),
    ]
    assert groups[1].data[0].source == "van de ouders (bij de inschrijving)"
    assert groups[0].data[1].obligation == "niet verplicht"


@pytest.mark.requirement("VOG-011")
def test_a_role_is_named_with_what_it_may_see_and_what_it_may_change() -> None:
    office = Named("office", "Administratie | OOP")
    lines = (
        ACCESS,
        replace(ACCESS, role=office, category=Named("identity", "Naam"), level="change"),
        replace(ACCESS, role=office, category=Named("contact", "Adres"), level="change"),
        replace(ACCESS, role=office, category=Named("results", "Cijfers")),
    )
    assert _process(access=lines).inside == (
        "Leraar: inzien (alle gegevens van dit onderdeel)",
        "Administratie | OOP: inzien en wijzigen (Naam; Adres)",
        "Administratie | OOP: inzien (Cijfers)",
    )


def test_who_is_outside_has_a_role_a_basis_and_a_purpose() -> None:
    lines = (RECIPIENT, CONTROLLER, replace(CONTROLLER, basis="", data=()))
    assert [(each.role, each.basis, each.data) for each in _process(recipients=lines).outside] == [
        ("verwerker", "in opdracht van het bestuur (verwerkersovereenkomst, AVG 28)", "Naam"),
        ("andere verantwoordelijke", "wettelijke verplichting (AVG 6 lid 1 c; WPO 178a)", "Naam"),
        ("andere verantwoordelijke", "", ""),
    ]


def test_a_transfer_names_country_party_and_instrument() -> None:
    lines = (TRANSFER, replace(TRANSFER, party=None, instrument="scc"))
    assert _process(transfers=lines).transfers == (
        TransferText("Verenigde Staten", "Topicus", "EU-US Data Privacy Framework (AVG 45)"),
        TransferText("Verenigde Staten", "", "modelcontractbepalingen (AVG 46)"),
    )


@pytest.mark.requirement("KPO-049")
def test_a_legitimate_interest_is_described_and_other_bases_say_none() -> None:
    stray = replace(PURPOSE, interest="Oud.", child_interest="Oud.")
    assert [
        (each.interest, each.child_interest)
        for each in _process(purposes=(INTEREST, stray)).purposes
    ] == [("Een veilig netwerk.", "Er wordt niet meegekeken."), ("", "")]


def _gaps(
    *contents: ActivityContent, board: BoardFacts = BOARD, school: SchoolFacts | None = None
) -> list[tuple[str, str, str]]:
    found = statement_gaps(board=board, school=school, contents=contents)
    assert all(gap.blocks for gap in found)
    return [(gap.article, gap.place, gap.sentence) for gap in found]


def test_a_complete_activity_and_board_leave_no_gap() -> None:
    assert _gaps(CONTENT, content(recipients=(CONTROLLER,), transfers=(TRANSFER,))) == []


@pytest.mark.parametrize(
    ("changes", "article", "sentence"),
    [
        ({"name": ""}, "AVG 13 lid 1 a", "Vul naam en adres van het bestuur in."),
        ({"address": ""}, "AVG 13 lid 1 a", "Vul naam en adres van het bestuur in."),
        ({"email": ""}, "AVG 13 lid 1 a", "Vul het e-mailadres van het bestuur in."),
        ({"fg_name": " "}, "AVG 13 lid 1 b", "Vul de naam van de FG in."),
        ({"fg_email": ""}, "AVG 13 lid 1 b", "Vul het e-mailadres van de FG in."),
        (
            {"complaints_text": ""},
            "AVG 13 lid 2 d",
            "Vul in waar mensen met een klacht terechtkunnen.",
        ),
    ],
)
def test_what_the_board_must_say(changes: dict[str, str], article: str, sentence: str) -> None:
    assert _gaps(CONTENT, board=replace(BOARD, **changes)) == [  # type: ignore[arg-type]
        (article, "gegevens van het bestuur", sentence)
    ]


@pytest.mark.parametrize(
    ("changes", "article", "sentence"),
    [
        ({"purposes": ()}, "AVG 13 lid 1 c", "Noem het doel en de grondslag."),
        (
            {"purposes": (replace(INTEREST, interest=""),)},
            "AVG 13 lid 1 d",
            "Noem het gerechtvaardigd belang.",
        ),
        (
            {"data": (replace(DATA, retention=None),)},
            "AVG 13 lid 2 a",
            "Kies een bewaartermijn voor Naam van Leerlingen.",
        ),
        (
            {"data": (replace(DATA, source=""),)},
            "AVG 14 lid 2 f",
            "Noem de bron van Naam van Leerlingen.",
        ),
        (
            {"data": (replace(DATA, consequence=" "),)},
            "AVG 13 lid 2 e",
            "Schrijf op wat er gebeurt als Naam van Leerlingen niet gegeven wordt.",
        ),
        (
            {"recipients": (replace(CONTROLLER, basis=""),)},
            "AVG 13 lid 1 e",
            "Kies de grondslag voor DUO.",
        ),
        (
            {"transfers": (replace(TRANSFER, document=""),)},
            "AVG 13 lid 1 f",
            "Noem het document voor de doorgifte naar US.",
        ),
        (
            {"automation": "profiling", "automation_logic": "Zo werkt het."},
            "AVG 13 lid 2 f",
            "Leg uit hoe het besluit werkt en wat het betekent.",
        ),
    ],
)
def test_what_an_activity_must_say(changes: dict[str, Any], article: str, sentence: str) -> None:
    assert _gaps(content(**changes)) == [(article, "Leerlingdossier", sentence)]


@pytest.mark.parametrize("obligation", ["voluntary", "not_supplied"])
def test_who_need_not_give_data_needs_no_consequence(obligation: str) -> None:
    assert _gaps(content(data=(replace(DATA, obligation=obligation, consequence=""),))) == []


def test_a_statement_about_nothing_is_not_published() -> None:
    elsewhere = content(all_schools=False, schools=(Named("de-eik", "De Eik"),))
    nothing = [("AVG 13 lid 1 c", "register", "Er is nog geen vastgestelde verwerking.")]
    assert _gaps() == nothing
    assert _gaps(elsewhere, school=LINDE) == nothing
    assert _gaps(elsewhere, school=EIK) == []


def test_the_gaps_of_another_school_do_not_count() -> None:
    elsewhere = content(all_schools=False, schools=(Named("de-eik", "De Eik"),), purposes=())
    assert _gaps(CONTENT, elsewhere, school=LINDE) == []
    assert len(_gaps(CONTENT, elsewhere, school=EIK)) == 1
