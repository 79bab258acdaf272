"""Agreements on very confidential data: who may know, without what it is (INNOVO)."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import RecordForm
from privacyboard.organisation.choices import Right
from registers.admin.school_records import BY_SCHOOL, SchoolRecordAdmin
from registers.models import ConfidentialityNote


class ConfidentialityForm(RecordForm):
    class Meta:
        model = ConfidentialityNote
        fields = "__all__"
        widgets = {"who_may_know": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "who_may_know": _("Namen of functies. Schrijf niet op waar het over gaat."),
            "agreed_with": _("Met welke ouders of verzorgers dit is afgesproken."),
        }


@admin.register(ConfidentialityNote)
class ConfidentialityAdmin(SchoolRecordAdmin):
    """Kept by the director and the care coordinator of the school; read by FG and IBP manager."""

    place = 7
    form = ConfidentialityForm
    view_right = Right.VIEW_CONFIDENTIALITY
    change_right = Right.CHANGE_CONFIDENTIALITY
    list_display = ["pupil_key", "school", "agreed_on", "review_on", "ended_on"]
    list_select_related = ["school"]
    list_filter = [BY_SCHOOL]
    search_fields = ["pupil_key"]
    fieldsets = [
        (None, {"fields": ["school", "pupil_key", "who_may_know"]}),
        (_("Afspraak met de ouders"), {"fields": ["agreed_with", "agreed_on"]}),
        (_("Looptijd"), {"fields": [("review_on", "ended_on")]}),
    ]
