"""Suppliers, their products, and what is agreed with them for which schools."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from privacyboard.demo.populate.making import Making
from privacyboard.demo.populate.words import SERVICES, SUPPLIERS
from privacyboard.organisation.models import School
from privacyboard.organisation.rules import sort_key
from registers.choices import AgreementModel, ProductDocumentKind
from registers.models import (
    Agreement,
    AgreementCoverage,
    DataCategory,
    Processor,
    Product,
    ProductDocument,
    Purpose,
    SchoolProduct,
    SubProcessor,
    System,
)

# Of every ten suppliers: one has no agreement, one has an agreement that nobody signed.
NO_AGREEMENT, UNSIGNED = 8, 9
SCHOOLS_AT_MOST = 6
USES_PER_SCHOOL = 8


def make_suppliers(making: Making, count: int) -> None:
    """Suppliers with one to three products; eight in ten have a signed agreement that runs."""
    processors = making.keep(Processor, [_processor(number) for number in range(count)])
    products = [
        _product(processor, number)
        for processor in processors
        for number in range(making.random.randint(1, 3))
    ]
    making.keep(Product, products)
    making.keep(System, [_system(product) for product in products[::2]])
    sheets = making.keep(ProductDocument, [_sheet(making, product) for product in products])
    data, purposes = list(DataCategory.objects.all()), list(Purpose.objects.all())
    making.choose(ProductDocument, "data", {each.pk: making.some(data, 12, 4) for each in sheets})
    agreements = making.keep(
        Agreement,
        [
            _agreement(making, processor, number)
            for number, processor in enumerate(processors)
            if number % 10 != NO_AGREEMENT
        ],
    )
    making.choose(Agreement, "data", {each.pk: making.some(data, 12, 4) for each in agreements})
    making.choose(Agreement, "purposes", {each.pk: making.some(purposes, 5) for each in agreements})
    making.keep(SubProcessor, [_subprocessor(each) for each in agreements[::3]])
    _cover(making, agreements)


def _processor(number: int) -> Processor:
    name = f"{SUPPLIERS[number % len(SUPPLIERS)]} {number + 1}"
    return Processor(
        code=f"leverancier-{number + 1:05}",
        name=name,
        sort_name=sort_key(name),
        service=SERVICES[number % len(SERVICES)],
        country="US" if number % 10 == 5 else "NL",
        contact_email=f"privacy@leverancier{number + 1}.example",
    )


def _product(processor: Processor, number: int) -> Product:
    name = f"{processor.name} {('Les', 'Toets', 'Beheer')[number]}"
    return Product(
        processor=processor,
        code=f"{processor.code}-{number + 1}",
        name=name,
        sort_name=sort_key(name),
        description=f"Voor {processor.service}.",
        data_location="Nederland",
    )


def _system(product: Product) -> System:
    return System(
        code=f"{product.code}-s",
        name=f"Omgeving {product.name}",
        sort_name=sort_key(f"Omgeving {product.name}"),
        product=product,
    )


def _sheet(making: Making, product: Product) -> ProductDocument:
    dated_on = making.today - timedelta(days=making.random.randint(10, 700))
    kind = ProductDocumentKind.PRIVACY_SHEET
    return ProductDocument(product=product, kind=kind, version="1.0", dated_on=dated_on)


def _agreement(making: Making, processor: Processor, number: int) -> Agreement:
    starts_on = making.today - timedelta(days=making.random.randint(30, 900))
    runs = timedelta(days=making.random.randint(20, 1400))
    signed_on = starts_on if number % 10 != UNSIGNED else None
    return Agreement(
        processor=processor,
        reference=f"VO-{number + 1:05}",
        model=AgreementModel.values[number % len(AgreementModel.values)],
        starts_on=starts_on,
        ends_on=making.today + runs if number % 4 else None,
        signed_by_board_on=signed_on,
        signed_by_processor_on=signed_on,
        all_schools=number % 2 == 0,
        breach_notice_hours=24,
        certificates="ISO 27001",
    )


def _subprocessor(agreement: Agreement) -> SubProcessor:
    return SubProcessor(
        agreement=agreement, name=f"Opslag voor {agreement.processor.name}", task="opslag"
    )


def _cover(making: Making, agreements: list[Agreement]) -> None:
    """Products and schools of each agreement, what it covers when signed, and who uses what."""
    schools = making.made(School)
    products: dict[int, list[Product]] = {}
    for product in making.made(Product):
        products.setdefault(product.processor_id, []).append(product)
    chosen = {each.pk: making.some(schools, SCHOOLS_AT_MOST) for each in agreements}
    agreed = {each.pk: products[each.processor_id] for each in agreements}
    own = {each.pk: chosen[each.pk] for each in agreements if not each.all_schools}
    making.choose(Agreement, "products", agreed)
    making.choose(Agreement, "schools", own)
    coverage = [
        AgreementCoverage(agreement=each, product=product, school=school, period=period)
        for each in agreements
        if (period := each.covered_period) is not None
        for product in agreed[each.pk]
        for school in own.get(each.pk, schools)
    ]
    making.keep(AgreementCoverage, coverage)
    making.keep(SchoolProduct, _uses(making, coverage))


def _uses(making: Making, coverage: list[AgreementCoverage]) -> list[SchoolProduct]:
    """Each school uses some of the products that are agreed for it."""
    agreed: dict[School, list[Any]] = {}
    for each in coverage:
        agreed.setdefault(each.school, []).append(each)
    return [
        SchoolProduct(school=school, product=each.product, since=each.agreement.starts_on)
        for school, found in agreed.items()
        for each in making.some(found, USES_PER_SCHOOL, USES_PER_SCHOOL)
    ]
