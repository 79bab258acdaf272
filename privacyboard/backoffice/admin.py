"""The records of the floors below in the admin: board, schools, accounts, post, log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacyboard.audit.models import AccessEntry, ForgettingCount
from privacyboard.backoffice import letters
from privacyboard.backoffice.acts import ActButton
from privacyboard.backoffice.forms import AppointmentFormSet, LineForm, RecordForm
from privacyboard.backoffice.records import LineInline, RecordAdmin, signed_in
from privacyboard.mail.content import kind_of
from privacyboard.mail.models import OutboundLetter
from privacyboard.organisation import actions
from privacyboard.organisation.choices import Right
from privacyboard.organisation.context_processors import board_name_on
from privacyboard.organisation.models import Appointment, Board, School, User

admin.site.unregister(Group)


@admin.register(Board)
class BoardAdmin(RecordAdmin):
    place = 20
    view_right = Right.VIEW_ORGANISATION
    change_right = Right.CHANGE_ORGANISATION
    list_display = ["name", "city", "fg_name"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "legal_form", "is_public_authority", "kvk", "authority_number"]},
        ),
        (_("Adres"), {"fields": ["street", "postcode", "city", "email", "phone", "website"]}),
        (
            _("Functionaris gegevensbescherming (FG)"),
            {"fields": ["fg_name", "fg_email", "fg_phone", "fg_ap_number"]},
        ),
        (
            _("Meldpunt en klachten"),
            {
                "fields": [
                    "ibp_name",
                    "ibp_email",
                    "breach_email",
                    "breach_phone",
                    "breach_protocol_url",
                    "complaints_text",
                    "complaints_url",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one board; it is entered once."""
        return super().has_add_permission(request, obj) and not board_name_on(request)


@admin.register(School)
class SchoolAdmin(RecordAdmin):
    place = 21
    view_right = Right.VIEW_ORGANISATION
    change_right = Right.CHANGE_ORGANISATION
    list_display = ["name", "brin", "branch", "sector", "denomination", "city"]
    list_filter = ["sector", "denomination"]
    search_fields = ["name", "brin"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["board", "name", "slug", "brin", "branch", "sector", "denomination"]}),
        (_("Adres"), {"fields": ["street", "postcode", "city", "email", "phone", "website"]}),
    ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The name in links never changes: links are in letters and on paper."""
        return ["slug"] if obj else []


class AppointmentForm(LineForm):
    """A role, from a day; it ends by its last day."""

    class Meta:
        model = Appointment
        fields = ["role", "school", "starts_on", "ends_on", "is_external", "basis"]


class AppointmentInline(LineInline):
    model = Appointment
    form = AppointmentForm
    formset = AppointmentFormSet
    view_right = Right.VIEW_ACCOUNTS
    change_right = Right.MANAGE_ACCOUNTS
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("role", "school"),
                    ("starts_on", "ends_on"),
                    "is_external",
                    "basis",
                ]
            },
        )
    ]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.by = request.user
        return formset

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An appointment ends; that it was there stays visible."""
        return False


class UserForm(RecordForm):
    class Meta:
        model = User
        fields = ["email", "first_name", "infix", "last_name", "is_active"]
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}


@admin.register(User)
class UserAdmin(RecordAdmin):
    place = 22
    form = UserForm
    view_right = Right.VIEW_ACCOUNTS
    change_right = Right.MANAGE_ACCOUNTS
    inlines = [AppointmentInline]
    history_lines = [Appointment]
    list_display = ["name_in_list", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["sort_name", "email"]
    acts = [
        ActButton(
            name="uitnodigen",
            label=_("Uitnodiging sturen"),
            right=Right.MANAGE_ACCOUNTS,
            perform=lambda record, given, by, at: letters.invitation(record, at=at),
            done=_("De uitnodiging is klaargezet om te verzenden."),
            explanation=_(
                "Deze persoon krijgt een e-mail met een link om een wachtwoord te kiezen."
            ),
            closed=lambda record: "" if record.is_active else str(_("Dit account is gesloten.")),
        )
    ]

    @admin.display(description=_("naam"), ordering="sort_name")
    def name_in_list(self, user: User) -> str:
        return user.name

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The group with a role's rights is never typed: it follows from role and school."""
        for appointment in formset.save(commit=False):
            appointment.group = actions.group_of(appointment.role, appointment.school)
            is_new = appointment.pk is None
            appointment.record(by=request.user, why=_("aanstelling bijgewerkt"))
            if is_new:
                letters.appointed(appointment, by=signed_in(request), at=timezone.now())
        formset.save_m2m()


class ReadOnlyAdmin(RecordAdmin):
    """A page that shows what the machine wrote."""

    change_right = ""
    add_right = ""


@admin.register(AccessEntry)
class AccessEntryAdmin(ReadOnlyAdmin):
    place = 50
    view_right = Right.VIEW_ACCESS_LOG
    list_display = ["at", "by", "act", "title"]
    list_select_related = ["by"]
    list_filter = ["act"]


@admin.register(ForgettingCount)
class ForgettingCountAdmin(ReadOnlyAdmin):
    place = 51
    view_right = Right.VIEW_ACCESS_LOG
    list_display = ["at", "table_name", "operation", "rows", "reason"]


@admin.register(OutboundLetter)
class OutboundLetterAdmin(ReadOnlyAdmin):
    """Kind, moment and error; never the text and never to whom."""

    place = 30
    view_right = Right.VIEW_OPERATION
    list_display = ["kind", "state", "queued_at", "due_at", "sent_at", "attempts", "last_error"]
    list_filter = ["state"]
    fields = ["kind", "state", "queued_at", "due_at", "sent_at", "attempts", "last_error"]

    @admin.display(description="soort brief", ordering="letter")
    def kind(self, letter: OutboundLetter) -> str:
        """What it is called, and not its code."""
        return kind_of(letter.letter)
