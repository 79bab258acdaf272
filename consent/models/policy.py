"""What the board decided about consent, its languages, and who may read by machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.querysets import SchoolTokenQuerySet
from privacyboard.organisation.models import Recorded, School
from privacyboard.vocabulary import FamilyLanguage


class ConsentPolicy(Recorded):
    """The board's choices where the law leaves some: one row."""

    both_must_agree = models.BooleanField(
        _("beide ouders moeten ja zeggen"),
        default=False,
        help_text=_("Uit: één ja is genoeg, zolang niemand met gezag nee zegt."),
    )
    # A consent year ends on this day of the year: some weeks after the summer, so that the round
    # of a new school year falls inside the old one.
    period_ends_month = models.PositiveSmallIntegerField(
        _("maand waarin de periode eindigt"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    period_ends_day = models.PositiveSmallIntegerField(
        _("dag waarop de periode eindigt"),
        default=31,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    reconfirm_days = models.PositiveSmallIntegerField(
        _("dagen om na zestien opnieuw te bevestigen"),
        default=60,
        help_text=_("Zo lang mag wat al gepubliceerd is blijven staan. Nieuw gebruik mag niet."),
    )
    clean_up_days = models.PositiveSmallIntegerField(
        _("dagen om iets weg te halen"), default=14, validators=[MinValueValidator(1)]
    )
    history = HistoricalRecords(verbose_name=_("geschiedenis van keuzes over toestemming"))

    class Meta:
        verbose_name = _("keuzes over toestemming")
        verbose_name_plural = _("keuzes over toestemming")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_consent_policy")]

    def __str__(self) -> str:
        return str(_("Keuzes over toestemming"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> ConsentPolicy:
        """The board's choices; the defaults while nobody chose."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class LanguageRelease(Recorded):
    """A language other than Dutch and English is on once its texts were checked."""

    language = models.CharField(_("taal"), max_length=2, choices=FamilyLanguage, unique=True)
    is_on = models.BooleanField(_("staat aan"), default=False)
    checked_by = models.CharField(_("nagekeken door"), max_length=200, blank=True)
    checked_on = models.DateField(_("nagekeken op"), null=True, blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van taal"))

    class Meta:
        verbose_name = _("taal voor gezinnen")
        verbose_name_plural = _("talen voor gezinnen")
        ordering = ["language"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=False) | ~Q(checked_by="") & Q(checked_on__isnull=False),
                name="a_language_is_checked_first",
            )
        ]

    def __str__(self) -> str:
        return self.get_language_display()


class SchoolToken(models.Model):
    """A key with which the school's website or pupil system reads what may be used."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="consent_tokens")
    name = models.CharField(_("waarvoor"), max_length=100)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("gemaakt op"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )
    revoked_at = models.DateTimeField(_("ingetrokken op"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ingetrokken door"),
    )
    used_on = models.DateField(_("laatst gebruikt op"), null=True)

    objects = SchoolTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("sleutel van een school")
        verbose_name_plural = _("sleutels van scholen")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.name
