"""The lists of the register in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from privacyboard.backoffice.records import RecordAdmin
from privacyboard.organisation.choices import Right
from registers.models import (
    BasisLetter,
    DataCategory,
    DataSubjectGroup,
    ExternalParty,
    FallenInstrument,
    InternalRole,
    Measure,
    Purpose,
    RetentionRule,
)


class CatalogueAdmin(RecordAdmin):
    """An entry of a list. Nothing is deleted from a list: established versions speak of it."""

    place = 10
    view_right = Right.VIEW_REGISTER
    change_right = Right.CHANGE_REGISTER
    list_display = ["name", "source"]
    search_fields = ["name", "code"]


@admin.register(DataSubjectGroup)
class DataSubjectGroupAdmin(CatalogueAdmin):
    pass


@admin.register(InternalRole)
class InternalRoleAdmin(CatalogueAdmin):
    pass


@admin.register(Purpose)
class PurposeAdmin(CatalogueAdmin):
    list_display = ["letter", "name", "source"]
    list_display_links = ["letter", "name"]


@admin.register(BasisLetter)
class BasisLetterAdmin(CatalogueAdmin):
    """The six legal bases: a closed list, of which only the board's own letter is written here."""

    list_display = ["basis_name", "gdpr", "board_letter"]
    search_fields = ["board_letter"]
    readonly_fields = ["basis"]
    add_right = ""

    @admin.display(description="grondslag", ordering="basis")
    def basis_name(self, entry: BasisLetter) -> str:
        return entry.get_basis_display()

    @admin.display(description="AVG 6 lid 1")
    def gdpr(self, entry: BasisLetter) -> str:
        return entry.gdpr_letter


@admin.register(DataCategory)
class DataCategoryAdmin(CatalogueAdmin):
    list_display = ["name", "kind", "kpo_letter", "source"]
    list_filter = ["kind"]


@admin.register(Measure)
class MeasureAdmin(CatalogueAdmin):
    list_display = ["name", "kind", "source"]
    list_filter = ["kind"]


@admin.register(ExternalParty)
class ExternalPartyAdmin(CatalogueAdmin):
    list_display = ["name", "kind", "source"]
    list_filter = ["kind"]


@admin.register(RetentionRule)
class RetentionRuleAdmin(CatalogueAdmin):
    list_display = ["name", "term_text", "legal_ground", "fate", "is_confirmed"]
    list_filter = ["bound", "trigger", "is_confirmed"]
    fieldsets = [
        (None, {"fields": ["name", "code", "data"]}),
        (
            "Termijn",
            {
                "fields": [
                    "bound",
                    ("years", "months", "weeks", "days"),
                    "trigger",
                    "condition",
                    "condition_en",
                ]
            },
        ),
        ("Grond en gevolg", {"fields": ["legal_ground", "is_confirmed", "fate", "source"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Files, established versions and the retention run know a term by its code."""
        return ["code"] if obj else []

    @admin.display(description="termijn")
    def term_text(self, rule: RetentionRule) -> str:
        return rule.term


@admin.register(FallenInstrument)
class FallenInstrumentAdmin(CatalogueAdmin):
    """When an instrument for transfers falls, every activity on it is flagged."""

    list_display = ["instrument", "country", "fell_on", "why"]
    search_fields = ["country", "why"]
