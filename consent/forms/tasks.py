"""What people type about what follows from answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from privacyboard.backoffice.fields import Day, words
from privacyboard.backoffice.forms import WatchDays, WatchForBsn


class DisputeForm(WatchForBsn, forms.Form):
    """What was agreed with the parents."""

    note = words(
        _("Wat is er besproken?"),
        rows=4,
        required=_("Schrijf op wat u met de ouders hebt besproken."),
        help_text=_(
            "Kort en feitelijk. Verandert een ouder van mening, leg dat antwoord dan vast."
        ),
    )


class CleanUpForm(WatchForBsn, WatchDays, forms.Form):
    """When it was taken away, and what."""

    done_on = Day(label=_("Weggehaald op"))
    note = words(
        _("Wat is er weggehaald, en waar?"),
        rows=3,
        required=_("Schrijf op wat er is weggehaald. Was er niets? Schrijf dat dan op."),
    )


class AddressForm(forms.Form):
    """The right address of somebody whom mail did not reach."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mailadres"),
        required=False,
        help_text=_("Laat leeg als er geen adres is: deze persoon antwoordt dan op papier."),
        error_messages={
            "invalid": _("Dit is geen e-mailadres. Schrijf het als naam@voorbeeld.nl.")
        },
    )


class HandedForm(WatchDays, forms.Form):
    """When a letter on paper was handed over."""

    handed_on = Day(label=_("Meegegeven op"))
