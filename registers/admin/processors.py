"""Processors, their products and systems in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.records import LineInline, RecordAdmin, signed_in
from privacyboard.organisation.choices import Right
from privacyboard.vocabulary import Tone
from registers.choices import AgreementState
from registers.models import Agreement, Processor, Product, ProductDocument, System
from registers.models.agreement_flags import flags_of
from registers.rules.agreements import best_state, is_active


class TickBoxes:
    """Boxes to tick in the place of a list in which to hold a key down."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(  # type: ignore[misc]
            db_field, request, **kwargs
        )


class ProcessorAreaAdmin(RecordAdmin):
    """Read by who reads the register, written by who keeps it."""

    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER


class ProductInline(LineInline):
    model = Product
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    fields = ["name", "code", "description", "data_location", "source"]


class ProductDocumentInline(TickBoxes, LineInline):
    """The privacybijsluiter and the beveiligingsbijlage, with the data and purposes they name."""

    model = ProductDocument
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    fieldsets = [
        (None, {"fields": ["kind", ("version", "dated_on")]}),
        (
            _("Welke gegevens en doelen"),
            {"fields": ["data", "purposes"], "classes": ["collapse"]},
        ),
    ]


@admin.register(Processor)
class ProcessorAdmin(ProcessorAreaAdmin):
    place = 2
    list_display = ["name", "service", "country", "active", "agreement_state"]
    search_fields = ["name", "code", "service"]
    inlines = [ProductInline]
    history_lines = [Product]
    readonly_fields = ["active", "flag_list"]

    def get_queryset(self, request: HttpRequest) -> Any:
        visible = Agreement.objects.visible_to(signed_in(request))
        return super().get_queryset(request).prefetch_related(Prefetch("agreements", visible))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The processor with its flags, as far as this person may read what they rest on."""
        processor = super().get_object(request, object_id, from_field)
        if processor is not None:
            processor.reader = signed_in(request)
        return processor

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        state = {"fields": ["active", "flag_list"]}
        own = {"fields": [name for name in self.get_fields(request, obj) if name not in _STATE]}
        found: list[Any] = [(_("Stand"), state)] if obj else []
        found.append((_("Wie het is"), own))
        return [*found, *super().get_fieldsets(request, obj)[1:]]

    @admin.display(description=_("overeenkomst"))
    def agreement_state(self, processor: Processor) -> str:
        return status_of(_best_state(processor))

    @admin.display(description=_("stand"))
    def active(self, processor: Processor) -> str:
        if is_active(_best_state(processor)):
            return format_html('<span class="status {}">{}</span>', "ok", _("actief"))
        return format_html('<span class="status {}">{}</span>', "late", _("niet actief"))

    @admin.display(description=_("wat aandacht vraagt"))
    def flag_list(self, processor: Any) -> str:
        found = flags_of([processor], user=processor.reader, on=timezone.localdate())
        flags = found.get(processor.pk, [])
        if not flags:
            return format_html('<span class="status ok">{}</span>', _("niets"))
        rows = ((flag.tone, Tone(flag.tone).label, flag.sentence, flag.article) for flag in flags)
        lines = format_html_join(
            "", '<li><span class="status {}">{}</span> {} <small>({})</small></li>', rows
        )
        return format_html('<ul class="gaps">{}</ul>', lines)


_STATE = frozenset({"active", "flag_list", "why"})


def _best_state(processor: Processor) -> AgreementState:
    today = timezone.localdate()
    return best_state(each.state_on(today) for each in processor.agreements.all())


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
    inlines = [ProductDocumentInline]
    history_lines = [ProductDocument]


@admin.register(System)
class SystemAdmin(ProcessorAreaAdmin):
    place = 5
    list_display = ["name", "product"]
    list_select_related = ["product"]
    search_fields = ["name", "code"]
