"""What stands in public besides the statement: websites, cookies, and which fields are shown."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded, School
from privacyboard.vocabulary import Language
from registers.choices import Audience, CookieKind, TransferInstrument
from registers.models.activities import ProcessingActivity
from registers.querysets import CatalogueQuerySet, PublicFieldQuerySet, WebsiteQuerySet

country = RegexValidator(r"\A[A-Z]{2}\Z", _("Een landcode is twee hoofdletters."))


class ActivityText(Recorded):
    """An activity in the words of one audience and language, for the statement."""

    activity = models.ForeignKey(ProcessingActivity, on_delete=models.CASCADE, related_name="texts")
    audience = models.CharField(_("voor wie"), max_length=10, choices=Audience)
    language = models.CharField(_("taal"), max_length=2, choices=Language, default=Language.DUTCH)
    name = models.CharField(_("naam voor deze lezers"), max_length=200, blank=True)
    text = models.TextField(_("tekst"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("tekst voor een doelgroep")
        verbose_name_plural = _("teksten voor doelgroepen")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "audience", "language"],
                name="one_text_per_audience",
                violation_error_message=_("Voor deze doelgroep en taal is er al een tekst."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()} ({self.get_language_display()})"


class Website(Recorded):
    """A website of the board or a school: its cookies, and whether it embeds the statement."""

    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="websites",
        verbose_name=_("school"),
        help_text=_("Leeg: van het bestuur."),
    )
    name = models.CharField(_("naam"), max_length=200)
    origin = models.URLField(
        _("adres"),
        unique=True,
        validators=[
            RegexValidator(
                r"\Ahttps://[a-z0-9.-]+(:[0-9]+)?\Z",
                _("Alleen het begin van het adres, zoals https://www.school.nl"),
            )
        ],
    )
    may_embed = models.BooleanField(_("mag de privacyverklaring insluiten"), default=False)
    history = HistoricalRecords()

    objects = WebsiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("website")
        verbose_name_plural = _("websites")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Cookie(Recorded):
    """A cookie or embedded service on a website."""

    website = models.ForeignKey(Website, on_delete=models.CASCADE, related_name="cookies")
    name = models.CharField(_("naam"), max_length=100)
    kind = models.CharField(_("soort"), max_length=10, choices=CookieKind)
    purpose = models.CharField(_("waarvoor"), max_length=300)
    party = models.CharField(_("van welke partij"), max_length=200)
    country = models.CharField(
        _("land van die partij"), max_length=2, default="NL", validators=[country]
    )
    term = models.CharField(_("hoe lang"), max_length=100)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cookie")
        verbose_name_plural = _("cookies")
        ordering = ["kind", "name", "id"]

    def __str__(self) -> str:
        return self.name


class PublicField(Recorded):
    """A part of an activity that the public register page shows, or not: the board chooses."""

    key = models.CharField(_("onderdeel"), max_length=40, unique=True)
    is_shown = models.BooleanField(_("staat op de openbare pagina"), default=False)
    history = HistoricalRecords()

    objects = PublicFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("onderdeel van de openbare registerpagina")
        verbose_name_plural = _("onderdelen van de openbare registerpagina")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class FallenInstrument(Recorded):
    """A transfer instrument that does not hold any more: every activity on it is flagged."""

    instrument = models.CharField(_("instrument"), max_length=20, choices=TransferInstrument)
    country = models.CharField(
        _("land"), max_length=2, blank=True, help_text=_("Leeg: voor elk land.")
    )
    fell_on = models.DateField(_("geldt niet meer sinds"))
    why = models.CharField(_("waarom"), max_length=300)
    history = HistoricalRecords()

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("vervallen doorgifte-instrument")
        verbose_name_plural = _("vervallen doorgifte-instrumenten")
        ordering = ["-fell_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_instrument_display()} {self.country}".strip()
