"""What a signed agreement covers: which product, at which school, from when until when."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from privacyboard.organisation.models import School, User
from registers.models import Agreement, AgreementCoverage, Product

_EXCLUSION = "one_valid_agreement_per_product_and_school"


class AgreementOverlaps(ValueError):
    """Another agreement covers this product at this school already; the message says which."""


@transaction.atomic
def refresh_coverage(
    *, agreement: Agreement, by: User | None, at: datetime
) -> list[AgreementCoverage]:
    """Write anew what an agreement covers: its products at its schools, while it is valid.

    An unsigned one covers nothing. Raises AgreementOverlaps when another agreement covers one of
    its products at one of its schools on a day of its period; nothing is changed then. Coverage
    follows from the agreement and has no history of its own: the agreement's says who and when.
    """
    held: Agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    held.coverage.all().delete()
    period = held.covered_period
    if period is None:
        return []
    return _cover(held, list(held.products.all()), _schools_of(held), period)


@transaction.atomic
def cover_new_school(*, school: School, by: User | None, at: datetime) -> list[AgreementCoverage]:
    """Let every signed agreement for all schools cover a school that joins the board.

    Where two of them meet (they could, while the board had no school) the older one covers.
    """
    found: list[AgreementCoverage] = []
    signed = Agreement.objects.filter(all_schools=True, signed_on__isnull=False)
    for agreement in signed.prefetch_related("products").order_by("starts_on", "id"):
        period = agreement.covered_period
        if period is not None:
            with suppress(AgreementOverlaps):
                found += _cover(agreement, list(agreement.products.all()), [school], period)
    return found


def _schools_of(agreement: Agreement) -> list[School]:
    return list(School.objects.all() if agreement.all_schools else agreement.schools.all())


def _cover(
    agreement: Agreement, products: list[Product], schools: list[School], period: DateRange
) -> list[AgreementCoverage]:
    rows = [
        AgreementCoverage(agreement=agreement, product=product, school=school, period=period)
        for product in products
        for school in schools
    ]
    try:
        with transaction.atomic():
            return AgreementCoverage.objects.bulk_create(rows)
    except IntegrityError as problem:
        if _EXCLUSION not in str(problem):
            raise
        clash = AgreementCoverage.objects.clashing(
            products=products, schools=schools, period=period, but=agreement.pk
        ).first()
        if clash is None:  # the other one was taken away meanwhile: trying again will do
            raise
        raise AgreementOverlaps(clash.clash_sentence()) from problem
