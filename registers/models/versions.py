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
from registers.content import (
    AccessContent,
    ActivityContent,
    DataContent,
    MeasureContent,
    Named,
    PurposeContent,
    RecipientContent,
    RetentionContent,
    TextContent,
    TransferContent,
    from_json,
)
from registers.models.activities import ProcessingActivity
from registers.models.catalogue import CatalogueEntry, RetentionRule
from registers.models.lines import DataLine, PurposeLine, RecipientLine, TransferLine
from registers.querysets import ParentNoticeQuerySet, StatementQuerySet, VersionQuerySet


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
    letter = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("brief")
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


def read_content(activity: ProcessingActivity) -> ActivityContent:
    """What the activity says now, read from its lines in a fixed number of queries."""
    return ActivityContent(
        code=activity.code,
        name=activity.name,
        description=activity.description,
        process_group=activity.process_group,
        owner=activity.owner,
        all_schools=activity.all_schools,
        schools=tuple(Named(each.slug, each.name) for each in activity.schools.all()),
        acts_as=activity.acts_as,
        on_behalf_of=activity.on_behalf_of,
        on_behalf_contact=activity.on_behalf_contact,
        processing_kinds=activity.processing_kinds,
        medium=activity.medium,
        place=activity.place,
        minimisation=activity.minimisation,
        proportionality=activity.proportionality,
        subsidiarity=activity.subsidiarity,
        dpia_needed=activity.dpia_needed,
        dpia_reason=activity.dpia_reason,
        dpia_reference=activity.dpia_reference,
        dpia_adopted_on=_iso(activity.dpia_adopted_on),
        automation=activity.automation,
        automation_logic=activity.automation_logic,
        automation_significance=activity.automation_significance,
        human_intervention=activity.human_intervention,
        next_review_on=_iso(activity.next_review_on),
        source=activity.source,
        systems=tuple(_named(each) for each in activity.systems.all()),
        products=tuple(_named(each) for each in activity.products.all()),
        measures=tuple(
            MeasureContent(each.code, each.name, each.kind) for each in activity.measures.all()
        ),
        purposes=tuple(_purpose(each) for each in activity.purposelines.select_related("purpose")),
        data=tuple(
            _data(each)
            for each in activity.datalines.select_related("group", "category", "retention_rule")
        ),
        access=tuple(
            AccessContent(
                _named(each.role), _named(each.category) if each.category else None, each.level
            )
            for each in activity.accesslines.select_related("role", "category")
        ),
        recipients=tuple(
            _recipient(each)
            for each in activity.recipientlines.select_related(
                "processor", "party"
            ).prefetch_related("data")
        ),
        transfers=tuple(
            _transfer(each) for each in activity.transferlines.select_related("processor", "party")
        ),
        texts=tuple(
            TextContent(each.audience, each.language, each.name, each.text)
            for each in activity.texts.all()
        ),
    )


def _iso(day: object) -> str:
    return str(day) if day else ""


def _named(entry: CatalogueEntry) -> Named:
    return Named(entry.code, entry.name, entry.name_en)


def _purpose(line: PurposeLine) -> PurposeContent:
    return PurposeContent(
        letter=line.purpose.letter,
        name=line.purpose.name,
        explanation=line.explanation,
        basis=line.basis,
        statute=line.statute,
        interest=line.interest,
        balancing=line.balancing,
        child_interest=line.child_interest,
        name_en=line.purpose.name_en,
    )


def _retention(rule: RetentionRule | None) -> RetentionContent | None:
    if rule is None:
        return None
    return RetentionContent(
        code=rule.code,
        name=rule.name,
        term=rule.term,
        fate=rule.fate,
        legal_ground=rule.legal_ground,
        condition=rule.condition,
        bound=rule.bound,
        # Weeks and days count as the part of a month that they fill: only whole terms are compared.
        months=12 * rule.years + rule.months + (7 * rule.weeks + rule.days) // 30,
    )


def _data(line: DataLine) -> DataContent:
    return DataContent(
        group=_named(line.group),
        category=_named(line.category),
        kind=line.category.kind,
        source=line.source,
        source_explanation=line.source_explanation,
        identifiability=line.identifiability,
        obligation=line.obligation,
        consequence=line.consequence,
        retention=_retention(line.retention_rule),
        special_ground=line.special_ground,
        criminal_ground=line.criminal_ground,
        national_number_ground=line.national_number_ground,
        necessity=line.necessity,
    )


def _recipient(line: RecipientLine) -> RecipientContent:
    party = line.processor or line.party
    assert party is not None, "the database refuses a recipient without a party"  # noqa: S101
    return RecipientContent(
        kind=line.kind,
        party=_named(party),
        service=line.processor.service if line.processor else "",
        basis=line.basis,
        statute=line.statute,
        data=tuple(_named(each) for each in line.data.all()),
        purpose=line.purpose,
    )


def _transfer(line: TransferLine) -> TransferContent:
    party = line.processor or line.party
    return TransferContent(
        country=line.country,
        party=_named(party) if party else None,
        instrument=line.instrument,
        document=line.document,
        review_on=_iso(line.review_on),
    )
