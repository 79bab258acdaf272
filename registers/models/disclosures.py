"""Single disclosures (verstrekkingen) to outside parties, each with its ground and its tests."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School
from registers.choices import DisclosureKind, LegalBasis
from registers.models.catalogue import CatalogueEntry, DataCategory, ExternalParty
from registers.querysets import DisclosureQuerySet
from registers.rules.disclosures import POLICE_PARTIES, TESTS, disclosure_problems


class DisclosureGround(CatalogueEntry):
    """A ground in the law on which data are given without consent (INNOVO, OPOO 5.2)."""

    basis = models.CharField(
        _("grondslag"), max_length=20, choices=LegalBasis, default=LegalBasis.LEGAL_DUTY
    )
    statute = models.CharField(_("wet"), max_length=200, blank=True)
    note = models.TextField(_("waar u op let"), blank=True)
    needs_official_request = models.BooleanField(_("alleen op officieel verzoek"), default=False)
    is_confirmed = models.BooleanField(_("grond bevestigd"), default=False)

    class Meta(CatalogueEntry.Meta):
        abstract = False
        verbose_name = _("wettelijke grond voor verstrekking")
        verbose_name_plural = _("wettelijke gronden voor verstrekking")


class Disclosure(Recorded):
    """Data of one person given to one party on one day."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("school")
    )
    kind = models.CharField(
        _("soort"), max_length=20, choices=DisclosureKind, default=DisclosureKind.SINGLE
    )
    disclosed_on = models.DateField(_("verstrekt op"))
    person_key = models.CharField(
        _("over wie (leerling- of personeelsnummer)"),
        max_length=40,
        help_text=_("Het nummer uit de administratie. Geen naam, geen BSN."),
    )
    party = models.ForeignKey(
        ExternalParty,
        on_delete=models.PROTECT,
        related_name="disclosures",
        verbose_name=_("ontvanger"),
    )
    data = models.ManyToManyField(
        DataCategory, related_name="disclosures", verbose_name=_("gegevens")
    )
    purpose = models.CharField(_("waarvoor"), max_length=300)
    basis = models.CharField(_("grondslag"), max_length=20, choices=LegalBasis)
    ground = models.ForeignKey(
        DisclosureGround,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disclosures",
        verbose_name=_("wettelijke grond"),
    )
    consent_reference = models.CharField(_("waar de toestemming ligt"), max_length=200, blank=True)
    subsidiarity = models.TextField(_("subsidiariteit: kan het lichter?"))
    proportionality = models.TextField(_("proportionaliteit: is het in verhouding?"))
    minimisation = models.TextField(_("minimaal: is dit niet meer dan nodig?"))
    official_request = models.CharField(
        _("kenmerk van het officiële verzoek"), max_length=200, blank=True
    )
    request_file = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("bestand van het verzoek"),
    )
    copy_due_on = models.DateField(
        _("kopie aan ouders uiterlijk op"), null=True, blank=True, editable=False
    )
    copy_given_on = models.DateField(
        _("kopie aan ouders gegeven op"), null=True, blank=True, editable=False
    )
    history = HistoricalRecords(m2m_fields=[data])

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("verstrekking")
        verbose_name_plural = _("verstrekkingen")
        ordering = ["-disclosed_on", "-id"]
        indexes = [
            models.Index(fields=["school", "disclosed_on", "id"], name="disclosures_by_school"),
            models.Index(fields=["-disclosed_on", "-id"], name="disclosures_newest_first"),
            models.Index(
                fields=["copy_due_on"],
                name="copies_to_give",
                condition=Q(copy_due_on__isnull=False, copy_given_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.disclosed_on:%d-%m-%Y}"

    def clean(self) -> None:
        """Refuse a disclosure without its ground, its tests, its request or its consent."""
        ground = self.ground if self.ground_id else None
        asks_request = bool(ground and ground.needs_official_request)
        problems = disclosure_problems(
            basis=self.basis,
            ground_basis=ground.basis if ground else "",
            needs_request=asks_request or self._is_to_the_police(),
            official_request=self.official_request,
            consent_reference=self.consent_reference,
            tests={name: getattr(self, name) for name in TESTS},
        )
        told = {name: words for name, words in problems.items() if not self._is_required(name)}
        if told:
            raise ValidationError(told)

    def _is_required(self, name: str) -> bool:
        """Empty where the field itself asks a value: it says so already."""
        field = self._meta.get_field(name)
        return isinstance(field, models.Field) and not field.blank and getattr(self, name) == ""

    def _is_to_the_police(self) -> bool:
        party = self.party.code if self.party_id else ""
        return self.kind == DisclosureKind.POLICE or party in POLICE_PARTIES
