"""Fields and widgets that the forms on requests share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacyboard.organisation.choices import Role
from privacyboard.organisation.models import School, User
from privacyboard.organisation.querysets import running_on

MOST_FILES = 20


class Day(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **named: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {
            "required": _("Vul de dag in."),
            "invalid": _("Dit is geen dag die bestaat. Vul hem in als 31-12-2026."),
        }
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
            error_messages=errors,
            **named,
        )


def words(label: Any, *, rows: int = 3, required: Any = "", **named: Any) -> forms.CharField:
    """A text of some lines; `required` is the sentence when it stays empty."""
    errors = {"required": required} if required else {}
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        required=bool(required),
        error_messages=errors,
        **{"max_length": 10_000, **named},
    )


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is looked at by the act that keeps it."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            **{
                "label": _("Bestanden"),
                "help_text": _("PDF, Word, Excel, tekst, CSV of een foto. Ten hoogste 25 MB."),
                "widget": _ManyFiles(),
                **named,
            }
        )

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise ValidationError(
                _("Kies ten hoogste %(most)s bestanden tegelijk.") % {"most": MOST_FILES}
            )
        if not given and self.required:
            raise ValidationError(_("Kies een bestand."))
        # An empty file gets the sentence of the act, which names it.
        return list(given)


class PersonChoice(forms.ModelChoiceField):
    """Somebody with an account, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def handlers_of(school: School | None, *, on: Any) -> Any:
    """Who can handle a request: the director of its school, and the IBP managers."""
    running = running_on(on, "appointments__")
    roles = Q(appointments__role=Role.IBP_MANAGER)
    if school is not None:
        roles |= Q(appointments__role=Role.DIRECTOR, appointments__school=school)
    found = User.objects.filter(running & roles, is_active=True)
    return found.order_by("first_name", "last_name", "pk").distinct()


def colleagues_of(school: School | None, *, on: Any) -> Any:
    """Who can be asked to search: whoever has a role at the school or on the whole board."""
    there = Q(appointments__school=None)
    if school is not None:
        there |= Q(appointments__school=school)
    found = User.objects.filter(running_on(on, "appointments__") & there, is_active=True)
    return found.order_by("first_name", "last_name", "pk").distinct()
