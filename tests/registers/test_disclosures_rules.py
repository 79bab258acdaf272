"""When data may be given to an outside party once: the rule and the acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from registers import actions, exchange
from registers.choices import LegalBasis
from registers.models import Disclosure, DisclosureGround
from registers.rules.disclosures import basis_remark, copy_due_on, disclosure_problems
from tests.conftest import TODAY, Cast
from tests.factories import disclosures as given
from tests.factories import registers as make

TESTED = {"subsidiarity": "a", "proportionality": "b", "minimisation": "c"}


def problems(**changes: object) -> dict[str, str]:
    asked = {
        "basis": "legal_duty",
        "ground_basis": "legal_duty",
        "needs_request": False,
        "official_request": "",
        "consent_reference": "",
        "tests": TESTED,
    }
    return disclosure_problems(**{**asked, **changes})  # type: ignore[arg-type]


@pytest.mark.requirement("KPO-025", "KPO-029", "OPO-028")
def test_without_a_basis_nothing_is_given() -> None:
    assert problems(basis="", ground_basis="") == {
        "basis": "Kies een grondslag. Zonder grondslag mag er niets verstrekt worden."
    }
    assert problems() == {}


@pytest.mark.requirement("KPO-025", "OPO-056")
def test_a_legal_duty_names_its_ground_and_consent_its_place() -> None:
    assert problems(ground_basis="") == {
        "ground": "Kies welke wettelijke grond deze verstrekking verplicht."
    }
    assert problems(basis="consent", ground_basis="", consent_reference=" ") == {
        "consent_reference": "Schrijf op waar de toestemming ligt. Zonder toestemming mag dit niet."
    }
    assert problems(basis="consent", ground_basis="", consent_reference="map 3") == {}


def test_a_ground_belongs_to_one_basis() -> None:
    assert problems(ground_basis="vital_interest") == {
        "ground": "Deze grond hoort bij een andere grondslag: vitaal belang."
    }
    assert problems(basis="vital_interest", ground_basis="vital_interest") == {}
    assert problems(basis="public_task", ground_basis="") == {}


@pytest.mark.requirement("OPO-029")
@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("subsidiarity", "Schrijf op waarom het niet op een lichtere manier kan (OPOO 5.3 A)."),
        ("proportionality", "Schrijf op waarom dit in verhouding is tot het doel (OPOO 5.3 B)."),
        ("minimisation", "Schrijf op waarom dit niet meer is dan strikt nodig (OPOO 5.3 C)."),
    ],
)
def test_each_of_the_three_tests_is_answered(test: str, words: str) -> None:
    assert problems(tests={**TESTED, test: "  "}) == {test: words}


@pytest.mark.requirement("OPO-038", "OPO-057")
def test_police_get_nothing_without_an_official_request() -> None:
    words = "Dit mag alleen op een officieel verzoek: noem het kenmerk (OPOO 9.2.2)."
    assert problems(needs_request=True) == {"official_request": words}
    assert problems(needs_request=True, official_request="PL1300-1") == {}


@pytest.mark.requirement("OPO-056")
@pytest.mark.parametrize("basis", LegalBasis.values)
def test_the_stricter_article_is_shown_where_the_two_differ(basis: str) -> None:
    words = (
        "OPOO 9.2.1 noemt voor organisaties buiten de school alleen een wettelijke plicht of "
        "toestemming. Kan deze verstrekking daarop rusten?"
    )
    assert basis_remark(basis) == ("" if basis in {"legal_duty", "consent"} else words)


@pytest.mark.requirement("OPO-054")
def test_the_copy_is_due_fourteen_days_after_an_education_report_only() -> None:
    day = date(2026, 2, 20)
    assert copy_due_on(is_education_report=True, disclosed_on=day) == date(2026, 3, 6)
    assert copy_due_on(is_education_report=False, disclosed_on=day) is None


@pytest.mark.requirement("INN-016", "OPO-057")
def test_the_grounds_without_consent_are_loaded(db: None) -> None:
    exchange.load_catalogue(by=None)
    assert list(
        DisclosureGround.objects.order_by("code").values_list(
            "code", "basis", "needs_official_request", "is_confirmed"
        )
    ) == [
        ("attendance_officer", "legal_duty", False, False),
        ("child_abuse", "legal_duty", False, False),
        ("education_report", "legal_duty", False, False),
        ("emergency", "vital_interest", False, True),
        ("inspectorate", "legal_duty", False, False),
        ("ministry_duo", "legal_duty", False, False),
        ("municipality", "legal_duty", False, False),
        ("police_justice", "legal_duty", True, False),
        ("swv", "legal_duty", False, False),
    ]
    assert not DisclosureGround.objects.filter(source="").exists()


class TestRecord:
    def test_it_is_recorded_with_who_did_it(self, cast: Cast, now: datetime) -> None:
        made = given.disclosure(cast.linde, at=now, by=cast.director)
        assert [each.code for each in made.data.all()] == ["identity"]
        assert (made.copy_due_on, made.copy_given_on) == (None, None)
        assert make.history_of(made)[0] == ("Dirk Linde", "verstrekking vastgelegd")

    @pytest.mark.requirement("KPO-025", "KPO-029", "OPO-028", "OPO-029", "OPO-056")
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"basis": ""}, "basis"),
            ({"basis": "goodwill", "ground": None}, "basis"),
            ({"ground": None}, "ground"),
            ({"basis": "consent", "ground": None}, "consent_reference"),
            ({"subsidiarity": ""}, "subsidiarity"),
            ({"proportionality": " "}, "proportionality"),
            ({"minimisation": ""}, "minimisation"),
            ({"kind": "police"}, "official_request"),
            ({"data": []}, "data"),
            ({"person_key": ""}, "person_key"),
            ({"disclosed_on": date(2026, 3, 3)}, "disclosed_on"),
        ],
    )
    def test_what_is_not_in_order_is_refused_at_its_field(
        self, cast: Cast, now: datetime, changes: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(actions.DisclosureRefused) as refused:
            given.disclosure(cast.linde, at=now, **changes)
        assert list(refused.value.errors) == [field]
        assert len(refused.value.errors[field]) == 1
        assert Disclosure.objects.count() == 0
        assert Disclosure.history.count() == 0

    def test_it_is_recorded_once(self, cast: Cast, now: datetime) -> None:
        made = given.disclosure(cast.linde, at=now)
        with pytest.raises(actions.DisclosureRefused, match="al vastgelegd"):
            actions.record_disclosure(disclosure=made, data=[make.category()], by=None, at=now)

    @pytest.mark.requirement("OPO-038", "OPO-057", "INN-016")
    def test_police_by_any_door_ask_an_official_request(self, cast: Cast, now: datetime) -> None:
        needing = given.ground("police_justice", needs_official_request=True)
        for changes in (
            {"kind": "police"},
            {"party": make.party("police", "Politie")},
            {"party": make.party("judiciary", "Justitie")},
            {"ground": needing},
        ):
            with pytest.raises(actions.DisclosureRefused) as refused:
                given.disclosure(cast.linde, at=now, **changes)
            assert list(refused.value.errors) == ["official_request"]
            made = given.disclosure(cast.linde, at=now, **changes, official_request="PL1300-1")
            assert made.official_request == "PL1300-1"

    @pytest.mark.requirement("INN-016")
    def test_an_emergency_rests_on_vital_interest(self, cast: Cast, now: datetime) -> None:
        emergency = given.ground("emergency", basis="vital_interest")
        made = given.disclosure(cast.linde, at=now, basis="vital_interest", ground=emergency)
        assert made.basis == "vital_interest"
        with pytest.raises(actions.DisclosureRefused, match="andere grondslag: vitaal belang"):
            given.disclosure(cast.linde, at=now, ground=emergency)


@pytest.mark.requirement("OPO-054")
class TestCopy:
    def report(self, cast: Cast, now: datetime) -> Disclosure:
        return given.disclosure(
            cast.linde, at=now, kind="education_report", disclosed_on=date(2026, 2, 20)
        )

    def test_the_parents_get_their_copy_once(self, cast: Cast, now: datetime) -> None:
        made = self.report(cast, now)
        assert made.copy_due_on == date(2026, 3, 6)
        done = actions.give_copy(disclosure=made, on=TODAY, by=cast.director, at=now)
        assert done.copy_given_on == TODAY
        assert make.history_of(made)[-1] == ("Dirk Linde", "kopie aan ouders gegeven")
        with pytest.raises(actions.CopyRefused, match=r"^De kopie is al gegeven\.$"):
            actions.give_copy(disclosure=made, on=TODAY, by=cast.director, at=now)

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2026, 2, 19), "Deze dag ligt voor de verstrekking zelf."),
            (date(2026, 3, 3), "Deze dag is nog niet geweest."),
        ],
    )
    def test_a_day_that_cannot_be_is_refused(
        self, cast: Cast, now: datetime, on: date, words: str
    ) -> None:
        made = self.report(cast, now)
        with pytest.raises(actions.CopyRefused) as refused:
            actions.give_copy(disclosure=made, on=on, by=cast.director, at=now)
        assert str(refused.value) == words
        made.refresh_from_db()
        assert made.copy_given_on is None

    def test_another_disclosure_has_no_copy(self, cast: Cast, now: datetime) -> None:
        made = given.disclosure(cast.linde, at=now)
        with pytest.raises(actions.CopyRefused, match="hoort geen kopie"):
            actions.give_copy(disclosure=made, on=TODAY, by=cast.director, at=now)
