"""What was sent to the AP: frozen versions, each with its moment, number and sender.

The database refuses any change of these rows. What comes later (the number that the AP gives, the
PDF that the worker makes) stands beside them, in rows that are not changed either.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from datalekken.choices import NotificationKind
from datalekken.models.breaches import Breach
from datalekken.querysets import NotificationQuerySet
from privacyboard.documents.models import StoredDocument


class Notification(models.Model):
    """One notification to the AP as it was typed over: never altered afterwards (AVG 33(4))."""

    only_grows = True

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="notifications")
    number = models.PositiveSmallIntegerField(_("volgnummer"))
    kind = models.CharField(_("soort"), max_length=12, choices=NotificationKind)
    sent_at = models.DateTimeField(_("verstuurd op"))
    ap_number = models.CharField(_("nummer bij de AP"), max_length=50, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("verstuurd door"),
    )
    # Both exports as they were at that moment: the AP form's sections and the EDPB template.
    content = models.JSONField(_("inhoud"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    delay_reason = models.TextField(_("waarom later dan de termijn"), blank=True)
    withdrawal_reason = models.TextField(_("waarom ingetrokken"), blank=True)
    recorded_at = models.DateTimeField(_("vastgelegd op"))

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("melding bij de AP")
        verbose_name_plural = _("meldingen bij de AP")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["breach", "number"], name="each_notification_has_its_number"
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdrawal") | ~Q(withdrawal_reason=""),
                name="a_withdrawal_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breach}: {NotificationKind(self.kind).label}"

    @property
    def document(self) -> StoredDocument | None:
        """The PDF, once the worker made it."""
        made: NotificationPaper | None = getattr(self, "paper", None)
        return made.document if made else None


class NotificationPaper(models.Model):
    """The PDF of a notification: made by the worker, once."""

    only_grows = True

    notification = models.OneToOneField(
        Notification, on_delete=models.PROTECT, related_name="paper", verbose_name=_("melding")
    )
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("dossier")
    )

    class Meta:
        verbose_name = _("PDF van een melding")
        verbose_name_plural = _("PDF’s van meldingen")

    def __str__(self) -> str:
        return f"{self.document}"


class ApNumber(models.Model):
    """The number that the AP gave after the notification was recorded; the last one counts."""

    only_grows = True

    notification = models.ForeignKey(
        Notification, on_delete=models.PROTECT, related_name="numbers", verbose_name=_("melding")
    )
    ap_number = models.CharField(_("nummer bij de AP"), max_length=50)
    recorded_at = models.DateTimeField(_("vastgelegd op"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )

    class Meta:
        verbose_name = _("nummer van een melding")
        verbose_name_plural = _("nummers van meldingen")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(ap_number=""), name="an_ap_number_is_filled_in")
        ]

    def __str__(self) -> str:
        return self.ap_number
