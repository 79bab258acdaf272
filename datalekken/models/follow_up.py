"""Measures: who does what by when, followed up until it is done."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from datalekken.choices import MeasureKind, NotificationKind, TellGround
from datalekken.models.breaches import Breach
from datalekken.querysets import MeasureQuerySet
from datalekken.rules.closing import ClosingFacts
from privacyboard.organisation.models import Recorded


class Measure(Recorded):
    """Something that is done about a breach, or so that it does not happen again."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="measures")
    kind = models.CharField(_("waarvoor"), max_length=10, choices=MeasureKind)
    text = models.TextField(_("maatregel"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wie het doet"),
    )
    owner_name = models.CharField(_("naam, zonder account"), max_length=200, blank=True)
    due_on = models.DateField(_("klaar uiterlijk"))
    done_on = models.DateField(_("klaar op"), null=True, blank=True)
    result = models.TextField(_("wat er gedaan is"), blank=True)
    history = HistoricalRecords()

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("maatregel")
        verbose_name_plural = _("maatregelen")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["owner", "due_on"], name="open_measures", condition=Q(done_on=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(owner_name=""), name="a_measure_has_its_owner"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


def closing_facts(breach: Breach) -> ClosingFacts:
    """What counts for closing, read from the file: in three queries."""
    return closing_facts_with(
        breach,
        kinds=breach.notifications.order_by("number").values_list("kind", flat=True),
        letters_waiting=breach.told_people.to_send().count(),
        measures=breach.measures.count(),
    )


def closing_facts_with(
    breach: Breach, *, kinds: Iterable[str], letters_waiting: int, measures: int
) -> ClosingFacts:
    """The same, where what other tables hold is read already; the kinds in order of number."""
    notified = list(kinds)
    needs_notice = breach.tell_ground == TellGround.DISPROPORTIONATE
    return ClosingFacts(
        nature=breach.nature,
        notifies=bool(breach.notifies),
        has_notification=bool(notified),
        last_is_preliminary=bool(notified) and notified[-1] == NotificationKind.PRELIMINARY,
        last_is_withdrawal=bool(notified) and notified[-1] == NotificationKind.WITHDRAWAL,
        tells=bool(breach.tells),
        people_told=breach.told_at is not None,
        letters_waiting=letters_waiting,
        has_notice_to_place=needs_notice and breach.public_notice_on is None,
        measures=measures,
        cause=breach.cause,
        root_cause=breach.root_cause,
        lessons=breach.lessons,
        register_must_change=breach.register_must_change,
        dpia_must_change=breach.dpia_must_change,
    )
