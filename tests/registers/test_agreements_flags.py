"""What is wrong around agreements: each flag with and without its cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from privacyboard.organisation.models import User
from privacyboard.vocabulary import Tone
from registers.choices import ProductDocumentKind
from registers.models import Agreement, Product, ProductDocument, SubProcessor
from registers.models.agreement_flags import flags, flags_of
from registers.rules import agreement_flags as rules
from registers.rules.agreement_flags import Flag
from registers.worklist import items_for
from tests.conftest import TODAY, Cast
from tests.factories import registers as make
from tests.registers.admin_forms import address

SignIn = Callable[[User], Client]


def _sentences(user: User, on: date = TODAY) -> list[str]:
    return [each.sentence for each in flags(user=user, on=on)]


def _complete(agreement: Agreement) -> Agreement:
    """It names the data and the purpose that the factories' register gives a processor."""
    agreement.data.set([make.category()])
    agreement.purposes.set([make.purpose()])
    return agreement


def _sheet(product: Product, **values: Any) -> ProductDocument:
    made = ProductDocument(
        **{
            "product": product,
            "kind": ProductDocumentKind.PRIVACY_SHEET,
            "version": "1.0",
            "dated_on": date(2025, 1, 1),
            **values,
        }
    )
    made.record(by=None, why="proef")
    return made


@pytest.mark.parametrize(
    ("ends_on", "within"),
    [
        (date(2026, 6, 1), None),  # 91 days
        (date(2026, 5, 31), 90),
        (date(2026, 5, 2), 90),  # 61
        (date(2026, 5, 1), 60),
        (date(2026, 4, 2), 60),  # 31
        (date(2026, 4, 1), 30),
        (TODAY, 30),
        (date(2026, 3, 1), None),
        (None, None),
    ],
)
def test_an_end_falls_within_ninety_sixty_or_thirty_days(
    ends_on: date | None, within: int | None
) -> None:
    assert rules.ending_within(ends_on, TODAY) == within


def test_an_end_within_sixty_days_is_told_with_its_day() -> None:
    assert rules.ending_flag(about="VO-1", ends_on=date(2026, 5, 1), on=TODAY) == Flag(
        "VO-1",
        "Overeenkomst VO-1 loopt af op 1 mei 2026: binnen 60 dagen.",
        "AVG 28 lid 3",
        Tone.ATTENTION,
        date(2026, 5, 1),
    )
    assert rules.ending_flag(about="VO-1", ends_on=None, on=TODAY) is None


def test_many_schools_are_counted_beyond_the_third() -> None:
    flag = rules.use_without_agreement(product="X", schools=["D", "B", "A", "C", "E"])
    assert flag is not None
    assert (
        flag.sentence == "X wordt gebruikt zonder geldige overeenkomst: A, B, C en nog 2 scholen."
    )
    assert rules.use_without_agreement(product="X", schools=[]) is None


@pytest.mark.requirement("OPO-031", "INN-013", "KPO-024")
def test_a_school_that_uses_a_product_without_a_valid_agreement_is_named(
    cast: Cast, now: datetime
) -> None:
    product = make.product()
    make.covering(product, schools=[cast.eik], at=now, ends_on=None)
    make.use(product, cast.eik)
    make.use(product, cast.linde)
    assert flags(user=cast.ibp, on=TODAY) == [
        Flag(
            "ParnasSys",
            "ParnasSys wordt gebruikt zonder geldige overeenkomst: De Linde.",
            "AVG 28 lid 3",
            Tone.LATE,
        )
    ]
    make.covering(product, schools=[cast.linde], at=now, reference="VO-2", ends_on=None)
    assert _sentences(cast.ibp) == []


def test_a_use_that_has_ended_or_has_not_begun_is_no_use(cast: Cast) -> None:
    product = make.product()
    make.use(product, cast.linde, until=date(2026, 3, 1))
    make.use(product, cast.eik, since=date(2026, 3, 3))
    assert _sentences(cast.ibp) == []
    assert _sentences(cast.ibp, date(2026, 3, 1)) == [
        "ParnasSys wordt gebruikt zonder geldige overeenkomst: De Linde."
    ]


