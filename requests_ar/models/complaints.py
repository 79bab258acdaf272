"""Complaints about privacy, by the board's own scheme; FG, AP and court are open at any moment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Recorded, School
from requests_ar.choices import Channel, ComplaintOutcome, RemedyBody
from requests_ar.models.cases import SubjectRequest
from requests_ar.querysets import ComplaintQuerySet


class Complaint(Recorded):
    """Somebody is not content with what the board does with data, or with an answer."""

    number = models.CharField(_("nummer"), max_length=20, unique=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="privacy_complaints",
        verbose_name=_("school"),
    )
    request = models.ForeignKey(
        SubjectRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("over verzoek"),
    )
    channel = models.CharField(_("hoe ontvangen"), max_length=20, choices=Channel)
    received_on = models.DateField(_("ontvangen op"))
    registered_at = models.DateTimeField(_("geregistreerd op"))
    name = models.CharField(_("naam"), max_length=200)
    email = models.EmailField(_("e-mailadres"), blank=True)
    text = models.TextField(_("de klacht"))
    outcome = models.CharField(
        _("uitkomst"), max_length=10, choices=ComplaintOutcome, default=ComplaintOutcome.OPEN
    )
    outcome_text = models.TextField(_("toelichting op de uitkomst"), blank=True)
    closed_on = models.DateField(_("afgesloten op"), null=True, blank=True)
    is_confidential = models.BooleanField(_("vertrouwelijk"), default=False)
    # Its term is over: only what is counted is left (see `retention`).
    forgotten_at = models.DateTimeField(_("vergeten op"), null=True, editable=False)
    history = HistoricalRecords()

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("klacht")
        verbose_name_plural = _("klachten")
        ordering = ["-received_on", "-id"]
        permissions = [("open_case", _("deze vertrouwelijke klacht openen"))]
        default_permissions = ()
        indexes = [
            models.Index(fields=["school", "received_on", "id"], name="complaints_by_school"),
            models.Index(fields=["-received_on", "-id"], name="complaints_newest_first"),
            models.Index(
                fields=["-received_on", "-id"], name="open_complaints", condition=Q(outcome="open")
            ),
            models.Index(
                fields=["closed_on"],
                name="complaints_to_forget",
                condition=Q(forgotten_at__isnull=True, closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintUserPermission(UserObjectPermissionBase):
    """Somebody named on a confidential complaint."""

    content_object = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="userpermissions"
    )


class ComplaintGroupPermission(GroupObjectPermissionBase):
    """Guardian asks for it; nobody is named on a complaint as a group."""

    content_object = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="grouppermissions"
    )


class ComplaintStep(Recorded):
    """The complaint lies with a body, from a day until its answer."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    body = models.CharField(_("bij"), max_length=10, choices=RemedyBody)
    began_on = models.DateField(_("sinds"))
    ended_on = models.DateField(_("afgerond op"), null=True, blank=True)
    result = models.TextField(_("resultaat"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stap van een klacht")
        verbose_name_plural = _("stappen van een klacht")
        ordering = ["began_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_body_display()}, {self.began_on:%d-%m-%Y}"
