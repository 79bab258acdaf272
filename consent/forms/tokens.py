"""What people type for a key of a school."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.choices import Right
from privacyboard.organisation.models import School, User


class TokenForm(forms.Form):
    """For which school, and what reads with it."""

    school = forms.ModelChoiceField(
        queryset=School.objects.none(),
        label=_("School"),
        empty_label=_("Kies een school"),
        error_messages={
            "required": _("Kies een school."),
            "invalid_choice": _("Deze school is er niet. Kies een school uit de lijst."),
        },
    )
    name = forms.CharField(
        label=_("Wat leest met deze sleutel?"),
        max_length=100,
        help_text=_("Bijvoorbeeld: de website van de school, of het leerlingsysteem."),
        error_messages={
            "required": _("Schrijf op wat met deze sleutel leest."),
            "max_length": _("Dit is te lang. Gebruik hooguit 100 tekens."),
        },
    )

    def __init__(self, *given: Any, user: User, **named: Any) -> None:
        super().__init__(*given, **named)
        schools: Any = self.fields["school"]
        schools.queryset = School.objects.where(user, Right.MANAGE_CONSENT).order_by("sort_name")
