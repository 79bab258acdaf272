"""The lists from which the register is filled. Preloaded, and extended by the board."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded
from privacyboard.organisation.rules import sort_key
from registers.choices import (
    GDPR_LETTER,
    Bound,
    CategoryKind,
    Fate,
    LegalBasis,
    MeasureKind,
    RecipientKind,
    RetentionTrigger,
)
from registers.querysets import CatalogueQuerySet
from registers.rules.retention import term_in_english, term_in_words


class CatalogueEntry(Recorded):
    """One entry of a list: a code that files know it by, a name, and the source of the fact."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("naam"), max_length=200)
    name_en = models.CharField(_("naam in het Engels"), max_length=200, blank=True)
    sort_name = models.CharField(max_length=200, editable=False)
    source = models.CharField(
        _("bron"), max_length=200, blank=True, help_text=_("Het document of artikel.")
    )
    history = HistoricalRecords(inherit=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_name", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = sort_key(self.name)
        super().save(*args, **kwargs)


class Purpose(CatalogueEntry):
    """A purpose of the board's regulation (KPO art. 4, a to k; a board may add its own)."""

    NAMED_BY = ("letter", "name")

    letter = models.CharField(_("letter"), max_length=2, unique=True)
    description = models.TextField(_("omschrijving"))

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("doel")
        verbose_name_plural = _("doelen")
        ordering = ["letter", "id"]

    def __str__(self) -> str:
        return f"{self.letter}. {self.name}"


class BasisLetter(Recorded):
    """The letter under which the board's own regulation knows a legal basis (KPO art. 7)."""

    NAMED_BY = ("basis", "board_letter")

    basis = models.CharField(_("grondslag"), max_length=20, choices=LegalBasis, unique=True)
    board_letter = models.CharField(_("letter in het eigen reglement"), max_length=2, blank=True)
    source = models.CharField(_("bron"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("grondslag")
        verbose_name_plural = _("grondslagen")
        ordering = ["basis"]
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=LegalBasis.values), name="only_six_legal_bases"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_basis_display()} (AVG 6 lid 1 {self.gdpr_letter})"

    @property
    def gdpr_letter(self) -> str:
        """The letter of AVG art. 6(1)."""
        return GDPR_LETTER[self.basis]


class DataSubjectGroup(CatalogueEntry):
    """A group of people about whom data are processed."""

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("groep betrokkenen")
        verbose_name_plural = _("groepen betrokkenen")


class DataCategory(CatalogueEntry):
    """A kind of personal data, with how heavily the law guards it."""

    description = models.TextField(_("omschrijving"), blank=True)
    kind = models.CharField(
        _("soort"), max_length=20, choices=CategoryKind, default=CategoryKind.ORDINARY
    )
    kpo_letter = models.CharField(_("letter in de bijlage"), max_length=2, blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("soort gegevens")
        verbose_name_plural = _("soorten gegevens")


class InternalRole(CatalogueEntry):
    """A function inside the schools that can have access to data."""

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("interne rol")
        verbose_name_plural = _("interne rollen")


class Measure(CatalogueEntry):
    """A security measure (AVG 32), physical, technical or organisational (OPOO 3.4.1)."""

    kind = models.CharField(_("soort"), max_length=20, choices=MeasureKind)
    description = models.TextField(_("omschrijving"), blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("maatregel")
        verbose_name_plural = _("maatregelen")


class ExternalParty(CatalogueEntry):
    """An outside organisation that receives data for its own purposes."""

    kind = models.CharField(
        _("soort"),
        max_length=20,
        choices=[each for each in RecipientKind.choices if each[0] != RecipientKind.PROCESSOR],
    )
    description = models.TextField(_("omschrijving"), blank=True)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("externe partij")
        verbose_name_plural = _("externe partijen")


class RetentionRule(CatalogueEntry):
    """How long which data stay, from which event, on which ground, and what happens then."""

    data = models.CharField(_("welke gegevens"), max_length=300)
    years = models.PositiveSmallIntegerField(_("jaren"), default=0)
    months = models.PositiveSmallIntegerField(_("maanden"), default=0)
    weeks = models.PositiveSmallIntegerField(_("weken"), default=0)
    days = models.PositiveSmallIntegerField(_("dagen"), default=0)
    bound = models.CharField(_("grens"), max_length=20, choices=Bound)
    trigger = models.CharField(_("begint bij"), max_length=30, choices=RetentionTrigger)
    legal_ground = models.CharField(_("wettelijke grond"), max_length=300, blank=True)
    fate = models.CharField(_("daarna"), max_length=10, choices=Fate, default=Fate.DESTROY)
    condition = models.TextField(_("voorwaarde of uitzondering"), blank=True)
    condition_en = models.TextField(
        _("voorwaarde in het Engels"),
        blank=True,
        help_text=_("Voor de Engelse verklaring. Nodig als er geen vaste termijn is."),
    )
    is_confirmed = models.BooleanField(
        _("grond bevestigd"),
        default=False,
        help_text=_("Uit: algemene kennis, nog niet in een tekst nagezien."),
    )

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("bewaartermijn")
        verbose_name_plural = _("bewaartermijnen")
        constraints = [
            models.CheckConstraint(
                condition=Q(bound=Bound.NONE)
                | Q(years__gt=0)
                | Q(months__gt=0)
                | Q(weeks__gt=0)
                | Q(days__gt=0),
                name="a_bound_has_a_term",
                violation_error_message=_("Vul een termijn in, of kies “geen vaste termijn”."),
            ),
            # Beyond it days can no longer be counted: a slip of the finger would stop every run.
            models.CheckConstraint(
                condition=Q(years__lte=200) & Q(months__lte=2400),
                name="a_term_can_be_counted",
                violation_error_message=_(
                    "Zo lang kan een termijn niet zijn. Vul ten hoogste 200 jaar of 2400 maanden "
                    "in, of kies “geen vaste termijn”."
                ),
            ),
        ]

    @property
    def term(self) -> str:
        """The term in words: "ten hoogste 2 jaar na vertrek van de leerling"."""
        return term_in_words(
            years=self.years,
            months=self.months,
            weeks=self.weeks,
            days=self.days,
            bound=self.bound,
            trigger=self.trigger,
            condition=self.condition,
        )

    @property
    def term_en(self) -> str:
        """The term in English words: "at most 2 years after the pupil leaves the school"."""
        return term_in_english(
            years=self.years,
            months=self.months,
            weeks=self.weeks,
            days=self.days,
            bound=self.bound,
            trigger=self.trigger,
            condition=self.condition_en,
        )
