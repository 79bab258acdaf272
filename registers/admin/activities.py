"""Processing activities in the admin: written as a concept, proposed, established."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import RecordForm
from privacyboard.backoffice.records import AFTER_LINES, RecordAdmin, signed_in
from privacyboard.organisation.choices import Right
from privacyboard.organisation.context_processors import board_on
from privacyboard.organisation.models import School, User
from registers.admin.activity_acts import ACTS
from registers.admin.activity_lines import (
    AccessInline,
    DataInline,
    PurposeInline,
    RecipientInline,
    TextInline,
    TransferInline,
    may_write,
)
from registers.admin.activity_state import ActivityState
from registers.collectors import marks_on
from registers.models import (
    LINE_MODELS,
    ActivityText,
    ProcessingActivity,
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


def _answering(user: User) -> list[School]:
    """The schools of a director; none for who may deviate for every school."""
    standing = user.standing
    right = Right.DEVIATE_REGISTER
    if right in standing.everywhere or not standing.holds(right):
        return []
    return list(School.objects.where(user, right))


@admin.register(ProcessingActivity)
class ActivityAdmin(ActivityState, RecordAdmin):
    place = 1
    form = ActivityForm
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    acts = ACTS
    closes_by_acts = True
    history_lines = (*LINE_MODELS, ActivityText)
    list_display = ["code", "name", "chapter_word", "status_word", "next_review_on"]
    list_display_links = ["code", "name"]
    list_filter = ["status", "process_group", "dpia_needed"]
    search_fields = ["code", "name", "description"]
    readonly_fields = [
        "status_word",
        "mark_list",
        "gap_list",
        "policy_list",
        "own_schools",
        "remark_of_fg",
        "version_list",
        "deviation_list",
    ]
    inlines = [
        PurposeInline,
        DataInline,
        AccessInline,
        RecipientInline,
        TransferInline,
        TextInline,
    ]
    fieldsets = [
        (
            _("Stand"),
            {
                "fields": [
                    "status_word",
                    "mark_list",
                    "gap_list",
                    "policy_list",
                    "own_schools",
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
        (
            _("In opdracht van een ander (AVG 30 lid 2)"),
            {
                "fields": ["acts_as", "on_behalf_of", "on_behalf_contact", "processing_kinds"],
                "classes": ["collapse"],
            },
        ),
        # First what is done and why; how it is judged and protected below the lines.
        (
            _("Noodzaak"),
            {
                "fields": ["subsidiarity", "proportionality", "minimisation"],
                "classes": [AFTER_LINES],
            },
        ),
        (
            _("DPIA"),
            {
                "fields": ["dpia_needed", "dpia_reason", "dpia_reference", "dpia_adopted_on"],
                "classes": [AFTER_LINES],
            },
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
                "classes": ["collapse", AFTER_LINES],
            },
        ),
        (
            _("Systemen en maatregelen"),
            {"fields": ["systems", "products", "measures"], "classes": ["collapse", AFTER_LINES]},
        ),
        (_("Controle"), {"fields": ["next_review_on"], "classes": [AFTER_LINES]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_write(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if obj is None:
            return found[1:]
        absent = {"own_schools"} if not obj.answering else set()
        absent |= set() if obj.marks else {"mark_list"}
        stand, options = found[0]
        shown = [name for name in options["fields"] if name not in absent]
        found[0] = (stand, {**options, "fields": shown})
        return [self._opened(each) if not obj.is_own else each for each in found]

    @staticmethod
    def _opened(part: Any) -> Any:
        """What AVG 30(2) asks is not folded away where the board works for another."""
        title, options = part
        return (title, {**options, "classes": []}) if "acts_as" in options["fields"] else part

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The activity, with who reads it and the schools for which this person answers."""
        activity = super().get_object(request, object_id, from_field)
        if activity is not None and not hasattr(activity, "answering"):
            user = signed_in(request)
            activity.reader = user
            activity.answering = _answering(user)
            activity.marks = marks_on(activity, reader=user, on=localdate())
            activity.board = board_on(request)
        return activity
