"""The breach file: what was reported, when everything happened, what was decided and learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from datalekken.choices import (
    BreachState,
    Cause,
    Discovery,
    IncidentKind,
    Nature,
    Occurrence,
    ReportChannel,
    ReporterKind,
    TellGround,
)
from datalekken.querysets import CAN_BE_LATE, MAY_NOTIFY, BreachDocumentQuerySet, BreachQuerySet
from datalekken.rules.clocks import Times, legal_clock
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School, User
from privacyboard.vocabulary import Language
from registers.models import Agreement, ProcessingActivity, Processor, Product


class Breach(Recorded):
    """A report and what became of it. Every report stays, near misses too (AVG 33(5))."""

    number = models.CharField(_("nummer"), max_length=20, unique=True)
    title = models.CharField(_("korte titel"), max_length=150, blank=True)
    schools = models.ManyToManyField(
        School,
        blank=True,
        related_name="breaches",
        verbose_name=_("scholen"),
        help_text=_("Leeg: alleen het bestuur."),
    )
    # --- the report, as it came in
    reporter_kind = models.CharField(_("wie meldt"), max_length=10, choices=ReporterKind)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("melder met account"),
    )
    reporter_name = models.CharField(_("naam van de melder"), max_length=200, blank=True)
    reporter_email = models.EmailField(_("e-mailadres van de melder"), blank=True)
    reporter_phone = models.CharField(_("telefoon van de melder"), max_length=30, blank=True)
    channel = models.CharField(
        _("hoe gemeld"), max_length=10, choices=ReportChannel, default=ReportChannel.FORM
    )
    language = models.CharField(_("taal"), max_length=2, choices=Language, default=Language.DUTCH)
    what_happened = models.TextField(_("wat er gebeurde"))
    whose_data = models.TextField(_("om wie het gaat"), blank=True)
    which_data = models.TextField(_("om welke gegevens het gaat"), blank=True)
    kind = models.CharField(
        _("soort incident"), max_length=20, choices=IncidentKind, default=IncidentKind.UNKNOWN
    )
    # The moment at which it reached the board, and the moment at which it was entered here.
    reported_at = models.DateTimeField(_("gemeld op"))
    registered_at = models.DateTimeField(_("geregistreerd op"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("geregistreerd door"),
    )
    link_number = models.PositiveIntegerField(default=1, editable=False)
    # A form that an impatient finger sends twice says the same: it stays one file.
    form_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # --- the times, kept apart (see rules.clocks)
    occurrence = models.CharField(
        _("wanneer gebeurd"), max_length=10, choices=Occurrence, default=Occurrence.UNKNOWN
    )
    occurred_from = models.DateTimeField(_("gebeurd op of vanaf"), null=True, blank=True)
    occurred_until = models.DateTimeField(_("gebeurd tot"), null=True, blank=True)
    is_estimated = models.BooleanField(_("tijden zijn een schatting"), default=False)
    first_signal_at = models.DateTimeField(_("eerste signaal"), null=True, blank=True)
    certain_at = models.DateTimeField(_("zeker geweten op"), null=True, blank=True)
    discovery = models.CharField(_("hoe ontdekt"), max_length=12, choices=Discovery, blank=True)
    discovery_text = models.TextField(_("uitleg van de ontdekking"), blank=True)
    # Set by acts alone, from the times: until when the AP is told; empty while nothing is certain.
    notify_by = models.DateTimeField(_("melden uiterlijk"), null=True, blank=True)
    # --- a breach at a supplier
    processor = models.ForeignKey(
        Processor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verwerker"),
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("overeenkomst"),
    )
    product = models.ForeignKey(
        Product,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    processor_discovered_at = models.DateTimeField(
        _("ontdekt door de verwerker"), null=True, blank=True
    )
    processor_noticed_at = models.DateTimeField(
        _("bericht van de verwerker"), null=True, blank=True
    )
    # --- where it stands
    state = models.CharField(
        _("stand"), max_length=12, choices=BreachState, default=BreachState.REPORTED
    )
    nature = models.CharField(
        _("wat het is"), max_length=10, choices=Nature, default=Nature.UNKNOWN
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("behandelaar"),
    )
    is_confidential = models.BooleanField(_("vertrouwelijk"), default=False)
    # --- what the FG advises (AVG 39); nobody else writes here
    fg_advice = models.TextField(_("advies van de FG"), blank=True)
    fg_advises_notifying = models.BooleanField(
        _("de FG adviseert te melden bij de AP"), null=True, blank=True
    )
    fg_advises_telling = models.BooleanField(
        _("de FG adviseert het de mensen te vertellen"), null=True, blank=True
    )
    fg_advised_at = models.DateTimeField(_("advies van de FG op"), null=True, blank=True)
    # --- what is decided: not to notify is a decision with reasons too (OPO-046)
    notifies = models.BooleanField(_("melden bij de AP"), null=True, blank=True)
    notify_reasons = models.TextField(_("waarom wel of niet melden"), blank=True)
    tells = models.BooleanField(_("vertellen aan de mensen"), null=True, blank=True)
    tell_reasons = models.TextField(_("waarom wel of niet vertellen"), blank=True)
    tell_ground = models.CharField(
        _("grond om niet te vertellen"), max_length=1, choices=TellGround, blank=True
    )
    public_notice = models.TextField(_("openbaar bericht"), blank=True)
    public_notice_where = models.CharField(
        _("waar het openbare bericht staat"), max_length=300, blank=True
    )
    public_notice_on = models.DateField(_("openbaar bericht geplaatst op"), null=True, blank=True)
    deviation_reason = models.TextField(_("waarom van het advies is afgeweken"), blank=True)
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("besloten door"),
    )
    # Set when the first notification, and the first letter, is recorded.
    notified_at = models.DateTimeField(_("gemeld bij de AP op"), null=True, blank=True)
    told_at = models.DateTimeField(_("verteld aan de mensen op"), null=True, blank=True)
    # What the AP's form and the EDPB's template ask and no other field tells: by its number.
    form_answers = models.JSONField(
        _("antwoorden voor het meldformulier"), default=dict, blank=True
    )
    # --- what was learned
    cause = models.CharField(_("oorzaak"), max_length=20, choices=Cause, blank=True)
    root_cause = models.TextField(_("waarom het kon gebeuren"), blank=True)
    lessons = models.TextField(_("wat wij ervan leren"), blank=True)
    dpia_must_change = models.BooleanField(_("een DPIA moet anders"), null=True, blank=True)
    register_must_change = models.BooleanField(_("het register moet anders"), null=True, blank=True)
    change_text = models.TextField(_("wat er moet veranderen"), blank=True)
    activities = models.ManyToManyField(
        ProcessingActivity, blank=True, related_name="+", verbose_name=_("verwerkingen")
    )
    closed_at = models.DateTimeField(_("afgesloten op"), null=True, blank=True)
    # Its term is over: only what the register counts is left (see `retention`).
    forgotten_at = models.DateTimeField(_("vergeten op"), null=True, editable=False)
    history = HistoricalRecords(m2m_fields=[schools, activities], excluded_fields=["form_digest"])

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("datalek")
        verbose_name_plural = _("datalekken")
        ordering = ["-registered_at", "-id"]
        permissions = [("open_case", _("dit vertrouwelijke dossier openen"))]
        default_permissions = ()
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="breaches_newest_first"),
            models.Index(
                fields=["notify_by", "id"], name="breaches_to_notify", condition=MAY_NOTIFY
            ),
            models.Index(
                fields=["-registered_at", "-id"], name="late_breaches", condition=CAN_BE_LATE
            ),
            models.Index(
                fields=["id"],
                name="breaches_that_change_things",
                condition=Q(state__in=["reported", "in_progress", "decided"])
                & (Q(register_must_change=True) | Q(dpia_must_change=True)),
            ),
            models.Index(
                fields=["state", "notify_by", "id"],
                name="open_breaches_by_state",
                condition=Q(state__in=["reported", "in_progress", "decided"]),
            ),
            models.Index(
                fields=["-registered_at", "-id"],
                name="open_breaches",
                condition=Q(state__in=["reported", "in_progress", "decided"]),
            ),
            models.Index(
                fields=["closed_at"],
                name="breaches_to_forget",
                condition=Q(forgotten_at__isnull=True, closed_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reported", "in_progress"])
                | (
                    Q(notifies__isnull=False, tells__isnull=False)
                    & ~Q(notify_reasons="")
                    & ~Q(tell_reasons="")
                ),
                name="a_decided_breach_has_its_reasons",
            ),
            models.CheckConstraint(
                condition=Q(occurred_until=None)
                | Q(occurred_from=None)
                | Q(occurred_until__gte=models.F("occurred_from")),
                name="a_breach_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def put_at(self, schools: Sequence[School], *, by: User | None, why: str) -> None:
        """Set the schools that it touches; the history row says who and why."""
        self._history_user = by
        self._change_reason = why
        self.schools.set(schools)

    def shuts_out(self, user: User) -> bool:
        """Whether this person reads the other files of a school that it touches, and not this."""
        return Breach.objects.shut_to(user).filter(pk=self.pk).exists()

    def refresh_term(self) -> None:
        """Set the moment by which the AP is told from the times of the file, without saving it."""
        clock = legal_clock(self.times)
        self.notify_by = clock.ends_at if clock else None

    def touch(self, activities: Sequence[ProcessingActivity], *, by: User | None, why: str) -> None:
        """Set the activities of the register that it is about, as `put_at` does the schools."""
        self._history_user = by
        self._change_reason = why
        self.activities.set(activities)

    @property
    def times(self) -> Times:
        """Every moment of the file, for the rules."""
        return Times(
            reported_at=self.reported_at,
            occurrence=self.occurrence,
            occurred_from=self.occurred_from,
            occurred_until=self.occurred_until,
            first_signal_at=self.first_signal_at,
            certain_at=self.certain_at,
            processor_discovered_at=self.processor_discovered_at,
            processor_noticed_at=self.processor_noticed_at,
        )


@receiver(pre_create_historical_record, sender=Breach.history.model)
def _asks_for_no_digest(history_instance: Any, **_named: Any) -> None:
    """A history row is written without the digest: it need not be read back for each many-to-many.

    To copy those, simple-history makes the record anew from the row, excluded fields included.
    """
    history_instance._history_excluded_fields = ()


class BreachUserPermission(UserObjectPermissionBase):
    """Somebody named on a confidential file: guardian's table, with a real foreign key."""

    content_object = models.ForeignKey(
        Breach, on_delete=models.CASCADE, related_name="userpermissions"
    )


class BreachGroupPermission(GroupObjectPermissionBase):
    """Guardian asks for it; nobody is named on a file as a group."""

    content_object = models.ForeignKey(
        Breach, on_delete=models.CASCADE, related_name="grouppermissions"
    )


class BreachFile(Recorded):
    """A photo or file that came with a report or was added later."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="files")
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("bestand")
    )
    note = models.CharField(_("toelichting"), max_length=300, blank=True)
    is_from_reporter = models.BooleanField(_("van de melder"), default=False)
    history = HistoricalRecords()

    objects = BreachDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("bestand bij een datalek")
        verbose_name_plural = _("bestanden bij een datalek")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.document)