@pytest.mark.requirement("OPO-031")
def test_an_established_activity_uses_its_products_at_its_schools(
    cast: Cast, now: datetime
) -> None:
    product = make.product()
    make.covering(product, schools=[cast.eik], at=now, ends_on=None)
    concept = make.activity("V00")
    concept.products.set([product])
    assert _sentences(cast.ibp) == []
    everywhere = make.established("V01", at=now)
    everywhere.products.set([product])
    assert _sentences(cast.ibp) == [
        "ParnasSys wordt gebruikt zonder geldige overeenkomst: De Linde."
    ]
    everywhere.products.clear()
    there = make.established("V02", at=now, schools=[cast.eik])
    there.products.set([product])
    assert _sentences(cast.ibp) == []


def _recipient(now: datetime) -> None:
    """Topicus gets a name for purpose a, by an established activity."""
    activity = make.activity("V01")
    make.recipient_line(activity)
    if not make.processor().agreements.exists():
        make.agreement(make.processor(), ends_on=None)
    make.establish(activity, at=now)


@pytest.mark.requirement("KPO-024", "VOG-019", "INN-012")
def test_data_that_the_agreement_does_not_name_are_flagged_one_by_one(
    cast: Cast, now: datetime
) -> None:
    results = make.category("results", "Resultaten")
    agreement = _complete(make.agreement(make.processor(), ends_on=None))
    activity = make.activity("V01")
    make.recipient_line(activity, data=[make.category(), results])
    assert _sentences(cast.ibp) == []  # a concept says nothing yet
    make.establish(activity, at=now)
    assert flags(user=cast.ibp, on=TODAY) == [
        Flag(
            "Topicus",
            "Het register noemt “Resultaten”, de overeenkomst met Topicus niet.",
            "AVG 28 lid 3",
            Tone.ATTENTION,
        )
    ]
    agreement.data.add(results)
    assert _sentences(cast.ibp) == []


def test_an_agreement_that_names_no_data_and_no_purpose_is_flagged_as_a_whole(
    cast: Cast, now: datetime
) -> None:
    _recipient(now)
    assert _sentences(cast.ibp) == [
        "De overeenkomst met Topicus noemt niet welke gegevens het zijn.",
        "De overeenkomst met Topicus noemt geen doelen.",
    ]
    _complete(Agreement.objects.get())
    assert _sentences(cast.ibp) == []


@pytest.mark.requirement("KPO-024", "INN-013")
def test_a_purpose_that_the_agreement_does_not_name_is_flagged(cast: Cast, now: datetime) -> None:
    _recipient(now)
    agreement = _complete(Agreement.objects.get())
    agreement.purposes.set([make.purpose("b")])
    assert _sentences(cast.ibp) == [
        "Het register noemt doel “Doel a”, de overeenkomst met Topicus niet."
    ]
    agreement.purposes.add(make.purpose("a"))
    assert _sentences(cast.ibp) == []


@pytest.mark.requirement("INN-012", "VOG-019")
def test_the_newest_bijsluiter_of_a_product_counts_as_agreed(cast: Cast, now: datetime) -> None:
    _recipient(now)
    Agreement.objects.get().products.set([make.product()])
    old = _sheet(make.product(), version="1.0", dated_on=date(2025, 1, 1))
    old.data.set([make.category()])
    old.purposes.set([make.purpose()])
    assert _sentences(cast.ibp) == []
    new = _sheet(make.product(), version="2.0", dated_on=date(2026, 1, 1))
    new.data.set([make.category("contact", "Adres")])
    new.purposes.set([make.purpose()])
    assert _sentences(cast.ibp) == ["Het register noemt “Naam”, de overeenkomst met Topicus niet."]


@pytest.mark.parametrize(
    ("country", "instrument", "flagged"),
    [("US", "", True), ("US", "scc", False), ("NO", "", False), ("NL", "", False)],
)
def test_a_subprocessor_outside_the_eea_needs_an_instrument(
    cast: Cast, country: str, instrument: str, flagged: bool
) -> None:
    agreement = make.agreement(make.processor(), ends_on=None)
    line = SubProcessor(
        agreement=agreement, name="Wolk", country=country, task="Opslag", instrument=instrument
    )
    line.record(by=None, why="proef")
    sentence = f"Subverwerker Wolk zit buiten de EER ({country}) zonder instrument."
    found = flags(user=cast.ibp, on=TODAY)
    assert found == ([Flag("VO-2025-1", sentence, "AVG 44", Tone.LATE)] if flagged else [])


def test_the_subprocessor_of_an_agreement_that_ended_is_left_in_peace(cast: Cast) -> None:
    agreement = make.agreement(make.processor(), ends_on=date(2026, 3, 1))
    SubProcessor(agreement=agreement, name="Wolk", country="US", task="Opslag").record(
        by=None, why="proef"
    )
    assert _sentences(cast.ibp) == []
    assert len(_sentences(cast.ibp, date(2026, 3, 1))) == 2  # that one, and the end


