"""Questions that several forms on breaches ask in the same way."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# More than live in the Netherlands: a slip of the keyboard.
MOST_PEOPLE: Final = 20_000_000
# In figures, or with one kind of mark between the thousands: a dot, a comma or a space.
_NUMBER = re.compile(
    r"[0-9]+|[0-9]{1,3}(?:(?P<mark>[.,' \u00a0\u202f])[0-9]{3})(?:(?P=mark)[0-9]{3})*"
)


def yes_no(label: Any, *, required: Any = "", **named: Any) -> forms.TypedChoiceField:
    """Yes or no. `required` is the sentence when nothing is chosen; without it that gives None."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Ja")), ("no", _("Nee"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        # Two short answers stand beside each other.
        widget=forms.RadioSelect(attrs={"class": "pair"}),
        required=bool(required),
        error_messages={"required": required},
        **named,
    )


def typed(answer: bool | None) -> str:
    """A kept answer as `yes_no` shows it; empty where nobody answered yet."""
    return "" if answer is None else ("yes" if answer else "no")


class PeopleCount(forms.CharField):
    """How many people: in figures, with or without a mark between the thousands; empty: unknown."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"required": False, "widget": widget, "max_length": 20, **named})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(
                _(
                    "Schrijf het aantal in cijfers, zoals 25 of 10.000. Weet u het nog niet? Laat "
                    "het dan leeg."
                ),
                code="no_number",
            )
        count = int(re.sub(r"[^0-9]", "", text))
        if count > MOST_PEOPLE:
            raise ValidationError(
                _("Dat zijn meer mensen dan er in Nederland wonen. Controleer het aantal."),
                code="too_many",
            )
        return count

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value
