"""A file with pupils and parents, on its way in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import School
from privacyboard.people.choices import FileFormat, FileState
from privacyboard.people.querysets import PeopleFileQuerySet


class PeopleFile(models.Model):
    """One file, what its columns mean, and what became (or would become) of its rows."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    format = models.CharField(_("soort"), max_length=8, choices=FileFormat)
    # Forgotten once applied or dropped: it holds more than we keep.
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(_("bestandsnaam"), max_length=200)
    state = models.CharField(_("stand"), max_length=10, choices=FileState)
    school_year = models.PositiveSmallIntegerField(_("schooljaar"))
    # Whether the file names every pupil of the school: only then somebody can be missing from it.
    is_full = models.BooleanField(_("alle leerlingen van de school"), default=False)
    mapping = models.JSONField(_("wat de kolommen betekenen"), default=dict)
    # Counts, dropped fields and the first problems; never a whole row.
    report = models.JSONField(_("verslag"), default=dict)
    progress = models.PositiveIntegerField(_("verwerkte regels"), default=0)
    problem = models.CharField(_("wat er mis is"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("aangeboden op"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("aangeboden door"),
    )
    applied_at = models.DateTimeField(_("toegepast op"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("toegepast door"),
    )

    objects = PeopleFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("bestand met leerlingen")
        verbose_name_plural = _("bestanden met leerlingen")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return self.file_name
