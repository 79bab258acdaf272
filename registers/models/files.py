"""Files out of and into the register: what the worker makes, and what was read in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.documents.models import StoredDocument
from registers.choices import ImportKind, ImportState, JobState
from registers.querysets import ImportQuerySet, RegisterFileQuerySet


class RegisterFile(models.Model):
    """The whole register as one PDF, asked by somebody and made by the worker."""

    state = models.CharField(_("stand"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("delen klaar"), default=0)
    total = models.PositiveIntegerField(_("delen in totaal"), default=0)
    document = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bestand"),
    )
    error = models.CharField(_("fout"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("gevraagd op"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("klaar op"), null=True)

    objects = RegisterFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("register als bestand")
        verbose_name_plural = _("registers als bestand")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.asked_at:%Y-%m-%d}"


class RenderedPart(models.Model):
    """One part of the register as PDF, kept under the hash of what it says: rendered once."""

    sha256 = models.CharField(max_length=64, unique=True)
    pdf = models.BinaryField()
    pages = models.PositiveIntegerField()
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("bewaard deel van het register")
        verbose_name_plural = _("bewaarde delen van het register")

    def __str__(self) -> str:
        return self.sha256[:12]


class ImportRun(models.Model):
    """A file that was read in: what each row would do, and whether it was carried out."""

    kind = models.CharField(_("soort"), max_length=20, choices=ImportKind)
    state = models.CharField(_("stand"), max_length=10, choices=ImportState)
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("bestand")
    )
    # Counts per fate, and the fates of the rows that need a look; bounded, whatever the file.
    counts = models.JSONField(_("aantallen"))
    fates = models.JSONField(_("regels"))
    read_at = models.DateTimeField(_("ingelezen op"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(_("toegepast op"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The work on a larger file: who asked for it and when, which worker has it, and how far it is.
    asked_at = models.DateTimeField(_("gevraagd op"), null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(_("regels klaar"), default=0)
    total = models.PositiveIntegerField(_("regels in totaal"), default=0)
    # What went wrong with that work, in a sentence for the person who asked.
    error = models.TextField(_("fout"), blank=True)
    # Retention took the file and what its rows say; the numbers stay.
    emptied_at = models.DateTimeField(_("bestand verwijderd op"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingelezen bestand")
        verbose_name_plural = _("ingelezen bestanden")
        ordering = ["-read_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.document})"
