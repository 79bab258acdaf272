"""What people type to tell others of a breach: the letter, who gets it, and how it went out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datalekken.actions.telling import Words
from datalekken.choices import ToldRole
from datalekken.rules.told import Candidate
from privacyboard.backoffice.casework import CaseForm
from privacyboard.backoffice.fields import Day, only_when, words
from privacyboard.organisation.models import Board, School
from privacyboard.organisation.rules import numbers_like_bsn

_PARENTS_TOO = _("De ouders van leerlingen van 16 en 17 moeten het ook weten")
_WHY_PARENTS = _("Waarom hebben de ouders dit nodig?")
_REASON_LENGTH = 120


class LetterForm(CaseForm):
    """The letter: each part of it is asked by AVG 34(2). Begins with the last one of this file."""

    title = forms.CharField(
        label=_("Onderwerp van de brief"),
        max_length=150,
        error_messages={"required": _("Vul in waar de brief over gaat.")},
        help_text=_("Dit staat boven de brief en als onderwerp van de e-mail."),
    )
    what_happened = words(
        _("Wat is er gebeurd?"),
        rows=5,
        required=_("Schrijf op wat er gebeurde."),
        help_text=_("Wat, wanneer, en om welke gegevens het gaat. In gewone woorden."),
    )
    consequences = words(
        _("Wat kan dit voor de mensen betekenen?"),
        rows=4,
        required=_("Schrijf op wat dit voor de mensen kan betekenen."),
    )
    measures = words(
        _("Wat deed de school, of wat doet zij nog?"),
        rows=4,
        required=_("Schrijf op wat de school deed of doet."),
    )
    advice = words(
        _("Wat kunnen mensen zelf doen?"),
        rows=4,
        required=_("Schrijf op wat mensen zelf kunnen doen."),
    )
    contact = words(
        _("Wie kunnen mensen bellen of mailen?"),
        rows=3,
        required=_("Schrijf op wie mensen kunnen bellen of mailen."),
        help_text=_("Het meldpunt, de FG en de AP staan er vanzelf onder."),
    )

    def prepare(self) -> None:
        shown = self.target or self.case.tellings.last()
        if shown is not None:
            for name in self.fields:
                self.initial.setdefault(name, getattr(shown, name))
            return
        board = Board.objects.first()
        if board is not None:
            parts = [board.name, board.phone, board.email]
            self.initial.setdefault("contact", "\n".join(part for part in parts if part))

    def as_words(self) -> Words:
        """What was typed, as the act takes it."""
        return Words(**self.cleaned_data)


class ParentsToo(CaseForm):
    """Whether parents from 16 are told as well: only with the reason why they need it."""

    parents_too = forms.BooleanField(label=_PARENTS_TOO, required=False)
    parents_reason = only_when(
        _("alleen als de ouders het ook moeten weten"),
        forms.CharField(
            label=_WHY_PARENTS,
            required=False,
            max_length=_REASON_LENGTH,
            help_text=_("Bijvoorbeeld: zij betalen de rekening waarvan het nummer is gelekt."),
        ),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        too = self.cleaned_data.get("parents_too")
        if too and not self.reason and "parents_reason" not in self.errors:
            self.add_error("parents_reason", _("Schrijf op waarom de ouders dit ook moeten weten."))
        return cleaned

    @property
    def reason(self) -> str:
        """Why parents are told too; empty when they are not."""
        given: str = self.cleaned_data.get("parents_reason", "").strip()
        return given if self.cleaned_data.get("parents_too") else ""


class PersonForm(ParentsToo):
    """One person, typed."""

    role = forms.ChoiceField(
        label=_("Wie is het?"),
        choices=ToldRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wie het is.")},
    )
    name = forms.CharField(
        label=_("Naam"),
        max_length=200,
        error_messages={"required": _("Vul de naam in.")},
    )
    about = only_when(
        _("alleen bij een ouder of verzorger"),
        forms.CharField(
            label=_("Over welke leerling gaat het?"),
            required=False,
            max_length=200,
            help_text=_("Als het om gegevens van het kind gaat."),
        ),
    )
    born_on = Day(
        label=_("Geboortedatum van de leerling"),
        required=False,
        help_text=_(
            "Onder 16 krijgen de ouders de brief, vanaf 16 de leerling. De datum wordt gewist als "
            "het bericht verstuurd is."
        ),
    )
    email = only_when(
        _("niet nodig als u een postadres invult"),
        forms.EmailField(
            max_length=254,
            label=_("E-mailadres"),
            required=False,
            error_messages={"invalid": _("Dit e-mailadres klopt niet. Controleer het.")},
        ),
    )
    address = only_when(
        _("alleen als er geen e-mailadres is"),
        words(_("Postadres"), max_length=500),
    )

    field_order = (
        *("role", "name", "about", "born_on", "email", "address"),
        *("parents_too", "parents_reason"),
    )

    def candidate(self) -> Candidate:
        """Who was typed, as the act takes it."""
        typed = self.cleaned_data
        same = typed["about"].casefold() == typed["name"].casefold()
        return Candidate(
            role=typed["role"],
            name=typed["name"],
            about="" if typed["role"] != ToldRole.PARENT and same else typed["about"],
            born_on=typed["born_on"],
            email=typed["email"].lower(),
            address=typed["address"],
            parents_reason=self.reason,
        )


class StaffForm(CaseForm):
    """Everybody who works somewhere, by account."""

    schools: Any = only_when(
        _("niet nodig als u alleen het bestuur kiest"),
        forms.ModelMultipleChoiceField(
            label=_("Van welke scholen?"),
            queryset=None,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    )
    with_board = forms.BooleanField(label=_("Ook wie voor het hele bestuur werkt"), required=False)

    def prepare(self) -> None:
        field: Any = self.fields["schools"]
        field.queryset = School.objects.all()
        self.initial.setdefault("schools", [school.pk for school in self.case.schools.all()])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.cleaned_data.get("schools") and not self.cleaned_data.get("with_board"):
            self.add_error("schools", _("Kies een school, of het bestuur."))
        return cleaned


class NothingForm(CaseForm):
    """An act that asks nothing more."""


class SendForm(CaseForm):
    """Sending: whoever does not wait for the decision says so."""

    voluntarily = forms.BooleanField(
        label=_("Ik vertel het uit vrije wil, zonder te wachten op het besluit"),
        required=False,
    )

    def prepare(self) -> None:
        if self.case.tells:
            del self.fields["voluntarily"]
        elif self.case.tells is False:
            self.fields["voluntarily"].label = _(
                "Ik vertel het uit vrije wil, ook al is besloten dat het niet hoeft"
            )


class OnPaperForm(CaseForm):
    """A letter on paper for whom the e-mail did not reach."""

    address = words(
        _("Postadres"), max_length=500, help_text=_("Leeg als u de brief in de hand geeft.")
    )

    def prepare(self) -> None:
        self.initial.setdefault("address", self.target.address)


class PostedForm(CaseForm):
    """The day on which letters were posted or handed over."""

    posted_on = Day(label=_("Op welke dag?"))


class ListForm(ParentsToo):
    """A list: a file, or lines that are pasted. What was read stands in the lines afterwards."""

    upload = only_when(
        _("of plak de regels hieronder"),
        forms.FileField(
            label=_("Bestand"),
            required=False,
            allow_empty_file=True,
            help_text=_("Excel (.xlsx) of CSV. Ten hoogste 10.000 regels en 5 MB."),
            widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        ),
    )
    lines = only_when(
        _("alleen zonder bestand"),
        forms.CharField(
            label=_("Of plak de regels hier"),
            required=False,
            strip=False,  # a blank line on top counts for the numbers of the rows
            widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
            help_text=_("Kopieer ze uit Excel, met de namen van de kolommen in de eerste regel."),
        ),
    )
    field_order = ("upload", "lines", "parents_too", "parents_reason")

    def _confirmed(self) -> set[str]:
        # Rows are looked at one by one: a number that can be a BSN is told at its row.
        return super()._confirmed() | set(numbers_like_bsn(self.data.get("lines", "")))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        given = self.cleaned_data
        if not self.errors and not given.get("upload") and not given.get("lines", "").strip():
            self.add_error("upload", _("Kies een bestand of plak de regels."))
        return cleaned
