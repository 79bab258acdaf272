"""Agreements with processors and with other controllers, and which school uses which product."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import DocumentField, LineForm, RecordForm
from privacyboard.backoffice.records import LineInline, signed_in
from privacyboard.documents.links import document_link
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from registers import actions
from registers.admin.processors import ProcessorAreaAdmin, TickBoxes, status_of
from registers.choices import AgreementState, DocumentKind
from registers.models import (
    Agreement,
    AgreementCoverage,
    SchoolProduct,
    SharingAgreement,
    SubProcessor,
)
from registers.rules.agreements import covered_period


class AgreementForm(RecordForm):
    """An agreement with its file. What another one covers already is refused here, in words."""

    upload = DocumentField(
        label=_("bestand"),
        required=False,
        help_text=_("De getekende overeenkomst: PDF of Word, ten hoogste 25 MB."),
    )

    class Meta:
        model = Agreement
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            self._check_places()
        if not self.errors:
            self._check_overlap()
        return cleaned

    def _check_places(self) -> None:
        given = self.cleaned_data
        if not given["all_schools"] and not given["schools"]:
            self.add_error("schools", _("Kies de scholen, of laat haar gelden voor alle scholen."))
        foreign = [each for each in given["products"] if each.processor_id != given["processor"].pk]
        for product in foreign:
            self.add_error(
                "products",
                _("%(product)s is een product van een andere verwerker.") % {"product": product},
            )

    def _check_overlap(self) -> None:
        given = self.cleaned_data
        signed = (given["signed_by_board_on"], given["signed_by_processor_on"])
        period = covered_period(
            signed_on=max(signed) if all(signed) else None,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
        )
        if period is None or (period[1] is not None and period[1] < period[0]):
            return
        clash = AgreementCoverage.objects.clashing(
            products=given["products"],
            schools=School.objects.all() if given["all_schools"] else given["schools"],
            period=DateRange(*period, "[]"),
            but=self.instance.pk,
        ).first()
        if clash is not None:
            self.add_error("starts_on", clash.clash_sentence())


class SubProcessorForm(LineForm):
    """A sub-processor; its country decides whether an instrument is asked."""

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise forms.ValidationError(_("Een landcode is twee hoofdletters."))
        return country


class SubProcessorInline(LineInline):
    model = SubProcessor
    form = SubProcessorForm
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    fieldsets = [
        (None, {"fields": [("name", "country"), "task", ("approved_on", "instrument")]}),
    ]


class WithDocument(ProcessorAreaAdmin):
    """A record with a file that is looked at before it is kept."""

    document_kind = ""
    document_title = ""

    @admin.display(description=_("bewaard bestand"))
    def file_link(self, record: Any) -> str:
        return document_link(record.document)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        upload = form.cleaned_data.get("upload")
        if upload:
            obj.document = form.fields["upload"].keep(
                upload,
                title=f"{self.document_title} {obj} ({upload.name})",
                kind=self.document_kind,
                by=signed_in(request),
                at=timezone.now(),
            )
        super().save_model(request, obj, form, change)


@admin.register(Agreement)
class AgreementAdmin(TickBoxes, WithDocument):
    place = 3
    form = AgreementForm
    document_kind = DocumentKind.AGREEMENT
    document_title = "Overeenkomst"
    inlines = [SubProcessorInline]
    history_lines = [SubProcessor]
    list_display = ["reference", "processor", "model", "starts_on", "ends_on", "state"]
    list_select_related = ["processor"]
    list_filter = ["model", "renewal"]
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
                    ("renewal", "notice_months"),
                    "state",
                ]
            },
        ),
        (_("Scholen"), {"fields": ["all_schools", "schools"]}),
        (
            _("Gegevens en doelen"),
            {"fields": ["data", "purposes"], "classes": ["collapse"]},
        ),
        (
            _("Beveiliging en datalekken"),
            {"fields": ["breach_notice_hours", "certificates", "backup", "security"]},
        ),
        (_("Bestand en toelichting"), {"fields": ["deviations", "upload", "file_link", "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("processor")

    @admin.display(description=_("stand"))
    def state(self, agreement: Agreement) -> str:
        if not agreement.pk or not agreement.starts_on:
            return "—"
        return status_of(AgreementState(agreement.state_on(timezone.localdate())))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """With the agreement's products and schools, write what it covers."""
        super().save_related(request, form, formsets, change)
        actions.refresh_coverage(agreement=form.instance, by=signed_in(request), at=timezone.now())

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Who is overtaken by another agreement while saving gets the form back, with the reason.

        Django saves a page in one transaction: the refusal undid everything, and now that the
        other agreement is there the form itself finds it.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except actions.AgreementOverlaps:
            return super().changeform_view(request, object_id, form_url, extra_context)


class SharingForm(RecordForm):
    """An agreement with another controller, with its file."""

    upload = DocumentField(
        label=_("bestand"),
        required=False,
        help_text=_("De getekende afspraken: PDF of Word, ten hoogste 25 MB."),
    )

    class Meta:
        model = SharingAgreement
        fields = "__all__"


@admin.register(SharingAgreement)
class SharingAgreementAdmin(TickBoxes, WithDocument):
    """Regular disclosure to another controller, or joint control (AVG 26)."""

    place = 7
    form = SharingForm
    document_kind = DocumentKind.SHARING
    document_title = "Afspraak"
    list_display = ["reference", "party", "kind", "starts_on", "ends_on", "signed_on"]
    list_select_related = ["party"]
    list_filter = ["kind"]
    search_fields = ["reference", "party__name"]
    readonly_fields = ["file_link"]
    fieldsets = [
        (None, {"fields": ["kind", "party", "reference", "purpose"]}),
        (_("Looptijd"), {"fields": [("starts_on", "ends_on"), "signed_on"]}),
        (_("Welke gegevens, en hoe veilig"), {"fields": ["data", "exchange"]}),
        (
            _("Bij gezamenlijke verantwoordelijkheid (AVG 26)"),
            {"fields": ["essence", "contact_point"]},
        ),
        (_("Bestand en toelichting"), {"fields": ["upload", "file_link", "note"]}),
    ]


@admin.register(SchoolProduct)
class SchoolProductAdmin(ProcessorAreaAdmin):
    """Which school uses which product, from when until when."""

    place = 6
    list_display = ["product", "school", "since", "until"]
    list_select_related = ["product", "school"]
    list_filter = ["school"]
    search_fields = ["product__name", "school__name"]
    fieldsets = [(None, {"fields": [("product", "school"), ("since", "until")]})]
