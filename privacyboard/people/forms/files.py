"""Handing in a file, and saying what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import FileToRead
from privacyboard.organisation.models import School
from privacyboard.people.rules.mapping import Mapping, all_meanings, is_guardian

MOST_SHOWN = 40  # characters of an example


def years(now: int) -> list[tuple[int, str]]:
    """The school years that can be read in: this one and the next."""
    return [(each, f"{each}-{each + 1}") for each in (now, now + 1)]


def _year_field(now: int) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Schooljaar"),
        choices=years(now),
        coerce=int,
        initial=now,
        error_messages={"invalid_choice": _("Kies dit schooljaar of het volgende.")},
    )


def _full_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("In dit bestand staan alle leerlingen van de school"),
        required=False,
        help_text=_(
            "Staan zij er allemaal in, dan laten wij zien wie ontbreekt. "
            "Niemand gaat vanzelf van school."
        ),
    )


class UploadForm(forms.Form):
    """A file, of which school, of which year."""

    school = forms.ModelChoiceField(
        label=_("School"),
        queryset=School.objects.none(),
        error_messages={
            "required": _("Kies de school."),
            "invalid_choice": _("Kies een school uit de lijst."),
        },
    )
    upload = FileToRead(
        label=_("Bestand"),
        accept=".xml,.edexml,.xlsx,.csv,.txt",
        help_text=_(
            "EDEXML (.xml), Excel (.xlsx) of CSV, ten hoogste 25 MB. Een BSN, de herkomst en "
            "andere gegevens die wij niet nodig hebben, nemen wij niet over."
        ),
    )

    def __init__(self, *given: Any, schools: Any, this_year: int, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["school"]
        field.queryset = schools
        if len(schools) == 1:
            field.initial, field.empty_label = schools[0].pk, None
        self.fields["school_year"] = _year_field(this_year)
        self.fields["school_year"].help_text = _("Een EDEXML zegt dit zelf; dan geldt dat.")
        self.fields["is_full"] = _full_field()
        self.order_fields(("school", "school_year", "upload", "is_full"))


def _choices() -> list[tuple[Any, Any]]:
    """Every meaning, in a group for the pupil and one for each guardian."""
    found: list[tuple[Any, Any]] = [("", _("niet overnemen"))]
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, label in all_meanings():
        if not is_guardian(code):
            groups.setdefault(str(_("Leerling")), []).append((code, label))
        else:
            title = label.partition(":")[0].capitalize()
            groups.setdefault(title, []).append((code, label))
    return [*found, *groups.items()]


class ColumnsForm(forms.Form):
    """For each column of a table what it means; `columns` pairs fields with their examples."""

    def __init__(
        self,
        *given: Any,
        mapping: Mapping,
        rows: Sequence[Sequence[str]],
        this_year: int,
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.mapping, self.rows = mapping, rows
        choices = _choices()
        self.names = [f"kolom_{at}" for at in range(len(mapping.columns))]
        for at, name in enumerate(self.names):
            self.fields[name] = forms.ChoiceField(
                label=self._heading(at),
                choices=choices,
                required=False,
                initial=mapping.columns[at],
                error_messages={"invalid_choice": _("Kies een betekenis uit de lijst.")},
            )
        self.fields["school_year"] = _year_field(this_year)
        self.fields["is_full"] = _full_field()

    def _heading(self, at: int) -> str:
        headings = self.mapping.headings
        heading = headings[at].strip() if at < len(headings) else ""
        return heading[:100] or str(_("kolom %(number)s") % {"number": at + 1})

    @property
    def columns(self) -> list[tuple[Any, list[str]]]:
        """Each column's field, and what the first rows say there."""
        found = []
        for at, name in enumerate(self.names):
            said = [row[at] for row in self.rows if at < len(row) and row[at].strip()]
            short = [each if len(each) <= MOST_SHOWN else f"{each[:MOST_SHOWN]}…" for each in said]
            found.append((self[name], short[:3]))
        return found

    @property
    def others(self) -> list[Any]:
        """The questions about the file as a whole."""
        return [self["school_year"], self["is_full"]]

    @property
    def chosen(self) -> Mapping:
        """The mapping that was chosen."""
        return Mapping(
            columns=tuple(self.cleaned_data[name] for name in self.names),
            headings=self.mapping.headings,
            header_row=self.mapping.header_row,
            sheet=self.mapping.sheet,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for sentence in self.chosen.problems():
                self.add_error(None, sentence)
        return cleaned
