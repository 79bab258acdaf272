"""The log of single disclosures, and the grounds in the law behind them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.forms import DocumentField, RecordForm
from privacyboard.backoffice.records import RecordAdmin, signed_in
from privacyboard.documents.links import document_link
from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School
from registers import actions
from registers.admin.school_records import BY_SCHOOL, SchoolRecordAdmin
from registers.choices import DocumentKind
from registers.models import Disclosure, DisclosureGround
from registers.rules.disclosures import NO_BASIS, TESTS, basis_remark


@admin.register(DisclosureGround)
class DisclosureGroundAdmin(RecordAdmin):
    place = 19
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    list_display = ["name", "basis", "statute", "needs_official_request", "is_confirmed", "source"]
    list_filter = ["basis", "is_confirmed"]
    search_fields = ["name", "code", "statute"]


_TOLD_APART_BY = ("school", "kind", "disclosed_on", "person_key", "party", "purpose", "basis")


class DisclosureForm(RecordForm):
    """A disclosure as it is recorded, with the file of the official request."""

    upload = DocumentField(
        label=_("bestand van het verzoek"),
        required=False,
        help_text=_("Het officiële verzoek, als dat er is: PDF of Word, ten hoogste 25 MB."),
    )

    class Meta:
        model = Disclosure
        exclude = ["request_file", "copy_due_on", "copy_given_on"]
        widgets = {"data": forms.CheckboxSelectMultiple}

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, words in {**TESTS, "basis": NO_BASIS}.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = words

    def clean_disclosed_on(self) -> date:
        day: date = self.cleaned_data["disclosed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Deze dag is nog niet geweest."))
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.instance.pk is None:
            self._refuse_twice()
        return cleaned

    def _refuse_twice(self) -> None:
        """What is recorded stays: who clicks twice records once. The second waits for the first."""
        given = self.cleaned_data
        School.objects.select_for_update(no_key=True).get(pk=given["school"].pk)
        if Disclosure.objects.filter(**{name: given[name] for name in _TOLD_APART_BY}).exists():
            raise ValidationError(
                _(
                    "Deze verstrekking is al vastgelegd: dezelfde dag, persoon, ontvanger en "
                    "hetzelfde doel. Zij staat in de lijst."
                ),
                code="twice",
            )


class CopyForm(forms.Form):
    """When the parents had their copy."""

    on = forms.DateField(
        label=_("Gegeven op"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Vul de dag in waarop de ouders de kopie kregen.")},
    )


def _no_copy_to_give(disclosure: Disclosure) -> str:
    if disclosure.copy_due_on is None:
        return gettext("Bij deze verstrekking hoort geen kopie aan de ouders.")
    return gettext("De kopie is al gegeven.") if disclosure.copy_given_on else ""


GIVE_COPY = ActButton(
    name="kopie",
    label=_("Kopie aan ouders gegeven"),
    right=Right.CHANGE_DISCLOSURES,
    perform=lambda record, given, by, at: actions.give_copy(
        disclosure=record, on=given["on"], by=by, at=at
    ),
    done=_("Vastgelegd: de ouders hebben de kopie."),
    explanation=_("De ouders krijgen een kopie van het onderwijskundig rapport (OPOO 9.1.2)."),
    form=CopyForm,
    refusals=(actions.CopyRefused,),
    closed=_no_copy_to_give,
)


@admin.register(Disclosure)
class DisclosureAdmin(SchoolRecordAdmin):
    """What was given is given: a row is added, and after that only the copy is recorded."""

    place = 6
    form = DisclosureForm
    view_right = Right.VIEW_DISCLOSURES
    change_right = Right.CHANGE_DISCLOSURES
    acts = [GIVE_COPY]
    list_display = ["disclosed_on", "school", "party", "kind", "basis", "copy_due_on"]
    list_select_related = ["school", "party"]
    list_filter = [BY_SCHOOL, "kind", "basis"]
    search_fields = ["person_key", "party__name", "purpose"]
    readonly_fields = ["remark", "request_link", "copy_due_on", "copy_given_on"]
    fieldsets = [
        (
            _("Wat, over wie en aan wie"),
            {
                "fields": [
                    ("school", "kind"),
                    "disclosed_on",
                    "person_key",
                    "party",
                    "purpose",
                    "data",
                ]
            },
        ),
        (_("Waarom het mag"), {"fields": ["basis", "ground", "consent_reference"]}),
        (_("Drie toetsen"), {"fields": ["subsidiarity", "proportionality", "minimisation"]}),
        (_("Politie of justitie"), {"fields": ["official_request", "upload"]}),
    ]
    recorded = (
        _("Na het vastleggen"),
        {"fields": ["remark", "request_link", "copy_due_on", "copy_given_on"]},
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A recorded disclosure is never edited."""
        return obj is None and super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if obj is None:
            return found
        police, options = found[-1]
        return [*found[:-1], (police, {**options, "fields": ["official_request"]}), self.recorded]

    @admin.display(description=_("let op"))
    def remark(self, disclosure: Disclosure) -> str:
        return basis_remark(disclosure.basis) or "—"

    @admin.display(description=_("bestand van het verzoek"))
    def request_link(self, disclosure: Disclosure) -> str:
        return document_link(disclosure.request_file)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Record it by the act; the form looked at everything that the act refuses."""
        at = timezone.now()
        obj.request_file = self._keep_request(request, form, at)
        actions.record_disclosure(
            disclosure=obj, data=form.cleaned_data["data"], by=signed_in(request), at=at
        )
        if basis_remark(obj.basis):
            messages.warning(request, basis_remark(obj.basis))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The act wrote the data categories already."""

    def _keep_request(self, request: HttpRequest, form: Any, at: Any) -> Any:
        upload = form.cleaned_data.get("upload")
        if not upload:
            return None
        return form.fields["upload"].keep(
            upload,
            title=f"Verzoek {form.cleaned_data['official_request']} ({upload.name})",
            kind=DocumentKind.OFFICIAL_REQUEST,
            by=signed_in(request),
            at=at,
        )
