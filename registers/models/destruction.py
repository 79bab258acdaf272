"""Destruction lists: what must go from other systems, who said so, and the proof that it went."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School
from registers.choices import Fate
from registers.choices.destruction import (
    DestructionState,
    ItemVerdict,
    KeepGround,
    LineVerdict,
    TaskKind,
)
from registers.models.catalogue import DataCategory, RetentionRule
from registers.models.processors import Processor, System
from registers.querysets import DestructionItemQuerySet, DestructionListQuerySet
from registers.rules.destruction.terms import NO_TERM


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=label,
    )


class DestructionList(Recorded):
    """What one school (or the board's own office) has to destroy, with every step to the proof."""

    number = models.CharField(_("nummer"), max_length=20, unique=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="destruction_lists",
        verbose_name=_("school"),
    )
    year = models.PositiveSmallIntegerField(_("jaar"))
    # The first list of a year is its list; what turns up after its check stands on the next one.
    serial = models.PositiveSmallIntegerField(_("hoeveelste van het jaar"), default=1)
    state = models.CharField(
        _("stand"),
        max_length=10,
        choices=DestructionState,
        default=DestructionState.PROPOSED,
        editable=False,
    )
    proposed_at = models.DateTimeField(_("voorgesteld op"))
    checked_at = models.DateTimeField(_("gecontroleerd op"), null=True, editable=False)
    checked_by = _person(_("gecontroleerd door"))
    approved_at = models.DateTimeField(_("goedgekeurd op"), null=True, editable=False)
    approved_by = _person(_("goedgekeurd door"))
    handed_at = models.DateTimeField(_("uitgezet op"), null=True, editable=False)
    handed_by = _person(_("uitgezet door"))
    closed_at = models.DateTimeField(_("afgesloten op"), null=True, editable=False)
    closed_by = _person(_("afgesloten door"))
    # Why it was sent back or withdrawn, as long as that is the last thing that happened.
    remark = models.TextField(_("opmerking"), blank=True)
    # What stays when the keys are gone: how much was destroyed, held, and kept longer.
    counts = models.JSONField(_("aantallen"), default=dict, editable=False)
    certificate = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("verklaring van vernietiging"),
    )
    history = HistoricalRecords(verbose_name=_("geschiedenis van vernietigingslijst"))
    # For the history: what is counted, in words.
    words_of: ClassVar[dict[str, dict[str, Any]]] = {
        "counts": {
            "people": _("personen"),
            "periods": _("jaren of perioden"),
            "items": _("regels"),
            "held": _("vastgehouden"),
            "later": _("langer bewaard"),
        }
    }

    objects = DestructionListQuerySet.as_manager()

    class Meta:
        verbose_name = _("vernietigingslijst")
        verbose_name_plural = _("vernietigingslijsten")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "year", "serial"],
                nulls_distinct=False,
                name="each_destruction_list_once",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("checked_by")),
                name="a_second_person_approves",
            ),
        ]
        indexes = [models.Index(fields=["state", "school"], name="destruction_lists_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def place(self) -> str:
        """Whose data: the school, or the board's own office."""
        return str(self.school) if self.school else str(_("bestuurskantoor"))


class DestructionLine(Recorded):
    """One kind of data under one rule, as the rule was then. It stays: it holds no keys."""

    list = models.ForeignKey(DestructionList, on_delete=models.CASCADE, related_name="lines")
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    rule_name = models.CharField(_("bewaartermijn"), max_length=200)
    term = models.TextField(_("termijn"))
    legal_ground = models.CharField(_("wettelijke grond"), max_length=300, blank=True)
    fate = models.CharField(_("wat ermee gebeurt"), max_length=10, choices=Fate)
    # Without one the register names no data under this rule: the rule itself says which.
    category = models.ForeignKey(
        DataCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data = models.CharField(_("gegevens"), max_length=300)
    number = models.PositiveIntegerField(_("aantal"), default=0)
    verdict = models.CharField(
        _("besluit"), max_length=10, choices=LineVerdict, default=LineVerdict.DESTROY
    )
    # The rule that keeps the same data longer, in words, where there is one.
    against = models.TextField(_("andere termijn"), blank=True)
    reason = models.TextField(_("waarom"), blank=True)
    decided_by = _person(_("besloten door"))
    decided_at = models.DateTimeField(_("besloten op"), null=True, editable=False)
    # Where the term was made shorter and something rests on that: how it was, and why the second
    # person approved it (see `rules.destruction.shortening`), with the version of the rule.
    former_term = models.TextField(_("termijn zoals hij was"), blank=True, editable=False)
    shortened_because = models.TextField(_("waarom eerder"), blank=True, editable=False)
    approved_version = models.PositiveBigIntegerField(null=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("regel van een vernietigingslijst")
        verbose_name_plural = _("regels van vernietigingslijsten")
        ordering = ["rule_name", "data", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "rule", "category"],
                nulls_distinct=False,
                name="each_kind_of_data_once_on_a_list",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_name}: {self.data}"

    @property
    def lacks_term(self) -> bool:
        """The rule lost its term after rows were planned: it is decided of all its data at once."""
        return self.against == NO_TERM

    @property
    def verdict_said(self) -> str:
        """What is decided about these data, in words: of a rule without a term no term is named."""
        return LineVerdict(self.verdict).said(lacks_term=self.lacks_term)


class DestructionItem(Recorded):
    """What is kept of one person, or of one year, under one rule: a key and days, no names.

    It goes when its list is closed: the lines keep the count. Without a list it waits for its day,
    for a hold to end, or for the day that somebody chose; no list waits for it, and a list that is
    closed keeps nothing of it. It waits for as long as the data are in the other system and must
    stay there: without the number nobody could find them when they must go (AVG 5(1)(e)). A key, a
    rule, days, and why it was kept longer are all that it holds meanwhile.
    """

    list = models.ForeignKey(
        DestructionList, on_delete=models.PROTECT, null=True, related_name="items"
    )
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("school")
    )
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    person_key = models.CharField(_("nummer"), max_length=256, blank=True)
    # Who had the number here when the row came: empty where nobody did. It tells that the number
    # is of another child by now, also when the pupil is long forgotten (then it leads nowhere).
    pupil = models.PositiveBigIntegerField(null=True, editable=False)
    period = models.CharField(_("periode"), max_length=100, blank=True)
    event_on = models.DateField(_("begint te lopen op"))
    not_before = models.DateField(_("niet voor"), null=True)
    not_after = models.DateField(_("uiterlijk"), null=True)
    # From this day it stands on a list; nothing: a person put it there.
    listed_from = models.DateField(_("op de lijst vanaf"), null=True)
    # The term as it was counted: when the board changes the rule it is counted again.
    seal = models.CharField(max_length=80, editable=False)
    verdict = models.CharField(
        _("besluit"), max_length=10, choices=ItemVerdict, default=ItemVerdict.DESTROY
    )
    ground = models.CharField(_("waarom langer"), max_length=20, choices=KeepGround, blank=True)
    reason = models.TextField(_("toelichting"), blank=True)
    added_by = _person(_("toegevoegd door"))
    history = HistoricalRecords()

    objects = DestructionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("wat weg moet")
        verbose_name_plural = _("wat weg moet")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "rule", "person_key", "period", "event_on", "pupil"],
                nulls_distinct=False,
                name="each_person_and_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(person_key="") ^ Q(period=""), name="of_a_person_or_of_a_period"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=ItemVerdict.LATER) | ~Q(ground="") & ~Q(reason=""),
                name="longer_has_a_ground",
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "listed_from"],
                name="items_that_wait",
                condition=Q(list__isnull=True),
            ),
            models.Index(
                fields=["rule", "seal"], name="items_by_term", condition=Q(list__isnull=True)
            ),
            models.Index(fields=["list", "rule", "id"], name="items_of_a_list"),
            # The first day by which something of a list must be gone, for the reminders.
            models.Index(
                fields=["list", "not_after"],
                name="first_day_of_a_list",
                condition=Q(
                    list__isnull=False, not_after__isnull=False, verdict=ItemVerdict.DESTROY
                ),
            ),
            models.Index(
                fields=["pupil"], name="items_of_a_pupil", condition=Q(pupil__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.period or self.person_key


class DestructionPlan(models.Model):
    """Which rules were planned for a pupil who left and is still known here.

    It prevents that what was destroyed is proposed again. When the pupil is forgotten here, this
    row goes along.
    """

    pupil = models.PositiveBigIntegerField(primary_key=True)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    event_on = models.DateField()
    rules = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("planning van een vertrek")
        verbose_name_plural = _("planning van vertrek")

    def __str__(self) -> str:
        return str(self.pupil)


def _no_pairs() -> list[str]:
    return []


class DestructionTask(Recorded):
    """Somebody destroys what is on the list in one place, and proves it."""

    list = models.ForeignKey(DestructionList, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(_("soort"), max_length=10, choices=TaskKind)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    processor = models.ForeignKey(
        Processor, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("waar"), max_length=200)
    # Each as "code of the rule/code of the data": what of the list lies here.
    pairs = models.JSONField(_("wat"), default=_no_pairs, editable=False)
    due_on = models.DateField(_("uiterlijk"))
    # The link by which a processor fetches the list and sends the proof hangs on this number.
    link_number = models.PositiveIntegerField(default=1, editable=False)
    asked_at = models.DateTimeField(_("gevraagd op"), null=True, editable=False)
    done_on = models.DateField(_("vernietigd op"), null=True, blank=True)
    done_by = models.CharField(_("vernietigd door"), max_length=200, blank=True)
    result = models.TextField(_("wat er is gedaan"), blank=True)
    proof = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("bewijs"),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("taak van een vernietigingslijst")
        verbose_name_plural = _("taken van vernietigingslijsten")
        ordering = ["done_on", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["list", "kind", "name"], name="each_place_once_on_a_list"
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result="") & ~Q(done_by=""),
                name="what_is_destroyed_is_proven",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="tasks_without_proof", condition=Q(done_on__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
