"""Who asked for a new link: an address, until the sweep wrote to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacyboard.vocabulary import FamilyLanguage


class LinkRequest(models.Model):
    """An address that was typed, known or not: writing to it waits, and the answer never tells.

    The row goes when the sweep has seen it: no address of a stranger is kept.
    """

    email = models.EmailField(_("e-mailadres"))
    language = models.CharField(
        _("taal"), max_length=2, choices=FamilyLanguage, default=FamilyLanguage.DUTCH
    )
    asked_at = models.DateTimeField(_("gevraagd op"))

    class Meta:
        verbose_name = _("vraag om een nieuwe link")
        verbose_name_plural = _("vragen om een nieuwe link")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.asked_at:%d-%m-%Y %H:%M}"
