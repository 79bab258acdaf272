"""For whom a statement is written: which activities it covers, in which words and language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registers.content import ActivityContent, Named, TextContent
from registers.rules.readability import readability
from registers.rules.statement import (
    EDITIONS,
    PARENTS,
    Edition,
    LocalText,
    ProcessText,
    Statement,
    compose,
    concerns,
    edition_of,
    statement_advice,
    statement_gaps,
)
from tests.factories.register_content import (
    ACCESS,
    CONTENT,
    CONTROLLER,
    DATA,
    INTEREST,
    PURPOSE,
    RETENTION,
    TRANSFER,
    content,
)
from tests.registers.test_rules_statement import BOARD, DAY, LINDE

PUPILS, STAFF, ENGLISH = EDITIONS[1:]
STAFF_DATA = replace(DATA, group=Named("staff", "Medewerkers"))
APPLICANT_DATA = replace(DATA, group=Named("applicants", "Sollicitanten"))
PUPIL_TEXT = TextContent("pupils", "nl", "Hoe het met je gaat", "Wij kijken hoe het gaat.")
ENGLISH_TEXT = TextContent("parents", "en", "Pupil file", "We keep a file on each pupil.")
IN_ENGLISH = content(
    purposes=(replace(PURPOSE, name_en="Teaching and support"),),
    data=(
        replace(
            DATA,
            group=Named("pupils", "Leerlingen", "Pupils"),
            category=Named("identity", "Naam", "Name"),
            retention=replace(RETENTION, term_en="at most 2 years after the pupil leaves"),
            source_explanation="Bij de inschrijving.",
        ),
    ),
    access=(replace(ACCESS, role=Named("teacher", "Leraar", "Teacher")),),
    recipients=(replace(CONTROLLER, data=(Named("identity", "Naam", "Name"),)),),
    transfers=(TRANSFER,),
    texts=(ENGLISH_TEXT,),
)


def _compose(*contents: ActivityContent, edition: Edition = PARENTS) -> Statement:
    return compose(board=BOARD, school=None, contents=contents, on=DAY, edition=edition)


def _codes(made: Statement) -> list[str]:
    return [process.code for chapter in made.chapters for process in chapter.processes]


def _gaps(*contents: ActivityContent, edition: Edition) -> list[tuple[str, str]]:
    found = statement_gaps(board=BOARD, school=None, contents=contents, edition=edition)
    return [(gap.place, gap.sentence) for gap in found]


def test_there_are_four_editions_each_with_its_own_word() -> None:
    assert [(each.audience, each.language, each.word) for each in EDITIONS] == [
        ("parents", "nl", ""),
        ("pupils", "nl", "leerlingen"),
        ("staff", "nl", "medewerkers"),
        ("parents", "en", "en"),
    ]
    assert edition_of("parents", "en") == ENGLISH
    assert edition_of("pupils", "en") is None


@pytest.mark.parametrize(
    ("lines", "parents", "pupils", "staff"),
    [
        ((DATA,), True, True, False),
        ((STAFF_DATA,), False, False, True),
        ((APPLICANT_DATA, STAFF_DATA), False, False, True),
        ((DATA, STAFF_DATA), True, True, True),
        ((replace(DATA, group=Named("guardians", "Ouders")),), True, False, False),
        ((), True, False, False),
    ],
)
def test_an_activity_stands_where_its_people_read(
    lines: tuple[object, ...], parents: bool, pupils: bool, staff: bool
) -> None:
    found = content(data=lines)
    assert [concerns(found, each) for each in ("parents", "pupils", "staff")] == [
        parents,
        pupils,
        staff,
    ]


def test_what_is_done_for_another_controller_stands_in_no_statement_of_ours() -> None:
    theirs = content(code="V02", acts_as="processor", data=(DATA, STAFF_DATA))
    ours = content(data=(DATA, STAFF_DATA))
    assert [_codes(_compose(ours, theirs, edition=each)) for each in EDITIONS] == [["V01"]] * 4


@pytest.mark.requirement("VOG-001")
def test_pupils_read_a_name_and_a_text_of_their_own_and_nothing_else() -> None:
    made = _compose(content(texts=(PUPIL_TEXT,), transfers=(TRANSFER,)), edition=PUPILS)
    assert (made.audience, made.language) == ("pupils", "nl")
    assert made.chapters[0].processes == (
        ProcessText(code="V01", name="Hoe het met je gaat", description="Wij kijken hoe het gaat."),
    )


def test_without_a_text_of_their_own_pupils_read_the_register_and_the_editor_gets_advice() -> None:
    bare = content()
    assert _compose(bare, edition=PUPILS).chapters[0].processes == (
        ProcessText("V01", "Leerlingdossier", "De school volgt haar leerlingen."),
    )
    advice = statement_advice(school=LINDE, contents=[bare], edition=PUPILS)
    assert [(gap.place, gap.sentence, gap.blocks) for gap in advice] == [
        (
            "Leerlingdossier",
            "Schrijf een tekst voor leerlingen. Nu staat hier de omschrijving uit het register.",
            False,
        )
    ]
    assert _gaps(bare, edition=PUPILS) == []
    told = content(texts=(PUPIL_TEXT,))
    assert statement_advice(school=LINDE, contents=[told], edition=PUPILS) == []
    assert statement_advice(school=LINDE, contents=[bare], edition=PARENTS) == []


def test_the_short_statement_does_not_wait_for_what_the_full_one_must_say() -> None:
    unfinished = content(purposes=())
    assert _gaps(unfinished, edition=PUPILS) == []
    assert _gaps(unfinished, edition=PARENTS) == [
        ("Leerlingdossier", "Noem het doel en de grondslag.")
    ]


def test_a_statement_about_nobody_is_not_published() -> None:
    assert _gaps(CONTENT, edition=STAFF) == [
        ("register", "Er is nog geen vastgestelde verwerking over medewerkers.")
    ]


def test_other_readers_can_have_a_name_and_text_of_their_own_too() -> None:
    own = content(
        data=(DATA, STAFF_DATA),
        texts=(TextContent("staff", "nl", "", "Wij volgen ook uw werk."), PUPIL_TEXT),
    )
    [process] = _compose(own, edition=STAFF).chapters[0].processes
    assert (process.name, process.description) == ("Leerlingdossier", "Wij volgen ook uw werk.")
    [process] = _compose(own).chapters[0].processes
    assert process.description == "De school volgt haar leerlingen."


# --- English --------------------------------------------------------------------------------


def test_the_english_statement_takes_names_in_english_and_leaves_dutch_sentences_out() -> None:
    [process] = _compose(IN_ENGLISH, edition=ENGLISH).chapters[0].processes
    assert (process.name, process.description) == ("Pupil file", "We keep a file on each pupil.")
    [purpose] = process.purposes
    assert (purpose.text, purpose.explanation) == ("Teaching and support", "")
    assert purpose.basis.endswith("; WPO 8)")
    [group] = process.groups
    assert (group.group, group.data[0].category) == ("Pupils", "Name")
    assert group.data[0].term == "at most 2 years after the pupil leaves"
    assert "Bij de inschrijving" not in group.data[0].source
    assert "Inschrijven lukt dan niet" not in group.data[0].obligation
    [outside] = process.outside
    assert (outside.name, outside.purpose, outside.data) == ("DUO", "", "Name")
    assert process.inside[0].startswith("Teacher: ")


def test_the_fixed_words_of_the_english_statement_are_english() -> None:
    made = _compose(IN_ENGLISH, edition=ENGLISH)
    [process] = made.chapters[0].processes
    assert process.purposes[0].basis == (
        "task in the public interest or exercise of official authority (GDPR 6(1)(e); WPO 8)"
    )
    assert process.groups[0].data[0].source == "from the parents"
    assert process.inside == ("Teacher: view (all data of this part)",)


def test_an_interest_in_dutch_words_stays_in_the_dutch_statement() -> None:
    made = _compose(content(purposes=(INTEREST,)), edition=ENGLISH)
    [purpose] = made.chapters[0].processes[0].purposes
    assert (purpose.interest, purpose.child_interest) == ("", "")


def test_what_has_no_english_words_stops_the_english_statement_only() -> None:
    assert _gaps(IN_ENGLISH, edition=ENGLISH) == []
    assert _gaps(CONTENT, content(code="V02", name="Verzuim"), edition=PARENTS) == []
    name = "Geef “%s” een Engelse naam, en stel opnieuw vast wat die naam noemt."
    text = "Schrijf de Engelse naam en tekst (teksten voor doelgroepen: ouders, Engels)."
    term = "Stel de verwerking opnieuw vast: haar bewaartermijnen staan nog niet in het Engels."
    assert _gaps(CONTENT, content(code="V02", name="Verzuim"), edition=ENGLISH) == [
        ("Leerlingdossier", text),
        ("Engelse namen", name % "Onderwijs en begeleiding"),
        ("Engelse namen", name % "Leerlingen"),
        ("Engelse namen", name % "Naam"),
        ("Engelse namen", name % "Leraar"),
        ("Leerlingdossier", term),
        ("Verzuim", text),
        ("Verzuim", term),
    ]


def test_an_english_text_without_a_name_is_not_enough() -> None:
    nameless = replace(IN_ENGLISH, texts=(replace(ENGLISH_TEXT, name=""),))
    assert len(_gaps(nameless, edition=ENGLISH)) == 1


# --- local truth, photos and film -----------------------------------------------------------


def test_a_school_tells_what_it_does_otherwise_and_not_why() -> None:
    made = compose(
        board=BOARD,
        school=LINDE,
        contents=[CONTENT, content(code="V02")],
        on=DAY,
        local={"V01": [("retention", "Wij bewaren het één jaar.")]},
    )
    first, second = made.chapters[0].processes
    assert first.local == (LocalText("bewaartermijn", "Wij bewaren het één jaar."),)
    assert second.local == ()


def test_in_english_a_school_tells_that_it_does_otherwise_and_leads_to_the_dutch_words() -> None:
    made = compose(
        board=BOARD,
        school=LINDE,
        contents=[IN_ENGLISH],
        on=DAY,
        edition=ENGLISH,
        local={"V01": [("retention", "Wij bewaren het één jaar.")]},
    )
    [line] = made.chapters[0].processes[0].local
    assert line.text == ""
    assert line.part == "retention period"


def test_parents_find_photos_and_film_under_one_heading_wherever_the_register_has_them() -> None:
    images = replace(DATA, category=Named("images", "Foto's en films"))
    made = _compose(
        content(code="V19", process_group="images_camera"),
        content(code="V23", process_group="websites_cookies", data=(images,)),
        CONTENT,
    )
    assert [
        (each.title, each.about_images, [process.code for process in each.processes])
        for each in made.chapters
    ] == [
        ("Onderwijs, begeleiding en zorg", False, ["V01"]),
        ("Foto en film", True, ["V19", "V23"]),
    ]


def test_for_others_photos_and_film_stay_in_their_process() -> None:
    made = _compose(content(process_group="images_camera"), edition=PUPILS)
    assert [(each.title, each.about_images) for each in made.chapters] == [
        ("Foto, film en cameratoezicht", False)
    ]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Wij vragen het elk jaar. Je mag nee zeggen. Dat is niet erg.", "makkelijk (B1)"),
        (
            "Verwerkingsverantwoordelijken informeren betrokkenen overeenkomstig toepasselijke "
            "privacywetgeving aangaande gegevensverwerkingsactiviteiten.",
            "moeilijk (C1)",
        ),
    ],
)
@pytest.mark.requirement("VOG-001")
def test_how_easy_a_text_reads_is_told_in_words(text: str, level: str) -> None:
    measured = readability(text)
    assert measured is not None
    assert measured.level == level


@pytest.mark.parametrize(
    ("basis", "statute", "words"),
    [
        (
            "legal_duty",
            "Wetboek van Strafvordering, alleen na een officiële vordering",
            "legal obligation (GDPR 6(1)(c); Wetboek van Strafvordering)",
        ),
        (
            "legal_duty",
            "WPO 40; Wet voortgezet onderwijs 2020 (klachtenregeling); Awb voor besluiten",
            "legal obligation (GDPR 6(1)(c); WPO 40; Wet voortgezet onderwijs 2020; Awb)",
        ),
        (
            "legal_duty",
            "AVG art. 7, 12-22, 33 en 34",
            "legal obligation (GDPR 6(1)(c); GDPR art. 7, 12-22, 33 and 34)",
        ),
        (
            "public_task",
            "Taak van de RMC: voorkomen van voortijdig schoolverlaten",
            "task in the public interest or exercise of official authority (GDPR 6(1)(e))",
        ),
        ("contract", "Afspraak met de ouders", "performance of a contract (GDPR 6(1)(b))"),
    ],
)
def test_in_english_an_act_keeps_its_name_and_what_is_said_about_it_in_dutch_goes(
    basis: str, statute: str, words: str
) -> None:
    purpose = replace(IN_ENGLISH.purposes[0], basis=basis, statute=statute)
    recipient = replace(IN_ENGLISH.recipients[0], basis=basis, statute=statute)
    made = _compose(
        replace(IN_ENGLISH, purposes=(purpose,), recipients=(recipient,)), edition=ENGLISH
    )
    [process] = made.chapters[0].processes
    assert (process.purposes[0].basis, process.outside[0].basis) == (words, words)
