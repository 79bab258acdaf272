"""The processing activity (AVG 30(1))."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded, School
from privacyboard.organisation.rules import sort_key
from registers.choices import ActivityStatus, ActsAs, Automation, Medium, ProcessGroup, YesNo
from registers.models.catalogue import Measure
from registers.models.processors import Product, System
from registers.querysets import ActivityQuerySet


class ProcessingActivity(Recorded):
    """What the board or a school does with personal data, and why it may."""

    code = models.SlugField(_("nummer"), max_length=20, unique=True)
    name = models.CharField(_("naam"), max_length=200)
    sort_name = models.CharField(max_length=200, editable=False)
    description = models.TextField(_("omschrijving"))
    process_group = models.CharField(_("proces"), max_length=20, choices=ProcessGroup)
    owner = models.CharField(_("eigenaar (functie)"), max_length=100)
    all_schools = models.BooleanField(_("geldt voor alle scholen"), default=True)
    schools = models.ManyToManyField(
        School, blank=True, related_name="+", verbose_name=_("alleen voor deze scholen")
    )
    medium = models.CharField(_("vorm"), max_length=10, choices=Medium)
    place = models.CharField(_("plaats"), max_length=300, blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ActivityStatus,
        default=ActivityStatus.CONCEPT,
        editable=False,
    )
    minimisation = models.TextField(
        _("minimale gegevens"),
        blank=True,
        help_text=_("Waarom kan het niet met minder gegevens, of anoniem?"),
    )
    proportionality = models.TextField(
        _("evenredigheid"),
        blank=True,
        help_text=_("Waarom staat de inbreuk in verhouding tot het doel?"),
    )
    subsidiarity = models.TextField(
        _("noodzaak"),
        blank=True,
        help_text=_("Waarom kan het doel niet op een lichtere manier bereikt worden?"),
    )
    dpia_needed = models.CharField(
        _("DPIA nodig"), max_length=3, choices=YesNo, blank=True, help_text=_("AVG 35.")
    )
    dpia_reason = models.TextField(_("waarom wel of niet"), blank=True)
    dpia_reference = models.CharField(_("verwijzing naar de DPIA"), max_length=200, blank=True)
    dpia_adopted_on = models.DateField(_("DPIA vastgesteld op"), null=True, blank=True)
    acts_as = models.CharField(
        _("rol van het bestuur"),
        max_length=12,
        choices=ActsAs,
        default=ActsAs.CONTROLLER,
        help_text=_("AVG 30 lid 1, of lid 2 als het bestuur in opdracht werkt."),
    )
    on_behalf_of = models.CharField(_("in opdracht van"), max_length=200, blank=True)
    on_behalf_contact = models.CharField(
        _("contactgegevens van de opdrachtgever"), max_length=300, blank=True
    )
    processing_kinds = models.TextField(_("wat wij voor de opdrachtgever doen"), blank=True)
    # Establishing while a processor has no valid agreement asks a dated reason (OPOO 5.4.2).
    exception_reason = models.TextField(
        _("waarom zonder geldige overeenkomst"), blank=True, editable=False
    )
    exception_on = models.DateField(
        _("uitzondering vastgelegd op"), null=True, blank=True, editable=False
    )
    automation = models.CharField(
        _("geautomatiseerd besluit of profilering"),
        max_length=20,
        choices=Automation,
        default=Automation.NONE,
    )
    automation_logic = models.TextField(_("hoe het werkt"), blank=True)
    automation_significance = models.TextField(_("belang en gevolgen"), blank=True)
    human_intervention = models.TextField(_("menselijke tussenkomst"), blank=True)
    systems = models.ManyToManyField(
        System, blank=True, related_name="activities", verbose_name=_("systemen")
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="activities", verbose_name=_("producten")
    )
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="activities", verbose_name=_("maatregelen")
    )
    next_review_on = models.DateField(_("volgende controle op"), null=True, blank=True)
    source = models.CharField(_("bron"), max_length=200, blank=True)
    fg_remark = models.TextField(_("opmerking van de FG"), blank=True, editable=False)
    fg_remark_at = models.DateTimeField(
        _("opmerking van de FG op"), null=True, blank=True, editable=False
    )
    fg_remark_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("opmerking van"),
    )
    proposed_at = models.DateTimeField(_("voorgesteld op"), null=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("voorgesteld door"),
    )
    history = HistoricalRecords(m2m_fields=[schools, systems, products, measures])

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("verwerking")
        verbose_name_plural = _("verwerkingen")
        ordering = ["code", "id"]
        indexes = [models.Index(fields=["status", "code"], name="activities_by_status")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_own(self) -> bool:
        """Whether the board is the controller; else it works for another (AVG 30(2))."""
        return self.acts_as != ActsAs.PROCESSOR

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
