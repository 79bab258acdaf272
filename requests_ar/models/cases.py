"""The request: what was received, where it stands, and by when it is answered."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import Recorded, School, User
from privacyboard.vocabulary import Language
from registers.models import DataSubjectGroup, ProcessingActivity
from requests_ar.choices import (
    ELECTRONIC,
    Channel,
    DeliveryWay,
    ErasureGround,
    ExtensionReason,
    FeeGround,
    Redaction,
    RefusalGround,
    RequestKind,
    RequestState,
    RestrictionGround,
    Verdict,
)
from requests_ar.querysets import OfRequestQuerySet, PartQuerySet, RequestQuerySet
from requests_ar.rules.decisions import CARRIED_OUT, granted_as


class SubjectRequest(Recorded):
    """Somebody uses a right of AVG 15 to 22. Its clock runs from receipt, on any channel."""

    number = models.CharField(_("nummer"), max_length=20, unique=True)
    school = models.ForeignKey(
        School,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subject_requests",
        verbose_name=_("school"),
        help_text=_("Leeg: het hele bestuur."),
    )
    group = models.ForeignKey(
        DataSubjectGroup,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("groep"),
    )
    channel = models.CharField(_("hoe ontvangen"), max_length=20, choices=Channel)
    # Two dates kept apart: received by the school, and registered here.
    received_on = models.DateField(_("ontvangen op"))
    registered_at = models.DateTimeField(_("geregistreerd op"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("geregistreerd door"),
    )
    state = models.CharField(
        _("stand"), max_length=12, choices=RequestState, default=RequestState.RECEIVED
    )
    # Set by acts alone (receive, correct the receipt, extend): the one date that is shown.
    last_day = models.DateField(_("uiterste dag"))
    target = models.DateField(_("streefdatum"))
    extended_on = models.DateField(_("verlengd op"), null=True, blank=True)
    extension_reason = models.CharField(
        _("waarom verlengd"), max_length=12, choices=ExtensionReason, blank=True
    )
    extension_text = models.TextField(_("uitleg van de verlenging"), blank=True)
    subject_text = models.TextField(_("wat gevraagd wordt"))
    language = models.CharField(_("taal"), max_length=2, choices=Language, default=Language.DUTCH)
    wants = models.CharField(
        _("wil het antwoord"),
        max_length=10,
        choices=DeliveryWay,
        default=DeliveryWay.LINK,
    )
    # An unconfirmed form is a request all the same; nothing is shown through its link before.
    confirmed_at = models.DateTimeField(_("adres bevestigd op"), null=True, blank=True)
    link_number = models.PositiveIntegerField(default=1, editable=False)
    # A form that is sent twice says the same: it stays one request.
    form_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("behandelaar"),
    )
    activities = models.ManyToManyField(
        ProcessingActivity, blank=True, related_name="+", verbose_name=_("verwerkingen")
    )
    is_confidential = models.BooleanField(_("vertrouwelijk"), default=False)
    fg_advice = models.TextField(_("advies van de FG"), blank=True)
    fg_advised_on = models.DateField(_("advies van de FG op"), null=True, blank=True)
    deviation_reason = models.TextField(_("waarom van het advies is afgeweken"), blank=True)
    decided_at = models.DateTimeField(_("besloten op"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("besloten door"),
    )
    answered_on = models.DateField(_("beantwoord op"), null=True, blank=True)
    closed_at = models.DateTimeField(_("afgesloten op"), null=True, blank=True)
    withdrawn_on = models.DateField(_("ingetrokken op"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("waarom ingetrokken"), blank=True)
    # Its term is over: only what is counted is left (see `retention`).
    forgotten_at = models.DateTimeField(_("vergeten op"), null=True, editable=False)
    history = HistoricalRecords(m2m_fields=[activities], excluded_fields=["form_digest"])

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("verzoek")
        verbose_name_plural = _("verzoeken")
        ordering = ["last_day", "id"]
        permissions = [("open_case", _("dit vertrouwelijke verzoek openen"))]
        default_permissions = ()
        indexes = [
            models.Index(fields=["school", "last_day", "id"], name="requests_by_school"),
            models.Index(fields=["last_day", "id"], name="requests_by_last_day"),
            models.Index(fields=["-received_on", "-id"], name="requests_newest_first"),
            models.Index(
                fields=["last_day", "id"],
                name="open_requests",
                condition=Q(state__in=["received", "in_progress", "decided"]),
            ),
            models.Index(
                fields=["answered_on"], name="requests_to_close", condition=Q(state="answered")
            ),
            models.Index(
                fields=["closed_at"],
                name="closed_requests_to_forget",
                condition=Q(forgotten_at__isnull=True, closed_at__isnull=False),
            ),
            models.Index(
                fields=["withdrawn_on"],
                name="withdrawn_to_forget",
                condition=Q(forgotten_at__isnull=True, withdrawn_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(extended_on=None, extension_reason="")
                | (Q(extended_on__isnull=False) & ~Q(extension_reason="")),
                name="an_extension_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "closed"]) | Q(answered_on__isnull=False),
                name="an_answered_request_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_electronic(self) -> bool:
        """Asked electronically, and so answered, unless asked otherwise (AVG 12(3))."""
        return self.channel in ELECTRONIC

    def is_hidden_from(self, user: User) -> bool:
        """Whether the request is confidential, and not open to this person."""
        readable = SubjectRequest.objects.visible_to(user).filter(pk=self.pk)
        return self.is_confidential and not readable.exists()

    def shuts_out(self, user: User) -> bool:
        """Whether this person reads the other requests of the school, and not this one."""
        if self.school_id is None:
            reads_others = Right.VIEW_REQUESTS in user.standing.everywhere
        else:
            reads_others = user.standing.holds_at(Right.VIEW_REQUESTS, self.school_id)
        return reads_others and self.is_hidden_from(user)


class RequestUserPermission(UserObjectPermissionBase):
    """Somebody named on a confidential request: guardian's table, with a real foreign key."""

    content_object = models.ForeignKey(
        SubjectRequest, on_delete=models.CASCADE, related_name="userpermissions"
    )


