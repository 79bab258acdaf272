"""Processors (suppliers), their products, and the systems in use."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.rules import KVK_PATTERN
from registers.models.catalogue import CatalogueEntry


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
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Een landcode is twee hoofdletters."))],
    )
    website = models.URLField(_("website"), blank=True)
    contact_email = models.EmailField(_("e-mailadres voor privacy"), blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("verwerker")
        verbose_name_plural = _("verwerkers")
        indexes = [models.Index(fields=["sort_name", "id"], name="processors_by_name")]


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
        indexes = [models.Index(fields=["sort_name", "id"], name="products_by_name")]


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
