"""Parents and others who stand for a pupil, with or without authority."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.choices import GuardianKind, Unreachable
from privacyboard.organisation.models.pupils import Person, Pupil
from privacyboard.organisation.models.recorded import Recorded
from privacyboard.organisation.querysets import GuardianQuerySet, GuardianshipQuerySet
from privacyboard.vocabulary import FamilyLanguage


class Guardian(Person):
    """A parent, guardian, foster parent or institution: one person for all children of a family."""

    # The key of the school's own system, where it has one for parents.
    key = models.CharField(_("sleutel"), max_length=256, blank=True)
    # One address can belong to several people: a family shares a mailbox.
    email = models.EmailField(_("e-mailadres"), blank=True)
    other_emails = ArrayField(
        models.EmailField(), default=list, blank=True, verbose_name=_("andere e-mailadressen")
    )
    language = models.CharField(
        _("taal"), max_length=2, choices=FamilyLanguage, default=FamilyLanguage.DUTCH
    )
    # Part of the link by which this person answers; raised to revoke it. Below zero once put away;
    # its size never repeats, for who was put away can come back (`rules.next_link_number`).
    link_number = models.IntegerField(default=1, editable=False)
    # Mail stops from the moment that the address was seen not to work.
    unreachable_since = models.DateTimeField(_("niet bereikbaar sinds"), null=True, blank=True)
    unreachable_why = models.CharField(
        _("waarom niet bereikbaar"), max_length=10, choices=Unreachable, blank=True
    )
    history = HistoricalRecords(verbose_name=_("geschiedenis van ouder of verzorger"))

    objects = GuardianQuerySet.as_manager()

    class Meta:
        verbose_name = _("ouder of verzorger")
        verbose_name_plural = _("ouders en verzorgers")
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="guardians_by_name"),
            models.Index(fields=["email"], name="guardians_by_address", condition=~Q(email="")),
            models.Index(
                fields=["unreachable_since"],
                name="guardians_out_of_reach",
                condition=Q(unreachable_since__isnull=False),
            ),
            models.Index(fields=["key"], name="guardians_by_key", condition=~Q(key="")),
            # Put away: they wait until nothing points to them any more.
            models.Index(fields=["id"], name="guardians_put_away", condition=Q(link_number__lt=0)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(unreachable_since__isnull=True) | ~Q(unreachable_why=""),
                name="out_of_reach_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(_("zonder naam"))

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def can_be_mailed(self) -> bool:
        """Whether mail can go to this person now."""
        return bool(self.email) and self.unreachable_since is None


class Guardianship(Recorded):
    """Somebody stands for a pupil, with authority (gezag) or without, for a period."""

    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, related_name="guardianships", verbose_name=_("leerling")
    )
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, related_name="guardianships", verbose_name=_("wie")
    )
    kind = models.CharField(
        _("soort"), max_length=12, choices=GuardianKind, default=GuardianKind.PARENT
    )
    has_authority = models.BooleanField(_("heeft gezag"), default=True)
    starts_on = models.DateField(_("vanaf"), null=True, blank=True)
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)
    history = HistoricalRecords(verbose_name=_("geschiedenis van gezag"))

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("ouder of verzorger van een leerling")
        verbose_name_plural = _("ouders en verzorgers van leerlingen")
        ordering = ["pupil", "id"]
        indexes = [
            models.Index(
                fields=["ends_on"],
                name="guardianships_that_ended",
                condition=Q(ends_on__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["pupil", "guardian"], name="one_guardianship_each"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="guardianship_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian}: {self.pupil}"