@pytest.mark.requirement("VOG-050")
def test_an_end_is_told_until_all_that_it_covers_is_renewed_without_a_gap(
    cast: Cast, now: datetime
) -> None:
    product = make.product()
    make.covering(product, at=now, ends_on=date(2026, 3, 31))
    told = ["Overeenkomst VO-2025-1 loopt af op 31 maart 2026: binnen 30 dagen."]
    assert _sentences(cast.ibp) == told
    renew: dict[str, Any] = {"at": now, "signed_on": date(2026, 2, 1), "ends_on": None}
    make.covering(
        product, schools=[cast.linde], reference="VO-2", starts_on=date(2026, 4, 1), **renew
    )
    late = make.covering(
        product, schools=[cast.eik], reference="VO-3", starts_on=date(2026, 4, 2), **renew
    )
    assert _sentences(cast.ibp) == told
    late.coverage.all().delete()
    make.covering(
        product, schools=[cast.eik], reference="VO-4", starts_on=date(2026, 4, 1), **renew
    )
    assert _sentences(cast.ibp) == []


def test_a_director_reads_the_flags_of_the_own_school_only(cast: Cast, now: datetime) -> None:
    product = make.product()
    make.covering(product, schools=[cast.linde], at=now, ends_on=None)
    make.use(product, cast.eik)
    make.use(product, cast.linde)
    told = ["ParnasSys wordt gebruikt zonder geldige overeenkomst: De Eik."]
    people = ("fg", "eik_director", "director", "teacher", "administrator")
    assert {name: _sentences(getattr(cast, name)) for name in people} == {
        "fg": told,
        "eik_director": told,
        "director": [],
        "teacher": [],
        "administrator": [],
    }


def _trouble(cast: Cast, now: datetime) -> None:
    """Topicus: a use without agreement, and one that ends; Cito only one that ends sooner."""
    make.covering(make.product(), schools=[cast.eik], at=now, ends_on=date(2026, 5, 1))
    make.use(make.product(), cast.linde)
    make.agreement(make.processor("cito", "Cito"), reference="VO-C", ends_on=date(2026, 3, 20))


def test_the_worklist_has_one_line_per_processor_the_gravest_first(
    cast: Cast, now: datetime
) -> None:
    _trouble(cast, now)
    assert [(each.sentence, each.tone, each.due) for each in items_for(cast.ibp, TODAY)] == [
        (
            "Topicus: ParnasSys wordt gebruikt zonder geldige overeenkomst: De Linde. "
            "Er is nog 1 ander punt.",
            Tone.LATE,
            None,
        ),
        (
            "Cito: Overeenkomst VO-C loopt af op 20 maart 2026: binnen 30 dagen.",
            Tone.ATTENTION,
            date(2026, 3, 20),
        ),
    ]


def test_the_page_of_a_processor_lists_its_flags_and_whether_it_is_active(
    cast: Cast, now: datetime, as_user: SignIn
) -> None:
    product = make.product()
    make.use(product, cast.linde)
    client = as_user(cast.ibp)
    url = address("processor", "change", product.processor.pk)
    before = client.get(url).content.decode()
    assert "ParnasSys wordt gebruikt zonder geldige overeenkomst: De Linde." in before
    assert ">niet actief<" in before
    make.covering(product, at=now, ends_on=None)
    after = client.get(url).content.decode()
    assert "zonder geldige overeenkomst" not in after
    assert ">actief<" in after


@pytest.mark.parametrize("number", [1, 3])
def test_the_flags_of_many_processors_cost_what_those_of_one_cost(
    cast: Cast, now: datetime, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for each in range(number):
        product = make.product(f"product-{each}", f"Product {each}", of=f"verwerker-{each}")
        make.covering(product, schools=[cast.eik], at=now, ends_on=date(2026, 5, 1))
        make.use(product, cast.linde)
        activity = make.activity(f"V{each}")
        make.recipient_line(activity, processor=product.processor)
        make.establish(activity, at=now)
    processors = list({each.processor for each in Product.objects.select_related("processor")})
    with django_assert_num_queries(QUERIES):
        found = flags_of(processors, user=cast.ibp, on=TODAY)
    assert {len(each) for each in found.values()} == {4}
    assert len(found) == number


QUERIES = 3
