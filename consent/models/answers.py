"""What was answered: events that only grow in number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.choices import AnswerKind, Way
from consent.models.questions import Question, QuestionText
from consent.models.rounds import Round
from consent.querysets import AnswerQuerySet
from privacyboard.organisation.models import Guardian, Pupil
from privacyboard.vocabulary import FamilyLanguage


class Answer(models.Model):
    """Somebody said yes or no, for a pupil, to a version of a question. Never altered (AVG 7(1)).

    Without a guardian the pupil answered. What holds is computed from these: `rules.standing`.
    """

    # The database refuses a change: see `audit.triggers`.
    only_grows = True

    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    kind = models.CharField(_("wat"), max_length=10, choices=AnswerKind)
    text = models.ForeignKey(
        QuestionText, on_delete=models.PROTECT, related_name="answers", verbose_name=_("tekst")
    )
    # The version's number stands here too: what holds is read from one index.
    text_number = models.PositiveSmallIntegerField(_("versie van de tekst"))
    language = models.CharField(
        _("taal"), max_length=2, choices=FamilyLanguage, default=FamilyLanguage.DUTCH
    )
    # When it was said; a paper answer is entered later.
    at = models.DateTimeField(_("gegeven op"))
    entered_at = models.DateTimeField(_("vastgelegd op"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )
    way = models.CharField(_("hoe"), max_length=10, choices=Way)
    # The last day on which a yes holds; empty: until something else is said.
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, null=True, related_name="answers", verbose_name=_("ronde")
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("antwoord")
        verbose_name_plural = _("antwoorden")
        ordering = ["-at", "-id"]
        indexes = [
            # What holds for a class is read from this index alone.
            models.Index(
                fields=["pupil", "question", "guardian", "-at", "-id"],
                include=["kind", "text_number", "valid_until"],
                name="answers_that_hold",
            ),
            models.Index(fields=["guardian", "-at"], name="answers_of_a_guardian"),
            models.Index(
                fields=["valid_until", "pupil"],
                name="answers_that_expire",
                condition=Q(valid_until__isnull=False),
            ),
            # Refusals, and what holds until something else is said: looked through by retention.
            models.Index(
                fields=["at"],
                name="answers_without_a_last_day",
                condition=Q(valid_until__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(kind__in=["given", "confirmed"]),
                name="only_a_yes_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil} {self.question} {self.get_kind_display()}"
