"""What a signed agreement covers, and that no two cover the same at the same time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from registers import actions
from registers.models import Agreement, AgreementCoverage
from registers.rules.agreements import covered_period
from tests.conftest import Cast, make_school
from tests.factories import registers as make

JAN = date(2026, 1, 1)
JUNE = date(2026, 6, 30)


def _covers(agreement: Agreement) -> list[tuple[str, str, date, date | None]]:
    """Product, school, first day, and the first day that is covered no more."""
    rows = agreement.coverage.order_by("product__name", "school__name")
    return [
        (each.product.name, each.school.name, each.period.lower, each.period.upper)
        for each in rows.select_related("product", "school")
    ]


@pytest.mark.parametrize(
    ("signed_on", "starts_on", "ends_on", "period"),
    [
        (date(2025, 12, 1), JAN, JUNE, (JAN, JUNE)),
        (JAN, JAN, None, (JAN, None)),
        (date(2026, 2, 1), JAN, JUNE, (date(2026, 2, 1), JUNE)),  # a late signature heals nothing
        (JUNE, JAN, JUNE, (JUNE, JUNE)),
        (date(2026, 7, 1), JAN, JUNE, None),  # signed when it had ended
        (None, JAN, JUNE, None),
    ],
)
def test_the_days_that_an_agreement_covers(
    signed_on: date | None,
    starts_on: date,
    ends_on: date | None,
    period: tuple[date, date | None] | None,
) -> None:
    found = covered_period(signed_on=signed_on, starts_on=starts_on, ends_on=ends_on)
    assert found == period


@pytest.mark.requirement("VOG-050", "OPO-031")
def test_a_signed_agreement_covers_each_product_at_each_school_through_its_last_day(
    cast: Cast, now: datetime
) -> None:
    of = make.processor()
    agreement = make.agreement(of, starts_on=JAN, ends_on=JUNE)
    agreement.products.set([make.product(), make.product("somtoday", "Somtoday")])
    rows = actions.refresh_coverage(agreement=agreement, by=cast.ibp, at=now)
    assert len(rows) == 4
    period = (JAN, date(2026, 7, 1))
    assert _covers(agreement) == [
        ("ParnasSys", "De Eik", *period),
        ("ParnasSys", "De Linde", *period),
        ("Somtoday", "De Eik", *period),
        ("Somtoday", "De Linde", *period),
    ]


def test_what_it_covers_follows_the_agreement(cast: Cast, now: datetime) -> None:
    agreement = make.covering(make.product(), schools=[cast.linde], at=now, ends_on=None)
    assert _covers(agreement) == [("ParnasSys", "De Linde", date(2025, 1, 1), None)]
    agreement.schools.set([cast.eik])
    agreement.ends_on = JUNE
    agreement.record(by=None, why="verkort")
    actions.refresh_coverage(agreement=agreement, by=None, at=now)
    assert _covers(agreement) == [("ParnasSys", "De Eik", date(2025, 1, 1), date(2026, 7, 1))]


@pytest.mark.requirement("INN-013")
@pytest.mark.parametrize(
    "signatures",
    [
        {"signed_by_board_on": None, "signed_by_processor_on": None},
        {"signed_by_board_on": JAN, "signed_by_processor_on": None},
        {"signed_by_board_on": None, "signed_by_processor_on": JAN},
    ],
    ids=["nobody", "only the board", "only the processor"],
)
def test_what_is_not_signed_by_both_covers_nothing(
    cast: Cast, now: datetime, signatures: dict[str, Any]
) -> None:
    agreement = make.covering(make.product(), at=now, **signatures)
    assert _covers(agreement) == []


def test_a_signature_that_is_taken_back_uncovers(cast: Cast, now: datetime) -> None:
    agreement = make.covering(make.product(), at=now)
    assert AgreementCoverage.objects.count() == 2
    agreement.signed_by_board_on = None
    agreement.record(by=None, why="vergissing")
    assert actions.refresh_coverage(agreement=agreement, by=None, at=now) == []
    assert AgreementCoverage.objects.count() == 0


@pytest.mark.requirement("OPO-031")
def test_the_database_itself_refuses_two_agreements_for_one_product_and_school(
    cast: Cast, now: datetime
) -> None:
    product = make.product()
    first = make.covering(product, schools=[cast.linde], at=now, starts_on=JAN, ends_on=JUNE)
    second = make.agreement(product.processor, reference="VO-2")

    def cover(school: Any, period: DateRange) -> AgreementCoverage:
        with transaction.atomic():
            return AgreementCoverage.objects.create(
                agreement=second, product=product, school=school, period=period
            )

    with pytest.raises(IntegrityError, match="one_valid_agreement_per_product_and_school"):
        cover(cast.linde, DateRange(JUNE, None, "[]"))
    cover(cast.linde, DateRange(date(2026, 7, 1), None, "[]"))  # the day after the last one
    cover(cast.eik, DateRange(JAN, JUNE, "[]"))
    assert _covers(first) == [("ParnasSys", "De Linde", JAN, date(2026, 7, 1))]


def test_a_renewal_signed_early_that_starts_later_is_in_order(cast: Cast, now: datetime) -> None:
    product = make.product()
    make.covering(product, at=now, starts_on=JAN, ends_on=JUNE)
    renewal = make.covering(
        product,
        at=now,
        reference="VO-2",
        signed_on=date(2026, 2, 1),
        starts_on=date(2026, 7, 1),
        ends_on=None,
    )
    assert _covers(renewal) == [
        ("ParnasSys", "De Eik", date(2026, 7, 1), None),
        ("ParnasSys", "De Linde", date(2026, 7, 1), None),
    ]


@pytest.mark.parametrize(
    ("ends_on", "sentence"),
    [
        (
            JUNE,
            "ParnasSys op De Linde valt al onder een andere overeenkomst (Topicus: VO-2025-1), tot "
            "en met 30 juni 2026. Laat deze later beginnen, of beëindig de andere eerder.",
        ),
        (
            None,
            "ParnasSys op De Linde valt al onder een overeenkomst zonder einddatum "
            "(Topicus: VO-2025-1). Geef die eerst een einddatum.",
        ),
    ],
)
def test_an_overlap_is_refused_with_product_school_and_the_other_agreement(
    cast: Cast, now: datetime, ends_on: date | None, sentence: str
) -> None:
    product = make.product()
    make.covering(product, schools=[cast.linde], at=now, ends_on=ends_on)
    second = make.agreement(product.processor, reference="VO-2", starts_on=JUNE, ends_on=None)
    second.products.set([product])
    with pytest.raises(actions.AgreementOverlaps) as refusal:
        actions.refresh_coverage(agreement=second, by=cast.ibp, at=now)
    assert str(refusal.value) == sentence
    assert _covers(second) == []
    assert AgreementCoverage.objects.count() == 1


def test_a_refused_change_leaves_what_was_covered(cast: Cast, now: datetime) -> None:
    product = make.product()
    make.covering(product, schools=[cast.eik], at=now)
    own = make.covering(product, schools=[cast.linde], at=now, reference="VO-2")
    own.schools.add(cast.eik)
    with pytest.raises(actions.AgreementOverlaps):
        actions.refresh_coverage(agreement=own, by=None, at=now)
    assert _covers(own) == [("ParnasSys", "De Linde", date(2025, 1, 1), date(2028, 1, 1))]


def test_a_school_that_joins_falls_under_the_agreements_for_all_schools(
    cast: Cast, now: datetime
) -> None:
    everywhere = make.covering(make.product(), at=now)
    some = make.covering(make.product("magister", "Magister"), schools=[cast.eik], at=now)
    unsigned = make.covering(make.product("lovs", "LOVS"), at=now, signed_on=None)
    new = make_school(cast.board, name="De Iep", slug="de-iep", brin="56EF", public=True)
    covered = [
        list(each.coverage.values_list("school__name", flat=True).order_by("school__name"))
        for each in (everywhere, some, unsigned)
    ]
    assert covered == [["De Eik", "De Iep", "De Linde"], ["De Eik"], []]
    new.record(by=None, why="nog eens bewaard")
    assert everywhere.coverage.count() == 3
