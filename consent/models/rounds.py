"""The yearly round: who is asked what, and who was written to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.choices import InvitedBecause, RoundState
from consent.models.questions import Question
from consent.querysets import InvitationQuerySet, RoundQuerySet
from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Guardian, Pupil, Recorded, School


def default_reminders() -> list[int]:
    """Days before closing on which who has not answered is reminded."""
    return [30, 7, 1]


class Round(Recorded):
    """Parents and pupils are asked, between two days, with reminders."""

    name = models.CharField(_("naam"), max_length=100)
    schools = models.ManyToManyField(School, related_name="+", verbose_name=_("scholen"))
    questions = models.ManyToManyField(Question, related_name="+", verbose_name=_("vragen"))
    opens_on = models.DateField(_("opent op"))
    closes_on = models.DateField(_("sluit op"))
    # A yes in this round holds up to and including this day.
    valid_until = models.DateField(_("een ja geldt tot en met"))
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=default_reminders,
        blank=True,
        verbose_name=_("herinneringen, dagen voor het sluiten"),
    )
    state = models.CharField(
        _("stand"), max_length=10, choices=RoundState, default=RoundState.DRAFT, editable=False
    )
    # Every invitation has its row: from then on the sweep only has to write letters.
    invited_at = models.DateTimeField(_("uitnodigingen gemaakt op"), null=True, editable=False)
    history = HistoricalRecords(
        verbose_name=_("geschiedenis van ronde"), m2m_fields=[schools, questions]
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("ronde")
        verbose_name_plural = _("rondes")
        ordering = ["-opens_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="a_round_closes_after_it_opens",
                violation_error_message=_("De ronde sluit voordat hij opent."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("closes_on")),
                name="a_yes_outlives_the_round",
                violation_error_message=_("Een ja moet langer gelden dan de ronde duurt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """Somebody is asked, once for each reason: the row is the lock, and the letter's key."""

    because = models.CharField(_("waarom"), max_length=10, choices=InvitedBecause)
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, null=True, related_name="invitations"
    )
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, related_name="invitations"
    )
    # A pupil who decides, from sixteen.
    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, null=True, related_name="invitations"
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("gemaakt op"))
    # Raised when a letter that came back is written anew, to another address.
    number = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    # The letter stands in the outbox from this moment.
    queued_at = models.DateTimeField(_("e-mail klaargezet op"), null=True)
    # Without an address, or when mail came back: the school hands it over from this moment.
    on_paper_since = models.DateTimeField(_("op papier sinds"), null=True)
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    handed_on = models.DateField(_("brief meegegeven op"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["id"],
                name="invitations_to_write",
                condition=Q(queued_at__isnull=True, on_paper_since__isnull=True),
            ),
            models.Index(
                fields=["round", "school"],
                name="invitations_to_print",
                condition=Q(on_paper_since__isnull=False, document__isnull=True),
            ),
            models.Index(
                fields=["school", "document"],
                name="invitations_to_hand_over",
                condition=Q(document__isnull=False, handed_on__isnull=True),
            ),
            models.Index(
                fields=["made_at"],
                name="invitations_without_a_round",
                condition=Q(round__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(guardian__isnull=False, pupil__isnull=True)
                | Q(guardian__isnull=True, pupil__isnull=False),
                name="one_person_is_invited",
            ),
            models.UniqueConstraint(
                fields=["round", "guardian"],
                condition=Q(because="round", guardian__isnull=False),
                name="one_invitation_per_guardian_and_round",
            ),
            models.UniqueConstraint(
                fields=["round", "pupil"],
                condition=Q(because="round", pupil__isnull=False),
                name="one_invitation_per_pupil_and_round",
            ),
            models.UniqueConstraint(
                fields=["pupil"], condition=Q(because="sixteen"), name="sixteen_is_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_because_display()}: {self.guardian or self.pupil}"

    @property
    def key(self) -> str:
        """The key of the letter in the outbox."""
        again = f"/{self.number}" if self.number > 1 else ""
        return f"consent/invitation:{self.pk}{again}"
