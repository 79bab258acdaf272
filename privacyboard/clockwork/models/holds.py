"""Holds that people put: a lawsuit, a police report, an incident."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.clockwork.choices import HoldKind
from privacyboard.clockwork.querysets import HoldQuerySet
from privacyboard.organisation.models import Recorded, School


class Hold(Recorded):
    """A reason why something may not be destroyed yet (AVG 17(3)(e); OPOO 8.5.3).

    It touches one record (`subject_type`, `subject_id`), or everything of one pupil of a school
    (`person_key`: the number in the pupil administration), here and in the other systems.
    """

    kind = models.CharField(_("soort"), max_length=20, choices=HoldKind)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    # As long as the number of a pupil can be.
    person_key = models.CharField(_("leerlingnummer"), max_length=256, blank=True)
    subject_type = models.CharField(max_length=100, blank=True, editable=False)
    subject_id = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.TextField(_("waarom moet dit blijven?"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("eigenaar"),
    )
    review_on = models.DateField(_("kijk opnieuw op"))
    put_at = models.DateTimeField(_("vastgelegd op"))
    lifted_at = models.DateTimeField(_("opgeheven op"), null=True, editable=False)
    lifted_because = models.TextField(_("waarom mag het weer weg?"), blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van de reden om te bewaren"))

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("reden om te bewaren")
        verbose_name_plural = _("redenen om te bewaren")
        ordering = ["review_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(person_key="") ^ Q(subject_id="")),
                name="a_hold_touches_a_person_or_a_record",
            ),
            models.CheckConstraint(
                condition=Q(person_key="") | Q(school__isnull=False),
                name="a_pupils_number_is_of_a_school",
            ),
        ]
        indexes = [
            models.Index(
                fields=["school", "person_key"],
                name="holds_on_a_person",
                condition=Q(lifted_at__isnull=True) & ~Q(person_key=""),
            ),
            models.Index(
                fields=["subject_type", "subject_id"],
                name="holds_on_a_record",
                condition=Q(lifted_at__isnull=True) & ~Q(subject_id=""),
            ),
            models.Index(
                fields=["review_on"],
                name="holds_to_review",
                condition=Q(lifted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.person_key or self.subject_id})"
