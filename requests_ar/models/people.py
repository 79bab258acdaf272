"""Who asks, about whom, for whom; and how the school knows that."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.organisation.models import Guardian, Pupil, Recorded
from requests_ar.choices import (
    ADULT_GROUPS,
    Authority,
    IdentityMethod,
    PauseKind,
    PersonRole,
    Protection,
    Relation,
)
from requests_ar.models.cases import SubjectRequest
from requests_ar.querysets import OfRequestQuerySet
from requests_ar.rules.standing import Position, Say, say


class RequestPerson(Recorded):
    """One of the people of a request; who asks for himself stands in it twice."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(_("rol"), max_length=16, choices=PersonRole)
    name = models.CharField(_("naam"), max_length=200)
    email = models.EmailField(_("e-mailadres"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)
    address = models.TextField(_("postadres"), blank=True)
    born_on = models.DateField(_("geboortedatum"), null=True, blank=True)
    # The key in the pupil or staff administration; never a BSN.
    key = models.CharField(_("leerling- of personeelsnummer"), max_length=40, blank=True)
    relation = models.CharField(
        _("wat deze persoon is van wie het gaat"), max_length=12, choices=Relation, blank=True
    )
    authority = models.CharField(
        _("gezag"), max_length=8, choices=Authority, default=Authority.UNKNOWN
    )
    protection = models.CharField(
        _("curatele of mentorschap"), max_length=12, choices=Protection, default=Protection.NONE
    )
    # Who it is in our own records. What was asked stands in the fields above, as it was: records
    # change, and are forgotten before the request is.
    pupil = models.ForeignKey(
        Pupil,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leerling in de administratie"),
    )
    guardian = models.ForeignKey(
        Guardian,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ouder of verzorger in de administratie"),
    )
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("persoon bij een verzoek")
        verbose_name_plural = _("personen bij een verzoek")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["email"], name="people_by_email"),
            # The page of a request looks for another one about the same person.
            models.Index(Upper("name"), condition=Q(role="subject"), name="subjects_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "role"], name="one_person_per_role")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def birthday(self) -> date | None:
        """As it stands in the request; where it lacks, as our own records know it by now."""
        if self.born_on is None and self.pupil is not None:
            return self.pupil.born_on
        return self.born_on


class IdentityCheck(Recorded):
    """How the school found out who asks, or that a parent has authority. Never with a copy."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="checks")
    about = models.CharField(
        _("wat is nagegaan"),
        max_length=14,
        choices=[(kind.value, kind.label) for kind in (PauseKind.IDENTITY, PauseKind.AUTHORITY)],
    )
    method = models.CharField(_("hoe"), max_length=16, choices=IdentityMethod)
    is_established = models.BooleanField(_("vastgesteld"))
    checked_on = models.DateField(_("op"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("door"),
    )
    note = models.CharField(_("toelichting"), max_length=300, blank=True)
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("controle van identiteit of gezag")
        verbose_name_plural = _("controles van identiteit of gezag")
        ordering = ["checked_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.get_method_display()}"


class Pause(Recorded):
    """A question to the requester, with its dates. The earlier deadline leads all the same."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="pauses")
    kind = models.CharField(_("waarover"), max_length=14, choices=PauseKind)
    reason = models.TextField(_("wat gevraagd is, en waarom"))
    asked_on = models.DateField(_("gevraagd op"))
    answered_on = models.DateField(_("beantwoord op"), null=True, blank=True)
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("vraag aan de vrager")
        verbose_name_plural = _("vragen aan de vrager")
        ordering = ["asked_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None) | Q(answered_on__gte=F("asked_on")),
                name="a_question_is_answered_after_it_was_asked",
            ),
            models.UniqueConstraint(
                fields=["request", "kind"],
                condition=Q(answered_on=None),
                name="one_open_question_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(PauseKind(self.kind).label)


def position_of(request: SubjectRequest) -> Position:
    """Who stands where: the relation and authority of who asks, the age of whom it is about."""
    people = {each.role: each for each in request.people.all()}
    requester, subject = people[PersonRole.REQUESTER], people[PersonRole.SUBJECT]
    return Position(
        relation=requester.relation,
        authority=requester.authority,
        protection=subject.protection,
        born_on=subject.birthday,
        is_of_age=request.group.code in ADULT_GROUPS,
    )


def say_of(request: SubjectRequest, *, on: date) -> Say:
    """The rule that applies to a request on a day; of what has its answer, the day it came."""
    day = request.answered_on or request.withdrawn_on or on
    return say(position_of(request), on=day, asked_on=request.received_on)
