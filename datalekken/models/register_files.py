"""The register of breaches on paper, for who asked more than a request can print."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datalekken.querysets import PrintedRegisterQuerySet
from privacyboard.documents.models import StoredDocument


class RegisterFile(models.Model):
    """What somebody chose of the register, as a PDF that the worker makes. For the asker alone."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("gevraagd door"),
    )
    asked_at = models.DateTimeField(_("gevraagd op"))
    # Keys of the files that were chosen; read again, by who may read them, when it is made.
    breaches = models.JSONField(_("datalekken"))
    # The filters, in words.
    chosen = models.JSONField(_("gekozen"))
    document = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bestand"),
    )
    failed_at = models.DateTimeField(_("mislukt op"), null=True)

    objects = PrintedRegisterQuerySet.as_manager()

    class Meta:
        verbose_name = _("register van datalekken als bestand")
        verbose_name_plural = _("registers van datalekken als bestand")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                name="breach_registers_to_make",
                condition=Q(document=None, failed_at=None),
            ),
            models.Index(fields=["asked_at"], name="breach_registers_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.asked_at:%Y-%m-%d}"

    @property
    def is_busy(self) -> bool:
        """Whether the worker still has to make it."""
        return self.document_id is None and self.failed_at is None
