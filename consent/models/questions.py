"""What is asked: one question for each means, with its text in versions and languages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.choices import PICTURES, Means, Renewal
from consent.querysets import QuestionQuerySet
from privacyboard.organisation.models import Recorded, School
from privacyboard.vocabulary import FamilyLanguage
from registers.models import ProcessingActivity


class Question(Recorded):
    """One means for which consent is asked (toestemmingsvraag), resting on the register."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    means = models.CharField(_("waarvoor"), max_length=20, choices=Means)
    name = models.CharField(_("naam"), max_length=100)
    # Only an established activity that rests on consent can be asked about (AVG 6(1)(a), 7).
    activity = models.ForeignKey(
        ProcessingActivity,
        on_delete=models.PROTECT,
        related_name="consent_questions",
        verbose_name=_("verwerking in het register"),
    )
    all_schools = models.BooleanField(_("voor alle scholen"), default=True)
    schools = models.ManyToManyField(
        School, blank=True, related_name="+", verbose_name=_("alleen voor deze scholen")
    )
    renewal = models.CharField(
        _("vernieuwing"), max_length=10, choices=Renewal, default=Renewal.EXPIRES
    )
    # Where a yes is used to publish: a withdrawal makes the task to take it away there.
    published_at = models.CharField(
        _("waar het gepubliceerd wordt"),
        max_length=200,
        blank=True,
        help_text=_("Bijvoorbeeld: de website van de school. Leeg als er niets te verwijderen is."),
    )
    place = models.PositiveSmallIntegerField(_("volgorde"), default=10)
    is_active = models.BooleanField(_("in gebruik"), default=True)
    history = HistoricalRecords(
        verbose_name=_("geschiedenis van toestemmingsvraag"), m2m_fields=[schools]
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("toestemmingsvraag")
        verbose_name_plural = _("toestemmingsvragen")
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a photo or film can be shown there."""
        return self.means in PICTURES


class QuestionText(models.Model):
    """One version of the text. An answer points at the version that was read."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField(_("versie"))
    # A yes to an earlier version no longer holds: what is asked has become something else.
    asks_again = models.BooleanField(
        _("vraagt opnieuw"),
        default=False,
        help_text=_("Wie ja zei op een eerdere tekst, wordt opnieuw gevraagd."),
    )
    why = models.CharField(_("wat er veranderde"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("gemaakt op"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )

    class Meta:
        verbose_name = _("tekst van een toestemmingsvraag")
        verbose_name_plural = _("teksten van toestemmingsvragen")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="each_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.question} — versie {self.number}"


class Wording(models.Model):
    """One version in one language: never altered, because answers rest on it (AVG 7(1))."""

    # The database refuses a change: see `audit.triggers`.
    only_grows = True

    text = models.ForeignKey(QuestionText, on_delete=models.PROTECT, related_name="wordings")
    language = models.CharField(_("taal"), max_length=2, choices=FamilyLanguage)
    title = models.CharField(_("vraag"), max_length=150)
    body = models.TextField(_("uitleg"))
    made_at = models.DateTimeField(_("gemaakt op"))

    class Meta:
        verbose_name = _("tekst in een taal")
        verbose_name_plural = _("teksten per taal")
        ordering = ["text", "language"]
        constraints = [
            models.UniqueConstraint(fields=["text", "language"], name="one_wording_per_language")
        ]

    def __str__(self) -> str:
        return self.title
