"""The tables: what a form refuses, and what the database refuses when nobody asked the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from pytest_django import DjangoAssertNumQueries

from privacyboard.documents.models import StoredDocument
from registers.choices import Bound, CategoryKind, DocumentKind, LegalBasis, RecipientKind
from registers.content import to_json
from registers.models import (
    AccessLine,
    ActivityVersion,
    Agreement,
    BasisLetter,
    DataCategory,
    DataLine,
    ProcessingActivity,
    PublishedStatement,
    PurposeLine,
    RecipientLine,
    RetentionRule,
    TransferLine,
    read_content,
    read_contents,
)
from tests.conftest import Cast
from tests.factories import registers as make

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _refused(record: models.Model, constraint: str) -> None:
    """The database refuses the row, whoever saves it, by this constraint."""
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        record.save()


def _errors(record: models.Model) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    return refusal.value.message_dict


def test_a_purpose_stands_once_per_basis() -> None:
    activity = make.bare_activity()
    make.purpose_line(activity)
    make.purpose_line(activity, basis=LegalBasis.LEGAL_DUTY)  # another basis is another line
    again = PurposeLine(activity=activity, purpose=make.purpose(), basis=LegalBasis.PUBLIC_TASK)
    assert _errors(again) == {"__all__": ["Dit doel staat er met deze grondslag al."]}
    _refused(again, "each_purpose_and_basis_once")


@pytest.mark.requirement("KPO-019")
@pytest.mark.parametrize("basis", ["", "because", "CONSENT"])
def test_nothing_but_the_six_legal_bases_is_a_basis(basis: str) -> None:
    line = PurposeLine(activity=make.bare_activity(), purpose=make.purpose(), basis=basis)
    assert list(_errors(line)) == ["basis"]
    _refused(line, "purpose_has_a_legal_basis")
    _refused(BasisLetter(basis=basis), "only_six_legal_bases")


@pytest.mark.requirement("KPO-020")
def test_legitimate_interest_without_balancing_is_refused_at_each_field() -> None:
    line = PurposeLine(
        activity=make.bare_activity(), purpose=make.purpose(), basis="legitimate_interest"
    )
    assert list(_errors(line)) == ["interest", "balancing", "child_interest"]


def test_data_of_a_group_stand_once() -> None:
    line = make.data_line(make.bare_activity())
    again = DataLine(
        activity=line.activity,
        group=line.group,
        category=line.category,
        source="guardian",
        obligation="voluntary",
    )
    assert _errors(again) == {"__all__": ["Deze gegevens van deze groep staan er al."]}
    _refused(again, "each_group_and_category_once")


@pytest.mark.requirement("KPO-003", "KPO-068")
def test_religion_asks_its_ground_and_why_it_is_needed() -> None:
    religion = make.category("religion", "Godsdienst", CategoryKind.SPECIAL)
    line = DataLine(
        activity=make.bare_activity(),
        group=make.group(),
        category=religion,
        source="guardian",
        obligation="voluntary",
    )
    assert _errors(line) == {
        "special_ground": [
            "Dit zijn bijzondere gegevens: kies de uitzondering die geldt (AVG 9 lid 2)."
        ],
        "necessity": ["Schrijf op waarom deze gegevens voor dit doel echt nodig zijn."],
    }


@pytest.mark.parametrize("with_category", [True, False])
def test_a_role_stands_once_for_the_same_data(with_category: bool) -> None:
    category = make.category() if with_category else None
    line = make.access_line(make.bare_activity(), category=category)
    again = AccessLine(activity=line.activity, role=line.role, category=category, level="change")
    assert _errors(again) == {"__all__": ["Deze rol staat er voor deze gegevens al."]}
    _refused(again, "each_role_and_category_once")


@pytest.mark.requirement("KPO-008")
@pytest.mark.parametrize(
    ("kind", "has_processor", "has_party"),
    [
        (RecipientKind.PROCESSOR, False, False),
        (RecipientKind.PROCESSOR, False, True),
        (RecipientKind.PROCESSOR, True, True),
        (RecipientKind.CONTROLLER, False, False),
        (RecipientKind.JOINT_CONTROLLER, True, False),
        (RecipientKind.THIRD_PARTY, True, True),
    ],
)
def test_a_recipient_is_a_processor_or_a_party_never_both(
    kind: str, has_processor: bool, has_party: bool
) -> None:
    line = RecipientLine(
        activity=make.bare_activity(),
        kind=kind,
        processor=make.processor() if has_processor else None,
        party=make.party() if has_party else None,
        basis=LegalBasis.LEGAL_DUTY,
    )
    assert set(_errors(line)) & {"processor", "party"}
    _refused(line, "recipient_is_processor_or_party")


@pytest.mark.requirement("OPO-032")
def test_a_transfer_asks_its_instrument_and_a_country_outside_the_eea() -> None:
    line = TransferLine(activity=make.bare_activity(), country="DE")
    assert _errors(line) == {
        "instrument": ["Dit veld kan niet leeg zijn"],
        "country": ["Dit land hoort bij de EER: dat is geen doorgifte."],
    }
    line.country, line.instrument = "us", "trust"
    assert _errors(line) == {
        "instrument": ["Waarde 'trust' is geen geldige keuze."],
        "country": ["Een landcode is twee hoofdletters."],
    }


def test_an_agreement_does_not_end_before_it_starts() -> None:
    agreement = Agreement(
        processor=make.processor(),
        reference="1",
        model="own",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 3, 1),
    )
    assert _errors(agreement)["ends_on"] == ["De einddatum ligt voor de begindatum."]
    _refused(agreement, "agreement_ends_after_it_starts")
    agreement.ends_on = date(2026, 3, 2)  # one day is a period
    agreement.full_clean()


def test_an_agreement_knows_its_state_on_a_day() -> None:
    agreement = make.agreement(make.processor())
    days = (date(2024, 12, 31), date(2026, 3, 2), date(2027, 12, 31), date(2028, 1, 1))
    assert [agreement.state_on(day) for day in days] == [
        "unsigned",
        "valid",
        "expiring",
        "expired",
    ]


def test_a_retention_bound_has_a_term() -> None:
    rule = RetentionRule(
        code="leeg", name="Leeg", data="Iets", bound=Bound.MAXIMUM, trigger="leaving"
    )
    assert _errors(rule) == {
        "__all__": ["Vul een termijn in, of kies “geen vaste termijn”."],
    }
    _refused(rule, "a_bound_has_a_term")
    rule.bound = Bound.NONE
    rule.full_clean()


def test_a_retention_rule_says_its_term() -> None:
    assert make.retention_rule().term == "ten hoogste 2 jaar na vertrek van de leerling"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (lambda: DataCategory(code="identity", name="Nog eens"), "code"),
        (lambda: ProcessingActivity(code="V01"), "code"),
    ],
)
def test_a_code_stands_once(entry: Callable[[], Any], field: str) -> None:
    make.activity("V01")
    assert field in _errors(entry())


def test_one_version_of_an_activity_is_in_force() -> None:
    activity = make.established(at=AT)
    second = ActivityVersion(
        activity=activity, number=2, content={}, sha256="0" * 64, established_at=AT
    )
    _refused(second, "one_version_in_force")
    second.number, second.ended_at = 1, AT
    _refused(second, "each_version_once")


@pytest.mark.parametrize("at_school", [True, False])
def test_one_statement_is_in_force_for_the_board_and_for_each_school(
    cast: Cast, at_school: bool
) -> None:
    pdf = StoredDocument.objects.create(
        title="x", size=1, sha256="0" * 64, kind=DocumentKind.STATEMENT, stored_at=AT
    )

    def statement(number: int, ended_at: datetime | None) -> PublishedStatement:
        return PublishedStatement(
            school=cast.linde if at_school else None,
            number=number,
            content={},
            sha256="0" * 64,
            pdf=pdf,
            published_at=AT,
            ended_at=ended_at,
        )

    statement(1, None).save()
    _refused(statement(2, None), "one_statement_in_force")
    _refused(statement(1, AT), "each_statement_once")
    statement(2, AT).save()


def test_reading_the_content_costs_the_same_for_few_and_for_many_lines(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    activity = make.activity()
    activity.systems.set([make.system()])
    for number in range(5):
        category = make.category(f"soort-{number}", f"Soort {number}")
        make.data_line(activity, category=category)
        make.access_line(activity, category=category)
        make.recipient_line(activity, data=[category], party=make.party(f"partij-{number}"))
        make.transfer_line(activity)
    found = ProcessingActivity.objects.get(pk=activity.pk)
    with django_assert_num_queries(1):
        content = read_content(found)
    assert [len(content.data), len(content.recipients), len(content.transfers)] == [6, 6, 5]


def _filled(code: str, cast: Cast) -> ProcessingActivity:
    """An activity with every kind of line, one with and one without what may be empty."""
    activity = make.activity(code, name=f"Verwerking {code}", schools=[cast.linde, cast.eik])
    make.recipient_line(activity)
    make.transfer_line(activity, processor=None, party=make.party())
    make.transfer_line(activity, review_on=None)
    make.access_line(activity, category=make.category())
    make.data_line(activity, category=make.category("verzuim", "Verzuim"), retention_rule=None)
    activity.systems.set([make.system()])
    activity.products.set([make.product()])
    return activity


@pytest.mark.parametrize("number", [1, 3])
def test_many_activities_are_read_in_one_query_and_as_each_alone(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    made = [_filled(f"V0{each}", cast) for each in range(number)]
    alone = {each.pk: read_content(each) for each in made}
    with django_assert_num_queries(1):
        together = read_contents(ProcessingActivity.objects.order_by("-code"))
    assert list(together) == [each.pk for each in reversed(made)]
    assert together == alone
    held = list(ProcessingActivity.objects.all())
    with django_assert_num_queries(1):
        assert read_contents(held) == alone
    assert len({to_json(each)["code"] for each in together.values()}) == number


def test_what_is_not_saved_yet_is_read_as_it_is_held() -> None:
    activity = make.activity()
    activity.place = "Kelder"
    assert read_content(activity).place == "Kelder"
    assert read_contents([activity])[activity.pk].place == "Kelder"
    assert read_contents([]) == {}


def test_an_activity_is_read_word_for_word(cast: Cast) -> None:
    activity = make.activity(schools=[cast.linde], place="Kluis")
    make.recipient_line(activity)
    make.transfer_line(activity, processor=None, party=make.party())
    activity.systems.set([make.system()])
    activity.products.set([make.product()])
    content = read_content(activity)
    assert (content.code, content.place, content.all_schools) == ("V01", "Kluis", False)
    assert (content.next_review_on, content.dpia_adopted_on) == ("2026-09-01", "")
    assert [(each.code, each.name) for each in content.schools] == [("de-linde", "De Linde")]
    assert [each.code for each in content.systems] == ["sis"]
    assert [each.code for each in content.products] == ["parnassys"]
    assert [(each.code, each.kind) for each in content.measures] == [("backup", "technical")]
    assert [(each.letter, each.basis) for each in content.purposes] == [("a", "public_task")]
    [line] = content.data
    assert (line.group.code, line.category.code, line.kind) == ("pupils", "identity", "ordinary")
    assert line.retention is not None
    assert line.retention.term == "ten hoogste 2 jaar na vertrek van de leerling"
    assert [(each.role.code, each.category, each.level) for each in content.access] == [
        ("teacher", None, "view")
    ]
    assert [(each.party.code, each.kind, each.service) for each in content.recipients] == [
        ("duo", "controller", ""),
        ("topicus", "processor", "Administratie"),
    ]
    assert [each.code for each in content.recipients[0].data] == ["identity"]
    [transfer] = content.transfers
    assert (transfer.country, transfer.party and transfer.party.code) == ("US", "duo")
    assert transfer.review_on == "2026-09-01"


def test_names_sort_without_accents_and_capitals() -> None:
    for code, name in (("c", "Zwijsen"), ("a", "école"), ("b", "Ace")):
        make.processor(code, name)
    names = type(make.processor("a")).objects.values_list("name", flat=True)
    assert list(names) == ["Ace", "école", "Zwijsen"]
