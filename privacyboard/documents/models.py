"""Stored documents: private files with a hash, outside the web root."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.models import School


def random_name(instance: Any, filename: str) -> str:
    """A name that tells nothing and cannot be guessed (128 bits)."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


class StoredDocument(models.Model):
    """A file that was uploaded or made here. It is opened through a view with a gate and a log."""

    title = models.CharField(_("titel"), max_length=200)
    file = models.FileField(_("bestand"), upload_to=random_name, editable=False)
    file_name = models.CharField(_("bestandsnaam"), max_length=200)
    media_type = models.CharField(_("soort bestand"), max_length=100)
    size = models.PositiveIntegerField(_("grootte in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    # What it is, as `<app>.<kind>`: the app's own gate says who may open it.
    kind = models.CharField(_("wat het is"), max_length=60)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    stored_at = models.DateTimeField(_("bewaard op"))
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bewaard door"),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documenten")
        ordering = ["-stored_at", "-id"]
        indexes = [
            # Which of the files on the disk have a row.
            models.Index(fields=["file"], name="documents_by_file"),
            # The rows of some folders: see `retention.forget_orphans`.
            models.Index(Left("file", 2), name="documents_by_folder"),
        ]

    def __str__(self) -> str:
        return self.title
