"""The work behind an answer: searching, the dossier, what is told to recipients afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from privacyboard.documents.models import StoredDocument
from privacyboard.organisation.models import Recorded
from registers.models import ExternalParty, Processor, System
from requests_ar.choices import RequestKind, RestrictionGround
from requests_ar.models.cases import SubjectRequest
from requests_ar.querysets import (
    DossierQuerySet,
    OfRequestQuerySet,
    RestrictionQuerySet,
    TaskQuerySet,
)


class SearchTask(Recorded):
    """Somebody looks for data: a colleague, the owner of a system, or a processor."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="tasks")
    what = models.TextField(_("wat gezocht moet worden"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("collega"),
    )
    # Who has no account gets an upload link for this task alone.
    contact_name = models.CharField(_("naam van wie zoekt"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mailadres van wie zoekt"), blank=True)
    system = models.ForeignKey(
        System,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("systeem"),
    )
    processor = models.ForeignKey(
        Processor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verwerker"),
    )
    due_on = models.DateField(_("uiterlijk"))
    asked_at = models.DateTimeField(_("gevraagd op"))
    link_number = models.PositiveIntegerField(default=1, editable=False)
    done_at = models.DateTimeField(_("klaar op"), null=True, blank=True)
    found = models.TextField(_("wat gevonden is"), blank=True)
    dropped_at = models.DateTimeField(_("vervallen op"), null=True, blank=True)
    history = HistoricalRecords()

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("zoektaak")
        verbose_name_plural = _("zoektaken")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_on"],
                name="open_search_tasks",
                condition=Q(done_at=None, dropped_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(assignee__isnull=False) | ~Q(contact_email=""),
                name="somebody_does_the_search",
            )
        ]

    def __str__(self) -> str:
        return Truncator(self.what).chars(80)


class DossierFile(Recorded):
    """A file in the private dossier; the ones marked for the answer are given to the person."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="files")
    task = models.ForeignKey(
        SearchTask, on_delete=models.SET_NULL, null=True, blank=True, related_name="files"
    )
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("bestand")
    )
    is_for_answer = models.BooleanField(_("hoort bij het antwoord"), default=False)
    note = models.CharField(_("toelichting"), max_length=300, blank=True)
    history = HistoricalRecords()

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("stuk in het dossier")
        verbose_name_plural = _("stukken in het dossier")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.document)


class RecipientTask(Recorded):
    """A recipient of the data is told of rectification, erasure or restriction (AVG 19)."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="recipients")
    party = models.ForeignKey(
        ExternalParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    processor = models.ForeignKey(
        Processor, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_on = models.DateField(_("verteld op"), null=True, blank=True)
    why_not = models.TextField(_("waarom niet verteld"), blank=True)
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("ontvanger om in te lichten")
        verbose_name_plural = _("ontvangers om in te lichten")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=True) ^ Q(processor__isnull=True),
                name="one_recipient_per_task",
            ),
            models.UniqueConstraint(
                fields=["request", "party", "processor"],
                nulls_distinct=False,
                name="each_recipient_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.party or self.processor)

    @property
    def is_settled(self) -> bool:
        """Told, or with the reason why not (impossible or disproportionate)."""
        return self.told_on is not None or bool(self.why_not.strip())


class Restriction(Recorded):
    """A visible mark: these data are kept and not used, from a day until a day (AVG 18)."""

    request = models.ForeignKey(
        SubjectRequest, on_delete=models.CASCADE, related_name="restrictions"
    )
    ground = models.CharField(_("grond"), max_length=20, choices=RestrictionGround)
    what = models.TextField(_("welke gegevens"))
    starts_on = models.DateField(_("vanaf"))
    ends_on = models.DateField(_("tot en met"), null=True, blank=True)
    # The person hears it before a restriction is lifted (AVG 18(3)).
    end_told_on = models.DateField(_("einde verteld op"), null=True, blank=True)
    history = HistoricalRecords()

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("beperking")
        verbose_name_plural = _("beperkingen")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="restriction_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(end_told_on__lte=F("ends_on")),
                name="the_end_of_a_restriction_is_told_first",
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.what).chars(80)


def left_to_do(request: SubjectRequest) -> list[str]:
    """What an answered request still asks before it can be closed; each a sentence."""
    found = []
    if undone := [str(part) for part in request.parts.all() if part.waits_for_doing]:
        found.append(f"Nog niet uitgevoerd: {', '.join(undone)}. Leg eerst vast wat gedaan is.")
    if waiting := [str(each) for each in request.recipients.all() if not each.is_settled]:
        found.append(
            f"Nog niet ingelicht: {', '.join(waiting)}. Leg vast dat het gedaan is, of waarom niet."
        )
    restricts = any(part.granted == RequestKind.RESTRICTION for part in request.parts.all())
    if restricts and not request.restrictions.exists():
        found.append("U wees een beperking toe. Leg haar eerst vast: dan ziet iedereen haar.")
    return found
