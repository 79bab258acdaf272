"""Which pupils a breach is about: whole classes, or one by one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datalekken.forms.telling import ParentsToo
from privacyboard.backoffice.fields import only_when


class _GroupChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.school.name}"


class PupilsForm(ParentsToo):
    """Classes and pupils of the schools that the breach touches, whom this person reads."""

    groups: Any = only_when(
        _("niet nodig als u leerlingen aankruist"),
        _GroupChoice(
            label=_("Hele groepen"),
            queryset=None,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Deze groep staat niet in de lijst.")},
        ),
    )
    pupils: Any = forms.ModelMultipleChoiceField(
        label=_("Leerlingen"),
        queryset=None,
        required=False,
        # The page shows those who were found or chosen; not all of a school.
        widget=forms.MultipleHiddenInput,
        error_messages={
            "invalid_choice": _("Deze leerling is niet gevonden. Zoek opnieuw."),
            "invalid_pk_value": _("Deze leerling is niet gevonden. Zoek opnieuw."),
        },
    )
    field_order = ("groups", "pupils", "parents_too", "parents_reason")

    def __init__(self, *given: Any, groups: Any, pupils: Any, **named: Any) -> None:
        self._groups, self._pupils = groups, pupils
        super().__init__(*given, **named)

    def prepare(self) -> None:
        fields: Any = self.fields
        fields["groups"].queryset = self._groups
        fields["pupils"].queryset = self._pupils

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if not self.errors and not given.get("groups") and not given.get("pupils"):
            self.add_error(None, _("Kies een groep, of zoek een leerling en kruis die aan."))
        return cleaned
