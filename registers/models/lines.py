"""The lines of an activity: purposes, data, access, recipients and transfers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded
from registers.choices import (
    AccessLevel,
    CategoryKind,
    CriminalGround,
    DataSource,
    Identifiability,
    LegalBasis,
    Obligation,
    RecipientKind,
    SpecialGround,
    TransferInstrument,
)
from registers.models.activities import ProcessingActivity
from registers.models.catalogue import (
    DataCategory,
    DataSubjectGroup,
    ExternalParty,
    InternalRole,
    Purpose,
    RetentionRule,
)
from registers.models.processors import Processor
from registers.querysets import ActivityLineQuerySet
from registers.rules.lines import (
    data_line_problems,
    purpose_line_problems,
    recipient_problems,
)
from registers.rules.transfers import is_in_eea


class ActivityLine(Recorded):
    """A line of an activity, each with history of its own."""

    activity = models.ForeignKey(
        ProcessingActivity, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    objects = ActivityLineQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["id"]


class PurposeLine(ActivityLine):
    """One purpose with its own legal basis (AVG 5(1)(b), 6(1))."""

    purpose = models.ForeignKey(
        Purpose, on_delete=models.PROTECT, related_name="lines", verbose_name=_("doel")
    )
    explanation = models.TextField(_("uitleg in gewone taal"), blank=True)
    basis = models.CharField(_("grondslag"), max_length=20, choices=LegalBasis)
    statute = models.CharField(_("wetsartikel"), max_length=200, blank=True)
    interest = models.TextField(_("welk belang"), blank=True)
    balancing = models.TextField(_("afweging van belangen"), blank=True)
    child_interest = models.TextField(_("hoe het belang van het kind woog"), blank=True)
    history = HistoricalRecords()

    class Meta(ActivityLine.Meta):
        abstract = False
        verbose_name = _("doel met grondslag")
        verbose_name_plural = _("doelen met grondslag")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "purpose", "basis"],
                name="each_purpose_and_basis_once",
                violation_error_message=_("Dit doel staat er met deze grondslag al."),
            ),
            models.CheckConstraint(
                condition=Q(basis__in=LegalBasis.values), name="purpose_has_a_legal_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.get_basis_display()})"

    def clean(self) -> None:
        """Legitimate interest asks the interest, the balancing and the child's interest."""
        problems = purpose_line_problems(
            basis=self.basis,
            interest=self.interest,
            balancing=self.balancing,
            child_interest=self.child_interest,
        )
        if problems:
            raise ValidationError(problems)


