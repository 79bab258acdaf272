"""The board and its schools."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from privacyboard.organisation import rules
from privacyboard.organisation.choices import Denomination, LegalForm, Right, Sector
from privacyboard.organisation.models.recorded import Recorded
from privacyboard.organisation.querysets import SchoolQuerySet

postcode = RegexValidator(
    rules.POSTCODE_PATTERN, _("Een postcode is vier cijfers en twee hoofdletters, zoals 1234 AB.")
)


class Board(Recorded):
    """The controller (AVG 4(7)): one per installation."""

    name = models.CharField(_("naam"), max_length=200)
    legal_form = models.CharField(
        _("rechtsvorm"), max_length=20, choices=LegalForm, default=LegalForm.FOUNDATION
    )
    is_public_authority = models.BooleanField(
        _("is een bestuursorgaan"),
        default=False,
        help_text=_(
            "Bepaalt het rechtsmiddel in brieven: bezwaar (Awb) of een verzoek aan de rechter."
        ),
    )
    street = models.CharField(_("straat en huisnummer"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=7, validators=[postcode])
    city = models.CharField(_("plaats"), max_length=100)
    kvk = models.CharField(
        _("KvK-nummer"),
        max_length=8,
        validators=[RegexValidator(rules.KVK_PATTERN, _("Een KvK-nummer is acht cijfers."))],
    )
    authority_number = models.CharField(
        _("bevoegd-gezagnummer"),
        max_length=5,
        validators=[
            RegexValidator(rules.AUTHORITY_PATTERN, _("Een bevoegd-gezagnummer is vijf cijfers."))
        ],
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mailadres"))
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)
    fg_name = models.CharField(_("naam van de FG"), max_length=200, blank=True)
    fg_email = models.EmailField(_("e-mailadres van de FG"), blank=True)
    fg_phone = models.CharField(_("telefoon van de FG"), max_length=20, blank=True)
    fg_ap_number = models.CharField(_("FG-nummer bij de AP"), max_length=20, blank=True)
    ibp_name = models.CharField(_("naam van de IBP-manager"), max_length=200, blank=True)
    ibp_email = models.EmailField(_("e-mailadres van de IBP-manager"), blank=True)
    breach_email = models.EmailField(_("e-mailadres van het meldpunt datalekken"), blank=True)
    breach_phone = models.CharField(_("telefoon van het meldpunt"), max_length=20, blank=True)
    breach_protocol_url = models.URLField(_("link naar het protocol datalekken"), blank=True)
    complaints_text = models.TextField(_("klachtenroute"), blank=True)
    complaints_url = models.URLField(_("link naar de klachtenregeling"), blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van het bestuur"))

    class Meta:
        verbose_name = _("bestuur")
        verbose_name_plural = _("bestuur")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_board_per_installation"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


class School(Recorded):
    """A school or location of the board. Rights of school roles are granted on it."""

    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, related_name="schools", verbose_name=_("bestuur")
    )
    name = models.CharField(_("naam"), max_length=200)
    sort_name = models.CharField(max_length=200, editable=False)
    slug = models.SlugField(
        _("adres in links"), unique=True, help_text=_("Bijvoorbeeld de-linde. Verandert niet meer.")
    )
    brin = models.CharField(
        _("BRIN"),
        max_length=4,
        validators=[
            RegexValidator(
                rules.BRIN_PATTERN, _("Een BRIN is twee cijfers en twee hoofdletters, zoals 12AB.")
            )
        ],
    )
    branch = models.CharField(
        _("vestiging"),
        max_length=2,
        default="00",
        validators=[
            RegexValidator(
                rules.BRANCH_PATTERN, _("Een vestigingsnummer is twee cijfers, zoals 00.")
            )
        ],
    )
    sector = models.CharField(_("sector"), max_length=2, choices=Sector)
    denomination = models.CharField(_("richting"), max_length=10, choices=Denomination)
    street = models.CharField(_("straat en huisnummer"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=7, validators=[postcode])
    city = models.CharField(_("plaats"), max_length=100)
    email = models.EmailField(_("e-mailadres"))
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)
    website = models.URLField(_("website"), blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van school"))

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("scholen")
        ordering = ["sort_name", "id"]
        permissions = [(right.value, right.label) for right in Right]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["brin", "branch"], name="one_school_per_branch"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """No school can take the word that stands for the board in addresses."""
        if self.slug in rules.RESERVED_SLUGS:
            raise ValidationError({"slug": _("Dit adres is al in gebruik. Kies een ander.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = rules.sort_key(self.name)
        super().save(*args, **kwargs)


class SchoolUserPermission(UserObjectPermissionBase):
    """A right of one person at a school: guardian's table, unused while groups carry the rights."""

    content_object = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="userpermissions"
    )


class SchoolGroupPermission(GroupObjectPermissionBase):
    """A right of a role's group at a school: guardian's table, with a real foreign key."""

    content_object = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="grouppermissions"
    )
