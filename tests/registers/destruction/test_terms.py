"""When data may and must go: every rule of the catalogue, and what holds for every day."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registers
from registers.choices import Bound, RetentionTrigger
from registers.rules.destruction.numbers import keys_in, keys_problem, numbers_in, struck
from registers.rules.destruction.terms import (
    RuleTerm,
    Window,
    conflict,
    conflicts,
    list_year,
    listed_from,
    newest_period,
    period_name,
    periods_since,
    starts_on,
    window,
)

CATALOGUE = Path(registers.__file__).parent / "catalogue" / "retention_rules.toml"
LEFT = date(2024, 8, 1)
NEVER = (None, None)


def catalogue() -> dict[str, RuleTerm]:
    rows: list[dict[str, Any]] = tomllib.loads(CATALOGUE.read_text("utf-8"))["retention_rule"]
    parts = ("bound", "trigger", "years", "months", "weeks", "days")
    return {row["code"]: RuleTerm(**{name: row[name] for name in parts}) for row in rows}


RULES = catalogue()
# For an event on 1 August 2024: the first day on which it may go, and the last day it may be there.
EXPECTED: dict[str, tuple[date | None, date | None]] = {
    "pupil_file": (None, date(2026, 8, 1)),
    "absence_enrolment": (date(2029, 8, 2), date(2029, 11, 2)),
    "special_referral": (date(2027, 8, 2), date(2027, 11, 2)),
    "funding": (date(2032, 8, 1), None),
    "central_exam": (date(2025, 2, 2), None),
    "school_exam": NEVER,
    "diplomas": NEVER,
    "attendance_exemption": NEVER,
    "not_admitted": (None, date(2026, 8, 1)),
    "disputes": (None, date(2029, 8, 1)),
    "reunion": NEVER,
    "consent_data": NEVER,
    "camera": (None, date(2024, 8, 29)),
    "camera_incident": NEVER,
    "camera_police": NEVER,
    "financial": (date(2032, 1, 1), None),
    "real_estate": (date(2035, 1, 1), None),
    "payroll": (date(2032, 1, 1), None),
    "wage_tax_id": (date(2030, 1, 1), None),
    "personnel_file": (None, date(2026, 8, 1)),
    "applications": (None, date(2024, 8, 29)),
    "applications_consent": (None, date(2025, 8, 1)),
    "sick_leave": (None, date(2026, 8, 1)),
    "sick_leave_own_risk_5": (None, date(2029, 8, 1)),
    "sick_leave_own_risk_10": (None, date(2034, 8, 1)),
    "eu_subsidy": (date(2034, 8, 2), None),
    "asbestos": NEVER,
    "processing_agreements": (date(2029, 8, 2), date(2029, 11, 2)),
    "breach_register": (None, date(2029, 8, 1)),
    "privacy_requests": (None, date(2029, 8, 1)),
    "consent_proof": (None, date(2029, 8, 1)),
    "dpias": (None, date(2029, 8, 1)),
    "logs": (None, date(2025, 8, 1)),
    "logs_network": (None, date(2025, 2, 1)),
    "education_report": (None, date(2026, 8, 1)),
    "learning_accounts": NEVER,
    "handled": NEVER,
    "school_years": NEVER,
    "relations": NEVER,
    "lesson_recordings": NEVER,
}


def test_every_rule_of_the_catalogue_is_expected() -> None:
    assert set(EXPECTED) == set(RULES)


# Of which row of the boards' own texts a rule is the term.
ROWS = {
    "pupil_file": ("VOG-040",),
    "special_referral": ("VOG-041",),
    "absence_enrolment": ("VOG-042",),
    "funding": ("VOG-043",),
    "disputes": ("VOG-044",),
    "central_exam": ("VOG-045",),
    "camera": ("VOG-047", "OPO-037"),
    "not_admitted": ("OPO-064",),
}


@pytest.mark.parametrize(
    ("code", "days"),
    [
        pytest.param(
            code,
            days,
            marks=pytest.mark.requirement("KPO-022", "OPO-051", *ROWS.get(code, ())),
            id=code,
        )
        for code, days in EXPECTED.items()
    ],
)
def test_a_rule_of_the_catalogue(code: str, days: tuple[date | None, date | None]) -> None:
    assert window(RULES[code], LEFT) == Window(*days)


# Who keeps camera images: four weeks, an incident until it is settled, a report after consultation.
@pytest.mark.requirement("VOG-047", "OPO-037")
def test_camera_images() -> None:
    assert window(RULES["camera"], date(2026, 2, 2)) == Window(None, date(2026, 3, 2))
    assert window(RULES["camera_incident"], date(2026, 2, 2)) == Window()
    assert window(RULES["camera_police"], date(2026, 2, 2)) == Window()
    assert listed_from(window(RULES["camera_police"], date(2026, 2, 2))) is None


@pytest.mark.requirement("VOG-046", "KPO-015")
def test_addresses_of_former_pupils_have_no_day_but_the_end_of_the_consent() -> None:
    rule = RULES["reunion"]
    assert (rule.trigger, rule.bound) == (RetentionTrigger.CONSENT_END, Bound.NONE)
    assert listed_from(window(rule, LEFT)) is None


@pytest.mark.parametrize(
    ("trigger", "event", "start"),
    [
        ("school_year_end", date(2024, 7, 31), date(2024, 7, 31)),
        ("school_year_end", date(2024, 8, 1), date(2025, 7, 31)),
        ("school_year_end", date(2024, 2, 29), date(2024, 7, 31)),
        ("school_year_end", date(2024, 12, 31), date(2025, 7, 31)),
        ("calendar_year_end", date(2024, 1, 1), date(2024, 12, 31)),
        ("calendar_year_end", date(2024, 12, 31), date(2024, 12, 31)),
        ("book_year_end", date(2024, 6, 1), date(2024, 12, 31)),
        ("leaving", date(2024, 8, 1), date(2024, 8, 1)),
        ("result", date(2024, 6, 12), date(2024, 6, 12)),
        ("recording", date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_from_which_day_a_term_runs(trigger: str, event: date, start: date) -> None:
    assert starts_on(trigger, event) == start


def test_a_leap_day() -> None:
    leap = date(2024, 2, 29)
    assert window(RULES["pupil_file"], leap) == Window(None, date(2026, 2, 28))
    assert window(RULES["absence_enrolment"], leap) == Window(date(2029, 3, 1), date(2029, 6, 1))
    assert window(RULES["central_exam"], date(2023, 8, 31)) == Window(date(2024, 3, 1), None)


def test_the_day_before_and_the_day_itself() -> None:
    minimum = window(RULES["absence_enrolment"], LEFT)
    assert (minimum.allows(date(2029, 8, 1)), minimum.allows(date(2029, 8, 2))) == (False, True)
    maximum = window(RULES["pupil_file"], LEFT)
    assert (maximum.is_over(date(2026, 8, 1)), maximum.is_over(date(2026, 8, 2))) == (False, True)
    assert maximum.allows(LEFT)
    assert not minimum.is_over(date(2029, 11, 2))
    assert minimum.is_over(date(2029, 11, 3))


@pytest.mark.parametrize(
    ("code", "listed"),
    [
        # A maximum stands on the list of its year, sixty days before that year begins.
        ("pupil_file", date(2025, 11, 2)),
        # A minimum stands on no list before it has passed.
        ("absence_enrolment", date(2029, 8, 2)),
        ("eu_subsidy", date(2034, 8, 2)),
        ("learning_accounts", None),
    ],
)
def test_from_which_day_it_stands_on_a_list(code: str, listed: date | None) -> None:
    assert listed_from(window(RULES[code], LEFT)) == listed


def test_of_which_year_a_list_is() -> None:
    days = (date(2025, 11, 1), date(2025, 11, 2), date(2026, 1, 1), date(2026, 10, 31))
    assert [list_year(day) for day in days] == [2025, 2026, 2026, 2026]


@pytest.mark.requirement("OPO-051")
def test_a_minimum_later_than_a_maximum_is_a_conflict() -> None:
    two, five = window(RULES["pupil_file"], LEFT), window(RULES["absence_enrolment"], LEFT)
    assert conflict(two, five)
    assert not conflict(five, two)
    assert not conflict(two, two)
    assert not conflict(Window(), five)
    # The last day of one and the first day of the other: both can hold.
    assert not conflict(Window(None, date(2026, 8, 2)), Window(date(2026, 8, 2), None))
    assert conflict(Window(None, date(2026, 8, 1)), Window(date(2026, 8, 2), None))


def test_conflicts_of_several_rules_about_the_same_data() -> None:
    codes = ("pupil_file", "absence_enrolment", "special_referral", "disputes", "school_years")
    found = conflicts([(code, RULES[code]) for code in codes], LEFT)
    assert found == [
        ("pupil_file", "absence_enrolment"),
        ("pupil_file", "special_referral"),
        ("special_referral", "absence_enrolment"),
        ("disputes", "absence_enrolment"),
    ]
    # Another event begins another term: the days cannot be compared.
    assert (
        conflicts([("pupil_file", RULES["pupil_file"]), ("payroll", RULES["payroll"])], LEFT) == []
    )


def test_what_may_never_be_destroyed_stays_whatever_the_other_rule_says() -> None:
    diplomas = RuleTerm(bound=Bound.NONE, trigger=RetentionTrigger.RESULT, keeps=True)
    rules = [
        ("file", RULES["pupil_file"]),
        ("diplomas", diplomas),
        ("years", RULES["school_years"]),
    ]
    assert conflicts(rules, LEFT) == [("file", "diplomas"), ("years", "diplomas")]
    assert conflicts([("a", diplomas), ("b", diplomas)], LEFT) == []


@pytest.mark.parametrize(
    ("code", "today", "newest"),
    [
        # Seven years after 31 July 2018 it may go, on 1 August 2025.
        ("funding", date(2025, 7, 31), date(2017, 7, 31)),
        ("funding", date(2025, 8, 1), date(2018, 7, 31)),
        ("financial", date(2025, 12, 31), date(2017, 12, 31)),
        ("financial", date(2026, 1, 1), date(2018, 12, 31)),
        ("real_estate", date(2026, 3, 2), date(2015, 12, 31)),
        ("pupil_file", date(2026, 3, 2), None),
    ],
)
def test_the_newest_year_that_may_go(code: str, today: date, newest: date | None) -> None:
    assert newest_period(RULES[code], today) == newest


def test_the_years_since_the_last_one() -> None:
    rule = RULES["financial"]
    found = periods_since(rule, date(2015, 12, 31), date(2026, 3, 2))
    assert found == [date(2016, 12, 31), date(2017, 12, 31), date(2018, 12, 31)]
    assert periods_since(rule, date(2018, 12, 31), date(2026, 3, 2)) == []
    assert periods_since(RULES["pupil_file"], date(2018, 12, 31), date(2026, 3, 2)) == []


def test_no_part_of_a_year_is_left_out_when_years_end_on_another_day() -> None:
    """The board counts by book year what it counted by school year, or the other way about."""
    financial, funding = RULES["financial"], RULES["funding"]
    # The last school year on a list ended in July 2018: the half of 2018 after it is still there.
    assert periods_since(financial, date(2018, 7, 31), date(2026, 3, 2)) == [date(2018, 12, 31)]
    assert periods_since(funding, date(2017, 12, 31), date(2026, 8, 1)) == [
        date(2018, 7, 31),
        date(2019, 7, 31),
    ]


def test_a_year_in_words() -> None:
    assert period_name("school_year_end", date(2019, 7, 31)) == "schooljaar 2018-2019"
    assert period_name("book_year_end", date(2018, 12, 31)) == "boekjaar 2018"
    assert period_name("calendar_year_end", date(2018, 12, 31)) == "kalenderjaar 2018"


# --- what holds for every term and every day --------------------------------------------------

EVENTS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
TERMS = st.builds(
    RuleTerm,
    bound=st.sampled_from([Bound.MINIMUM, Bound.MAXIMUM, Bound.MINIMUM_THEN_DESTROY]),
    trigger=st.sampled_from(RetentionTrigger.values),
    years=st.integers(0, 30),
    months=st.integers(0, 24),
    weeks=st.integers(0, 52),
    days=st.integers(1, 400),
)


@given(term=TERMS, first=EVENTS, later=st.integers(0, 4000))
def test_a_later_event_never_ends_sooner(term: RuleTerm, first: date, later: int) -> None:
    one, other = window(term, first), window(term, first + timedelta(days=later))
    if one.not_before and other.not_before:
        assert one.not_before <= other.not_before
    if one.not_after and other.not_after:
        assert one.not_after <= other.not_after


@given(term=TERMS, event=EVENTS)
def test_a_minimum_forbids_until_its_last_day_and_never_after(term: RuleTerm, event: date) -> None:
    found = window(term, event)
    if found.not_before is None:
        assert found.allows(event)
        return
    assert found.not_before > starts_on(term.trigger, event) >= event
    assert not found.allows(found.not_before - timedelta(days=1))
    assert found.allows(found.not_before)
    assert found.allows(found.not_before + timedelta(days=10_000))
    assert listed_from(found) == found.not_before


@given(term=TERMS, event=EVENTS)
def test_what_may_go_comes_before_what_must_be_gone(term: RuleTerm, event: date) -> None:
    found = window(term, event)
    if found.not_before and found.not_after:
        assert found.not_before < found.not_after
    if found.not_after:
        assert not found.is_over(found.not_after)
        assert found.is_over(found.not_after + timedelta(days=1))


@given(term=TERMS, event=EVENTS)
def test_two_events_under_one_rule_never_conflict(term: RuleTerm, event: date) -> None:
    assert conflicts([("a", term), ("b", term)], event) == []


# --- numbers ----------------------------------------------------------------------------------


def test_numbers_of_a_pasted_text() -> None:
    assert keys_in(" 1001\r\n1002;1003,\t1004\n\n1002\n  A 12 ") == (
        *("1001", "1002", "1003", "1004"),
        "A 12",
    )


@pytest.mark.parametrize(
    "key",
    [
        *("1001", "0012", "12 34 56", "20.13.004"),
        *("P-22", "L-2013-004", "L2013004", "LL 1001", "PO-LL-1001", "NR_1001", "7b-1001"),
        *("leerling12", "Zwaluwman1", "leerling-1001", "a3f9c04ebeef", "31-02-2013", "2013-0045"),
        "9f1c2b3a-4d5e-4f60-8a7b-0c1d2e3f4a5b",
        "{9F1C2B3A-4D5E-4F60-8A7B-0C1D2E3F4A5B}",
        "deadbeef-cafe-babe-face-facadefacade",
    ],
)
def test_what_is_a_number(key: str) -> None:
    assert keys_problem((key,)) == ""


@pytest.mark.parametrize(
    "key",
    [
        *("Noor Visser", "Jansen", "jan", "J.", "JJ", "Çelik", "van der Berg", "Anne-Marie"),
        *("Jan Jansen 7b", "Jansen 2013", "Noor V. 12", "jan.jansen2013", "Jan-2013"),
        *("Jansen-2013", "visser_noor_12", "Jan.Jansen.1"),
    ],
)
def test_what_is_a_name(key: str) -> None:
    assert keys_problem((key,)) == f"“{key}” lijkt op een naam. Vul alleen nummers in, geen namen."


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (
            ("1001", "123456782"),
            "Hier staat een nummer dat een BSN kan zijn. Gebruik het leerlingnummer.",
        ),
        (("x1" * 20 + "y",), f"“{'x1' * 20}” is geen nummer uit de administratie."),
        (("10\x0001",), "“10\x0001” is geen nummer uit de administratie."),
        (("9-5-2013",), "“9-5-2013” lijkt op een datum. Vul alleen nummers in."),
        (("2013-05-09",), "“2013-05-09” lijkt op een datum. Vul alleen nummers in."),
        (("n7@thuis.example",), "“n7@thuis.example” is een e-mailadres. Vul alleen nummers in."),
        (tuple(str(each) for each in range(501)), "Vul ten hoogste 500 nummers tegelijk in."),
    ],
)
def test_what_is_no_number(keys: tuple[str, ...], problem: str) -> None:
    assert keys_problem(keys) == problem


def test_what_a_pupil_has_as_its_number_is_one() -> None:
    assert keys_problem(("jan jansen", "y" * 60), known={"jan jansen", "y" * 60}) == ""
    assert keys_problem(("123456782",), known={"123456782"}) != ""


def test_a_number_that_somebody_says_is_no_bsn() -> None:
    assert keys_problem(("123456782",), not_bsn={"123456782"}) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leerling 1001 is gewist.", ["1001"]),
        ("Gewist: nr.1001/l-2013-004", ["1001", "L-2013-004"]),
        ("21001, 10011, x1001, 1001a", []),
        ("lijst_1001.pdf", ["1001"]),
        ("Op 2 maart 2026 gewist, 02-03-2026 nagekeken, week 12, schooljaar 2026-2027.", []),
        ("In maart 2026. Leerling 2026 ook.", ["2026"]),
        ("Er waren 12 rijen.", ["12"]),
        ("2026-03-02 en boekjaar 2026", []),
        ("Jan 1001 is gewist", ["1001"]),
        ("Gewist op 3 mei 1001", ["1001"]),
        ("Uit leerjaar 1001", ["1001"]),
        ("Mei 2026, boekjaar 2025/2026", []),
        ("", []),
    ],
)
def test_a_number_in_a_text(text: str, found: list[str]) -> None:
    assert numbers_in(text, ("1001", "L-2013-004", "2026", "12", "")) == found


def test_a_number_is_struck_from_a_text() -> None:
    text = "1001 en 1001-b op 2 maart 2026, leerling 2026"
    assert struck(text, ("1001", "1001-b", "2026")) == (
        "(nummer) en (nummer) op 2 maart 2026, leerling (nummer)"
    )
    assert struck("Niets", ("1001",)) == "Niets"
