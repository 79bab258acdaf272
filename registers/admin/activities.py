"""Processing activities in the admin: written as a concept, proposed, established."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.forms import ConfirmForm, ReasonForm, RecordForm, WatchForBsn
from privacyboard.backoffice.records import LineInline, RecordAdmin
from privacyboard.organisation.choices import Right
from registers import actions
from registers.choices import GDPR_LETTER, ActivityStatus, LegalBasis
from registers.models import (
    LINE_MODELS,
    AccessLine,
    BasisLetter,
    DataLine,
    ProcessingActivity,
    PurposeLine,
    RecipientLine,
    TransferLine,
    read_content,
)
from registers.rules.completeness import gaps
from registers.rules.states import EDITABLE, TRANSITIONS, Step


class RemarkForm(WatchForBsn, forms.Form):
    """The FG's own remark."""

    text = forms.CharField(
        label=_("Opmerking van de FG"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        error_messages={"required": _("Schrijf uw opmerking op.")},
    )


class ActivityForm(RecordForm):
    class Meta:
        model = ProcessingActivity
        fields = "__all__"
        widgets = {
            "schools": forms.CheckboxSelectMultiple,
            "systems": forms.CheckboxSelectMultiple,
            "products": forms.CheckboxSelectMultiple,
            "measures": forms.CheckboxSelectMultiple,
        }


class ActivityInline(LineInline):
    """Lines can be written while the activity is a concept."""

    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)


def may_write(request: HttpRequest, activity: ProcessingActivity | None) -> bool:
    """Whether this person may write this activity's content now: what was decided stands."""
    if not request.user.has_perm(Right.CHANGE_REGISTER):
        return False
    return activity is None or activity.status in EDITABLE


class PurposeInline(ActivityInline):
    model = PurposeLine
    verbose_name = _("doel")
    verbose_name_plural = _("doelen met grondslag")
    fieldsets = [
        (None, {"fields": [("purpose", "basis"), "explanation", "statute"]}),
        (
            _("Bij gerechtvaardigd belang"),
            {"fields": ["interest", "balancing", "child_interest"], "classes": ["collapse"]},
        ),
    ]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The six bases, each with its letter in the AVG and in the board's own regulation."""
        if db_field.name == "basis":
            kwargs["choices"] = [("", "---------"), *_basis_choices()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


def _basis_choices() -> list[tuple[str, str]]:
    own = dict(BasisLetter.objects.values_list("basis", "board_letter"))
    return [
        (
            basis.value,
            f"{basis.label} (AVG 6 lid 1 {GDPR_LETTER[basis]}"
            + (f"; eigen reglement {own[basis]})" if own.get(basis) else ")"),
        )
        for basis in LegalBasis
    ]


class DataInline(ActivityInline):
    model = DataLine
    verbose_name = _("regel met gegevens")
    verbose_name_plural = _("gegevens")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("group", "category"),
                    ("source", "obligation"),
                    ("retention_rule", "identifiability"),
                ]
            },
        ),
        (
            _("Toelichting"),
            {"fields": ["source_explanation", "consequence"], "classes": ["collapse"]},
        ),
        (
            _("Bijzondere gegevens, strafrecht en BSN"),
            {
                "fields": [
                    "special_ground",
                    "criminal_ground",
                    "national_number_ground",
                    "necessity",
                ],
                "classes": ["collapse"],
            },
        ),
    ]


class AccessInline(ActivityInline):
    model = AccessLine
    verbose_name = _("rol met toegang")
    verbose_name_plural = _("toegang binnen de school")
    fieldsets = [(None, {"fields": [("role", "level"), "category"]})]


class RecipientInline(ActivityInline):
    model = RecipientLine
    fieldsets = [
        (None, {"fields": ["kind", ("processor", "party"), ("basis", "statute"), "purpose"]}),
        (_("Welke gegevens"), {"fields": ["data"], "classes": ["collapse"]}),
    ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class TransferInline(ActivityInline):
    model = TransferLine
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("country", "instrument"),
                    ("processor", "party"),
                    "document",
                    "review_on",
                ]
            },
        )
    ]


def _closed_unless(step: Step) -> Any:
    row = TRANSITIONS[step]

    def closed(activity: ProcessingActivity) -> str:
        if activity.status == row.source:
            return ""
        status = activity.get_status_display()
        return _("Dit kan nu niet: de status is “%(status)s”.") % {"status": status}

    return closed


def _step(name: str, label: Any, step: Step, perform: Any, done: Any, **more: Any) -> ActButton:
    row = TRANSITIONS[step]
    form = ReasonForm if row.asks_reason else ConfirmForm
    return ActButton(
        name=name,
        label=label,
        right=row.right,
        perform=perform,
        done=done,
        closed=_closed_unless(step),
        refusals=(actions.StepRefused, actions.NotComplete),
        form=form,
        **more,
    )


