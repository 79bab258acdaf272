"""What goes to the requester: letters, the ten items of an access answer, and its delivery."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Recorded
from requests_ar.choices import CodeWay, DeliveryWay, LetterDelivery, LetterKind, LetterWay
from requests_ar.models.cases import SubjectRequest
from requests_ar.querysets import DossierQuerySet, OfRequestQuerySet


class RequestLetter(models.Model):
    """A letter about a request as it was written: its text, its PDF, and how it went."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("soort"), max_length=14, choices=LetterKind)
    way = models.CharField(_("hoe"), max_length=6, choices=LetterWay)
    to_name = models.CharField(_("aan"), max_length=200)
    title = models.CharField(_("titel"), max_length=200)
    # Frozen when the act is done; a worker makes the PDF of it.
    html = models.TextField(_("tekst"))
    document = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("brief"),
    )
    # Whether the e-mail arrived is told by its row in the outbox.
    mail = models.ForeignKey(OutboundLetter, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("geschreven op"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    posted_on = models.DateField(_("op de post of meegegeven op"), null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief over een verzoek")
        verbose_name_plural = _("brieven over een verzoek")
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(
                fields=["made_at", "id"],
                name="letters_without_a_pdf",
                condition=Q(document__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(LetterKind(self.kind).label)

    @property
    def delivery(self) -> LetterDelivery:
        """How far it came: what the outbox knows of the e-mail, or whether it was posted."""
        if self.way == LetterWay.PAPER:
            return LetterDelivery.POSTED if self.posted_on else LetterDelivery.TO_POST
        if self.mail is None:
            return LetterDelivery.OTHERWISE
        states = OutboundLetter.State
        if self.mail.is_undelivered:
            return LetterDelivery.FAILED
        return LetterDelivery.SENT if self.mail.state == states.SENT else LetterDelivery.ON_ITS_WAY


class AnswerItem(Recorded):
    """One of the ten items of an access answer (KPO 13.1.a; AVG 15(1), (2))."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="items")
    item = models.PositiveSmallIntegerField(_("onderdeel"))
    text = models.TextField(_("tekst"), blank=True)
    why_empty = models.TextField(_("waarom leeg"), blank=True)
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("onderdeel van het antwoord")
        verbose_name_plural = _("onderdelen van het antwoord")
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="each_answer_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.item}"


class Delivery(Recorded):
    """The answer handed over: by a link that expires and a code, by post, or in the hand."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="deliveries")
    way = models.CharField(_("hoe"), max_length=10, choices=DeliveryWay)
    # Asked electronically and answered otherwise, or access without a file: the reason (KPO 13.2).
    why_this_way = models.CharField(_("waarom niet met een link"), max_length=300, blank=True)
    why_no_copy = models.CharField(_("waarom geen bestanden"), max_length=300, blank=True)
    delivered_on = models.DateField(_("op"))
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("link geldig tot"), null=True, blank=True)
    link_number = models.PositiveIntegerField(default=1, editable=False)
    # The code is kept as a hash; too many wrong tries close the link.
    code_hash = models.CharField(max_length=200, blank=True, editable=False)
    code_way = models.CharField(_("code verteld"), max_length=12, choices=CodeWay, blank=True)
    code_reason = models.CharField(_("waarom zo"), max_length=300, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(_("verkeerde codes"), default=0)
    downloads = models.PositiveIntegerField(_("keer opgehaald"), default=0)
    last_download_at = models.DateTimeField(_("laatst opgehaald"), null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["code_hash"])

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("verzending van het antwoord")
        verbose_name_plural = _("verzendingen van het antwoord")
        ordering = ["delivered_on", "id"]

    def __str__(self) -> str:
        return str(DeliveryWay(self.way).label)
