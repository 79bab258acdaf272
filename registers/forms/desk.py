"""What who keeps the register types about schools, and about what is published."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import words
from privacyboard.backoffice.forms import WatchForBsn
from registers.choices import PublicPart


class HandlingForm(WatchForBsn, forms.Form):
    """What was done about the corrections of a director."""

    handling = words(
        _("Wat is ermee gedaan?"),
        required=_("Schrijf op wat ermee gedaan is."),
        max_length=5000,
    )


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


class MaterialChangeForm(WatchForBsn, forms.Form):
    """Whether parents get a letter about a new privacy statement, and what it tells them."""

    material_change = words(
        _("Verandert er iets wezenlijks voor ouders? Schrijf het in gewone taal op."),
        rows=4,
        max_length=2000,
        help_text=_(
            "Dit komt in een brief aan de ouders. Laat het leeg als er voor hen niets verandert: "
            "dan gaat er geen brief."
        ),
    )
