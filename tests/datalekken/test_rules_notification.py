"""Both forms from plain facts: letters, visibility, what is missing, what is unknown."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalekken.choices import (
    Aspect,
    Cause,
    DataKind,
    Discovery,
    Exfiltration,
    IncidentKind,
    NotificationKind,
    Occurrence,
    PeopleKind,
    Recipient,
    Restoring,
    Risk,
    TellGround,
    Unintelligible,
)
from datalekken.content import FIELDS, NAMES, PARTS, QUESTIONS, SECTIONS
from datalekken.content import edpb as template
from datalekken.rules.acts import ACTS
from datalekken.rules.assessment import Facts
from datalekken.rules.clocks import Times
from datalekken.rules.notification import (
    BreachFacts,
    Decided,
    Notice,
    Party,
    Sent,
    Taken,
    Told,
    answer_problems,
    ap_sections,
    codes,
    digest,
    edpb_document,
    edpb_record,
    missing_fields,
    recording_problems,
)
from datalekken.rules.notification.ap import NOT_APPLICABLE
from datalekken.rules.notification.facts import UNKNOWN

KNOWN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FILE = Path(template.__file__).parent / "edpb_breach_fields.csv"
IBP = Party(name="Ilse Beheer", function="IBP-manager", email="ibp@deproef.example")


def bare(**values: Any) -> BreachFacts:
    """A report of which nothing was found out yet."""
    return BreachFacts(
        **{
            "number": "D-2026-0001",
            "board": Party(
                name="Stichting De Proef", email="b@deproef.example", address="Proefweg 1"
            ),
            "kvk": "12345678",
            "is_public_authority": False,
            "legal_form": "stichting",
            "fg": Party(name="Fenna Graaf", email="fg@deproef.example"),
            "fg_number": "FG001",
            "contact": IBP,
            "schools": ("De Linde",),
            "kind": IncidentKind.UNKNOWN,
            "what_happened": "Een USB-stick is weg.",
            "whose_data": "",
            "which_data": "",
            "times": Times(reported_at=KNOWN, certain_at=KNOWN),
            "is_estimated": False,
            "discovery": "",
            "discovery_text": "",
            "notify_by": KNOWN + timedelta(hours=72),
            "cause": "",
            "root_cause": "",
            **values,
        }
    )


def assessed(**values: Any) -> Facts:
    return Facts(
        **{
            "aspects": frozenset({Aspect.CONFIDENTIALITY}),
            "kind": IncidentKind.DEVICE_LOST,
            "data": frozenset({DataKind.NAME, DataKind.SCHOOL_RESULTS, DataKind.HEALTH}),
            "people": 25,
            "recipient": Recipient.UNKNOWN,
            "has_children": True,
            **values,
        }
    )


ANSWERS: dict[str, Any] = {
    "people_kinds": ["pupils"],
    "63": "Een USB-stick van school.",
    "72": "b",
    "73": 25,
    "75": ["d", "e"],
    "79": ["c"],
    "85": ["a", "h"],
    "severity": "significant",
    "94": ["d", "f"],
    "109": "b",
    "110": "b",
    "113": "b",
}


def full(**values: Any) -> BreachFacts:
    """A lost stick of which everything is known."""
    return bare(
        **{
            "kind": IncidentKind.DEVICE_LOST,
            "whose_data": "Groep 7",
            "which_data": "Rapporten",
            "times": Times(
                reported_at=KNOWN,
                occurrence=Occurrence.MOMENT,
                occurred_from=KNOWN - timedelta(hours=20),
                first_signal_at=KNOWN - timedelta(hours=1),
                certain_at=KNOWN,
            ),
            "discovery": Discovery.OURSELVES,
            "discovery_text": "De leerkracht miste de stick.",
            "cause": Cause.INTERNAL_ACCIDENT,
            "root_cause": "De stick was niet versleuteld.",
            "assessed": assessed(),
            "risk": Risk.HIGH,
            "risk_reasons": ("Het gaat om gevoelige gegevens.",),
            "decided": Decided(notifies=True, tells=True, tell_reasons="Dan kunnen zij opletten."),
            "told": Told(
                at=KNOWN + timedelta(hours=5), people=50, by_email=48, on_paper=2, text="Beste"
            ),
            "measures": (
                Taken(
                    text="Gezocht in de school",
                    is_to_prevent=False,
                    due_on=date(2026, 3, 2),
                    done_on=date(2026, 3, 2),
                ),
                Taken(text="Sticks versleutelen", is_to_prevent=True, due_on=date(2026, 4, 1)),
            ),
            "answers": ANSWERS,
            **values,
        }
    )


def notice(kind: NotificationKind = NotificationKind.COMPLETE, **values: Any) -> Notice:
    return Notice(**{"kind": kind, "sent_at": KNOWN + timedelta(hours=10), "sender": IBP, **values})


@pytest.mark.parametrize(
    ("hours", "reason", "expected"),
    [(72, "", NOT_APPLICABLE), (73, "", UNKNOWN), (73, "Zomervakantie.", "Zomervakantie.")],
)
def test_after_the_term_the_reason_is_asked_and_never_said_not_to_apply(
    hours: int, reason: str, expected: str
) -> None:
    sent = notice(sent_at=KNOWN + timedelta(hours=hours), delay_reason=reason)

    lines = [line for part in ap_sections(bare(), sent) for line in part.lines]

    assert [line.answer for line in lines if line.key == "delay_reason"] == [expected]


# --- the file of the template


def test_the_template_has_its_hundred_fields_and_forty_two_are_always_asked() -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(FIELDS) == 100
    assert sum(each.is_always_mandatory for each in FIELDS.values()) == 42
    assert FIELDS[48].title == (
        "Date and time of awareness of the data controller of the personal data breach"
    )
    assert list(FIELDS[97].options) == ["a", "b", "b1", "c", "d", "e"]
    assert list(FIELDS[89].options) == ["a", "b", "c", "d"]
    assert len(FIELDS[60].options) == 25


def test_every_field_has_a_dutch_name_and_an_act_by_which_it_is_filled_in() -> None:
    assert set(NAMES) == set(FIELDS)
    assert {act for _name, act in NAMES.values()} <= {*ACTS, "bestuur"}


def test_every_question_with_a_number_has_exactly_the_letters_of_its_field() -> None:
    for key, question in QUESTIONS.items():
        if key.isdigit():
            assert list(question.options) == list(FIELDS[int(key)].options), key
        if question.kind in ("one", "many") and key != "people_kinds":
            assert question.options, key
    assert sum(len(part.questions) for part in PARTS) == len(QUESTIONS) == 39


def test_the_ap_form_has_ten_sections_in_its_order() -> None:
    assert [(each.number, each.title) for each in SECTIONS] == [
        (0, "Over deze melding"),
        (1, "Contactgegevens en algemeen"),
        (2, "Tijdlijn"),
        (3, "Gegevens over het datalek"),
        (4, "Persoonsgegevens"),
        (5, "Groep mensen"),
        (6, "Maatregelen vooraf"),
        (7, "Gevolgen"),
        (8, "Vervolgacties"),
        (9, "Overig"),
    ]


@pytest.mark.parametrize(
    ("choices", "letters", "field"),
    [
        (Occurrence, codes.OCCURRENCE, 44),
        (Discovery, codes.DISCOVERY, 50),
        (Aspect, codes.ASPECT, 55),
        (Exfiltration, codes.EXFILTRATION, 56),
        (Recipient, codes.RECIPIENT, 56),
        (Unintelligible, codes.UNINTELLIGIBLE, 57),
        (Restoring, codes.INTEGRITY, 58),
        (Restoring, codes.AVAILABILITY, 59),
        (IncidentKind, codes.INCIDENT, 60),
        (Cause, codes.CAUSE, 61),
        (PeopleKind, codes.PEOPLE, 65),
        (DataKind, codes.DATA, 70),
        (Risk, codes.RISK, 89),
        (TellGround, codes.GROUND, 100),
    ],
)
def test_each_choice_of_ours_has_a_letter_that_the_template_knows(
    choices: Any, letters: Any, field: int
) -> None:
    assert set(letters) == set(choices)
    assert set(letters.values()) <= set(FIELDS[field].options)


def test_the_other_letters_exist_too() -> None:
    assert set(codes.NOTICE) == set(NotificationKind)
    for new, sort in codes.NOTICE.values():
        assert new in FIELDS[3].options
        assert sort in FIELDS[4].options
    assert set(codes.SEVERITY) == set(QUESTIONS["severity"].options)
    assert set(codes.SEVERITY.values()) == set(FIELDS[87].options)
    assert all(
        letter in FIELDS[number].options for number, letter in codes.TO_BE_DETERMINED.items()
    )
    assert set(codes.AP_INCIDENT) == set(IncidentKind)
    assert len(set(codes.INCIDENT.values())) == 25


@pytest.mark.parametrize(
    ("field", "letter", "says"),
    [
        (60, codes.INCIDENT[IncidentKind.DEVICE_LOST], "Device lost or stolen"),
        (60, codes.INCIDENT[IncidentKind.SENT_BY_MISTAKE], "sent by mistake"),
        (60, codes.INCIDENT[IncidentKind.RANSOMWARE], "ransomware"),
        (60, codes.INCIDENT[IncidentKind.SHOWN_TO_WRONG], "displayed to wrong recipient"),
        (70, codes.DATA[DataKind.NATIONAL_NUMBER], "National identification number"),
        (70, codes.DATA[DataKind.STAFF_HEALTH], "Employment related health"),
        (70, codes.DATA[DataKind.CRIMINAL], "Criminal"),
        (65, codes.PEOPLE[PeopleKind.PUPILS], "Students"),
        (65, codes.MINORS, "Minors"),
        (61, codes.CAUSE[Cause.EXTERNAL_INTENT], "External malicious"),
        (56, codes.EXFILTRATION[Exfiltration.EXCLUDED], "NOT exfiltrated"),
        (57, codes.UNINTELLIGIBLE[Unintelligible.INTACT], "still intact"),
        (89, codes.RISK[Risk.UNLIKELY], "unlikely"),
        (89, codes.RISK_UNKNOWN, "Additional information"),
        (100, codes.GROUND[TellGround.DISPROPORTIONATE], "disproportionate effort"),
        (44, codes.OCCURRENCE[Occurrence.ONGOING], "still ongoing"),
        (50, codes.DISCOVERY[Discovery.PROCESSOR], "by the data processor"),
    ],
)
def test_the_letters_say_the_same_thing(field: int, letter: str, says: str) -> None:
    assert says in FIELDS[field].options[letter]


# --- the record of the template


def test_the_record_of_a_lost_stick() -> None:
    record = edpb_record(full(), notice())
    assert (
        record
        | {
            "3": "a",
            "4": "a",
            "7": "D-2026-0001",
            "11": "12345678",
            "14": "a",
            "23": "c",
            "24": "IBP-manager",
            "29": "Yes",
            "33": "b",
            "38": "b",
            "44": "a",
            "45": False,
            "46": "2026-03-01T14:00:00+01:00",
            "47": "2026-03-01T14:00:00+01:00",
            "48": "2026-03-02T10:00:00+01:00",
            "50": "a",
            "55": ["a"],
            "56": "b",
            "57": "c",
            "60": "i",
            "61": "a",
            "65": ["d", "f"],
            "67": "b",
            "68": 25,
            "70": ["a", "k", "u"],
            "73": 25,
            "85": ["a", "h"],
            "87": "c",
            "89": "a",
            "92": "- Gezocht in de school (klaar op 02-03-2026)",
            "95": "- Sticks versleutelen (uiterlijk 01-04-2026)",
            "97": "a",
            "98": "2026-03-02",
            "102": "a",
            "104": "a",
            "106": "Beste",
        }
        == record
    )
    # What its condition hides is not there.
    hidden = {"5", "6", "18", "34", "39", "49", "52", "58", "59", "80", "81", "83", "99", "100"}
    assert not hidden & record.keys()
    assert missing_fields(full(), notice()) == ()


def test_the_moments_keep_the_offset_of_summer() -> None:
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    times = Times(reported_at=summer, certain_at=summer)
    assert edpb_record(full(times=times), notice())["48"] == "2026-07-02T00:30:00+02:00"


def test_a_bare_report_is_to_be_determined_when_preliminary() -> None:
    record = edpb_record(bare(), notice(NotificationKind.PRELIMINARY))
    later = {"44": "e", "60": "x", "61": "e", "67": "d", "87": "d", "89": "d", "97": "c"}
    assert record | later == record
    assert (record["65"], record["70"], record["85"]) == (["k"], ["t"], ["o"])
    assert (record["3"], record["4"]) == ("a", "b")


def test_a_complete_one_has_no_letter_for_later_and_says_in_dutch_what_is_missing() -> None:
    record = edpb_record(bare(), notice())
    assert not {"60", "61", "65", "70", "89", "97"} & record.keys()
    assert record["44"] == "d"
    sentences = [each.sentence for each in missing_fields(bare(), notice())]
    assert "Soort incident (veld 60)." in sentences
    assert "Uitkomst van de risicobeoordeling (veld 89)." in sentences
    assert "Of u het de mensen vertelt (veld 97)." in sentences
    assert [each.number for each in missing_fields(bare(), notice())] == [
        *(50, 51, 55, 60, 61, 63, 65, 66, 67, 70, 71, 72, 75, 85, 87, 89, 90, 92, 94, 95),
        *(97, 109, 110, 113),
    ]


def test_what_is_missing_is_the_same_for_a_preliminary_one() -> None:
    asked = [
        missing_fields(bare(), notice(kind)) for kind in NotificationKind if kind != "withdrawal"
    ]
    assert asked[0] == asked[1] == asked[2]


def test_a_follow_up_is_incomplete_as_long_as_something_is_missing() -> None:
    follow_up = notice(NotificationKind.FOLLOW_UP, earlier_number="AP-1")
    assert edpb_record(bare(), follow_up)["4"] == "b"
    assert said(bare(), follow_up)["is_complete"] == "nee, er volgt nog informatie (voorlopig)"
    assert said(full(), follow_up)["is_complete"] == "ja, volledig"
    complete = edpb_record(full(), follow_up)
    assert (complete["3"], complete["4"], complete["6"]) == ("b", "a", "AP-1")


def test_a_withdrawal_tells_why() -> None:
    withdrawn = notice(
        NotificationKind.WITHDRAWAL, withdrawal_reason="De stick is terug.", earlier_number="AP-1"
    )
    record = edpb_record(full(), withdrawn)
    assert (record["4"], record["5"], record["6"]) == ("c", "De stick is terug.", "AP-1")
    assert "5" not in edpb_record(full(), replace(withdrawn, kind=NotificationKind.FOLLOW_UP))


def test_of_what_left_and_who_has_it_the_heavier_stands() -> None:
    def letter(**values: Any) -> str:
        return str(edpb_record(full(assessed=assessed(**values)), notice())["56"])

    assert letter(recipient=Recipient.NOBODY) == "c"
    assert letter(recipient=Recipient.UNKNOWN) == "b"
    assert letter(recipient=Recipient.KNOWN) == "a"
    assert letter(recipient=Recipient.NOBODY, exfiltration=Exfiltration.CERTAIN) == "a"


@pytest.mark.parametrize(
    ("decided", "told", "answers", "letter"),
    [
        (Decided(), Told(), {}, "c"),
        (Decided(tells=True), Told(), {"99": "2026-03-09"}, "b"),
        (Decided(tells=True), Told(), {}, "b1"),
        (Decided(tells=False), Told(), {}, "d"),
        (Decided(tells=False, tell_ground="b"), Told(), {}, "e"),
        (Decided(tells=True), Told(at=KNOWN, people=2), {}, "a"),
    ],
)
def test_whether_the_people_are_told(
    decided: Decided, told: Told, answers: dict[str, Any], letter: str
) -> None:
    facts = full(decided=decided, told=told, answers=ANSWERS | answers)
    record = edpb_record(facts, notice(NotificationKind.PRELIMINARY))
    assert record["97"] == letter
    assert ("99" in record) == (letter == "b")
    assert ("100" in record) == (letter == "e")
    assert ("106" in record) == (letter == "a" and bool(told.text))


def test_who_is_not_told_yet_asks_why() -> None:
    told = Told(at=KNOWN, people=20, waiting=5, by_email=20, text="Beste")
    assert edpb_record(full(told=told), notice())["102"] == "b"
    assert [each.number for each in missing_fields(full(told=told), notice())] == [103]


def test_a_processor_is_the_other_party() -> None:
    supplier = Party(name="Leverbaar BV", email="privacy@leverbaar.example")
    record = edpb_record(full(supplier=supplier, discovery=Discovery.PROCESSOR), notice())
    assert (record["38"], record["39"], record["40"]) == ("a", "Processor", "Leverbaar BV")
    assert (record["50"], record["52"]) == ("b", "2026-03-02")


def test_the_fg_who_reports_is_not_asked_for_again() -> None:
    record = edpb_record(full(), notice(sender=full().fg, sender_is="fg"))
    assert record["23"] == "a"
    assert not {"24", "29", "30", "31"} & record.keys()


def test_the_file_is_named_as_the_draft_that_it_is() -> None:
    document = edpb_document(bare(), notice(NotificationKind.PRELIMINARY))
    assert document["template"] == (
        "EDPB common template for personal data breach notification, draft of June 2026"
    )
    assert document["status"] == "draft"
    assert document["reference"] == "D-2026-0001"
    assert document["kind"] == "preliminary"
    assert document["sent_at"] == "2026-03-02T20:00:00+01:00"
    assert 89 in document["missing_for_complete"]


FACTS = st.builds(
    assessed,
    aspects=st.frozensets(st.sampled_from(Aspect)),
    data=st.frozensets(st.sampled_from(DataKind)),
    people=st.none() | st.integers(0, 10**6),
    unintelligible=st.sampled_from(Unintelligible),
    exfiltration=st.sampled_from(Exfiltration),
    recipient=st.sampled_from(Recipient),
    restoring=st.sampled_from(Restoring),
)


@given(
    assessment=st.none() | FACTS,
    kind=st.sampled_from(IncidentKind),
    cause=st.sampled_from(["", *Cause]),
    occurrence=st.sampled_from(Occurrence),
    discovery=st.sampled_from(["", *Discovery]),
    risk=st.sampled_from(["", *Risk]),
    people=st.lists(st.sampled_from(PeopleKind.values), unique=True),
    tells=st.sampled_from([None, True, False]),
    sort=st.sampled_from(NotificationKind),
)
def test_whatever_the_facts_every_letter_exists_and_json_can_hold_it(
    assessment: Facts | None,
    kind: str,
    cause: str,
    occurrence: str,
    discovery: str,
    risk: str,
    people: list[str],
    tells: bool | None,
    sort: NotificationKind,
) -> None:
    facts = full(
        assessed=assessment,
        kind=kind,
        cause=cause,
        discovery=discovery,
        risk=risk,
        times=Times(reported_at=KNOWN, occurrence=occurrence),
        answers=ANSWERS | {"people_kinds": people},
        decided=Decided(tells=tells),
        told=Told(),
    )
    record = edpb_record(facts, notice(sort))
    for number, value in record.items():
        options = FIELDS[int(number)].options
        if options:
            given_letters = value if isinstance(value, list) else [value]
            assert set(given_letters) <= set(options), number
    later = [
        number
        for number, letter in codes.TO_BE_DETERMINED.items()
        if letter in record.get(str(number), "")
    ]
    assert sort != NotificationKind.COMPLETE or later == []
    assert json.loads(json.dumps(record)) == record
    assert all(line.answer for part in ap_sections(facts, notice(sort)) for line in part.lines)


# --- the AP's form


def said(facts: BreachFacts, sent: Notice | None = None) -> dict[str, str]:
    parts = ap_sections(facts, sent or notice())
    return {line.key: line.answer for part in parts for line in part.lines}


def test_the_ap_form_of_a_lost_stick() -> None:
    answers = said(full())
    assert (
        answers
        | {
            "law": "Algemene verordening gegevensbescherming (AVG), artikel 33",
            "kind": "nieuwe melding",
            "earlier_number": NOT_APPLICABLE,
            "is_complete": "ja, volledig",
            "organisation": "Stichting De Proef",
            "reporter": "Ilse Beheer",
            "other_party": "nee",
            "occurrence": "1 maart 2026, 14:00 uur",
            "goes_on": "nee",
            "known": "2 maart 2026, 10:00 uur",
            "aspects": "- vertrouwelijkheid: iemand zag of kreeg gegevens",
            "incident": "Apparaat, gegevensdrager of papier kwijtgeraakt of gestolen",
            "data": "- naam, geslacht of geboortedatum\n- schoolresultaten",
            "special_data": "- gezondheid of zorg",
            "records": "ongeveer 25",
            "groups": "- leerlingen",
            "people_min": "25",
            "people_max": "25",
            "unintelligible": "nee, de gegevens zijn leesbaar",
            "integrity": NOT_APPLICABLE,
            "severity": "aanzienlijk",
            "risk": "hoog risico\n- Het gaat om gevoelige gegevens.",
            "told": "ja",
            "told_when": "2 maart 2026, 15:00 uur; 50 mensen",
            "told_how": "per e-mail: 48, op papier: 2",
            "not_told_why": NOT_APPLICABLE,
            "cross_border": "nee",
            "police": "nee",
        }
        == answers
    )


def test_what_nobody_knows_is_not_yet_known() -> None:
    parts = ap_sections(bare(), notice(NotificationKind.PRELIMINARY))
    unknown = {line.key for part in parts for line in part.lines if not line.is_known}
    assert {
        *("occurrence", "goes_on", "discovery", "aspects", "incident", "cause", "systems"),
        *("data", "special_data", "records", "groups", "people_min", "people_max"),
        *("unintelligible", "damage", "severity", "risk", "told", "not_told_why", "police"),
    } <= unknown
    assert said(bare())["occurrence"] == UNKNOWN == "nog niet bekend"
    assert said(bare(), notice(NotificationKind.PRELIMINARY))["is_complete"] == (
        "nee, er volgt nog informatie (voorlopig)"
    )


def test_not_telling_gives_its_ground() -> None:
    decided = Decided(
        tells=False,
        tell_ground="c",
        tell_reasons="Het zijn er 9000.",
        public_notice="Er is een datalek.",
        public_notice_where="de website",
        public_notice_on=date(2026, 3, 3),
    )
    answers = said(full(decided=decided, told=Told()))
    assert answers["told"] == "nee"
    assert answers["not_told_why"].startswith("AVG, artikel 34 lid 3: het kost onevenredig veel")
    assert answers["public_notice"] == "Er is een datalek.\nde website\n3 maart 2026"


def test_a_withdrawal_in_the_ap_form() -> None:
    sent = notice(
        NotificationKind.WITHDRAWAL, earlier_number="AP-77", withdrawal_reason="Toch geen datalek."
    )
    answers = said(full(), sent)
    assert answers["kind"] == "intrekking van een eerdere melding"
    assert (answers["earlier_number"], answers["withdrawal_reason"]) == (
        "AP-77",
        "Toch geen datalek.",
    )
    assert answers["is_complete"] == NOT_APPLICABLE


NASTY = '=cmd|"/C calc"!A0\x00\x07<script>alert(1)</script>\u202egnp.exe\r\nregel 2\ufeff'
CLEAN = '=cmd|"/C calc"!A0<script>alert(1)</script>gnp.exe\nregel 2'


def test_hidden_characters_go_and_the_text_stays() -> None:
    facts = full(
        what_happened=NASTY,
        whose_data=NASTY,
        which_data=NASTY,
        schools=(NASTY,),
        root_cause=NASTY,
        risk_text=NASTY,
        answers=ANSWERS | {"63": NASTY, "remarks": NASTY, "95": NASTY},
    )
    answers = said(facts)
    assert (answers["summary"], answers["remarks"], answers["systems"]) == (CLEAN, CLEAN, CLEAN)
    assert edpb_record(facts, notice())["62"] == CLEAN
    shown = json.dumps([answers, edpb_record(facts, notice())])
    assert not {"\\u0000", "\\u0007", "\\u202e", "\\ufeff"} & {
        shown[at : at + 6] for at in range(len(shown))
    }


# --- what was typed for the forms


def test_answers_that_can_be_kept() -> None:
    assert answer_problems(ANSWERS) == {}
    assert answer_problems({"68": None, "66": "", "75": []}) == {}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("75", ["a", "z"], "Kies een antwoord uit de lijst."),
        ("75", "a", "Kies een antwoord uit de lijst."),
        ("75", [["a"]], "Kies een antwoord uit de lijst."),
        ("109", "d", "Kies een antwoord uit de lijst."),
        ("109", ["a"], "Kies een antwoord uit de lijst."),
        ("people_kinds", ["aliens"], "Kies een antwoord uit de lijst."),
        ("68", "10000", "Vul een heel aantal in van 0 tot 100000000."),
        ("68", -1, "Vul een heel aantal in van 0 tot 100000000."),
        ("68", True, "Vul een heel aantal in van 0 tot 100000000."),
        ("99", "morgen", "Vul een dag in die bestaat."),
        ("66", "x" * 10_001, "Schrijf ten hoogste 10000 tekens."),
        ("44", "a", "Deze vraag bestaat niet."),
        ("__class__", "a", "Deze vraag bestaat niet."),
    ],
)
def test_answers_that_cannot_be_kept(key: str, value: Any, words: str) -> None:
    assert answer_problems({key: value}) == {key: words}


def test_the_least_is_no_more_than_the_most() -> None:
    assert answer_problems({"people_min": 10, "people_max": 9}) == {
        "people_max": "Dit aantal is kleiner dan het minimum. Controleer de aantallen."
    }


# --- recording


def sent(**values: Any) -> Sent:
    return Sent(
        **{
            "kind": NotificationKind.COMPLETE,
            "sent_at": KNOWN + timedelta(hours=72),
            "at": KNOWN + timedelta(days=10),
            "known_at": KNOWN,
            "notify_by": KNOWN + timedelta(hours=72),
            "notifies": True,
            **values,
        }
    )


def test_the_last_moment_of_the_term_asks_no_reason_and_a_second_later_does() -> None:
    assert recording_problems(sent()) == {}
    late = sent(sent_at=KNOWN + timedelta(hours=72, seconds=1))
    assert recording_problems(late) == {
        "delay_reason": "Dit is later dan de termijn. Schrijf op waarom (AVG, artikel 33 lid 1)."
    }
    for nothing in (" \n ", "\x07", "\u202e \ufeff"):
        assert list(recording_problems(replace(late, delay_reason=nothing))) == ["delay_reason"]
    assert recording_problems(replace(late, delay_reason="Zomervakantie.")) == {}


def test_moments_that_cannot_be() -> None:
    def problem(**values: Any) -> list[str]:
        return list(recording_problems(sent(**values)))

    assert problem(sent_at=KNOWN + timedelta(days=11), delay_reason="x") == ["sent_at"]
    assert problem(sent_at=KNOWN - timedelta(seconds=1)) == ["sent_at"]
    assert problem(sent_at=KNOWN) == []
    assert problem(known_at=None, notify_by=None) == [""]
    before = {"last_kind": "complete", "last_sent_at": KNOWN + timedelta(hours=80)}
    assert problem(kind="follow_up", **before) == ["sent_at"]


@pytest.mark.parametrize(
    ("kind", "last"),
    list(product(["complete", "preliminary"], ["complete", "preliminary", "follow_up"])),
)
def test_a_second_new_notification_is_no_new_one(kind: str, last: str) -> None:
    problems = recording_problems(sent(kind=kind, last_kind=last))
    assert problems == {"kind": "Er is al een melding. Kies “aanvulling” of “intrekking”."}


@pytest.mark.parametrize("last", ["", "withdrawal"])
def test_a_follow_up_needs_something_to_follow(last: str) -> None:
    assert list(recording_problems(sent(kind="follow_up", last_kind=last))) == ["kind"]
    both = recording_problems(sent(kind="withdrawal", last_kind=last))
    assert list(both) == ["kind", "withdrawal_reason"]
    assert recording_problems(sent(last_kind=last)) == {}


def test_who_decided_not_to_notify_decides_again_first() -> None:
    assert list(recording_problems(sent(notifies=False))) == ["kind"]
    assert recording_problems(sent(notifies=None, kind="preliminary")) == {}
    # What was sent can always be taken back.
    withdrawal = sent(
        notifies=False, kind="withdrawal", last_kind="complete", withdrawal_reason="Toch niet."
    )
    assert recording_problems(withdrawal) == {}


def test_the_digest_sees_every_change_and_no_order() -> None:
    one = {"a": 1, "b": ["x", "é"]}
    assert digest(one) == digest({"b": ["x", "é"], "a": 1})
    assert digest(one) != digest({"a": 1, "b": ["é", "x"]})
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
