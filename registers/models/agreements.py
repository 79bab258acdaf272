"""Agreements with processors and with other controllers, and what they cover."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School
from registers.choices import (
    AgreementModel,
    OverviewKind,
    ProductDocumentKind,
    Renewal,
    SharingKind,
    TransferInstrument,
)
from registers.models.catalogue import DataCategory, ExternalParty, Purpose
from registers.models.processors import Processor, Product
from registers.querysets import (
    AgreementQuerySet,
    CatalogueQuerySet,
    CoverageQuerySet,
    SharingQuerySet,
)
from registers.rules.agreements import agreement_state, covered_period


class DatedAgreement(Recorded):
    """What every agreement has: a reference, a period, a file and a note."""

    reference = models.CharField(_("kenmerk"), max_length=100)
    starts_on = models.DateField(_("begint op"))
    ends_on = models.DateField(
        _("eindigt op"), null=True, blank=True, help_text=_("Leeg: zonder einddatum.")
    )
    document = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("bestand"),
    )
    note = models.TextField(_("toelichting"), blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            )
        ]

    def clean(self) -> None:
        """Refuse a period upside down, at its field."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("De einddatum ligt voor de begindatum.")})


class Agreement(DatedAgreement):
    """A processing agreement (AVG 28(3)) for products, at all schools or at some."""

    processor = models.ForeignKey(
        Processor, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("verwerker")
    )
    model = models.CharField(_("model"), max_length=20, choices=AgreementModel)
    products = models.ManyToManyField(
        Product, blank=True, related_name="agreements", verbose_name=_("producten")
    )
    all_schools = models.BooleanField(_("geldt voor alle scholen"), default=True)
    schools = models.ManyToManyField(
        School, blank=True, related_name="+", verbose_name=_("alleen voor deze scholen")
    )
    signed_by_board_on = models.DateField(_("getekend door het bestuur op"), null=True, blank=True)
    signed_by_processor_on = models.DateField(
        _("getekend door de verwerker op"), null=True, blank=True
    )
    # Signed is signed by both: the later date. The database keeps it true.
    signed_on = models.GeneratedField(
        expression=Case(
            When(
                signed_by_board_on__isnull=False,
                signed_by_processor_on__isnull=False,
                then=Greatest("signed_by_board_on", "signed_by_processor_on"),
            ),
            default=None,
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name=_("getekend op"),
    )
    notice_months = models.PositiveSmallIntegerField(
        _("opzegtermijn in maanden"), null=True, blank=True
    )
    renewal = models.CharField(
        _("verlenging"), max_length=20, choices=Renewal, default=Renewal.NONE
    )
    breach_notice_hours = models.PositiveSmallIntegerField(
        _("meldt een datalek binnen (uren)"), null=True, blank=True
    )
    data = models.ManyToManyField(
        DataCategory, blank=True, related_name="agreements", verbose_name=_("gegevens")
    )
    purposes = models.ManyToManyField(
        Purpose, blank=True, related_name="agreements", verbose_name=_("doelen")
    )
    certificates = models.CharField(
        _("certificaten"), max_length=300, blank=True, help_text=_("Bijvoorbeeld ISO 27001, BIV.")
    )
    backup = models.CharField(_("afspraken over back-up"), max_length=300, blank=True)
    security = models.TextField(_("afspraken over beveiliging"), blank=True)
    deviations = models.TextField(_("afwijkingen van het model"), blank=True)
    history = HistoricalRecords(m2m_fields=[products, schools, data, purposes])

    objects = AgreementQuerySet.as_manager()

    class Meta(DatedAgreement.Meta):
        abstract = False
        verbose_name = _("verwerkersovereenkomst")
        verbose_name_plural = _("verwerkersovereenkomsten")
        ordering = ["processor__sort_name", "-starts_on", "id"]

    def __str__(self) -> str:
        return f"{self.processor}: {self.reference}"

    @property
    def signed_by_both_on(self) -> date | None:
        """What the database keeps in `signed_on`, also before it is saved."""
        if self.signed_by_board_on is None or self.signed_by_processor_on is None:
            return None
        return max(self.signed_by_board_on, self.signed_by_processor_on)

    @property
    def covered_period(self) -> DateRange | None:
        """The days on which it covers its products at its schools, both ends included."""
        found = covered_period(
            signed_on=self.signed_by_both_on, starts_on=self.starts_on, ends_on=self.ends_on
        )
        return DateRange(*found, "[]") if found else None

    def state_on(self, day: date) -> str:
        """Valid, expiring within 90 days, expired, not begun or not signed, on a day."""
        return agreement_state(
            signed_on=self.signed_by_both_on,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            on=day,
        )


class AgreementCoverage(models.Model):
    """A signed agreement holds for a product at a school in a period. Kept by the act that signs.

    The exclusion constraint is the promise: one valid agreement per product and school at a time.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="coverage")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="coverage")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    period = DateRangeField()

    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("dekking van een overeenkomst")
        verbose_name_plural = _("dekking van overeenkomsten")
        constraints = [
            ExclusionConstraint(
                name="one_valid_agreement_per_product_and_school",
                expressions=[
                    ("product", RangeOperators.EQUAL),
                    ("school", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} op {self.school}"

    def clash_sentence(self) -> str:
        """Why no other agreement can cover this then, and what to do about it."""
        names = {"product": self.product, "school": self.school, "agreement": self.agreement}
        if self.agreement.ends_on is None:
            open_ended = _(
                "%(product)s op %(school)s valt al onder een overeenkomst zonder einddatum "
                "(%(agreement)s). Geef die eerst een einddatum."
            )
            return str(open_ended) % names
        ending = _(
            "%(product)s op %(school)s valt al onder een andere overeenkomst (%(agreement)s), "
            "tot en met %(day)s. Laat deze later beginnen, of beëindig de andere eerder."
        )
        return str(ending) % {**names, "day": date_format(self.agreement.ends_on, "j F Y")}


class SubProcessor(Recorded):
    """Whom a processor lets work for it (AVG 28(2), (4))."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="subprocessors")
    name = models.CharField(_("naam"), max_length=200)
    country = models.CharField(_("land"), max_length=2, default="NL")
    task = models.CharField(_("taak"), max_length=300)
    approved_on = models.DateField(_("goedgekeurd op"), null=True, blank=True)
    instrument = models.CharField(
        _("instrument buiten de EER"), max_length=20, choices=TransferInstrument, blank=True
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("subverwerker")
        verbose_name_plural = _("subverwerkers")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ProductDocument(Recorded):
    """The privacybijsluiter or beveiligingsbijlage of a product, with version and date."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("soort"), max_length=20, choices=ProductDocumentKind)
    version = models.CharField(_("versie"), max_length=40)
    dated_on = models.DateField(_("datum"))
    data = models.ManyToManyField(
        DataCategory, blank=True, related_name="product_documents", verbose_name=_("gegevens")
    )
    purposes = models.ManyToManyField(
        Purpose, blank=True, related_name="product_documents", verbose_name=_("doelen")
    )
    history = HistoricalRecords(m2m_fields=[data, purposes])

    class Meta:
        verbose_name = _("bijlage bij een product")
        verbose_name_plural = _("bijlagen bij producten")
        ordering = ["product", "kind", "-dated_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"


class SchoolProduct(Recorded):
    """A school uses a product, from a day until a day."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="products_in_use", verbose_name=_("school")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="uses", verbose_name=_("product")
    )
    since = models.DateField(_("sinds"))
    until = models.DateField(_("tot en met"), null=True, blank=True)
    history = HistoricalRecords()

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("product in gebruik")
        verbose_name_plural = _("producten in gebruik")
        ordering = ["school__sort_name", "product__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "product"],
                condition=Q(until=None),
                name="each_use_once",
                violation_error_message=_("Deze school gebruikt dit product al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} op {self.school}"


class SharingAgreement(DatedAgreement):
    """Regular disclosure to another controller (OPOO 5.4.1), or joint control (AVG 26)."""

    kind = models.CharField(_("soort"), max_length=10, choices=SharingKind)
    party = models.ForeignKey(
        ExternalParty,
        on_delete=models.PROTECT,
        related_name="agreements",
        verbose_name=_("externe partij"),
    )
    signed_on = models.DateField(_("getekend op"), null=True, blank=True)
    data = models.ManyToManyField(
        DataCategory, blank=True, related_name="sharing_agreements", verbose_name=_("gegevens")
    )
    purpose = models.TextField(_("waarvoor"))
    exchange = models.TextField(_("hoe de gegevens veilig uitgewisseld worden"), blank=True)
    essence = models.TextField(
        _("kern van de afspraken voor betrokkenen"), blank=True, help_text=_("AVG 26 lid 2.")
    )
    contact_point = models.CharField(_("contactpunt voor betrokkenen"), max_length=200, blank=True)
    history = HistoricalRecords(m2m_fields=[data])

    objects = SharingQuerySet.as_manager()

    class Meta(DatedAgreement.Meta):
        abstract = False
        verbose_name = _("afspraak met een andere verantwoordelijke")
        verbose_name_plural = _("afspraken met andere verantwoordelijken")
        ordering = ["party__sort_name", "-starts_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.party}: {self.reference}"

    def clean(self) -> None:
        """Joint controllers make the essence of their arrangement available (AVG 26(2))."""
        super().clean()
        if self.kind == SharingKind.JOINT and not self.essence.strip():
            raise ValidationError(
                {"essence": _("Beschrijf de kern van de afspraken (AVG 26 lid 2).")}
            )


class NationalOverview(models.Model):
    """The signing service's overview, or a national test result, as it was read in."""

    kind = models.CharField(_("soort"), max_length=20, choices=OverviewKind)
    file_name = models.CharField(_("bestandsnaam"), max_length=200)
    rows = models.JSONField(_("regels"))
    read_at = models.DateTimeField(_("ingelezen op"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("landelijk overzicht")
        verbose_name_plural = _("landelijke overzichten")
        ordering = ["-read_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.file_name})"
