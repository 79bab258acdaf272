"""Who may see what: the yearly review of the matrix, and agreements on very confidential data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded, School
from registers.choices import ReviewOutcome
from registers.querysets import AccessReviewQuerySet, ConfidentialityQuerySet


class AccessReview(Recorded):
    """A school's yearly look at its access matrix (Veluwse): the matrix as it was, the answer."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="access_reviews", verbose_name=_("school")
    )
    year = models.PositiveSmallIntegerField(_("jaar"))
    matrix = models.JSONField(_("matrix"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    opened_at = models.DateTimeField(_("klaargezet op"))
    due_on = models.DateField(_("uiterlijk"))
    outcome = models.CharField(_("uitkomst"), max_length=10, choices=ReviewOutcome, blank=True)
    corrections = models.TextField(_("wat anders moet"), blank=True)
    answered_at = models.DateTimeField(_("beantwoord op"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beantwoord door"),
    )
    report = models.ForeignKey(
        StoredDocument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("verslag"),
    )
    # What the board did about corrections; empty until somebody handled them.
    handling = models.TextField(_("wat ermee gedaan is"), blank=True)
    handled_at = models.DateTimeField(_("afgehandeld op"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("afgehandeld door"),
    )
    history = HistoricalRecords()

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("controle van de toegang")
        verbose_name_plural = _("controles van de toegang")
        ordering = ["-year", "school__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "year"], name="one_access_review_a_year"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None)
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="an_answered_review_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.year}"

    @property
    def waits_for_handling(self) -> bool:
        """Answered with corrections, and nothing was done about them yet."""
        return self.outcome == ReviewOutcome.CORRECTED and self.handled_at is None


class ConfidentialityNote(Recorded):
    """Very confidential data: who may know, agreed with the parents. Names, no content (INNOVO)."""

    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    pupil_key = models.CharField(
        _("leerlingnummer"),
        max_length=40,
        help_text=_("Het nummer uit de administratie, geen BSN."),
    )
    who_may_know = models.TextField(_("wie het mogen weten"))
    agreed_with = models.CharField(_("afgesproken met"), max_length=200)
    agreed_on = models.DateField(_("afgesproken op"))
    review_on = models.DateField(_("opnieuw bespreken op"), null=True, blank=True)
    ended_on = models.DateField(_("gold tot"), null=True, blank=True)
    history = HistoricalRecords()

    objects = ConfidentialityQuerySet.as_manager()

    class Meta:
        verbose_name = _("afspraak over zeer vertrouwelijke gegevens")
        verbose_name_plural = _("afspraken over zeer vertrouwelijke gegevens")
        ordering = ["-agreed_on", "-id"]
        indexes = [
            models.Index(fields=["school", "-agreed_on", "-id"], name="notes_by_school"),
        ]

    def __str__(self) -> str:
        return f"{self.school}, leerling {self.pupil_key}"
