"""Established versions and published statements: frozen, with a hash."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import School
from privacyboard.vocabulary import Language
from registers.choices import Audience
from registers.content import ActivityContent, from_json
from registers.models.activities import ProcessingActivity
from registers.querysets import (
    ON_CONSENT,
    ParentNoticeQuerySet,
    StatementQuerySet,
    VersionQuerySet,
)


class ActivityVersion(models.Model):
    """An established version of an activity: its whole content, as it was decided on."""

    activity = models.ForeignKey(
        ProcessingActivity,
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("verwerking"),
    )
    number = models.PositiveIntegerField(_("versie"))
    content = models.JSONField(_("inhoud"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("voorgesteld door"),
    )
    established_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("vastgesteld door"),
    )
    established_at = models.DateTimeField(_("vastgesteld op"))
    fg_remark = models.TextField(_("opmerking van de FG"), blank=True)
    ended_at = models.DateTimeField(_("gold tot"), null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("vastgestelde versie")
        verbose_name_plural = _("vastgestelde versies")
        ordering = ["activity", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="each_version_once"),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(ended_at=None), name="one_version_in_force"
            ),
        ]
        indexes = [
            # Asked whenever families are: which activities rest on consent (AVG 6(1)(a)).
            models.Index(
                fields=["activity"],
                name="versions_resting_on_consent",
                condition=Q(ended_at__isnull=True) & ON_CONSENT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity} — versie {self.number}"

    def read(self) -> ActivityContent:
        """The frozen content."""
        return from_json(self.content)


class PublishedStatement(models.Model):
    """A privacy statement as it was published, for the board or for one school."""

    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("school"),
    )
    audience = models.CharField(
        _("voor wie"), max_length=10, choices=Audience, default=Audience.PARENTS
    )
    language = models.CharField(_("taal"), max_length=2, choices=Language, default=Language.DUTCH)
    number = models.PositiveIntegerField(_("versie"))
    # What is materially different, in plain words: it goes into the letter to parents.
    material_change = models.TextField(_("wat er wezenlijk verandert"), blank=True)
    content = models.JSONField(_("inhoud"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    pdf = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("gepubliceerd op"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("gepubliceerd door"),
    )
    ended_at = models.DateTimeField(_("gold tot"), null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("gepubliceerde privacyverklaring")
        verbose_name_plural = _("gepubliceerde privacyverklaringen")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "audience", "language", "number"],
                nulls_distinct=False,
                name="each_statement_once",
            ),
            models.UniqueConstraint(
                fields=["school", "audience", "language"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_statement_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school or _('bestuur')} — versie {self.number}"


class ParentNotice(models.Model):
    """The letter to parents of a school about a material change: made, and sent by the school."""

    statement = models.ForeignKey(
        PublishedStatement,
        on_delete=models.PROTECT,
        related_name="notices",
        verbose_name=_("privacyverklaring"),
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    # Empty until the worker has made it: publishing does not wait for sixty letters.
    letter = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("brief"),
    )
    made_at = models.DateTimeField(_("gemaakt op"))
    sent_on = models.DateField(_("verstuurd op"), null=True)
    way = models.CharField(_("hoe verstuurd"), max_length=200, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )

    objects = ParentNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief aan ouders over een wijziging")
        verbose_name_plural = _("brieven aan ouders over een wijziging")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "school"], name="one_notice_per_school")
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.school}"
