"""The lines of an activity on its page, and its texts for each audience."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fetching import choice_lists
from privacyboard.backoffice.records import LineInline
from privacyboard.organisation.choices import Right
from privacyboard.vocabulary import Language
from registers.choices import GDPR_LETTER, LegalBasis
from registers.models import (
    AccessLine,
    ActivityText,
    BasisLetter,
    DataLine,
    ProcessingActivity,
    PurposeLine,
    RecipientLine,
    TransferLine,
)
from registers.rules.readability import readability
from registers.rules.states import EDITABLE


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
            choice_lists(request).ask(BasisLetter.objects.all())
            kwargs["choices"] = lambda: _basis_choices(request)
        return super().formfield_for_choice_field(db_field, request, **kwargs)


def _basis_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Read once per page, and only where they are shown."""
    letters = choice_lists(request).of(BasisLetter.objects.all())
    own = {each.basis: each.board_letter for each in letters}
    return [
        ("", "---------"),
        *(
            (
                basis.value,
                f"{basis.label} (AVG 6 lid 1 {GDPR_LETTER[basis]}"
                + (f"; eigen reglement {own[basis]})" if own.get(basis) else ")"),
            )
            for basis in LegalBasis
        ),
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


class TextInline(ActivityInline):
    """The activity in the words of one audience, with how easy they read."""

    model = ActivityText
    verbose_name = _("tekst voor een doelgroep")
    verbose_name_plural = _("teksten voor doelgroepen")
    readonly_fields = ["how_it_reads"]
    fieldsets = [
        (None, {"fields": [("audience", "language"), "name", "text", "how_it_reads"]}),
    ]

    @admin.display(description=_("hoe het leest"))
    def how_it_reads(self, line: ActivityText) -> str:
        """Score, level and the longest sentences: advice on a Dutch text, after it was saved."""
        measured = readability(line.text) if line.language == Language.DUTCH else None
        if measured is None:
            return "—"
        told = _("%(level)s, score %(score)s (B1 is 65 of meer), %(words)s woorden per zin") % {
            "level": measured.level,
            "score": measured.score,
            "words": measured.words_per_sentence,
        }
        long = ((sentence,) for sentence in measured.long_sentences[:3])
        found = format_html_join("", "<li>{}</li>", long)
        if not found:
            return format_html("<p>{}</p>", told)
        heading = _("Deze zinnen zijn lang:")
        return format_html("<p>{}</p><p>{}</p><ul>{}</ul>", told, heading, found)
