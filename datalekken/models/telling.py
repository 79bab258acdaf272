"""Telling people (AVG 34): one text, and a letter for each person, by e-mail or on paper."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from datalekken.choices import ToldRole, ToldWay
from datalekken.models.breaches import Breach
from datalekken.querysets import TellingQuerySet, ToldPersonQuerySet
from privacyboard.documents.models import StoredDocument
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation.models import Recorded, School


class Telling(Recorded):
    """One round of letters: what AVG 34(2) asks to be told, in plain language."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="tellings")
    title = models.CharField(_("onderwerp van de brief"), max_length=150)
    what_happened = models.TextField(_("wat er gebeurde"))
    consequences = models.TextField(_("wat dit voor u kan betekenen"))
    measures = models.TextField(_("wat wij deden"))
    advice = models.TextField(_("wat u zelf kunt doen"))
    contact = models.TextField(_("wie u kunt bellen"))
    # Sent once: from then on the text stands.
    sent_at = models.DateTimeField(_("verstuurd op"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verstuurd door"),
    )
    # Whom it was sent to is forgotten before the file is: how many they were stays.
    people_forgotten_at = models.DateTimeField(_("ontvangers vergeten op"), null=True)
    forgotten_people = models.PositiveIntegerField(_("aantal ontvangers"), null=True)
    history = HistoricalRecords()

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht aan mensen")
        verbose_name_plural = _("berichten aan mensen")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["breach"],
                name="tellings_with_people",
                condition=Q(people_forgotten_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ToldPerson(models.Model):
    """Somebody who is told, and how far the letter came. The row is the letter."""

    telling = models.ForeignKey(Telling, on_delete=models.PROTECT, related_name="people")
    # The file's own: rows are read by who reads the file.
    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="told_people")
    role = models.CharField(_("wie"), max_length=8, choices=ToldRole)
    # The longest name of the records, and the words before it for who has none there.
    name = models.CharField(_("naam"), max_length=300)
    about = models.CharField(_("over wie het gaat"), max_length=300, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    address = models.TextField(_("postadres"), blank=True)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    way = models.CharField(_("hoe"), max_length=6, choices=ToldWay)
    # Why this person and not another, by age (see rules.told).
    rule = models.CharField(_("regel"), max_length=250, blank=True)
    # Asked again on the day of sending, and forgotten then: the rule above says what it gave.
    born_on = models.DateField(_("geboren op"), null=True, blank=True)
    parents_reason = models.CharField(_("waarom ook de ouders"), max_length=120, blank=True)
    # Made by the worker, batch by batch.
    mail = models.ForeignKey(OutboundLetter, on_delete=models.SET_NULL, null=True, related_name="+")
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("brief gemaakt op"), null=True)
    # The file in which this letter is bound with others, for who prints and folds them all.
    bundle = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    posted_on = models.DateField(_("op de post of meegegeven op"), null=True)

    objects = ToldPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("ontvanger van een bericht")
        verbose_name_plural = _("ontvangers van een bericht")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["telling", "id"], name="told_people_to_write_to", condition=Q(made_at=None)
            ),
            models.Index(
                fields=["breach"],
                name="letters_to_post",
                condition=Q(way="paper", posted_on=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way="email") | ~Q(email=""), name="an_email_has_an_address"
            )
        ]

    def __str__(self) -> str:
        return self.name
