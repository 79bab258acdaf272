"""The advice on published cases, each with its source, and that worse never weighs less."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
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


@dataclass(frozen=True)
class Published:
    """One case of `published_cases.toml`, which says where it comes from and how sure that is."""

    source: str
    risk: Risk
    confirmed: str
    evidence: str
    facts: Facts


def _published() -> list[Published]:
    told = tomllib.loads(Path(__file__).with_name("published_cases.toml").read_text("utf-8"))
    usual = facts(data=()).plain()
    return [
        Published(
            source=each["source"],
            risk=Risk(each["risk"]),
            confirmed=each["confirmed"],
            evidence=each["evidence"],
            facts=Facts.read({**usual, **each["facts"]}),
        )
        for each in told["case"]
    ]


CASES = _published()


def test_the_published_cases_say_how_sure_they_are() -> None:
    numbers = [f"EDPB 01/2021, case {number}" for number in range(1, 19)]
    assert [each.source for each in CASES][:18] == numbers
    assert len({each.source for each in CASES}) == len(CASES) == 30
    assert {each.confirmed for each in CASES} <= {
        *("text", "quoted", "second_hand", "memory", "ours"),
    }
    assert all(each.evidence for each in CASES)
    # What contradicts itself is asked again on the page, and is no case.
    assert [each.source for each in CASES if fact_problems(each.facts)] == []


@pytest.mark.requirement("OPO-046")
@pytest.mark.requirement("OPO-048")
@pytest.mark.parametrize("case", CASES, ids=[each.source for each in CASES])
def test_published_cases_come_out_as_published(case: Published) -> None:
    outcome = assess(case.facts)
    assert outcome.risk == case.risk
    assert outcome.advises_notifying == (case.risk != Risk.UNLIKELY)
    assert outcome.advises_telling == (case.risk == Risk.HIGH)


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


def test_what_all_could_read_is_no_risk_with_somebody_trusted_either() -> None:
    """As light as with somebody we know: who confirmed deletion never weighs more."""
    case = facts(
        kind=IncidentKind.SENT_BY_MISTAKE,
        data=frozenset({DataKind.FINANCIAL}),
        people=None,
        identification=Identification.NEGLIGIBLE,
        unintelligible=Unintelligible.NO,
        recipient=Recipient.TRUSTED_DELETED,
        restoring=Restoring.NOT_LOST,
        was_public=True,
    )
    assert level(case) == level(replace(case, recipient=Recipient.KNOWN)) == (0, 0)
    assert level(replace(case, was_public=False, identification=Identification.MAXIMUM)) == (1, 1)


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