class RequestGroupPermission(GroupObjectPermissionBase):
    """Guardian asks for it; nobody is named on a case as a group."""

    content_object = models.ForeignKey(
        SubjectRequest, on_delete=models.CASCADE, related_name="grouppermissions"
    )


class RequestPart(Recorded):
    """One thing that is asked: each is decided by itself."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(_("soort"), max_length=20, choices=RequestKind)
    text = models.TextField(_("wat precies"), blank=True)
    # Portability straight to another organisation (AVG 20(2)).
    send_to = models.CharField(_("rechtstreeks naar"), max_length=300, blank=True)
    verdict = models.CharField(_("besluit"), max_length=12, choices=Verdict, blank=True)
    # Each ground of a refusal with the reasons why it holds here.
    grounds = models.JSONField(_("gronden, elk met redenen"), default=dict, blank=True)
    reasons = models.TextField(_("toelichting"), blank=True)
    handled_as = models.CharField(
        _("behandeld als"), max_length=20, choices=RequestKind, blank=True
    )
    erasure_grounds = models.JSONField(_("gronden om te wissen"), default=list, blank=True)
    restriction_ground = models.CharField(
        _("grond voor beperking"), max_length=20, choices=RestrictionGround, blank=True
    )
    balancing = models.TextField(_("afweging van belangen"), blank=True)
    redactions = models.JSONField(_("wat is weggelaten"), default=list, blank=True)
    # Data are corrected or erased, or their use has ended: not decided only, but done.
    carried_out_on = models.DateField(_("uitgevoerd op"), null=True, blank=True)
    carried_out = models.TextField(_("wat is gedaan"), blank=True)
    history = HistoricalRecords()
    # For the history: the codes that these fields hold, in words.
    words_of: ClassVar[dict[str, dict[str, Any]]] = {
        "grounds": dict(RefusalGround.choices),
        "erasure_grounds": dict(ErasureGround.choices),
        "redactions": dict(Redaction.choices),
    }

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("onderdeel van een verzoek")
        verbose_name_plural = _("onderdelen van een verzoek")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "kind"],
                name="each_kind_once",
                violation_error_message=_("Dit soort verzoek staat er al bij."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["refused", "partly"]) | ~Q(grounds={}),
                name="a_refusal_has_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(
                    Func(
                        F("grounds"),
                        template="NOT jsonb_path_exists(%(expressions)s, '$.* ? (@ == \"\")')",
                        output_field=models.BooleanField(),
                    )
                ),
                name="each_ground_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return str(RequestKind(self.kind).label)

    @property
    def granted(self) -> str:
        """The kind that was granted, whole or in part; empty where none was."""
        return granted_as(kind=self.kind, handled_as=self.handled_as, verdict=self.verdict)

    @property
    def waits_for_doing(self) -> bool:
        """Granted, and not carried out yet."""
        return self.granted in CARRIED_OUT and self.carried_out_on is None

    @property
    def ground_words(self) -> list[tuple[str, str]]:
        """The grounds of a refusal in words, each with its reasons, in the order of the list."""
        return [
            (str(ground.label), self.grounds[ground])
            for ground in RefusalGround
            if ground in self.grounds
        ]

    @property
    def redaction_words(self) -> list[str]:
        """What was left out: what was ticked in the checklist, and what was typed beside it."""
        known = dict(Redaction.choices)
        return [str(known.get(each, each)) for each in self.redactions]

    @property
    def erasure_words(self) -> list[str]:
        """The grounds of AVG 17(1) that were found, in words."""
        return [str(ErasureGround(each).label) for each in self.erasure_grounds]


class Fee(Recorded):
    """A fee, announced beforehand so that the person can withdraw; the clock runs on."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="fees")
    ground = models.CharField(_("grond"), max_length=12, choices=FeeGround)
    amount = models.DecimalField(_("bedrag in euro"), max_digits=7, decimal_places=2)
    reasons = models.TextField(_("waarom"))
    announced_on = models.DateField(_("aangekondigd op"))
    history = HistoricalRecords()

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("vergoeding")
        verbose_name_plural = _("vergoedingen")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_fee_is_more_than_nothing")
        ]

    def __str__(self) -> str:
        return f"€ {self.amount}"
