"""What schools type about the board's standard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.forms import WatchForBsn
from privacyboard.documents import storage
from privacyboard.documents.rules import TEXT, XLSX, FileProblem
from registers.choices import (
    DeviatingField,
    ImportKind,
    OverviewKind,
    PublicPart,
    ReviewOutcome,
    VersionReply,
)
from registers.rules.matrix import answer_problem


class DeviationForm(WatchForBsn, forms.Form):
    """On which part a school does otherwise, how, and why."""

    field = forms.ChoiceField(label=_("Op welk onderdeel"), choices=DeviatingField)
    text = forms.CharField(
        label=_("Hoe het op uw school is"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_(
            "Dit komt ook in de openbare privacyverklaring van uw school. Schrijf geen namen op."
        ),
        error_messages={"required": _("Schrijf op hoe het op uw school is.")},
    )
    reason = forms.CharField(
        label=_("Waarom het bij u anders is"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Schrijf op waarom het bij u anders is.")},
    )


class AnswerForm(WatchForBsn, forms.Form):
    """Accept the new version, or keep the own deviation."""

    reply = forms.ChoiceField(
        label=_("Wat doet uw school?"),
        choices=VersionReply,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat uw school doet.")},
    )
    remark = forms.CharField(
        label=_("Toelichting"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
    )

    def __init__(self, *args: Any, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_keep:
            reply = self.fields["reply"]
            reply.choices = [(VersionReply.ACCEPTED.value, VersionReply.ACCEPTED.label)]  # type: ignore[attr-defined]


class HandlingForm(WatchForBsn, forms.Form):
    """What was done about the corrections of a director."""

    handling = forms.CharField(
        label=_("Wat is ermee gedaan?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        error_messages={"required": _("Schrijf op wat ermee gedaan is.")},
    )


class AccessAnswerForm(WatchForBsn, forms.Form):
    """The director's yearly answer to the access matrix."""

    outcome = forms.ChoiceField(
        label=_("Klopt de toegang op deze school?"),
        choices=ReviewOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of de toegang klopt.")},
    )
    corrections = forms.CharField(
        label=_("Wat er anders moet"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        help_text=_("Alleen nodig als het niet helemaal klopt."),
    )

    def clean(self) -> dict[str, Any] | None:
        """A correction has words: said at the field where they belong."""
        cleaned = super().clean()
        outcome, words = (self.cleaned_data.get(name, "") for name in ("outcome", "corrections"))
        problem = answer_problem(outcome=outcome, corrections=words, outcomes=ReviewOutcome.values)
        if outcome and problem:
            self.add_error("corrections", problem)
        return cleaned


class PublicPartsForm(forms.Form):
    """Which parts of an activity everyone may read."""

    parts = forms.MultipleChoiceField(
        label=_("Wat laat u zien?"),
        choices=PublicPart,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Zonder vinkje staat een onderdeel op geen enkele openbare pagina."),
        error_messages={"invalid_choice": _("Dit onderdeel bestaat niet. Kies uit de lijst.")},
    )


class OverviewForm(forms.Form):
    """A file of a national service: which one, and the file."""

    kind = forms.ChoiceField(label=_("Welk overzicht is dit?"), choices=OverviewKind)
    upload = forms.FileField(
        label=_("Bestand"),
        help_text=_("Excel (.xlsx) of CSV, ten hoogste 25 MB en 5.000 regels."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander bestand."),
        },
    )

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        try:
            storage.check_upload(upload, accepted=frozenset({TEXT, XLSX}))
        except FileProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        return upload


class MaterialChangeForm(WatchForBsn, forms.Form):
    """Whether parents get a letter about a new privacy statement, and what it tells them."""

    material_change = forms.CharField(
        label=_("Verandert er iets wezenlijks voor ouders? Schrijf het in gewone taal op."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_(
            "Dit komt in een brief aan de ouders. Laat het leeg als er voor hen niets verandert: "
            "dan gaat er geen brief."
        ),
    )


class LetterSentForm(WatchForBsn, forms.Form):
    """When and how a school sent its letter to parents."""

    sent_on = forms.DateField(
        label=_("Verstuurd op"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Vul in op welke dag de brief is verstuurd."),
            "invalid": _("Vul een datum in, zoals 2-3-2026."),
        },
    )
    way = forms.CharField(
        label=_("Hoe"),
        max_length=200,
        help_text=_("Bijvoorbeeld: in de ouderapp, of op papier mee naar huis."),
        error_messages={"required": _("Schrijf op hoe de brief is verstuurd.")},
    )


class ImportForm(forms.Form):
    """A file with register data. What is in it is looked at by the reader, not here."""

    kind = forms.ChoiceField(label=_("Wat voor bestand is dit?"), choices=ImportKind)
    upload = forms.FileField(
        label=_("Bestand"),
        help_text=_("Excel (.xlsx), zip, JSON of CSV, ten hoogste 25 MB en 100.000 regels."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.zip,.json,.csv"}),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander bestand."),
        },
    )

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload.size > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(
                _("Dit bestand is te groot. Ten hoogste 25 MB kan worden ingelezen.")
            )
        return upload
