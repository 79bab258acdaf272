"""Files with register data that people hand in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import FileToRead
from privacyboard.documents import storage
from privacyboard.documents.rules import TEXT, XLSX, FileProblem
from registers.choices import ImportKind, OverviewKind


class OverviewForm(forms.Form):
    """A file of a national service: which one, and the file."""

    kind = forms.ChoiceField(label=_("Welk overzicht is dit?"), choices=OverviewKind)
    upload = FileToRead(
        label=_("Bestand"),
        accept=".xlsx,.csv,.txt",
        help_text=_("Excel (.xlsx) of CSV, ten hoogste 25 MB en 5.000 regels."),
    )

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        try:
            storage.check_upload(upload, accepted=frozenset({TEXT, XLSX}))
        except FileProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        return upload


class ImportForm(forms.Form):
    """A file with register data. What is in it is looked at by the reader, not here."""

    kind = forms.ChoiceField(label=_("Wat voor bestand is dit?"), choices=ImportKind)
    upload = FileToRead(
        label=_("Bestand"),
        accept=".xlsx,.zip,.json,.csv",
        help_text=_("Excel (.xlsx), zip, JSON of CSV, ten hoogste 25 MB en 100.000 regels."),
    )
