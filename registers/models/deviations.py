"""Local truth: where a school deviates from the board's standard, and what it answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded, School
from registers.choices import CompatibilityOutcome, DeviatingField, VersionReply
from registers.models.activities import ProcessingActivity
from registers.models.versions import ActivityVersion
from registers.querysets import DeviationQuerySet


class SchoolDeviation(Recorded):
    """At one school one field of a board-wide activity is otherwise, for a reason."""

    activity = models.ForeignKey(
        ProcessingActivity,
        on_delete=models.PROTECT,
        related_name="deviations",
        verbose_name=_("verwerking"),
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="deviations", verbose_name=_("school")
    )
    field = models.CharField(_("onderdeel"), max_length=20, choices=DeviatingField)
    text = models.TextField(_("hoe het op deze school is"))
    reason = models.TextField(_("waarom het hier anders is"))
    decided_at = models.DateTimeField(_("vastgelegd op"))
    ended_at = models.DateTimeField(_("gold tot"), null=True, blank=True)
    history = HistoricalRecords()

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name = _("afwijking van een school")
        verbose_name_plural = _("afwijkingen van scholen")
        ordering = ["activity", "school", "field", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "school", "field"],
                condition=Q(ended_at=None),
                name="one_deviation_per_field",
                violation_error_message=_("Deze school wijkt op dit onderdeel al af."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_field_display()} op {self.school}"


class VersionAnswer(models.Model):
    """A school saw a new version of the board's standard, and accepts it or keeps its deviation."""

    version = models.ForeignKey(
        ActivityVersion, on_delete=models.PROTECT, related_name="answers", verbose_name=_("versie")
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    reply = models.CharField(_("antwoord"), max_length=10, choices=VersionReply)
    remark = models.TextField(_("toelichting"), blank=True)
    answered_at = models.DateTimeField(_("beantwoord op"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("beantwoord door"),
    )

    class Meta:
        verbose_name = _("antwoord op een nieuwe versie")
        verbose_name_plural = _("antwoorden op nieuwe versies")
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "school"], name="one_answer_per_school")
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.get_reply_display()}"


class CompatibilityTest(Recorded):
    """May data be used for the changed purpose? The five questions of AVG 6(4)."""

    activity = models.ForeignKey(
        ProcessingActivity,
        on_delete=models.PROTECT,
        related_name="compatibility_tests",
        verbose_name=_("verwerking"),
    )
    from_version = models.ForeignKey(
        ActivityVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("vanaf versie")
    )
    link = models.TextField(_("verband tussen het oude en het nieuwe doel"))
    context = models.TextField(_("hoe de gegevens verkregen zijn"))
    nature = models.TextField(_("aard van de gegevens"))
    consequences = models.TextField(_("gevolgen voor de mensen"))
    safeguards = models.TextField(_("waarborgen"))
    outcome = models.CharField(_("uitkomst"), max_length=20, choices=CompatibilityOutcome)
    tested_at = models.DateTimeField(_("getoetst op"))
    tested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("getoetst door"),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("verenigbaarheidstoets")
        verbose_name_plural = _("verenigbaarheidstoetsen")
        ordering = ["-tested_at", "-id"]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_outcome_display()}"
