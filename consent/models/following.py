"""What follows from answers: a difference between parents, a clean-up, a picture that was asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.choices import CleanUpWhy
from consent.models.questions import Question
from consent.querysets import FollowingQuerySet, PhotoCheckQuerySet
from privacyboard.organisation.models import Group, Pupil, Recorded, School


class Dispute(Recorded):
    """Two people with authority said different things: no until they agree; a task."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="disputes")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("sinds"))
    settled_at = models.DateTimeField(_("afgerond op"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("afgerond door"),
    )
    note = models.TextField(_("wat er is afgesproken"), blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van verschil tussen ouders"))

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("verschil tussen ouders")
        verbose_name_plural = _("verschillen tussen ouders")
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["opened_at"], name="disputes_open", condition=Q(settled_at__isnull=True)
            ),
            models.Index(
                fields=["settled_at"],
                name="disputes_settled",
                condition=Q(settled_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "question"],
                condition=Q(settled_at__isnull=True),
                name="one_open_dispute",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pupil}: {self.question}"


class CleanUp(Recorded):
    """Something that was published is taken away, by a day. What was is left lawful (AVG 7(3))."""

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="clean_ups")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("waarom"), max_length=10, choices=CleanUpWhy)
    since = models.DateField(_("sinds"))
    due_on = models.DateField(_("uiterlijk"))
    done_on = models.DateField(_("gedaan op"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gedaan door"),
    )
    note = models.TextField(_("wat er is weggehaald"), blank=True)
    # Nothing had to go after all: somebody said yes again, and it covers what stood there.
    was_needless = models.BooleanField(_("hoefde niet meer"), default=False)
    history = HistoricalRecords(verbose_name=_("geschiedenis van opruimtaak"))

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("opruimtaak")
        verbose_name_plural = _("opruimtaken")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["due_on"], name="clean_ups_open", condition=Q(done_on__isnull=True)
            ),
            models.Index(
                fields=["done_on"], name="clean_ups_done", condition=Q(done_on__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "question"],
                condition=Q(done_on__isnull=True),
                name="one_open_clean_up",
            ),
            models.CheckConstraint(
                condition=Q(was_needless=False) | Q(done_on__isnull=False),
                name="only_a_closed_clean_up_was_needless",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil}: {self.question}"


class ExpiryMark(models.Model):
    """Up to which last day the yeses that ended were all gone through: one row.

    It spares looking through a year of answers at each run, and decides nothing: a task is never
    made twice for the same yes, so a mark that stands too early only costs time.
    """

    until = models.DateField()

    class Meta:
        verbose_name = _("bijgehouden tot")
        verbose_name_plural = _("bijgehouden tot")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_expiry_mark")]

    def __str__(self) -> str:
        return f"{self.until:%d-%m-%Y}"


class PhotoCheck(models.Model):
    """Who is in the picture, where it goes, and whether publishing is wise (INNOVO)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="photo_checks")
    pupils = models.ManyToManyField(
        Pupil, related_name="photo_checks", verbose_name=_("leerlingen")
    )
    asked_at = models.DateTimeField(_("gevraagd op"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("gevraagd door"),
    )
    # A picture that can touch somebody goes on the closed part only (INNOVO).
    is_sensitive = models.BooleanField(_("gevoelig beeld"), default=False)
    # How many stood in the way at that moment.
    in_the_way = models.PositiveSmallIntegerField(_("zonder toestemming"))
    publishes = models.BooleanField(_("wordt gepubliceerd"), null=True)
    note = models.TextField(_("afweging"), blank=True)
    decided_at = models.DateTimeField(_("afgewogen op"), null=True)

    objects = PhotoCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("foto-check")
        verbose_name_plural = _("foto-checks")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["asked_at"], name="photo_checks_by_moment")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(publishes=True) | Q(in_the_way=0),
                name="nobody_is_in_the_way_of_a_picture",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%d-%m-%Y} {self.question}"
