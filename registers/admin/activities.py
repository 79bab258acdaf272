"""Processing activities in the admin: written as a concept, proposed, established."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import RecordForm
from privacyboard.backoffice.records import LineInline, RecordAdmin
from privacyboard.organisation.choices import Right
from registers.admin.activity_acts import ACTS
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
    read_situation,
)
from registers.rules.situation import all_gaps, completeness
from registers.rules.states import EDITABLE


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


@admin.register(ProcessingActivity)
class ActivityAdmin(RecordAdmin):
    place = 1
    form = ActivityForm
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    acts = ACTS
    closes_by_acts = True
    history_lines = LINE_MODELS
    list_display = ["code", "name", "process_group", "status_word", "next_review_on"]
    list_display_links = ["code", "name"]
    list_filter = ["status", "process_group", "dpia_needed"]
    search_fields = ["code", "name", "description"]
    readonly_fields = ["status_word", "gap_list", "remark_of_fg", "version_list", "deviation_list"]
    inlines = [PurposeInline, DataInline, AccessInline, RecipientInline, TransferInline]
    fieldsets = [
        (
            _("Stand"),
            {
                "fields": [
                    "status_word",
                    "gap_list",
                    "remark_of_fg",
                    "version_list",
                    "deviation_list",
                ]
            },
        ),
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
        content = read_content(activity)
        found = all_gaps(content, read_situation())
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
            '<p>{}</p><ul class="gaps">{}</ul>',
            _("%(percentage)s%% compleet") % {"percentage": completeness(content, found)},
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
        if not found:
            return "—"
        return format_html(
            '<ul class="versions">{}</ul><p><a href="{}">{}</a></p>',
            found,
            reverse("versions", args=[activity.pk]),
            _("Versies vergelijken"),
        )

    @admin.display(description=_("afwijkingen van scholen"))
    def deviation_list(self, activity: ProcessingActivity) -> str:
        """Which school does what otherwise, with the way to that school's page."""
        deviations = activity.deviations.in_force().select_related("school")
        rows = (
            (
                reverse("school_standard", args=[activity.pk, deviation.school.slug]),
                deviation.school,
                deviation.get_field_display(),
                deviation.text,
            )
            for deviation in deviations
        )
        found = format_html_join("", '<li><a href="{}">{}</a>, {}: {}</li>', rows)
        return format_html('<ul class="versions">{}</ul>', found) if found else "—"
