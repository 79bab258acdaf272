"""Signing in, a new password, and how often letters come."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from privacyboard.clockwork.choices import Pace
from privacyboard.organisation.models import User


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    username = forms.EmailField(
        label=_("E-mailadres"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    error_messages = {
        "invalid_login": _(
            "Dit e-mailadres en wachtwoord horen niet bij elkaar, of uw rol is afgelopen. "
            "Probeer het opnieuw, of vraag een nieuw wachtwoord aan."
        ),
        "inactive": _("Dit account is gesloten. Vraag het na bij de beheerder."),
    }


class AddressForm(forms.Form):
    """Where the letter with the link goes."""

    email = forms.EmailField(
        label=_("E-mailadres"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class NewPasswordForm(SetPasswordForm):
    """A password of one's own choice: long rather than strange."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].label = _("Nieuw wachtwoord")
        self.fields["new_password1"].help_text = _(
            "Ten minste 12 tekens. Een zin die alleen u kent werkt goed."
        )
        self.fields["new_password2"].label = _("Nog een keer")


class PaceForm(forms.Form):
    """How often one hears of what can wait."""

    pace = forms.ChoiceField(
        label=_("Hoe vaak wilt u een bericht over wat kan wachten?"),
        choices=Pace.choices,
        widget=forms.RadioSelect,
    )
