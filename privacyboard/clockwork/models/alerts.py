"""What waits for somebody's morning letter, and how often somebody wants one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.clockwork.choices import Pace
from privacyboard.organisation.models import Recorded


class AlertPreference(Recorded):
    """The pace that somebody chose; who chose none has the daily one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="alert_preference",
        verbose_name=_("account"),
    )
    pace = models.CharField(_("hoe vaak"), max_length=10, choices=Pace, default=Pace.DAILY)
    history = HistoricalRecords(verbose_name=_("geschiedenis van keuze"))

    class Meta:
        verbose_name = _("keuze voor berichten")
        verbose_name_plural = _("keuzes voor berichten")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user}: {self.get_pace_display()}"


class DigestLine(models.Model):
    """One sentence for one person's morning letter: numbers and days, never whom it is about."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="digest_lines",
        verbose_name=_("account"),
    )
    # The reminder that it tells of.
    subject_type = models.CharField(_("soort"), max_length=100)
    subject_id = models.CharField(_("nummer"), max_length=64)
    kind = models.CharField(_("waarover"), max_length=60)
    stage = models.CharField(_("stap"), max_length=40)
    sentence = models.CharField(_("zin"), max_length=300)
    path = models.CharField(_("pad van de pagina"), max_length=300)
    due_on = models.DateField(_("uiterlijk"))
    made_at = models.DateTimeField(_("gemaakt"))
    sent_at = models.DateTimeField(_("verzonden"), null=True)

    class Meta:
        verbose_name = _("regel in een ochtendbericht")
        verbose_name_plural = _("regels in ochtendberichten")
        ordering = ["due_on", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "subject_type", "subject_id", "kind", "stage"],
                name="each_digest_line_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "made_at"], name="digest_lines_waiting", condition=Q(sent_at=None)
            ),
            models.Index(
                fields=["sent_at"], name="digest_lines_sent", condition=Q(sent_at__isnull=False)
            ),
            models.Index(fields=["subject_type", "subject_id"], name="digest_lines_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage}"
