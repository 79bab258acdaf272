"""Processors (suppliers), their products, the systems in use, and the agreements with them."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School
from privacyboard.organisation.rules import KVK_PATTERN
from registers.choices import AgreementModel
from registers.models.catalogue import CatalogueEntry
from registers.querysets import AgreementQuerySet
from registers.rules.agreements import agreement_state


class Processor(CatalogueEntry):
    """A supplier that processes personal data on behalf of the board (AVG 4(8), 28)."""

    service = models.CharField(_("dienst"), max_length=300, blank=True)
    kvk = models.CharField(
        _("KvK-nummer"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(KVK_PATTERN, _("Een KvK-nummer is acht cijfers."))],
    )
    country = models.CharField(
        _("land"),
        max_length=2,
        default="NL",
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Een landcode is twee hoofdletters."))],
    )
    website = models.URLField(_("website"), blank=True)
    contact_email = models.EmailField(_("e-mailadres voor privacy"), blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("verwerker")
        verbose_name_plural = _("verwerkers")


class Product(CatalogueEntry):
    """A product or service of a processor that schools use."""

    processor = models.ForeignKey(
        Processor, on_delete=models.PROTECT, related_name="products", verbose_name=_("verwerker")
    )
    description = models.TextField(_("omschrijving"), blank=True)
    data_location = models.CharField(_("waar de gegevens staan"), max_length=200, blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("product")
        verbose_name_plural = _("producten")


class System(CatalogueEntry):
    """A system or filing place in which data are kept; often a product."""

    description = models.TextField(_("omschrijving"), blank=True)
    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="systems",
        verbose_name=_("product"),
    )

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("systeem")
        verbose_name_plural = _("systemen")


class Agreement(Recorded):
    """A processing agreement (AVG 28(3)) for products, at all schools or at some."""

    processor = models.ForeignKey(
        Processor, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("verwerker")
    )
    reference = models.CharField(_("kenmerk"), max_length=100)
    model = models.CharField(_("model"), max_length=20, choices=AgreementModel)
    products = models.ManyToManyField(
        Product, blank=True, related_name="agreements", verbose_name=_("producten")
    )
    all_schools = models.BooleanField(_("geldt voor alle scholen"), default=True)
    schools = models.ManyToManyField(
        School, blank=True, related_name="+", verbose_name=_("alleen voor deze scholen")
    )
    signed_on = models.DateField(
        _("getekend op"), null=True, blank=True, help_text=_("Leeg: nog niet getekend.")
    )
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
    history = HistoricalRecords(m2m_fields=[products, schools])

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("verwerkersovereenkomst")
        verbose_name_plural = _("verwerkersovereenkomsten")
        ordering = ["processor__sort_name", "-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.processor}: {self.reference}"

    def state_on(self, day: date) -> str:
        """Valid, expiring within 90 days, expired, not begun or not signed, on a day."""
        return agreement_state(
            signed_on=self.signed_on, starts_on=self.starts_on, ends_on=self.ends_on, on=day
        )

    def clean(self) -> None:
        """Refuse a period upside down, at its field."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("De einddatum ligt voor de begindatum.")})