class DataLine(ActivityLine):
    """One group of people, one category of data: source, need and term."""

    group = models.ForeignKey(
        DataSubjectGroup, on_delete=models.PROTECT, related_name="lines", verbose_name=_("groep")
    )
    category = models.ForeignKey(
        DataCategory, on_delete=models.PROTECT, related_name="lines", verbose_name=_("gegevens")
    )
    source = models.CharField(_("bron"), max_length=20, choices=DataSource)
    source_explanation = models.CharField(_("toelichting bij de bron"), max_length=300, blank=True)
    identifiability = models.CharField(
        _("herleidbaar"),
        max_length=20,
        choices=Identifiability,
        default=Identifiability.IDENTIFIABLE,
    )
    obligation = models.CharField(_("verplicht te geven"), max_length=20, choices=Obligation)
    consequence = models.CharField(_("gevolg van niet geven"), max_length=300, blank=True)
    retention_rule = models.ForeignKey(
        RetentionRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("bewaartermijn"),
    )
    special_ground = models.CharField(
        _("uitzondering voor bijzondere gegevens"),
        max_length=40,
        choices=SpecialGround,
        blank=True,
    )
    criminal_ground = models.CharField(
        _("grond voor strafrechtelijke gegevens"),
        max_length=20,
        choices=CriminalGround,
        blank=True,
    )
    national_number_ground = models.CharField(
        _("wettelijke grond voor het BSN"), max_length=200, blank=True
    )
    necessity = models.TextField(_("waarom echt nodig voor dit doel"), blank=True)
    history = HistoricalRecords()

    class Meta(ActivityLine.Meta):
        abstract = False
        verbose_name = _("gegevens")
        verbose_name_plural = _("gegevens")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "group", "category"],
                name="each_group_and_category_once",
                violation_error_message=_("Deze gegevens van deze groep staan er al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.category}"

    def clean(self) -> None:
        """Special, criminal and national-number data ask their ground, and why they are needed."""
        kind = self.category.kind if self.category_id else CategoryKind.ORDINARY
        problems = data_line_problems(
            kind=kind,
            special_ground=self.special_ground,
            criminal_ground=self.criminal_ground,
            national_number_ground=self.national_number_ground,
            necessity=self.necessity,
        )
        if problems:
            raise ValidationError(problems)


class AccessLine(ActivityLine):
    """What one internal role may see and change (the access matrix)."""

    role = models.ForeignKey(
        InternalRole, on_delete=models.PROTECT, related_name="lines", verbose_name=_("rol")
    )
    category = models.ForeignKey(
        DataCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="access_lines",
        verbose_name=_("gegevens"),
        help_text=_("Leeg: alle gegevens van deze verwerking."),
    )
    level = models.CharField(_("toegang"), max_length=10, choices=AccessLevel)
    history = HistoricalRecords()

    class Meta(ActivityLine.Meta):
        abstract = False
        verbose_name = _("toegang")
        verbose_name_plural = _("toegang binnen de school")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "role", "category"],
                nulls_distinct=False,
                name="each_role_and_category_once",
                violation_error_message=_("Deze rol staat er voor deze gegevens al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.get_level_display()}"


class RecipientLine(ActivityLine):
    """An outside party that receives data, in which role, on which basis, and what for."""

    kind = models.CharField(_("rol"), max_length=20, choices=RecipientKind)
    processor = models.ForeignKey(
        Processor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recipient_lines",
        verbose_name=_("verwerker"),
    )
    party = models.ForeignKey(
        ExternalParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recipient_lines",
        verbose_name=_("externe partij"),
    )
    basis = models.CharField(
        _("grondslag"),
        max_length=20,
        choices=LegalBasis,
        blank=True,
        help_text=_("Niet nodig voor een verwerker: die werkt in opdracht."),
    )
    statute = models.CharField(_("wetsartikel"), max_length=200, blank=True)
    data = models.ManyToManyField(
        DataCategory, blank=True, related_name="recipient_lines", verbose_name=_("gegevens")
    )
    purpose = models.CharField(_("waarvoor"), max_length=300, blank=True)
    history = HistoricalRecords(m2m_fields=[data])

    class Meta(ActivityLine.Meta):
        abstract = False
        verbose_name = _("ontvanger")
        verbose_name_plural = _("ontvangers buiten de school")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RecipientKind.PROCESSOR, processor__isnull=False, party=None)
                | (~Q(kind=RecipientKind.PROCESSOR) & Q(processor=None, party__isnull=False)),
                name="recipient_is_processor_or_party",
                violation_error_message=_("Kies een verwerker, of een externe partij."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.processor or self.party}"

    def clean(self) -> None:
        """A recipient that is no processor asks a legal basis (KPO art. 9.b, 11)."""
        problems = recipient_problems(
            kind=self.kind,
            has_processor=self.processor_id is not None,
            has_party=self.party_id is not None,
            basis=self.basis,
        )
        if problems:
            raise ValidationError(problems)


class TransferLine(ActivityLine):
    """A transfer outside the EEA, with what makes it lawful (AVG 44-49)."""

    country = models.CharField(
        _("land"),
        max_length=2,
        validators=[RegexValidator(r"\A[A-Z]{2}\Z", _("Een landcode is twee hoofdletters."))],
    )
    processor = models.ForeignKey(
        Processor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_lines",
        verbose_name=_("verwerker"),
    )
    party = models.ForeignKey(
        ExternalParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfer_lines",
        verbose_name=_("externe partij"),
    )
    instrument = models.CharField(_("instrument"), max_length=20, choices=TransferInstrument)
    document = models.CharField(_("document"), max_length=300, blank=True)
    review_on = models.DateField(_("opnieuw bekijken op"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta(ActivityLine.Meta):
        abstract = False
        verbose_name = _("doorgifte")
        verbose_name_plural = _("doorgiften buiten de EER")

    def __str__(self) -> str:
        return f"{self.country}: {self.get_instrument_display()}"

    def clean(self) -> None:
        """A transfer inside the EEA is no transfer."""
        if is_in_eea(self.country):
            raise ValidationError(
                {"country": _("Dit land hoort bij de EER: dat is geen doorgifte.")}
            )


LINE_MODELS: tuple[type[ActivityLine], ...] = (
    PurposeLine,
    DataLine,
    AccessLine,
    RecipientLine,
    TransferLine,
)
