"""The advice on published cases, each with its source, and that worse never weighs less."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalekken.choices import (
    Aspect,
    DataKind,
    Exfiltration,
    Identification,
    IncidentKind,
    Recipient,
    Restoring,
    Risk,
    Severity,
    Unintelligible,
)
from datalekken.rules.assessment import Facts, UnreadableFacts, assess, fact_problems
from datalekken.rules.assessment.weighing import ORDER

CONFIDENTIALITY = frozenset({Aspect.CONFIDENTIALITY})
AVAILABILITY = frozenset({Aspect.AVAILABILITY})
BOTH = CONFIDENTIALITY | AVAILABILITY
D, R, K = DataKind, Recipient, IncidentKind


def facts(**values: Any) -> Facts:
    chosen: dict[str, Any] = {
        "aspects": CONFIDENTIALITY,
        "kind": K.SENT_BY_MISTAKE,
        "data": {D.NAME},
        "people": 1,
        **values,
    }
    return Facts(**{**chosen, "data": frozenset(chosen["data"])})


# The two guidelines as adopted: 01/2021 of 14 December 2021, 9/2022 v2.0 of 28 March 2023. What a
# case does not tell is filled in by us: a number of people, or that not everything came back.
EDPB = "EDPB 01/2021, case {}"
ANNEX = "EDPB 9/2022, annex B, example {}"
CASES = [
    (
        EDPB.format(1),
        facts(
            aspects=AVAILABILITY | CONFIDENTIALITY,
            kind=K.RANSOMWARE,
            unintelligible=Unintelligible.INTACT,
            restoring=Restoring.EASY,
            is_malicious=True,
            people=40,
        ),
        Risk.UNLIKELY,
    ),
    # Most came back from paper in five days: the rest did not.
    (
        EDPB.format(2),
        facts(
            aspects=AVAILABILITY,
            kind=K.RANSOMWARE,
            data={D.NAME, D.CONTACT},
            restoring=Restoring.NEVER,
            is_malicious=True,
            people=60,
        ),
        Risk.RISK,
    ),
    (
        EDPB.format(3),
        facts(
            aspects=AVAILABILITY,
            kind=K.RANSOMWARE,
            data={D.HEALTH},
            restoring=Restoring.TEMPORARY,
            is_malicious=True,
            disrupts_seriously=True,
            has_vulnerable=True,
            people=5000,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(4),
        facts(
            aspects=BOTH,
            kind=K.RANSOMWARE,
            data={D.NAME, D.IDENTITY_DOCUMENT, D.PAYMENT},
            restoring=Restoring.NEVER,
            recipient=R.UNKNOWN,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=3000,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(5),
        facts(
            kind=K.EXFILTRATION,
            data={D.NAME, D.CONTACT, D.OTHER},
            recipient=R.UNKNOWN,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=213,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(6),
        facts(
            kind=K.EXFILTRATION,
            data={D.CREDENTIALS},
            unintelligible=Unintelligible.INTACT,
            recipient=R.UNKNOWN,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=1200,
        ),
        Risk.UNLIKELY,
    ),
    (
        EDPB.format(7),
        facts(
            kind=K.HACKING,
            data={D.CREDENTIALS, D.FINANCIAL},
            recipient=R.UNKNOWN,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=100_000,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(8),
        facts(
            kind=K.ACCESS_ABUSE,
            data={D.NAME, D.CONTACT},
            recipient=R.KNOWN,
            is_malicious=True,
            people=400,
        ),
        Risk.RISK,
    ),
    (
        EDPB.format(9),
        facts(data={D.NAME, D.CONTACT}, recipient=R.TRUSTED_DELETED, people=24),
        Risk.UNLIKELY,
    ),
    (
        EDPB.format(10),
        facts(
            kind=K.DEVICE_LOST,
            data={D.NAME, D.HEALTH},
            unintelligible=Unintelligible.INTACT,
            recipient=R.UNKNOWN,
            is_malicious=True,
            has_children=True,
            people=30,
        ),
        Risk.UNLIKELY,
    ),
    (
        EDPB.format(11),
        facts(
            kind=K.DEVICE_LOST,
            data={D.NAME, D.CONTACT},
            recipient=R.UNKNOWN,
            is_malicious=True,
            people=100_000,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(12),
        facts(
            aspects=BOTH,
            kind=K.PAPER_LOST,
            data={D.NAME, D.HEALTH},
            recipient=R.UNKNOWN,
            restoring=Restoring.NEVER,
            is_malicious=True,
            has_vulnerable=True,
            people=50,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(13),
        facts(kind=K.POST_LOST, data={D.NAME, D.CONTACT}, recipient=R.KNOWN, people=2),
        Risk.UNLIKELY,
    ),
    (
        EDPB.format(14),
        facts(
            data={D.NAME, D.CONTACT, D.NATIONAL_NUMBER},
            recipient=R.MANY,
            exfiltration=Exfiltration.POSSIBLE,
            people=60_000,
        ),
        Risk.HIGH,
    ),
    # An allergy on a list of a course, to people who took the same course and were asked to delete.
    (
        EDPB.format(15),
        facts(
            data={D.NAME, D.CONTACT, D.HEALTH},
            recipient=R.TRUSTED_DELETED,
            people=15,
        ),
        Risk.UNLIKELY,
    ),
    (
        EDPB.format(16),
        facts(data={D.NAME, D.CONTACT, D.OTHER}, recipient=R.KNOWN, people=1),
        Risk.RISK,
    ),
    (
        EDPB.format(17),
        facts(
            kind=K.PHISHING,
            data={D.CONTACT, D.FINANCIAL},
            recipient=R.UNKNOWN,
            is_malicious=True,
            people=1,
        ),
        Risk.HIGH,
    ),
    (
        EDPB.format(18),
        facts(
            kind=K.HACKING,
            data={D.NAME, D.FINANCIAL},
            recipient=R.UNKNOWN,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=99,
        ),
        Risk.HIGH,
    ),
    (
        ANNEX.format("i (encrypted backup stolen)"),
        facts(
            kind=K.DEVICE_LOST,
            data={D.HEALTH},
            unintelligible=Unintelligible.INTACT,
            recipient=R.UNKNOWN,
            restoring=Restoring.EASY,
            people=500,
        ),
        Risk.UNLIKELY,
    ),
    (
        ANNEX.format("iii (a power cut of some minutes)"),
        facts(aspects=AVAILABILITY, kind=K.MALFUNCTION, restoring=Restoring.EASY, people=5000),
        Risk.UNLIKELY,
    ),
    (
        ANNEX.format("v (one statement to one wrong customer)"),
        facts(data={D.FINANCIAL}, recipient=R.KNOWN, people=1),
        Risk.RISK,
    ),
    (
        ANNEX.format("iv (everything locked by ransomware, no backup)"),
        facts(
            aspects=AVAILABILITY,
            kind=K.RANSOMWARE,
            data={D.NAME, D.CONTACT},
            restoring=Restoring.NEVER,
            is_malicious=True,
            people=300,
        ),
        Risk.RISK,
    ),
    (
        ANNEX.format("vi (passwords and purchases of a shop put online)"),
        facts(
            kind=K.HACKING,
            data={D.CREDENTIALS, D.CONTACT},
            recipient=R.MANY,
            exfiltration=Exfiltration.CERTAIN,
            is_malicious=True,
            people=5000,
        ),
        Risk.HIGH,
    ),
    (
        ANNEX.format("viii (medical records away for thirty hours)"),
        facts(
            aspects=AVAILABILITY,
            kind=K.HACKING,
            data={D.HEALTH},
            restoring=Restoring.TEMPORARY,
            is_malicious=True,
            has_vulnerable=True,
            disrupts_seriously=True,
            people=2000,
        ),
        Risk.HIGH,
    ),
    (
        ANNEX.format("x (a mail in which fifteen people see each other's address)"),
        facts(kind=K.OPEN_ADDRESSEES, data={D.CONTACT}, recipient=R.KNOWN, people=15),
        Risk.UNLIKELY,
    ),
    (
        ANNEX.format("x (the same to a large number)"),
        facts(kind=K.OPEN_ADDRESSEES, data={D.CONTACT}, recipient=R.MANY, people=800),
        Risk.RISK,
    ),
    (
        ANNEX.format("x (the same from a psychotherapist)"),
        facts(
            kind=K.OPEN_ADDRESSEES,
            data={D.CONTACT, D.HEALTH},
            recipient=R.KNOWN,
            has_vulnerable=True,
            people=40,
        ),
        Risk.HIGH,
    ),
    (
        ANNEX.format("ix (data of many students to a list of a thousand)"),
        facts(
            data={D.NAME, D.SCHOOL_RESULTS},
            recipient=R.MANY,
            has_children=True,
            people=800,
        ),
        Risk.HIGH,
    ),
    (
        "domain facts 2.2: a class list to one wrong parent",
        facts(data={D.NAME, D.CONTACT}, recipient=R.KNOWN, has_children=True, people=28),
        Risk.RISK,
    ),
    (
        "domain facts 2.2: a care file to a wrong parent",
        facts(data={D.HEALTH}, recipient=R.KNOWN, has_children=True, people=1),
        Risk.HIGH,
    ),
]


@pytest.mark.requirement("OPO-046")
@pytest.mark.requirement("OPO-048")
@pytest.mark.parametrize(
    ("case", "risk"),
    [(case, risk) for _source, case, risk in CASES],
    ids=[source for source, _case, _risk in CASES],
)
def test_published_cases_come_out_as_published(case: Facts, risk: Risk) -> None:
    outcome = assess(case)
    assert outcome.risk == risk
    assert outcome.advises_notifying == (risk != Risk.UNLIKELY)
    assert outcome.advises_telling == (risk == Risk.HIGH)


def test_the_score_of_enisa_with_its_parts() -> None:
    care_file = facts(data={D.HEALTH}, recipient=R.KNOWN, people=1)
    assert assess(care_file).enisa.score == Decimal("4.25")
    assert assess(care_file).enisa.severity == Severity.VERY_HIGH
    class_list = facts(data={D.NAME, D.CONTACT}, recipient=R.KNOWN, people=28)
    assert assess(class_list).enisa.score == Decimal("1.25")
    assert assess(class_list).enisa.severity == Severity.LOW
    of_children = replace(class_list, has_children=True)
    assert assess(of_children).enisa.score == Decimal("2.25")
    assert assess(of_children).enisa.context == 2
    assert assess(of_children).enisa.circumstances == Decimal("0.25")


def test_each_reason_is_a_sentence() -> None:
    stick = facts(
        kind=K.DEVICE_LOST,
        data={D.NAME, D.SCHOOL_RESULTS},
        recipient=R.UNKNOWN,
        has_children=True,
        people=None,
    )
    assert assess(stick).reasons == (
        "Het gaat om gegevens die iets over iemand vertellen (schoolresultaten).",
        "De gegevens kunnen bij iemand zijn die wij niet kennen.",
        "Het gaat om kinderen of andere kwetsbare mensen.",
        "Nog onbekend is hoeveel mensen het zijn: wij gaan uit van veel.",
        "Een hoog risico voor de mensen is daarom waarschijnlijk.",
        "Advies: meld het bij de AP (AVG, artikel 33 lid 1).",
        "Advies: vertel het de mensen om wie het gaat (AVG, artikel 34 lid 1).",
    )


def test_what_nobody_knows_yet_counts_as_bad_and_is_said() -> None:
    sent = facts(
        recipient=R.TRUSTED_DELETED,
        exfiltration=Exfiltration.POSSIBLE,
        unintelligible=Unintelligible.UNKNOWN,
        people=12_500,
    )
    outcome = assess(sent)
    assert outcome.reasons[:4] == (
        "Het gaat om gewone gegevens (naam, geslacht of geboortedatum).",
        "Het is niet uitgesloten dat de gegevens gekopieerd of verder verspreid zijn.",
        "Het gaat om veel mensen (12.500).",
        "Nog onbekend is of de gegevens leesbaar zijn: wij gaan uit van wel.",
    )
    assert outcome.conclusions == outcome.reasons[4:]
    doubtful = assess(replace(sent, unintelligible=Unintelligible.DOUBTFUL))
    assert "De beveiliging kan gebroken zijn: de gegevens tellen als leesbaar." in doubtful.reasons


@pytest.mark.parametrize(
    ("case", "fields"),
    [
        (facts(aspects=AVAILABILITY, recipient=R.KNOWN, restoring=Restoring.EASY), {"aspects"}),
        (facts(aspects=CONFIDENTIALITY, restoring=Restoring.NEVER), {"aspects"}),
        (facts(aspects=BOTH, recipient=R.KNOWN), {"restoring"}),
        (facts(aspects=CONFIDENTIALITY, recipient=R.KNOWN, restoring=Restoring.EASY), set()),
        (facts(aspects=AVAILABILITY, restoring=Restoring.TEMPORARY), set()),
    ],
)
def test_answers_that_contradict_each_other_are_asked_again(case: Facts, fields: set[str]) -> None:
    assert set(fact_problems(case)) == fields


@pytest.mark.requirement("OPO-048")
def test_measures_that_took_the_high_risk_away_leave_the_notification() -> None:
    outcome = assess(
        facts(
            kind=K.PHISHING,
            data={D.CREDENTIALS},
            recipient=R.UNKNOWN,
            is_malicious=True,
            risk_taken_away=True,
        )
    )
    assert (outcome.risk, outcome.risk_left) == (Risk.HIGH, Risk.RISK)
    assert (outcome.advises_notifying, outcome.advises_telling) == (True, False)
    assert "Maatregelen namen het hoge risico weg (AVG, artikel 34 lid 3 onder b)." in (
        outcome.reasons
    )


def test_another_threshold_is_a_dated_rule() -> None:
    statement = facts(data={D.FINANCIAL}, recipient=R.KNOWN)
    assert assess(statement, threshold="risk").advises_notifying
    assert not assess(statement, threshold="high_risk").advises_notifying


def some_facts() -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        aspects=st.frozensets(st.sampled_from(Aspect)),
        kind=st.sampled_from(IncidentKind),
        data=st.frozensets(st.sampled_from(DataKind), max_size=4),
        people=st.one_of(st.none(), st.integers(0, 200_000)),
        identification=st.sampled_from(Identification),
        has_children=st.booleans(),
        has_vulnerable=st.booleans(),
        unintelligible=st.sampled_from(Unintelligible),
        exfiltration=st.sampled_from(Exfiltration),
        recipient=st.sampled_from(Recipient),
        restoring=st.sampled_from(Restoring),
        is_malicious=st.booleans(),
        disrupts_seriously=st.booleans(),
        was_public=st.booleans(),
        risk_taken_away=st.booleans(),
    )


def level(case: Facts) -> tuple[int, int]:
    outcome = assess(case)
    return ORDER.index(outcome.risk), ORDER.index(outcome.risk_left)


def never_lower(worse: Facts, than: Facts) -> None:
    for now, before in zip(level(worse), level(than), strict=True):
        assert now >= before


@given(some_facts(), st.sampled_from([each for each in DataKind if each != DataKind.UNKNOWN]))
def test_more_data_never_lower_the_advice(case: Facts, more: DataKind) -> None:
    if case.data:
        never_lower(replace(case, data=case.data | {more}), case)


@given(some_facts(), st.integers(0, 200_000))
def test_more_people_never_lower_the_advice(case: Facts, more: int) -> None:
    if case.people is not None:
        never_lower(replace(case, people=case.people + more), case)


@given(some_facts(), st.sampled_from(Recipient))
def test_a_worse_recipient_never_lowers_the_advice(case: Facts, other: Recipient) -> None:
    order = list(Recipient)
    if order.index(other) >= order.index(case.recipient):
        never_lower(replace(case, recipient=other), case)


@given(some_facts(), st.sampled_from(Exfiltration))
def test_more_spread_never_lowers_the_advice(case: Facts, other: Exfiltration) -> None:
    order = list(Exfiltration)
    if order.index(other) >= order.index(case.exfiltration):
        never_lower(replace(case, exfiltration=other), case)


@given(some_facts())
def test_encryption_with_a_safe_key_never_raises_the_advice(case: Facts) -> None:
    never_lower(case, replace(case, unintelligible=Unintelligible.INTACT))


@given(some_facts(), st.sampled_from(["has_children", "has_vulnerable", "is_malicious"]))
def test_children_weakness_and_intent_never_lower_the_advice(case: Facts, name: str) -> None:
    worse: dict[str, Any] = {name: True}
    better: dict[str, Any] = {name: False}
    never_lower(replace(case, **worse), replace(case, **better))


@given(some_facts())
def test_facts_come_back_as_they_were_kept(case: Facts) -> None:
    assert Facts.read(case.plain()) == case


def test_facts_of_another_edition_are_told() -> None:
    with pytest.raises(UnreadableFacts):
        Facts.read({"aspects": ["confidentiality"]})
