"""Fields and widgets that the forms on cases share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_FILES = 20
_Field = TypeVar("_Field", bound=forms.Field)


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


class Moment(forms.DateTimeField):
    """A day and a time in the Netherlands, typed or picked.

    Of the hour that comes twice, when the clock goes back in October, it is the first: a term that
    runs from it then never ends too late. The hour that is skipped in March is refused.
    """

    def __init__(self, **named: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        errors = {
            "required": _("Vul dag en tijd in."),
            "invalid": _("Dit is geen tijd die bestaat. Vul in als 31-12-2026 14:30."),
        }
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M"],
            error_messages=errors,
            validators=[_not_before_1900],
            **named,
        )

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as problem:
            if problem.code != "ambiguous_timezone":
                raise
            typed: datetime = (problem.params or {})["datetime"]
        # In UTC: Python calls a moment in the double hour equal to none in another zone.
        first = timezone.make_aware(typed.replace(fold=0)).astimezone(UTC)
        if timezone.make_naive(first) != typed:
            raise ValidationError(
                _(
                    "Deze tijd was er niet: die nacht ging de klok van 2 naar 3 uur. Kies een "
                    "tijd voor 2 uur, of vanaf 3 uur."
                ),
                code="no_such_time",
            )
        return first


def _not_before_1900(moment: datetime) -> None:
    # The first days of the calendar have no moment in UTC, and nobody means them.
    if moment.year < 1900:
        raise ValidationError(
            _("Dit jaar ligt voor 1900. Vul het jaar in met vier cijfers."), code="too_early"
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


def only_when(words: Any, field: _Field) -> _Field:
    """A field that is needed with another answer: said behind its label, not "(niet verplicht)".

    The form or the act that asks it then, refuses it empty.
    """
    cast(Any, field).only_when = words
    return field


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
        places = getattr(obj, "places", None)
        return f"{obj.name} ({places})" if places else str(obj.name)
