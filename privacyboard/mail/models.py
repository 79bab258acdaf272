"""The outbox: a letter is a row with a state and its last error."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacyboard.mail.choices import UNDELIVERED
from privacyboard.mail.querysets import LetterQuerySet
from privacyboard.organisation.models import School
from privacyboard.vocabulary import FamilyLanguage

__all__ = ["UNDELIVERED", "OutboundLetter"]


class OutboundLetter(models.Model):
    """One e-mail to one person. Its key makes it unique: queuing it again changes nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("wacht")
        SENDING = "sending", _("wordt verzonden")
        SENT = "sent", _("verzonden")
        FAILED = "failed", _("niet bezorgd")
        BOUNCED = "bounced", _("kwam terug")

    key = models.CharField(_("sleutel"), max_length=200, unique=True)
    # The first part of its Message-ID: what comes back is known by it.
    digest = models.CharField(max_length=40, editable=False)
    letter = models.CharField(_("soort brief"), max_length=80)
    to = models.EmailField(_("aan"))
    language = models.CharField(
        _("taal"), max_length=2, choices=FamilyLanguage, default=FamilyLanguage.DUTCH
    )
    subject = models.CharField(_("onderwerp"), max_length=200)
    text = models.TextField(_("tekst"))
    html = models.TextField(_("opgemaakte tekst"))
    about_type = models.CharField(_("gaat over"), max_length=100, blank=True)
    about_id = models.CharField(_("nummer"), max_length=64, blank=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
    )
    state = models.CharField(_("stand"), max_length=10, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(_("klaargezet"))
    due_at = models.DateTimeField(_("volgende poging"))
    claimed_at = models.DateTimeField(_("opgepakt"), null=True)
    sent_at = models.DateTimeField(_("verzonden op"), null=True)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    last_error = models.CharField(_("laatste fout"), max_length=200, blank=True)
    # What the technisch beheerder did about a letter that did not arrive: the last of each.
    retried_at = models.DateTimeField(_("opnieuw geprobeerd op"), null=True)
    settled_at = models.DateTimeField(_("afgehandeld op"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("door"),
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("brief")
        verbose_name_plural = _("post")
        ordering = ["-queued_at", "-id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="letters_due", condition=Q(state="queued")),
            models.Index(
                fields=["claimed_at"], name="letters_claimed", condition=Q(state="sending")
            ),
            models.Index(fields=["id"], name="letters_failed", condition=Q(state__in=UNDELIVERED)),
            models.Index(fields=["digest"], name="letters_by_message_id"),
            models.Index(fields=["to", "-sent_at"], name="letters_to_an_address"),
            models.Index(fields=["about_type", "about_id"], name="letters_about"),
            models.Index(fields=["-queued_at", "-id"], name="letters_newest_first"),
            models.Index(fields=["queued_at"], name="letters_that_tell", condition=~Q(to="")),
        ]

    @property
    def is_undelivered(self) -> bool:
        """Whether it did not arrive, and nobody tries again."""
        return self.state in UNDELIVERED

    def __str__(self) -> str:
        return f"{self.letter} ({self.get_state_display()})"
