"""What was sent to the AP: frozen versions, each with its moment, number and sender."""

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
    document = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dossier"),
    )

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