ACTS = (
    _step(
        "voorstellen",
        _("Voorstellen"),
        Step.PROPOSE,
        lambda record, given, by, at: actions.propose(activity=record, by=by, at=at),
        _("De verwerking is voorgesteld."),
        explanation=_("De inhoud kan daarna niet meer veranderen tot er besloten is."),
    ),
    _step(
        "vaststellen",
        _("Vaststellen"),
        Step.ESTABLISH,
        lambda record, given, by, at: actions.establish(activity=record, by=by, at=at),
        _("De verwerking is vastgesteld."),
        explanation=_("De inhoud wordt als versie bewaard. De privacyverklaring rust erop."),
    ),
    _step(
        "terugsturen",
        _("Terugsturen"),
        Step.SEND_BACK,
        lambda record, given, by, at: actions.send_back(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is teruggestuurd."),
    ),
    _step(
        "herzien",
        _("Herzien"),
        Step.REVISE,
        lambda record, given, by, at: actions.revise(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("U kunt de verwerking nu bijwerken. De vastgestelde versie blijft gelden."),
    ),
    _step(
        "heropenen",
        _("Heropenen"),
        Step.REOPEN,
        lambda record, given, by, at: actions.reopen(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is heropend als concept."),
    ),
    _step(
        "vervallen",
        _("Laten vervallen"),
        Step.EXPIRE,
        lambda record, given, by, at: actions.expire(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        _("De verwerking is vervallen."),
        is_danger=True,
    ),
    ActButton(
        name="opmerking",
        label=_("Opmerking van de FG"),
        right=Right.ADVISE_REGISTER,
        perform=lambda record, given, by, at: actions.remark(
            activity=record, text=given["text"], by=by, at=at
        ),
        done=_("Uw opmerking is vastgelegd."),
        form=RemarkForm,
    ),
    ActButton(
        name="vernietigen",
        label=_("Concept vernietigen"),
        right=Right.DESTROY_REGISTER,
        perform=lambda record, given, by, at: actions.destroy_concept(
            activity=record, reason=given["reason"], by=by, at=at
        ),
        done=_("Het concept is vernietigd. De geschiedenis blijft."),
        form=ReasonForm,
        refusals=(actions.NotEditable,),
        closed=lambda record: (
            "" if record.status in EDITABLE else str(_("Alleen een concept kan weg."))
        ),
        is_danger=True,
        leaves_record=True,
    ),
)


@admin.register(ProcessingActivity)
class ActivityAdmin(RecordAdmin):
    place = 1
    form = ActivityForm
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    acts = ACTS
    history_lines = LINE_MODELS
    list_display = ["code", "name", "process_group", "status_word", "next_review_on"]
    list_display_links = ["code", "name"]
    list_filter = ["status", "process_group", "dpia_needed"]
    search_fields = ["code", "name", "description"]
    readonly_fields = ["status_word", "gap_list", "remark_of_fg", "version_list"]
    inlines = [PurposeInline, DataInline, AccessInline, RecipientInline, TransferInline]
    fieldsets = [
        (_("Stand"), {"fields": ["status_word", "gap_list", "remark_of_fg", "version_list"]}),
        (
            _("Wat en wie"),
            {"fields": ["code", "name", "description", "process_group", "owner", "source"]},
        ),
        (_("Waar"), {"fields": ["all_schools", "schools", "medium", "place"]}),
        (_("Noodzaak"), {"fields": ["subsidiarity", "proportionality", "minimisation"]}),
        (
            _("DPIA"),
            {"fields": ["dpia_needed", "dpia_reason", "dpia_reference", "dpia_adopted_on"]},
        ),
        (
            _("Geautomatiseerde besluiten en profilering"),
            {
                "fields": [
                    "automation",
                    "automation_logic",
                    "automation_significance",
                    "human_intervention",
                ],
                "classes": ["collapse"],
            },
        ),
        (
            _("Systemen en maatregelen"),
            {"fields": ["systems", "products", "measures"], "classes": ["collapse"]},
        ),
        (_("Controle"), {"fields": ["next_review_on"]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        return found if obj else found[1:]

    @admin.display(description=_("status"), ordering="status")
    def status_word(self, activity: ProcessingActivity) -> str:
        tones = {
            ActivityStatus.ESTABLISHED: "ok",
            ActivityStatus.IN_REVIEW: "attention",
        }
        return format_html(
            '<span class="status {}">{}</span>',
            tones.get(ActivityStatus(activity.status), "calm"),
            activity.get_status_display(),
        )

    @admin.display(description=_("wat nog ontbreekt"))
    def gap_list(self, activity: ProcessingActivity) -> str:
        found = gaps(read_content(activity))
        if not found:
            return format_html('<span class="status ok">{}</span>', _("compleet"))
        rows = (
            (
                "late" if gap.blocks else "attention",
                _("nodig") if gap.blocks else _("let op"),
                gap.sentence,
                gap.place,
                gap.article,
            )
            for gap in found
        )
        return format_html(
            '<ul class="gaps">{}</ul>',
            format_html_join(
                "",
                '<li><span class="status {}">{}</span> {} <small>({}; {})</small></li>',
                rows,
            ),
        )

    @admin.display(description=_("opmerking van de FG"))
    def remark_of_fg(self, activity: ProcessingActivity) -> str:
        return activity.fg_remark or "—"

    @admin.display(description=_("vastgestelde versies"))
    def version_list(self, activity: ProcessingActivity) -> str:
        versions = activity.versions.select_related("established_by")
        rows = (
            (
                version.number,
                date_format(localtime(version.established_at), "j F Y"),
                version.established_by or _("systeem"),
                "" if version.ended_at else _("(geldt nu)"),
            )
            for version in versions
        )
        found = format_html_join("", "<li>Versie {}: {}, door {} {}</li>", rows)
        return format_html('<ul class="versions">{}</ul>', found) if found else "—"
