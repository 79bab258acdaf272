"""Processors, their products, systems and agreements in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import DocumentField, RecordForm
from privacyboard.backoffice.records import LineInline, RecordAdmin, signed_in
from privacyboard.documents.links import document_link
from privacyboard.organisation.choices import Right
from registers.choices import AgreementState, DocumentKind
from registers.models import Agreement, Processor, Product, System
from registers.rules.agreements import best_state


class ProcessorAreaAdmin(RecordAdmin):
    """Read by who reads the register, written by who keeps it."""

    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER


class ProductInline(LineInline):
    model = Product
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    fields = ["name", "code", "description", "data_location", "source"]


@admin.register(Processor)
class ProcessorAdmin(ProcessorAreaAdmin):
    place = 2
    list_display = ["name", "service", "country", "agreement_state"]
    search_fields = ["name", "code", "service"]
    inlines = [ProductInline]
    history_lines = [Product]

    def get_queryset(self, request: HttpRequest) -> Any:
        visible = Agreement.objects.visible_to(signed_in(request))
        return super().get_queryset(request).prefetch_related(Prefetch("agreements", visible))

    @admin.display(description=_("overeenkomst"))
    def agreement_state(self, processor: Processor) -> str:
        today = timezone.localdate()
        state = best_state(each.state_on(today) for each in processor.agreements.all())
        return status_of(state)


def status_of(state: AgreementState) -> str:
    """The state of an agreement as a coloured word."""
    tones = {
        AgreementState.VALID: "ok",
        AgreementState.EXPIRING: "attention",
        AgreementState.FUTURE: "attention",
    }
    return format_html('<span class="status {}">{}</span>', tones.get(state, "late"), state.label)


@admin.register(Product)
class ProductAdmin(ProcessorAreaAdmin):
    place = 4
    list_display = ["name", "processor", "data_location"]
    list_select_related = ["processor"]
    search_fields = ["name", "code"]


@admin.register(System)
class SystemAdmin(ProcessorAreaAdmin):
    place = 5
    list_display = ["name", "product"]
    list_select_related = ["product"]
    search_fields = ["name", "code"]


class AgreementForm(RecordForm):
    """An agreement with its file."""

    upload = DocumentField(
        label=_("bestand"),
        required=False,
        help_text=_("De getekende overeenkomst: PDF of Word, ten hoogste 25 MB."),
    )

    class Meta:
        model = Agreement
        fields = "__all__"
        widgets = {
            "products": forms.CheckboxSelectMultiple,
            "schools": forms.CheckboxSelectMultiple,
        }


@admin.register(Agreement)
class AgreementAdmin(ProcessorAreaAdmin):
    place = 3
    form = AgreementForm
    list_display = ["reference", "processor", "model", "starts_on", "ends_on", "state"]
    list_select_related = ["processor"]
    list_filter = ["model"]
    search_fields = ["reference", "processor__name"]
    readonly_fields = ["state", "file_link"]
    fieldsets = [
        (None, {"fields": ["processor", "reference", "model", "products"]}),
        (
            _("Looptijd"),
            {
                "fields": [
                    ("signed_by_board_on", "signed_by_processor_on"),
                    ("starts_on", "ends_on"),
                    "state",
                ]
            },
        ),
        (_("Scholen"), {"fields": ["all_schools", "schools"]}),
        (_("Bestand en toelichting"), {"fields": ["upload", "file_link", "note"]}),
    ]

    @admin.display(description=_("stand"))
    def state(self, agreement: Agreement) -> str:
        if not agreement.pk or not agreement.starts_on:
            return "—"
        return status_of(AgreementState(agreement.state_on(timezone.localdate())))

    @admin.display(description=_("bewaard bestand"))
    def file_link(self, agreement: Agreement) -> str:
        return document_link(agreement.document)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        upload = form.cleaned_data.get("upload")
        if upload:
            obj.document = form.fields["upload"].keep(
                upload,
                title=f"Overeenkomst {obj} ({upload.name})",
                kind=DocumentKind.AGREEMENT,
                by=request.user,
                at=timezone.now(),
            )
        super().save_model(request, obj, form, change)
