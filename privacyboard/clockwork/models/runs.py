"""What a retention run did: counts by rule and by table, and never whose data went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.clockwork.choices import Fate, RunCause


class RetentionRun(models.Model):
    """One carrying out of the rules, or a trial of it: the account of AVG 5(1)(e) and 5(2)."""

    cause = models.CharField(_("waarom"), max_length=10, choices=RunCause)
    started_at = models.DateTimeField(_("begonnen"))
    # Empty after a run that was killed: the next one goes on where it stopped.
    finished_at = models.DateTimeField(_("klaar"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("wie"),
    )

    class Meta:
        verbose_name = _("opruimronde")
        verbose_name_plural = _("opruimrondes")
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["-started_at", "-id"], name="runs_newest_first")]

    @property
    def is_trial(self) -> bool:
        """Whether it only counted."""
        return self.cause == RunCause.TRIAL

    def __str__(self) -> str:
        return f"{self.get_cause_display()} ({self.started_at:%d-%m-%Y %H:%M})"


class RetentionLine(models.Model):
    """What one rule found and took away in a run; written with every chunk."""

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="lines")
    rule = models.CharField(_("regel"), max_length=60)
    title = models.CharField(_("wat"), max_length=200)
    term = models.CharField(_("termijn"), max_length=200)
    fate = models.CharField(_("wat ermee gebeurt"), max_length=10, choices=Fate)
    cut = models.DateField(_("begonnen tot en met"), null=True)
    found = models.PositiveIntegerField(_("aan de beurt"), default=0)
    gone = models.PositiveIntegerField(_("weg"), default=0)
    held = models.PositiveIntegerField(_("vastgehouden"), default=0)
    # Found, and could not go: each run tries again. Of the first ones the keys, and nothing else.
    failed = models.PositiveIntegerField(_("niet gelukt"), default=0)
    failed_keys = models.JSONField(_("nummers van wat niet lukte"), default=list)
    # The rule stopped, for all that it tried last was in vain: the next run begins behind this key.
    # 0 where keys are no numbers.
    stopped_after = models.BigIntegerField(_("gestopt na nummer"), null=True)
    tables = models.JSONField(_("regels per tabel"), default=dict)
    # Only the kind of error: its text can hold a name.
    error = models.CharField(_("fout"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("regel van een opruimronde")
        verbose_name_plural = _("regels van opruimrondes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "rule"], name="each_rule_once_in_a_run")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def free(self) -> int:
        """How many may go: found, and not held; save for what cannot."""
        return self.found - self.held - self.failed

    @property
    def trouble(self) -> str:
        """What went wrong, for who keeps the machine: the rule, the error, how many and which."""
        told = f"{self.rule}: {self.error}"
        if self.failed:
            told += f", {self.failed} not done"
        if self.failed_keys:
            told += f" ({', '.join(map(str, self.failed_keys))})"
        if self.stopped_after is not None:
            told += f"; stopped after {self.stopped_after}, the next run goes on there"
        return told
