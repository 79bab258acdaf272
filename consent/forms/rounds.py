"""What people type about a yearly round."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.actions.rounds import RoundPlan
from consent.models import Question, Round
from privacyboard.backoffice.fields import Day
from privacyboard.backoffice.forms import WatchForBsn
from privacyboard.organisation.models import School

_MOST_REMINDERS = 6


class RoundForm(WatchForBsn, forms.Form):
    """Who is asked what, and when."""

    name = forms.CharField(
        label=_("Naam"),
        max_length=100,
        help_text=_("Staat boven de brieven op papier, bijvoorbeeld: Toestemming 2026-2027."),
        error_messages={"required": _("Geef de ronde een naam.")},
    )
    questions: Any = forms.ModelMultipleChoiceField(
        label=_("Vragen"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies ten minste één vraag.")},
    )
    schools: Any = forms.ModelMultipleChoiceField(
        label=_("Scholen"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies ten minste één school.")},
    )
    opens_on = Day(
        label=_("Opent op"),
        help_text=_("Op deze dag gaan de brieven weg, als u de ronde hebt geopend."),
    )
    closes_on = Day(
        label=_("Sluit op"), help_text=_("De laatste dag. De link blijft daarna werken.")
    )
    valid_until = Day(
        label=_("Een ja geldt tot en met"),
        help_text=_("Kies een dag na het sluiten van de volgende ronde."),
    )
    reminder_days = forms.CharField(
        label=_("Herinneringen"),
        max_length=60,
        required=False,
        help_text=_("Hoeveel dagen voor het sluiten, bijvoorbeeld: 30, 7, 1. Leeg: geen."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        fields["questions"].queryset = Question.objects.filter(is_active=True)
        fields["schools"].queryset = School.objects.order_by("sort_name")

    def clean_reminder_days(self) -> list[int]:
        """The numbers that were typed, the largest first."""
        typed = self.cleaned_data["reminder_days"]
        parts = [part for part in re.split(r"[\s,;]+|\ben\b", typed) if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
            raise ValidationError(_("Schrijf alleen getallen, met een komma ertussen: 30, 7, 1."))
        days = sorted({int(part) for part in parts}, reverse=True)
        if len(days) > _MOST_REMINDERS:
            raise ValidationError(
                _("Ten hoogste %(most)s herinneringen.") % {"most": _MOST_REMINDERS}
            )
        return days

    def plan(self) -> RoundPlan:
        """The round as it was typed."""
        found = dict(self.cleaned_data)
        return RoundPlan(
            **{**found, "questions": list(found["questions"]), "schools": list(found["schools"])}
        )


def as_typed(asked: Round) -> dict[str, Any]:
    """A round as its form shows it."""
    return {
        "name": asked.name,
        "questions": [each.pk for each in asked.questions.all()],
        "schools": [each.pk for each in asked.schools.all()],
        "opens_on": asked.opens_on,
        "closes_on": asked.closes_on,
        "valid_until": asked.valid_until,
        "reminder_days": ", ".join(map(str, asked.reminder_days)),
    }


class CancelForm(WatchForBsn, forms.Form):
    """Why a round is broken off."""

    why = forms.CharField(
        label=_("Waarom stopt de ronde?"),
        max_length=300,
        error_messages={"required": _("Schrijf op waarom de ronde stopt.")},
    )
