"""The assessments of a breach: facts, advice and reasons as they stood; the last one counts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from datalekken.choices import Risk, Severity
from datalekken.models.breaches import Breach
from datalekken.querysets import OfBreachQuerySet


class Assessment(models.Model):
    """What the rules made of the facts at one moment. It advises; people decide. Never altered."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="assessments")
    # The facts as `rules.assessment.Facts` takes them, and the whole outcome in words.
    facts = models.JSONField(_("feiten"))
    outcome = models.JSONField(_("uitkomst"))
    score = models.DecimalField(_("ENISA-score"), max_digits=4, decimal_places=2)
    severity = models.CharField(_("ernst volgens ENISA"), max_length=10, choices=Severity)
    risk = models.CharField(_("risico"), max_length=10, choices=Risk)
    people_count = models.PositiveIntegerField(_("aantal mensen"), null=True)
    explanation = models.TextField(_("toelichting"), blank=True)
    made_at = models.DateTimeField(_("gemaakt op"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = OfBreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("risicobeoordeling")
        verbose_name_plural = _("risicobeoordelingen")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.breach}: {Risk(self.risk).label}"
