"""Reminder rows and heartbeats: the memory of what was done, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """One alert about one subject at one stage. The row itself is the lock: it exists once."""

    subject_type = models.CharField(_("soort"), max_length=100)
    subject_id = models.CharField(_("nummer"), max_length=64)
    kind = models.CharField(_("waarover"), max_length=60)
    stage = models.CharField(_("stap"), max_length=40)
    made_at = models.DateTimeField(_("gemaakt"))

    class Meta:
        verbose_name = _("herinnering")
        verbose_name_plural = _("herinneringen")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "stage"], name="each_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage}"


class Heartbeat(models.Model):
    """The last run and the last good run of a sweep. Silence is never taken for health."""

    name = models.CharField(_("taak"), max_length=60, primary_key=True)
    # Since when it should run: what never ran is overdue from there on.
    known_since = models.DateTimeField(_("bekend sinds"))
    started_at = models.DateTimeField(_("laatst begonnen"), null=True)
    good_at = models.DateTimeField(_("laatst gelukt"), null=True)
    error = models.TextField(_("laatste fout"), blank=True)
    done = models.PositiveIntegerField(_("laatst verwerkt"), default=0)

    class Meta:
        verbose_name = _("hartslag")
        verbose_name_plural = _("hartslagen")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
